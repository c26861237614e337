/** @module Texts that must not stand in a file. */
import { describe, expect, it } from 'vitest';
import { findWords } from './word-rules.ts';

const found = (file: string, text: string) =>
  findWords(file, text).map(({ line, message }) => `${line} ${message.split(':')[0]}`);

describe('forbidden texts', () => {
  it('are found in every file of the server, whatever their case', () => {
    expect(found('apps/backend-core/package.json', '{\n "ioRedis": "1"\n}')).toEqual(['2 "Redis"']);
    expect(found('apps/backend-core/tests/a.ts', '// as Motia did')).toEqual(['1 "Motia"']);
    expect(found('docs/a.md', 'redis')).toEqual([]);
  });

  it('include registry hosts anywhere', () => {
    const host = ['registry', 'example', 'org'].join('.');
    expect(found('bun.lock', `\n\n"https://${host}/a"`)).toEqual([`3 "${host}"`]);
    expect(found('docs/a.md', 'a registry. Of nodes; registry.ts, registry.nodes.map(f)')).toEqual([]);
  });

  it('include reading the environment outside the configuration', () => {
    const source = 'const a = 1;\nconst b = process.env.B;';
    expect(found('packages/engine/src/a.ts', source)).toEqual(['2 "process.env"']);
    expect(found('apps/backend-core/src/services/a.ts', 'Bun.env.A; import.meta.env')).toHaveLength(2);
    for (const file of [
      'apps/backend-core/src/config.ts',
      'packages/models/src/a.test.ts',
      'apps/backend-core/tests/a.ts',
      'scripts/a.ts',
    ])
      expect(found(file, source)).toEqual([]);
  });
});
