import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { compose } from '../../src/compose.ts';
import { loadConfig } from '../../src/config.ts';
import { PROVIDERS } from '../../src/config-variables.ts';
import { createServer } from '../../src/server.ts';

const DATA = mkdtempSync(join(tmpdir(), 'startup-'));
afterAll(() => rmSync(DATA, { recursive: true, force: true }));

const number = (min: number, max: number) => fc.integer({ min, max }).map(String);
const word = fc.stringMatching(/^[a-z][a-z0-9-]{0,20}$/);
const hex = fc.stringMatching(/^[0-9a-f]{64}$/);
const origin = fc.webUrl({ withFragments: false }).map((url) => new URL(url).origin);

/** Every variable that may be absent, with any valid value. */
const optional = {
  PORT: number(0, 65_535),
  HOST: fc.constantFrom('127.0.0.1', 'localhost'),
  TRUST_PROXY: number(0, 32),
  FRONTEND_URL: fc.array(origin, { maxLength: 4 }).map((list) => list.join(' , ')),
  LOG_LEVEL: fc.constantFrom('error', 'silent'),
  SESSION_TTL_DAYS: number(1, 365),
  EXECUTION_TTL_DAYS: number(1, 3650),
  ANONYMOUS_ACCESS: fc.constantFrom('true', 'false', '1', '0', 'yes', 'no', 'on', 'off', 'TRUE'),
  LOGIN_RATE_LIMIT: number(1, 1_000_000),
  LOGIN_RATE_WINDOW_MINUTES: number(1, 1440),
  API_TIMEOUT_MS: number(1, 3_600_000),
  SHUTDOWN_TIMEOUT_MS: number(0, 3_600_000),
  SMTP_HOST: fc.domain(),
  SMTP_PORT: number(1, 65_535),
  FROM_EMAIL: fc.constantFrom('robot@example.org', 'Robot <robot@example.org>'),
  AI_PROVIDER: fc.constantFrom(...PROVIDERS),
  GROQ_API_KEY: word,
  GROQ_MODEL: word,
  OPENAI_API_KEY: word,
  OPENAI_KEY: word,
  OPENAI_BASE_URL: fc.webUrl(),
  GEMINI_API_KEY: word,
  HF_API_KEY: word,
};
const needed = {
  NODE_ENV: fc.constantFrom('development', 'test', 'production'),
  JWT_SECRET: fc.string({ minLength: 32, maxLength: 80 }).filter((text) => text.trim() !== ''),
  ENCRYPTION_KEY: hex,
  MONGODB_URI: fc.constant('embedded'),
  DATA_DIR: fc.constant(DATA),
};
const environment = fc.record(
  { ...needed, ...optional },
  { requiredKeys: Object.keys(needed) as (keyof typeof needed)[] },
);

/** Variables of other programs, which every process has. */
const foreign = fc.dictionary(fc.stringMatching(/^X_[A-Z]{1,10}$/), fc.string());

describe('Feature: backend-core, Property 12: starts with any valid environment', () => {
  it('accepts every valid environment and takes its values', () => {
    fc.assert(
      fc.property(environment, foreign, (env, others) => {
        const config = loadConfig({ ...others, ...env });
        expect(config.environment).toBe(env.NODE_ENV);
        expect(config.jwtSecret).toBe(env.JWT_SECRET);
        expect(config.port).toBe(Number(env.PORT ?? 4000));
        expect(config.sessionTtlDays).toBe(Number(env.SESSION_TTL_DAYS ?? 7));
        expect(config.smtp?.host).toBe(env.SMTP_HOST);
        expect(config.ai.provider).toBe(env.AI_PROVIDER);
        for (const each of config.corsOrigins) expect(new URL(each).origin).toBe(each);
      }),
      { numRuns: 300 },
    );
  });

  it('becomes ready on what it accepted', async () => {
    await fc.assert(
      fc.asyncProperty(environment, async (env) => {
        const config = loadConfig({ ...env, HOST: '127.0.0.1', LOG_LEVEL: 'silent' });
        const services = await compose(config);
        const { httpServer } = createServer(config, services);
        await new Promise<void>((done) => httpServer.listen(0, '127.0.0.1', done));
        try {
          const { port } = httpServer.address() as { port: number };
          expect((await fetch(`http://127.0.0.1:${port}/health/ready`)).status).toBe(200);
        } finally {
          httpServer.close();
          httpServer.closeAllConnections();
          await services.close();
        }
      }),
      { numRuns: 8, endOnFailure: true },
    );
  });
});
