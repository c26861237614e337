/** @module The environment, parsed once; nothing else in this app reads it. */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { OrchestrixError } from '@orchestrix/engine';
import { z } from 'zod';
import { type AiSettings, readAiSettings } from './config-ai.ts';
import { type LimitSettings, readLimits } from './config-limits.ts';
import { type OperationSettings, readOperations } from './config-operations.ts';
import { type Environment, VARIABLES, type VariableValues } from './config-variables.ts';
import { keptSecret, readSecret } from './secrets.ts';

/** A mail server. */
export interface SmtpConfig {
  host: string;
  port: number;
  user?: string;
  pass?: string;
}

/** Everything the server can be told from outside, checked and with defaults filled in. */
export interface Config extends OperationSettings {
  environment: Environment;
  /** Short for `environment === 'production'`. */
  production: boolean;
  host: string;
  /** `0` means any free port. */
  port: number;
  /** How many reverse proxies in front of the server are believed about the caller's address. */
  trustProxy: number;
  logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  /** Absolute path of the folder for everything the server keeps outside the database. */
  dataDir: string;
  /** Address of a MongoDB; absent: the embedded database. */
  mongodbUri?: string;
  jwtSecret: string;
  /** 64 hexadecimal digits: the AES-256 key of what is encrypted at rest. */
  encryptionKey: string;
  /** Origins that browsers may call from, normalized (`https://host[:port]`). */
  corsOrigins: string[];
  /** Days until a login ends. */
  sessionTtlDays: number;
  /** Days that executions and their logs are kept. */
  executionTtlDays: number;
  /** Whether the routes of the earlier web client work without a login. */
  anonymousAccess: boolean;
  /** Whether owners may connect databases at private, loopback and link-local addresses. */
  allowPrivateDatabases: boolean;
  /** Host names that requests may name besides the server's own, while anonymous access is on outside production. */
  allowedHosts: string[];
  /** How long a request's body may take to arrive. */
  bodyTimeoutMs: number;
  /** How long one query of a workflow or of the collections API may take. */
  queryTimeoutMs: number;
  /** How long an execution may take for which no caller waits; 0 for no limit. */
  executionTimeoutMs: number;
  limits: LimitSettings;
  /** How long a published API may take to answer. */
  apiTimeoutMs: number;
  /** Whether callers of published APIs wait until the record of their call is stored. */
  recordFirst: boolean;
  /** How long running executions may take to end after SIGTERM, the grace included. */
  shutdownTimeoutMs: number;
  /** Absent: mails go to the outbox folder outside production; in production no mail can be sent. */
  smtp?: SmtpConfig;
  fromEmail: string;
  /** Whether new accounts are greeted by mail. */
  welcomeMail: boolean;
  ai: AiSettings;
  /** What callers of `/metrics` must send in production; absent: there are none for them. */
  metricsToken?: string;
}

/** One variable that keeps the server from starting. The value itself is left out: it may be a secret. */
export interface ConfigProblem {
  variable: string;
  expected: string;
}

/** Thrown by {@link loadConfig} with all problems at once, in `problems` and in the message. */
export class ConfigError extends OrchestrixError {
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[]) {
    const lines = problems.map(({ variable, expected }) => `  ${variable}: expected ${expected}`);
    super(`The configuration is not valid:\n${lines.join('\n')}`, {
      code: 'CONFIG_INVALID',
      details: problems,
    });
    this.problems = problems;
  }
}

/** Variables by name, as a process has them. Empty strings count as unset. */
export type EnvironmentVariables = Readonly<Record<string, string | undefined>>;

/**
 * Reads the configuration out of environment variables. Outside production a missing `JWT_SECRET` or `ENCRYPTION_KEY` is
 * generated once and kept in the data folder, which is created for it.
 *
 * @throws ConfigError naming every variable that is wrong or missing
 */
export function loadConfig(env: EnvironmentVariables): Config {
  const { values, problems } = parseVariables(env);
  const production = values.NODE_ENV === 'production';
  problems.push(...missing(values, { production }), ...contradictions(values));
  if (problems.length > 0) throw new ConfigError(problems);

  const dataDir = resolve(values.DATA_DIR ?? join(homeDirectory(), 'data'));
  return {
    environment: values.NODE_ENV ?? 'development',
    production,
    host: values.HOST ?? (production ? '0.0.0.0' : '127.0.0.1'),
    port: values.PORT ?? 4000,
    trustProxy: values.TRUST_PROXY ?? 0,
    logLevel: values.LOG_LEVEL ?? 'info',
    dataDir,
    ...(values.MONGODB_URI !== undefined &&
      values.MONGODB_URI !== 'embedded' && { mongodbUri: values.MONGODB_URI }),
    jwtSecret: values.JWT_SECRET ?? secret(dataDir, 'jwt-secret'),
    encryptionKey: values.ENCRYPTION_KEY ?? secret(dataDir, 'encryption-key'),
    corsOrigins: [...new Set([...(values.FRONTEND_URL ?? []), ...(production ? [] : DEVELOPMENT_ORIGINS)])],
    sessionTtlDays: values.SESSION_TTL_DAYS ?? 7,
    executionTtlDays: values.EXECUTION_TTL_DAYS ?? 30,
    anonymousAccess: values.ANONYMOUS_ACCESS ?? !production,
    allowPrivateDatabases: values.ALLOW_PRIVATE_DATABASES ?? !production,
    allowedHosts: values.ALLOWED_HOSTS ?? [],
    bodyTimeoutMs: values.BODY_TIMEOUT_MS ?? 30_000,
    queryTimeoutMs: values.DATABASE_QUERY_TIMEOUT_MS ?? 10_000,
    executionTimeoutMs: values.EXECUTION_TIMEOUT_MS ?? 900_000,
    limits: readLimits(values, production),
    apiTimeoutMs: values.API_TIMEOUT_MS ?? 30_000,
    recordFirst: values.RECORD_BEFORE_RESPONSE ?? false,
    shutdownTimeoutMs: values.SHUTDOWN_TIMEOUT_MS ?? 10_000,
    ...readOperations(values, production),
    ...(values.SMTP_HOST !== undefined && { smtp: smtp(values, values.SMTP_HOST) }),
    fromEmail: values.FROM_EMAIL ?? 'Orchestrix <no-reply@localhost>',
    welcomeMail: values.WELCOME_MAIL ?? false,
    ai: readAiSettings(values),
    ...(values.METRICS_TOKEN !== undefined && { metricsToken: values.METRICS_TOKEN }),
  };
}

