import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { catalog, DIAGNOSTIC_CODES, ENGINE_ERRORS, resolveObject, type Variables } from './index.ts';

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');
const readme = read('../README.md');

describe('README', () => {
  const samples = [...readme.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code]) => code!);

  test('embeds the engine in ten lines', () => {
    expect(samples[0]!.trim().split('\n').length).toBeLessThanOrEqual(10);
    expect(samples).toHaveLength(3);
  });

  test.each(samples.map((code, index) => [index, code] as const))(
    'sample %d runs and prints what it says',
    (_index, code) => {
      const folder = mkdtempSync(join(tmpdir(), 'engine-readme-'));
      const source = (path: string) => JSON.stringify(fileURLToPath(new URL(path, import.meta.url)));
      const zod = JSON.stringify(fileURLToPath(import.meta.resolve('zod')));
      const runnable = code
        .replace("'@orchestrix/engine/testing'", source('./testing/index.ts'))
        .replace("'@orchestrix/engine'", source('./index.ts'))
        .replace("'zod'", zod);
      writeFileSync(join(folder, 'sample.ts'), runnable);
      const { stdout, stderr } = spawnSync('bun', [join(folder, 'sample.ts')], {
        encoding: 'utf8',
        timeout: 30_000,
      });
      rmSync(folder, { recursive: true });
      expect(stderr).toBe('');
      expect(stdout.trim()).toBe(/\/\/ (.*)\n$/.exec(code)?.[1]);
    },
  );

  test('lists every node type as the catalogue has it', () => {
    const rows = catalog().map(({ type, summary, outputs, config }) => {
      const properties = Object.keys(config.properties as object);
      const required = new Set(config.required as string[] | undefined);
      const fields = properties.map((field) => (required.has(field) ? `**${field}**` : field)).join(', ');
      return `| \`${type}\` | ${summary} | ${fields} | ${outputs ? `\`${outputs.name}\`` : '–'} |`;
    });
    const table = [
      '| type | what it does | fields (needed ones bold) | output |',
      '|---|---|---|---|',
      ...rows,
    ].join('\n');
    expect(readme).toContain(`-->\n${table}\n<!-- /node types -->`);
  });
});

describe('docs/templates.md', () => {
  const page = read('../../../docs/templates.md');
  const variables = JSON.parse(/```json\n([\s\S]*?)```/.exec(page)![1]!) as Variables;
  const rows = [...page.matchAll(/^\| `(.+?)` \| (?:`(.+)`|(nothing)) \|$/gm)];

  test('has examples', () => {
    expect(rows.length).toBeGreaterThan(20);
  });

  test.each(rows.map(([, value, becomes]) => [value!, becomes]))('%s becomes %s', (value, becomes) => {
    const resolved = resolveObject(variables, JSON.parse(value));
    expect(resolved).toEqual(becomes === undefined ? undefined : JSON.parse(becomes));
  });
});

describe('docs/errors.md', () => {
  const page = read('../../../docs/errors.md');
  const chapter = (title: string) => page.split(`\n## ${title}\n`)[1]?.split('\n## ')[0] ?? '';
  const sections = (text: string) =>
    Object.fromEntries(
      text
        .split('\n### ')
        .slice(1)
        .map((section) => [section.split('\n')[0]!, section.slice(section.indexOf('\n')).trim()]),
    );

  test.each([
    ['Engine: how a run ends', Object.keys(ENGINE_ERRORS)],
    ['Engine: what is wrong with a definition', [...DIAGNOSTIC_CODES]],
  ])('%s: a section for every code, and for no other', (title, codes) => {
    const documented = sections(chapter(title));
    expect(Object.keys(documented).sort()).toEqual([...codes].sort());
    for (const text of Object.values(documented)) expect(text.length).toBeGreaterThan(40);
  });
});
