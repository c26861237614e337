/** @module Every environment variable of the server: what it may be, in words and as a schema. */
import { z } from 'zod';

/** Names of the language-model providers. */
export const PROVIDERS = ['groq', 'openai', 'gemini', 'huggingface'] as const;

/** A language-model provider. */
export type Provider = (typeof PROVIDERS)[number];

/** What `AI_PROVIDER` may name: a provider, or `offline` for the drafter without a model. */
export const PROVIDER_CHOICES = [...PROVIDERS, 'offline'] as const;

/** A choice of `AI_PROVIDER`. */
export type ProviderChoice = (typeof PROVIDER_CHOICES)[number];

const ENVIRONMENTS = ['development', 'test', 'production'] as const;

/** What the server runs for. */
export type Environment = (typeof ENVIRONMENTS)[number];

/** A variable whose text `read` understands; `undefined` from it means that the text is not what was expected. */
function variable<T>(expected: string, read: (text: string) => T | undefined) {
  return z.string({ error: expected }).transform((text, context): T => {
    const value = read(text.trim());
    if (value !== undefined) return value;
    context.issues.push({ code: 'custom', message: expected, input: undefined });
    return z.NEVER;
  });
}

const text = (expected = 'a text') => variable(expected, (value) => value);

/** Taken exactly as it is: blanks may belong to a secret. */
const secret = z.string({ error: 'a text' });

const matching = (expected: string, pattern: RegExp) =>
  variable(expected, (value) => (pattern.test(value) ? value : undefined));

const choice = <const T extends string>(choices: readonly T[]) =>
  variable(`one of ${choices.join(', ')}`, (value) => choices.find((each) => each === value));

const choices = <const T extends string>(known: readonly T[]) =>
  variable(`a comma-separated list of ${known.join(', ')}`, (value) => {
    const names = value.split(',').map((each) => each.trim());
    const wanted = names.filter((each) => each !== '');
    const found = wanted.flatMap((each) => known.find((name) => name === each) ?? []);
    return found.length === wanted.length ? [...new Set(found)] : undefined;
  });

const integer = (min: number, max: number) =>
  variable(`a whole number from ${min} to ${max}`, (value) => {
    const number = /^\d{1,15}$/.test(value) ? Number(value) : Number.NaN;
    return number >= min && number <= max ? number : undefined;
  });

const flag = variable('true or false', (value) => {
  if (/^(true|1|yes|on)$/i.test(value)) return true;
  return /^(false|0|no|off)$/i.test(value) ? false : undefined;
});

const webAddress = variable('an http:// or https:// address', (value) =>
  parseWebAddress(value) ? value.replace(/\/+$/, '') : undefined,
);

const origins = variable(
  'a comma-separated list of http:// or https:// origins without a path, such as https://app.example.com',
  (value) => {
    const list = value
      .split(',')
      .map((each) => each.trim())
      .filter((each) => each !== '')
      .map(parseOrigin);
    return list.some((each) => each === undefined) ? undefined : (list as string[]);
  },
);

const hosts = variable('a comma-separated list of host names without ports', (value) => {
  const names = value
    .split(',')
    .map((each) => each.trim().toLowerCase())
    .filter((each) => each !== '');
  return names.every((name) => /^[a-z0-9.-]{1,253}$/.test(name)) ? names : undefined;
});

