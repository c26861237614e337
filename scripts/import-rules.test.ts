/** @module Who may import whom. */
import { describe, expect, it } from 'vitest';
import { whyForbidden } from './import-rules.ts';
import type { Manifest } from './workspaces.ts';

const manifest = (name: string, dependencies: Record<string, string> = {}): Manifest => ({
  name: `@orchestrix/${name}`,
  version: '0.1.0',
  dependencies,
  devDependencies: { 'smtp-server': '1', '@orchestrix/embedded-mongo': 'workspace:*' },
});

/** What the rules say to an import in `packages/<name>/src/a.ts`, everything being declared. */
function inSource(name: string, specifier: string): string | undefined {
  const declared = {
    zod: '1',
    express: '1',
    mongoose: '1',
    '@orchestrix/engine': 'workspace:*',
    '@orchestrix/models': 'workspace:*',
  };
  return whyForbidden(
    manifest(name, declared),
    `packages/${name}`,
    `packages/${name}/src/deep/a.ts`,
    specifier,
  );
}

describe('an import in the source of a package', () => {
  it.each([
    ['engine', 'zod'],
    ['engine', '../b.ts'],
    ['models', '@orchestrix/engine'],
    ['models', '@orchestrix/engine/testing'],
    ['models', 'node:crypto'],
    ['mailer', '@orchestrix/engine'],
    ['sessions', '@orchestrix/models'],
    ['sessions', 'express'],
    ['embedded-mongo', 'bun:sqlite'],
  ])('is allowed: %s imports %s', (name, specifier) => {
    expect(inSource(name, specifier)).toBeUndefined();
  });

  it.each([
    ['engine', 'express', 'engine may import only zod'],
    ['engine', 'mongoose', 'engine may import only zod'],
    ['engine', 'nodemailer', 'engine may import only zod'],
    ['engine', 'node:fs', 'does no I/O'],
    ['engine', '@orchestrix/models', 'no package of this repository'],
    ['embedded-mongo', '@orchestrix/engine', 'no package of this repository'],
    ['mailer', '@orchestrix/sessions', 'only engine'],
    ['sessions', 'mongoose', 'only models may import mongoose'],
    ['backend-core', 'mongoose', 'only models may import mongoose'],
    ['mailer', '@orchestrix/models', 'only engine'],
    ['models', 'kafkajs', 'not among the dependencies'],
    ['models', 'smtp-server', 'not among the dependencies'],
    ['models', '../../../engine/src/index.ts', 'reaches into packages/engine'],
    ['models', '../../../../biome.json', 'leaves packages/models'],
  ])('is refused: %s imports %s', (name, specifier, why) => {
    expect(inSource(name, specifier)).toContain(why);
  });
});

describe('an import in a test', () => {
  const inTest = (specifier: string) =>
    whyForbidden(manifest('engine'), 'packages/engine', 'packages/engine/src/a.test.ts', specifier);

  it('may be whatever is declared for development, built into Bun or shared at the root', () => {
    for (const specifier of [
      'smtp-server',
      '@orchestrix/embedded-mongo',
      'vitest',
      'fast-check',
      'node:fs',
      '../../../contract/match.ts',
    ])
      expect(inTest(specifier)).toBeUndefined();
  });

  it('may not be undeclared nor reach into another package', () => {
    expect(inTest('express')).toContain('is not in packages/engine/package.json');
    expect(inTest('../../models/src/index.ts')).toContain('reaches into packages/models');
  });
});
