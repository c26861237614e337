/** @module Every variable of the server with any valid value that lets a small test go through: what a limit of 1 forbids is another test's. */
import fc from 'fast-check';
import { PROVIDER_CHOICES, PROVIDERS } from '../../src/config-variables.ts';

const number = (min: number, max: number) => fc.integer({ min, max }).map(String);
/** A limit; 0 switches it off. */
const limit = (min: number) => fc.oneof(fc.constant('0'), number(min, min * 1000));
const word = fc.stringMatching(/^[a-z][a-z0-9-]{0,20}$/);
const flag = fc.constantFrom('true', 'false', '1', '0', 'yes', 'no', 'on', 'off', 'TRUE');
const origin = fc.webUrl({ withFragments: false }).map((url) => new URL(url).origin);
const host = fc.domain().map((name) => name.toLowerCase());
const list = (one: fc.Arbitrary<string>) => fc.array(one, { maxLength: 4 }).map((some) => some.join(' , '));

/** Variables that may be absent. */
export const OPTIONAL = {
  PORT: number(0, 65_535),
  HOST: fc.constantFrom('127.0.0.1', 'localhost'),
  TRUST_PROXY: number(0, 32),
  FRONTEND_URL: list(origin),
  LOG_LEVEL: fc.constantFrom('debug', 'info', 'warn', 'error', 'silent'),
  SESSION_TTL_DAYS: number(1, 365),
  EXECUTION_TTL_DAYS: number(1, 3650),
  ANONYMOUS_ACCESS: flag,
  ALLOW_PRIVATE_DATABASES: flag,
  ALLOWED_HOSTS: list(host),
  BODY_TIMEOUT_MS: number(5_000, 3_600_000),
  DATABASE_QUERY_TIMEOUT_MS: number(5_000, 3_600_000),
  EXECUTION_TIMEOUT_MS: limit(10_000),
  REGISTRATIONS_PER_HOUR: limit(2),
  LOGIN_FAILURES_PER_ADDRESS: limit(1),
  LOGIN_FAILURES_PER_ACCOUNT: limit(1),
  LOGIN_RATE_LIMIT: limit(1),
  LOGIN_RATE_WINDOW_MINUTES: number(1, 1440),
  CALLS_PER_MINUTE_PER_CALLER: limit(5),
  CALLS_PER_MINUTE_PER_API: limit(5),
  EXECUTIONS_PER_MINUTE: limit(5),
  LIVE_EXECUTIONS: limit(2),
  MAIL_RECIPIENTS_PER_EXECUTION: limit(1),
  MAIL_RECIPIENTS_PER_DAY: limit(2),
  DATABASE_CONNECTIONS_PER_HOUR: limit(1),
  CONNECTIONS_PER_ADDRESS: limit(4),
  CONNECTIONS_PER_ACCOUNT: limit(4),
  QUOTA_STORED_MB: limit(10),
  QUOTA_DOCUMENTS: limit(10),
  QUOTA_WORKFLOW_VERSIONS: limit(2),
  QUOTA_EXECUTIONS: limit(10),
  API_TIMEOUT_MS: number(10_000, 3_600_000),
  RECORD_BEFORE_RESPONSE: flag,
  SHUTDOWN_TIMEOUT_MS: number(5_000, 3_600_000),
  SHUTDOWN_GRACE_MS: number(0, 300),
  KEEP_ALIVE_TIMEOUT_MS: number(1_000, 3_600_000),
  HEALTH_DATABASE_TIMEOUT_MS: limit(30_000),
  DATABASE_TIMEOUT_MS: number(5_000, 600_000),
  DATABASE_POOL_SIZE: number(2, 1_000),
  SMTP_HOST: fc.constantFrom('127.0.0.1', 'localhost'),
  SMTP_PORT: number(1, 65_535),
  SMTP_USER: word,
  SMTP_PASS: fc
    .string({ minLength: 1, maxLength: 30 })
    .filter((text) => text.trim() !== '' && !text.includes('\0')),
  SMTP_REQUIRE_TLS: flag,
  SMTP_CONNECTION_TIMEOUT_MS: number(100, 1_000),
  SMTP_GREETING_TIMEOUT_MS: number(100, 1_000),
  SMTP_SOCKET_TIMEOUT_MS: number(100, 1_000),
  SMTP_TIMEOUT_MS: number(100, 1_000),
  SMTP_RETRIES: number(0, 2),
  SMTP_MAX_CONNECTIONS: number(1, 20),
  FROM_EMAIL: fc.constantFrom('robot@example.org', 'Robot <robot@example.org>'),
  WELCOME_MAIL: flag,
  METRICS_TOKEN: word,
  AI_PROVIDER: fc.constantFrom(...PROVIDER_CHOICES),
  AI_FALLBACK: fc.subarray([...PROVIDERS]).map((names) => names.join(',')),
  AI_MAX_REPAIRS: number(0, 5),
  AI_TIMEOUT_MS: number(1_000, 600_000),
  AI_REQUESTS_PER_MINUTE: number(1, 100_000),
  AI_TOKENS_PER_DAY: number(0, 1_000_000_000),
  GROQ_API_KEY: word,
  GROQ_MODEL: word,
  GROQ_BASE_URL: fc.webUrl(),
  OPENAI_API_KEY: word,
  OPENAI_KEY: word,
  OPENAI_MODEL: word,
  OPENAI_BASE_URL: fc.webUrl(),
  GEMINI_API_KEY: word,
  GEMINI_MODEL: word,
  GEMINI_BASE_URL: fc.webUrl(),
  HUGGINGFACE_API_KEY: word,
  HF_API_KEY: word,
  HUGGINGFACE_MODEL: word,
  HUGGINGFACE_BASE_URL: fc.webUrl(),
};

/** Variables that production needs. */
export const NEEDED = {
  NODE_ENV: fc.constantFrom('development', 'test', 'production'),
  JWT_SECRET: fc
    .string({ minLength: 32, maxLength: 80 })
    .filter((text) => text.trim() !== '' && !text.includes('\0')),
  ENCRYPTION_KEY: fc.stringMatching(/^[0-9a-f]{64}$/),
};

/** Any valid environment, without the place of its data. Half of the optional variables are set. */
export const environment: fc.Arbitrary<Record<string, string>> = fc
  .tuple(fc.record(NEEDED), fc.record(OPTIONAL), fc.infiniteStream(fc.boolean()))
  .map(([needed, optional, chosen]) => {
    // A user and a password for the mail server come together or not at all.
    const login = chosen.next().value === true;
    const pairs: Record<string, boolean> = { SMTP_USER: login, SMTP_PASS: login };
    const set = Object.entries(optional).filter(([name]) => pairs[name] ?? chosen.next().value);
    return { ...needed, ...Object.fromEntries(set) };
  });
