import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ConfigError, loadConfig } from '../../src/config.ts';
import { VARIABLES } from '../../src/config-variables.ts';

const APP = resolve(import.meta.dirname, '../..');
const EXAMPLE = readFileSync(resolve(APP, '../../.env.example'), 'utf8');
const documented = [...EXAMPLE.matchAll(/^([A-Z][A-Z0-9_]*)=(.*)$/gm)].map(([, name]) => String(name));
const read = Object.keys(VARIABLES);

describe('Feature: backend-core, Property 9: every variable read is in .env.example and the other way round', () => {
  it('names the same variables, each once', () => {
    expect([...documented].sort()).toEqual([...read].sort());
  });

  it('stands the same beside the server and at the root', () => {
    expect(readFileSync(resolve(APP, '.env.example'), 'utf8')).toBe(EXAMPLE);
  });

  it('has a comment above every variable or its group', () => {
    fc.assert(
      fc.property(fc.constantFrom(...documented), (name) => {
        const lines = EXAMPLE.split('\n');
        let index = lines.findIndex((line) => line.startsWith(`${name}=`)) - 1;
        while (/^[A-Z][A-Z0-9_]*=/.test(lines[index] ?? '')) index--;
        expect(lines[index]).toMatch(/^# \S/);
      }),
    );
  });

  it('is a valid configuration as it stands', () => {
    const values = Object.fromEntries(
      [...EXAMPLE.matchAll(/^([A-Z][A-Z0-9_]*)=(.*)$/gm)].map(([, name, value]) => [name, value]),
    );
    const secrets = { JWT_SECRET: 'x'.repeat(32), ENCRYPTION_KEY: '0'.repeat(64) };
    expect(loadConfig({ ...values, ...secrets }).port).toBe(4000);
  });

  it('is complete: the configuration asks the environment for nothing else', () => {
    const asked = new Set<string>();
    const watched = (values: Record<string, string>) =>
      new Proxy(values, {
        get: (target, name) => {
          asked.add(String(name));
          return target[String(name)];
        },
        ownKeys: (target) => Object.keys(target),
      });
    const environment = fc.dictionary(fc.constantFrom(...read), fc.string({ maxLength: 20 }));
    fc.assert(
      fc.property(environment, (values) => {
        try {
          loadConfig(
            watched({
              JWT_SECRET: 'x',
              ENCRYPTION_KEY: '0'.repeat(64),
              ...values,
              DATA_DIR: '/nonexistent\0',
            }),
          );
        } catch (error) {
          expect(error).toBeInstanceOf(ConfigError);
        }
      }),
    );
    expect([...asked].filter((name) => !documented.includes(name))).toEqual([]);
  });

  it('holds because only the configuration reads the environment', () => {
    const sources = readdirSync(join(APP, 'src'), { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.ts'),
    );
    expect(sources).toContain('config.ts');
    const readers = sources.filter((name) =>
      /process\.env|Bun\.env|import\.meta\.env/.test(readFileSync(join(APP, 'src', name), 'utf8')),
    );
    expect(readers).toEqual(['config.ts']);
  });
});
