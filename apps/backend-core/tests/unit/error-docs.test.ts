/** @module Every code that can be answered has a section in docs/errors.md that says what to do. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { SERVER_ERRORS } from '../../src/errors.ts';

const ROOT = join(import.meta.dirname, '../../../..');
const documented = new Set(
  [...readFileSync(join(ROOT, 'docs/errors.md'), 'utf8').matchAll(/^### (\S+)$/gm)].map(([, code]) => code),
);

function sources(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .map((name) => readFileSync(join(folder, name), 'utf8'));
}

test('every code of the server is documented', () => {
  expect(Object.keys(SERVER_ERRORS).filter((code) => !documented.has(code))).toEqual([]);
});

test('every code that the packages throw is documented', () => {
  const text = ['models', 'sessions', 'mailer', 'ai', 'egress', 'limits', 'owner-databases', 'routes']
    .flatMap((name) => sources(join(ROOT, 'packages', name, 'src')))
    .join('\n');
  const thrown = new Set(
    [...text.matchAll(/(?:code: '|^\s+)([A-Z]+(?:_[A-Z]+)+)(?:'|: \d{3},)/gm)].map(([, code]) => code!),
  );
  expect(thrown.size).toBeGreaterThan(20);
  expect([...thrown].filter((code) => !documented.has(code))).toEqual([]);
});
