/** @module The README's sample runs and prints what its comments say. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const FOLDER = join(import.meta.dirname, '..');

test('the first sample runs and prints what it says', () => {
  const [, sample = ''] = /```ts\n([\s\S]*?)```/.exec(readFileSync(join(FOLDER, 'README.md'), 'utf8')) ?? [];
  const expected = [...sample.matchAll(/console\.log\(.*\); \/\/ (.+)$/gm)].map(([, text]) => text);
  expect(expected.length).toBeGreaterThan(0);
  // Inside the package, so that its own name and its dependencies resolve.
  const file = join(FOLDER, 'test-results', `sample-${process.pid}.ts`);
  mkdirSync(join(FOLDER, 'test-results'), { recursive: true });
  writeFileSync(file, sample);
  const { stdout, stderr } = spawnSync('bun', [file], { encoding: 'utf8', timeout: 30_000 });
  rmSync(file);
  expect(stderr).toBe('');
  const printed = stdout.replace(/\s+/g, ' ');
  for (const line of expected) expect(printed).toContain(line!.replace(/\s+/g, ' '));
});
