/** @module Every limit and quota of the server: its variable, its default, and what it bounds. 0 switches one off. */
import type { ConnectionLimits, QuotaSettings, LimitSettings as RateSettings } from '@orchestrix/limits';
import type { VariableValues } from './config-variables.ts';

/** What callers, accounts and owners may use. */
export interface LimitSettings extends RateSettings {
  /** Executions that one owner starts in a minute, published calls not counted. */
  executionsPerMinute: number;
  /** Executions of one owner that run or wait at the same time in this process. */
  liveExecutions: number;
  /** Recipients of mails: of one execution, of one owner in a day. */
  mailRecipients: { perExecution: number; perDay: number };
  /** Open sockets and streams. */
  connections: ConnectionLimits;
  /** What is kept of one owner. */
  quotas: QuotaSettings & { versionsPerWorkflow: number };
}

/** The limits as they are set, with defaults for the rest. Outside production those that a developer's own tools would meet are off. */
export function readLimits(values: VariableValues, production: boolean): LimitSettings {
  const inProduction = (limit: number) => (production ? limit : 0);
  return {
    registrationsPerHour: values.REGISTRATIONS_PER_HOUR ?? (production ? 100 : 1_000),
    login: {
      windowMs: (values.LOGIN_RATE_WINDOW_MINUTES ?? 15) * 60_000,
      perAddressAndAccount: values.LOGIN_RATE_LIMIT ?? 100,
      perAddress: values.LOGIN_FAILURES_PER_ADDRESS ?? 150,
      perAccount: values.LOGIN_FAILURES_PER_ACCOUNT ?? 150,
    },
    callsPerMinute: {
      perCaller: values.CALLS_PER_MINUTE_PER_CALLER ?? 6_000,
      perApi: values.CALLS_PER_MINUTE_PER_API ?? 0,
      // Behind a proxy on this machine every caller would be counted as one, unless the operator asks for that.
      countsLoopback: values.CALLS_PER_MINUTE_PER_CALLER !== undefined,
    },
    executionsPerMinute: values.EXECUTIONS_PER_MINUTE ?? inProduction(3_000),
    liveExecutions: values.LIVE_EXECUTIONS ?? 500,
    mailRecipients: {
      perExecution: values.MAIL_RECIPIENTS_PER_EXECUTION ?? 100,
      perDay: values.MAIL_RECIPIENTS_PER_DAY ?? 1_000,
    },
    databaseConnectionsPerHour: values.DATABASE_CONNECTIONS_PER_HOUR ?? 60,
    connections: {
      perAddress: values.CONNECTIONS_PER_ADDRESS ?? 1_200,
      perAccount: values.CONNECTIONS_PER_ACCOUNT ?? 1_200,
    },
    quotas: {
      storedBytes: (values.QUOTA_STORED_MB ?? 1_024) * 1024 * 1024,
      documents: values.QUOTA_DOCUMENTS ?? 1_000_000,
      versionsPerWorkflow: values.QUOTA_WORKFLOW_VERSIONS ?? 100,
      executions: values.QUOTA_EXECUTIONS ?? 50_000,
    },
  };
}
