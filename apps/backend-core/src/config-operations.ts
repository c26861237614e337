/** @module The part of the configuration that is about running the server: time limits, pools, its end, its mail connections. */
import type { VariableValues } from './config-variables.ts';

/** How mails are handed to the mail server. */
export interface SmtpLimits {
  /** Whether a mail server without TLS is refused. */
  requireTls: boolean;
  /** Until the connection stands. */
  connectionTimeoutMs: number;
  /** Until the server says hello. */
  greetingTimeoutMs: number;
  /** Longest silence in a conversation. */
  socketTimeoutMs: number;
  /** Longest time for one mail, with waiting for a connection and retries. */
  timeoutMs: number;
  /** How often a connection that ended before the mail was handed over is tried again. */
  retries: number;
  maxConnections: number;
}

/** Settings of operation; all times in milliseconds. */
export interface OperationSettings {
  /** For how long the server still serves after SIGTERM, while `/health/ready` already answers 503. */
  shutdownGraceMs: number;
  /** For how long a connection without a request stays open. */
  keepAliveTimeoutMs: number;
  /** After how long without the database `/health` answers 503; 0 for never. */
  healthDatabaseTimeoutMs: number;
  /** How long an operation looks for a database server. */
  databaseTimeoutMs: number;
  /** Most connections to the database. */
  databasePoolSize: number;
  smtpLimits: SmtpLimits;
}

/** What the variables say about operation. */
export function readOperations(values: VariableValues, production: boolean): OperationSettings {
  return {
    shutdownGraceMs: values.SHUTDOWN_GRACE_MS ?? (production ? 3_000 : 0),
    keepAliveTimeoutMs: values.KEEP_ALIVE_TIMEOUT_MS ?? 65_000,
    healthDatabaseTimeoutMs: values.HEALTH_DATABASE_TIMEOUT_MS ?? 60_000,
    databaseTimeoutMs: values.DATABASE_TIMEOUT_MS ?? 5_000,
    databasePoolSize: values.DATABASE_POOL_SIZE ?? 100,
    smtpLimits: {
      requireTls: values.SMTP_REQUIRE_TLS ?? production,
      connectionTimeoutMs: values.SMTP_CONNECTION_TIMEOUT_MS ?? 3_000,
      greetingTimeoutMs: values.SMTP_GREETING_TIMEOUT_MS ?? 3_000,
      socketTimeoutMs: values.SMTP_SOCKET_TIMEOUT_MS ?? 6_000,
      timeoutMs: values.SMTP_TIMEOUT_MS ?? 9_000,
      retries: values.SMTP_RETRIES ?? 1,
      maxConnections: values.SMTP_MAX_CONNECTIONS ?? 5,
    },
  };
}
