import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const APP = resolve(import.meta.dirname, '../..');
const LEFT_OUT = new Set(['node_modules', 'dist', 'test-results', 'data', '.turbo']);

/** Put together here, so that this file does not hold what it looks for. */
const WORDS = [
  ['mo', 'tia'],
  ['re', 'dis'],
].map((parts) => parts.join(''));

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (LEFT_OUT.has(entry.name)) return [];
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesBelow(path) : [path];
  });
}

const files = filesBelow(APP);

describe('Feature: backend-core, Property 8: no forbidden word or dependency', () => {
  it('finds the files it looks through', () => {
    const names = files.map((file) => relative(APP, file));
    expect(names).toEqual(expect.arrayContaining(['package.json', 'src/index.ts', 'src/config.ts']));
  });

  it('holds for the name and the text of every file of the app', () => {
    const texts = files.map((file) => ({
      name: relative(APP, file),
      text: `${relative(APP, file)}\n${readFileSync(file, 'utf8')}`.toLowerCase(),
    }));
    for (const { name, text } of texts)
      for (const word of WORDS) expect(text.includes(word), `${word} in ${name}`).toBe(false);
  });

  it('holds for everything the app depends on, through all its dependencies of this repository', () => {
    const seen = new Set<string>();
    const visit = (folder: string): void => {
      const { dependencies = {}, devDependencies = {} } = JSON.parse(
        readFileSync(join(folder, 'package.json'), 'utf8'),
      );
      for (const [name, version] of Object.entries<string>({ ...dependencies, ...devDependencies })) {
        if (seen.has(name)) continue;
        seen.add(name);
        if (version.startsWith('workspace:')) visit(resolve(APP, '../../packages', name.split('/')[1] ?? ''));
      }
    };
    visit(APP);
    expect(seen.has('express')).toBe(true);
    expect([...seen].filter((name) => WORDS.some((word) => name.includes(word)))).toEqual([]);
  });
});