/** One schema a variable; all are optional here, `config.ts` knows which are needed when. */
export const VARIABLES = {
  NODE_ENV: choice(ENVIRONMENTS),
  HOST: matching('an address or host name to listen on', /^[^\s/]+$/),
  PORT: integer(0, 65_535),
  TRUST_PROXY: integer(0, 32),
  FRONTEND_URL: origins,
  LOG_LEVEL: choice(['debug', 'info', 'warn', 'error', 'silent']),
  DATA_DIR: text('a folder'),
  MONGODB_URI: matching(
    'an address that begins with mongodb:// or mongodb+srv://, or the word "embedded"',
    /^(embedded|mongodb(\+srv)?:\/\/[^\s/]+.*)$/,
  ),
  JWT_SECRET: secret,
  ENCRYPTION_KEY: matching('64 hexadecimal digits', /^[0-9a-f]{64}$/i),
  SESSION_TTL_DAYS: integer(1, 365),
  EXECUTION_TTL_DAYS: integer(1, 3650),
  ANONYMOUS_ACCESS: flag,
  ALLOW_PRIVATE_DATABASES: flag,
  ALLOWED_HOSTS: hosts,
  BODY_TIMEOUT_MS: integer(100, 3_600_000),
  DATABASE_QUERY_TIMEOUT_MS: integer(100, 3_600_000),
  EXECUTION_TIMEOUT_MS: integer(0, 2_147_483_647),
  REGISTRATIONS_PER_HOUR: integer(0, 1_000_000),
  LOGIN_FAILURES_PER_ADDRESS: integer(0, 1_000_000),
  LOGIN_FAILURES_PER_ACCOUNT: integer(0, 1_000_000),
  CALLS_PER_MINUTE_PER_CALLER: integer(0, 100_000_000),
  CALLS_PER_MINUTE_PER_API: integer(0, 100_000_000),
  EXECUTIONS_PER_MINUTE: integer(0, 100_000_000),
  LIVE_EXECUTIONS: integer(0, 1_000_000),
  MAIL_RECIPIENTS_PER_EXECUTION: integer(0, 1_000_000),
  MAIL_RECIPIENTS_PER_DAY: integer(0, 100_000_000),
  DATABASE_CONNECTIONS_PER_HOUR: integer(0, 1_000_000),
  CONNECTIONS_PER_ADDRESS: integer(0, 1_000_000),
  CONNECTIONS_PER_ACCOUNT: integer(0, 1_000_000),
  QUOTA_STORED_MB: integer(0, 1_000_000_000),
  QUOTA_DOCUMENTS: integer(0, 1_000_000_000_000),
  QUOTA_WORKFLOW_VERSIONS: integer(0, 1_000_000),
  QUOTA_EXECUTIONS: integer(0, 1_000_000_000),
  LOGIN_RATE_LIMIT: integer(0, 1_000_000),
  LOGIN_RATE_WINDOW_MINUTES: integer(1, 1440),
  API_TIMEOUT_MS: integer(1, 3_600_000),
  RECORD_BEFORE_RESPONSE: flag,
  SHUTDOWN_TIMEOUT_MS: integer(0, 3_600_000),
  SHUTDOWN_GRACE_MS: integer(0, 600_000),
  KEEP_ALIVE_TIMEOUT_MS: integer(1_000, 3_600_000),
  HEALTH_DATABASE_TIMEOUT_MS: integer(0, 86_400_000),
  DATABASE_TIMEOUT_MS: integer(100, 600_000),
  DATABASE_POOL_SIZE: integer(1, 10_000),
  SMTP_HOST: matching('a host name', /^[^\s/]+$/),
  SMTP_PORT: integer(1, 65_535),
  SMTP_USER: text(),
  SMTP_PASS: secret,
  SMTP_REQUIRE_TLS: flag,
  SMTP_CONNECTION_TIMEOUT_MS: integer(100, 600_000),
  SMTP_GREETING_TIMEOUT_MS: integer(100, 600_000),
  SMTP_SOCKET_TIMEOUT_MS: integer(100, 600_000),
  SMTP_TIMEOUT_MS: integer(100, 600_000),
  SMTP_RETRIES: integer(0, 10),
  SMTP_MAX_CONNECTIONS: integer(1, 1_000),
  FROM_EMAIL: matching(
    'an e-mail address, also as "Name <address>"',
    /^(?:[^<>\r\n]*<[^\s<>@]+@[^\s<>@]+>|[^\s<>@]+@[^\s<>@]+)$/,
  ),
  WELCOME_MAIL: flag,
  METRICS_TOKEN: matching('a text without blanks', /^\S+$/),
  AI_PROVIDER: choice(PROVIDER_CHOICES),
  AI_FALLBACK: choices(PROVIDERS),
  AI_MAX_REPAIRS: integer(0, 5),
  AI_TIMEOUT_MS: integer(1_000, 600_000),
  AI_REQUESTS_PER_MINUTE: integer(1, 100_000),
  AI_TOKENS_PER_DAY: integer(0, 1_000_000_000),
  GROQ_API_KEY: text(),
  GROQ_MODEL: text(),
  GROQ_BASE_URL: webAddress,
  OPENAI_API_KEY: text(),
  OPENAI_KEY: text(),
  OPENAI_MODEL: text(),
  OPENAI_BASE_URL: webAddress,
  GEMINI_API_KEY: text(),
  GEMINI_MODEL: text(),
  GEMINI_BASE_URL: webAddress,
  HUGGINGFACE_API_KEY: text(),
  HF_API_KEY: text(),
  HUGGINGFACE_MODEL: text(),
  HUGGINGFACE_BASE_URL: webAddress,
};

/** A variable the server reads. */
export type VariableName = keyof typeof VARIABLES;

/** The variables that are set, read. */
export type VariableValues = { [Name in VariableName]?: z.output<(typeof VARIABLES)[Name]> };

function parseWebAddress(value: string): URL | undefined {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  return url && (url.protocol === 'http:' || url.protocol === 'https:') ? url : undefined;
}

function parseOrigin(value: string): string | undefined {
  const url = parseWebAddress(value);
  const bare = url && url.pathname === '/' && !url.search && !url.hash && !url.username && !url.password;
  return bare ? url.origin : undefined;
}