/**
 * The variables of this process, completed from the `.env` files of the app and of the repository; what the process already
 * has wins, even an empty value. Bun itself reads only the `.env` of the folder it was started in.
 */
export function readEnvironment(): EnvironmentVariables {
  const app = resolve(import.meta.dirname, '..');
  return {
    ...envFile(join(homeDirectory(), '.env')),
    ...envFile(join(app, '.env')),
    ...present(process.env),
  };
}

/**
 * The key that {@link loadConfig} would use, for tools that only look: none is made when there is none.
 *
 * @returns 64 hexadecimal digits, or `null`
 * @throws ConfigError when `ENCRYPTION_KEY` is set to something else
 */
export function findEncryptionKey(env: EnvironmentVariables): string | null {
  const { values, problems } = parseVariables(env);
  const problem = problems.find(({ variable }) => variable === 'ENCRYPTION_KEY');
  if (problem) throw new ConfigError([problem]);
  const dataDir = resolve(values.DATA_DIR ?? join(homeDirectory(), 'data'));
  return values.ENCRYPTION_KEY ?? readSecret(join(dataDir, 'encryption-key')) ?? null;
}

const DEVELOPMENT_ORIGINS = ['http://localhost:3000', 'http://localhost:3100'];

function parseVariables(env: EnvironmentVariables): { values: VariableValues; problems: ConfigProblem[] } {
  const schema = z.object(VARIABLES).partial();
  const given = present(env);
  const result = schema.safeParse(given);
  if (result.success) return { values: result.data, problems: [] };

  const problems = result.error.issues.map(({ path, message }) => ({
    variable: String(path[0]),
    expected: message,
  }));
  // What is right is still read, so that one start tells everything that is wrong.
  const wrong = new Set(problems.map(({ variable }) => variable));
  const right = Object.fromEntries(Object.entries(given).filter(([name]) => !wrong.has(name)));
  return { values: schema.parse(right), problems };
}

function missing(values: VariableValues, { production }: { production: boolean }): ConfigProblem[] {
  if (!production) return [];
  const problems: ConfigProblem[] = [];
  const secretText = `at least ${SECRET_LENGTH} characters in production; \`openssl rand -hex 32\` makes one`;
  if (values.JWT_SECRET === undefined || values.JWT_SECRET.length < SECRET_LENGTH)
    problems.push({ variable: 'JWT_SECRET', expected: secretText });
  if (values.ENCRYPTION_KEY === undefined)
    problems.push({
      variable: 'ENCRYPTION_KEY',
      expected: '64 hexadecimal digits in production; `openssl rand -hex 32` makes them',
    });
  if (values.MONGODB_URI === undefined)
    problems.push({
      variable: 'MONGODB_URI',
      expected:
        'the address of a MongoDB in production, or the word "embedded" for a small single-machine install',
    });
  return problems;
}

const SECRET_LENGTH = 32;

function contradictions(values: VariableValues): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  if (values.SMTP_USER !== undefined && values.SMTP_PASS === undefined)
    problems.push({ variable: 'SMTP_PASS', expected: 'a password, because SMTP_USER is set' });
  if (values.SMTP_PASS !== undefined && values.SMTP_USER === undefined)
    problems.push({ variable: 'SMTP_USER', expected: 'a user name, because SMTP_PASS is set' });
  return problems;
}

function secret(dataDir: string, name: 'jwt-secret' | 'encryption-key'): string {
  try {
    return keptSecret(join(dataDir, name));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ConfigError([
      { variable: 'DATA_DIR', expected: `a folder in which secrets can be kept (${reason})` },
    ]);
  }
}

function smtp(values: VariableValues, host: string): SmtpConfig {
  return {
    host,
    port: values.SMTP_PORT ?? 587,
    ...(values.SMTP_USER !== undefined && { user: values.SMTP_USER, pass: values.SMTP_PASS ?? '' }),
  };
}

/** The repository's folder when the app lies in one, else the folder the process was started in. */
function homeDirectory(): string {
  const repository = resolve(import.meta.dirname, '../../..');
  return existsSync(join(repository, 'turbo.json')) ? repository : process.cwd();
}

function envFile(path: string): Record<string, string> {
  return existsSync(path) ? present(parseEnv(readFileSync(path, 'utf8'))) : {};
}

function present(env: EnvironmentVariables): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).filter(
      (entry): entry is [string, string] => entry[1] !== undefined && entry[1].trim() !== '',
    ),
  );
}
