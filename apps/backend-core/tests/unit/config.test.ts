import { chmodSync, existsSync, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ConfigError, loadConfig } from '../../src/config.ts';

const SECRETS = { JWT_SECRET: 's'.repeat(32), ENCRYPTION_KEY: '0a'.repeat(32) };

function problemsOf(env: Record<string, string>): string[] {
  try {
    loadConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.map(({ variable }) => variable).sort();
    throw error;
  }
  return [];
}

describe('loadConfig', () => {
  it('needs nothing outside production but a folder', () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'config-'));
    const config = loadConfig({ DATA_DIR: dataDir });
    expect(config).toMatchObject({
      environment: 'development',
      host: '127.0.0.1',
      port: 4000,
      anonymousAccess: true,
    });
    expect(config.mongodbUri).toBeUndefined();
    expect(config.corsOrigins).toEqual(['http://localhost:3000', 'http://localhost:3100']);
  });

  it('generates secrets once, for their owner only', () => {
    const dataDir = join(mkdtempSync(join(tmpdir(), 'config-')), 'new', 'data');
    const first = loadConfig({ DATA_DIR: dataDir });
    const second = loadConfig({ DATA_DIR: dataDir });
    expect(first.jwtSecret).toMatch(/^[0-9a-f]{64}$/);
    expect(first.jwtSecret).not.toBe(first.encryptionKey);
    expect([second.jwtSecret, second.encryptionKey]).toEqual([first.jwtSecret, first.encryptionKey]);
    for (const name of ['jwt-secret', 'encryption-key'])
      expect(statSync(join(dataDir, name)).mode & 0o777).toBe(0o600);
  });

  it('does not touch the disk when both secrets are given', () => {
    const dataDir = join(mkdtempSync(join(tmpdir(), 'config-')), 'untouched');
    expect(loadConfig({ ...SECRETS, DATA_DIR: dataDir }).jwtSecret).toBe(SECRETS.JWT_SECRET);
    expect(existsSync(dataDir)).toBe(false);
  });

  it('names the data folder when a kept secret is damaged', () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'config-'));
    loadConfig({ DATA_DIR: dataDir });
    chmodSync(join(dataDir, 'jwt-secret'), 0o600);
    writeFileSync(join(dataDir, 'jwt-secret'), 'half');
    expect(problemsOf({ DATA_DIR: dataDir })).toEqual(['DATA_DIR']);
    expect(readFileSync(join(dataDir, 'jwt-secret'), 'utf8')).toBe('half');
  });

  it('refuses a production start without its secrets and database, all at once', () => {
    expect(problemsOf({ NODE_ENV: 'production' })).toEqual(['ENCRYPTION_KEY', 'JWT_SECRET', 'MONGODB_URI']);
    expect(problemsOf({ NODE_ENV: 'production', ...SECRETS, JWT_SECRET: 'short' })).toEqual([
      'JWT_SECRET',
      'MONGODB_URI',
    ]);
  });

  it('runs in production on a MongoDB, or on the embedded database when asked to', () => {
    const mongodb = loadConfig({
      NODE_ENV: 'production',
      ...SECRETS,
      MONGODB_URI: 'mongodb://db.example/app',
    });
    expect(mongodb).toMatchObject({
      host: '0.0.0.0',
      anonymousAccess: false,
      corsOrigins: [],
      mongodbUri: 'mongodb://db.example/app',
    });
    const embedded = loadConfig({ NODE_ENV: 'production', ...SECRETS, MONGODB_URI: 'embedded' });
    expect(embedded.mongodbUri).toBeUndefined();
  });

  it.each([
    ['NODE_ENV', 'staging'],
    ['PORT', '65536'],
    ['PORT', '4e3'],
    ['PORT', '-1'],
    ['HOST', 'a b'],
    ['FRONTEND_URL', '*'],
    ['FRONTEND_URL', 'https://a.example/path'],
    ['FRONTEND_URL', 'https://ok.example, ftp://no.example'],
    ['MONGODB_URI', 'postgres://db'],
    ['ENCRYPTION_KEY', 'ab'],
    ['SESSION_TTL_DAYS', '0'],
    ['ANONYMOUS_ACCESS', 'perhaps'],
    ['LOG_LEVEL', 'loud'],
    ['FROM_EMAIL', 'nobody'],
    ['AI_PROVIDER', 'oracle'],
    ['GROQ_BASE_URL', 'groq'],
    ['SMTP_PORT', '0'],
  ])('refuses %s=%s and names it', (variable, value) => {
    expect(problemsOf({ ...SECRETS, [variable]: value })).toEqual([variable]);
  });

  it('never repeats a value in its message', () => {
    expect(() =>
      loadConfig({ MONGODB_URI: 'mongo://u:hunter2@h', ENCRYPTION_KEY: 'hunter2', PORT: 'x' }),
    ).toThrow(expect.objectContaining({ message: expect.not.stringContaining('hunter2') }));
  });

  it('takes empty strings for unset', () => {
    const config = loadConfig({ ...SECRETS, PORT: '', MONGODB_URI: ' ', SMTP_HOST: '', AI_PROVIDER: '' });
    expect(config.port).toBe(4000);
    expect(config.smtp).toBeUndefined();
  });

  it('demands user and password of the mail server together', () => {
    expect(problemsOf({ ...SECRETS, SMTP_HOST: 'mail', SMTP_USER: 'u' })).toEqual(['SMTP_PASS']);
    expect(problemsOf({ ...SECRETS, SMTP_HOST: 'mail', SMTP_PASS: 'p' })).toEqual(['SMTP_USER']);
  });

  it('accepts the second names of provider keys', () => {
    const { ai } = loadConfig({
      ...SECRETS,
      OPENAI_KEY: 'a',
      HF_API_KEY: 'b',
      GROQ_MODEL: 'm',
      AI_PROVIDER: 'openai',
    });
    expect(ai).toEqual({
      provider: 'openai',
      openai: { apiKey: 'a' },
      huggingface: { apiKey: 'b' },
      groq: { model: 'm' },
      gemini: {},
      fallback: [],
      maxRepairs: 2,
      timeoutMs: 60_000,
      limits: { requestsPerMinute: 20, tokensPerDay: 500_000 },
    });
  });

  it('takes the drafter without a model, an order of providers, and limits', () => {
    const { ai, metricsToken } = loadConfig({
      ...SECRETS,
      AI_PROVIDER: 'offline',
      AI_FALLBACK: ' openai, gemini ,openai',
      AI_MAX_REPAIRS: '0',
      AI_TIMEOUT_MS: '1500',
      AI_REQUESTS_PER_MINUTE: '3',
      AI_TOKENS_PER_DAY: '0',
      METRICS_TOKEN: 'a-token',
    });
    expect(ai).toMatchObject({
      provider: 'offline',
      fallback: ['openai', 'gemini'],
      maxRepairs: 0,
      timeoutMs: 1500,
      limits: { requestsPerMinute: 3, tokensPerDay: 0 },
    });
    expect(metricsToken).toBe('a-token');
    expect(loadConfig({ ...SECRETS }).metricsToken).toBeUndefined();
  });

  it('refuses what cannot be an order of providers or a limit, all at once', () => {
    expect(
      problemsOf({
        ...SECRETS,
        AI_PROVIDER: 'clippy',
        AI_FALLBACK: 'openai,offline',
        AI_MAX_REPAIRS: '6',
        AI_TIMEOUT_MS: '1',
        AI_REQUESTS_PER_MINUTE: '0',
        AI_TOKENS_PER_DAY: '-1',
        METRICS_TOKEN: 'two words',
      }),
    ).toEqual([
      'AI_FALLBACK',
      'AI_MAX_REPAIRS',
      'AI_PROVIDER',
      'AI_REQUESTS_PER_MINUTE',
      'AI_TIMEOUT_MS',
      'AI_TOKENS_PER_DAY',
      'METRICS_TOKEN',
    ]);
  });

  it('normalizes origins', () => {
    const { corsOrigins } = loadConfig({ ...SECRETS, FRONTEND_URL: 'HTTPS://App.Example:443/, http://x:80' });
    expect(corsOrigins.slice(0, 2)).toEqual(['https://app.example', 'http://x']);
  });
});
