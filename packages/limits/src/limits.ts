/** @module Every limit on how often something may happen. */
import type { LoginAttempts, Mailer } from '@orchestrix/engine';
import { CallCounter } from './call-counter.ts';
import { tooMany } from './errors.ts';
import { createLoginLimiter, type LoginLimiter } from './login-limiter.ts';
import type { CallCounts, RateLimit, RateLimiter } from './ports.ts';

/** Limits, each rejecting or throwing with `TOO_MANY_REQUESTS` or `TOO_MANY_ATTEMPTS` and the time to wait. */
export interface Limits {
  register(address: string): Promise<void>;
  logins: LoginLimiter;
  /** Log-ins by `userLogin` steps of one owner's workflows. */
  loginAttemptsOf(ownerId: string): LoginAttempts;
  connectDatabase(ownerId: string): Promise<void>;
  /** Counts a call of a published API; costs no round trip. */
  call(path: string, address: string): void;
  /** A mailer that counts the recipients of one owner's mails. */
  limitMailer(ownerId: string, mailer: Mailer): Mailer;
  /** Recipients of mails that the owner has used up today. */
  mailRecipientsUsed(ownerId: string): Promise<number>;
  close(): void;
}

/** How often something may happen; 0 switches a limit off. */
export interface LimitSettings {
  /** New accounts of one address in an hour. */
  registrationsPerHour: number;
  /** Failed log-ins in one window: of one address for one account, of one address for all accounts, of all addresses for one account. */
  login: { windowMs: number; perAddressAndAccount: number; perAddress: number; perAccount: number };
  /** Calls of one published API in a minute: of one caller, and of all. */
  callsPerMinute: { perCaller: number; perApi: number; countsLoopback: boolean };
  /** Recipients of mails of one owner. */
  mailRecipients: { perDay: number };
  /** Databases that one owner tries to connect in an hour. */
  databaseConnectionsPerHour: number;
}

/** What {@link createLimits} is built from. */
export interface LimitsParts {
  settings: LimitSettings;
  limiter(limit: RateLimit): RateLimiter;
  calls: CallCounts;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** Limits on counters in the database and in memory. */
export function createLimits({ settings, limiter, calls }: LimitsParts): Limits {
  const { login, callsPerMinute, mailRecipients } = settings;
  const hourly = (name: string, points: number) => limiter({ name, points, windowMs: HOUR_MS });
  const registrations = hourly('register', settings.registrationsPerHour);
  const connections = hourly('connect-database', settings.databaseConnectionsPerHour);
  const mails = limiter({ name: 'mail', points: mailRecipients.perDay, windowMs: DAY_MS });
  const counter = new CallCounter({ windowMs: MINUTE_MS, shared: calls });
  const failures = (name: string) =>
    createLoginLimiter({
      perAddressAndAccount: limiter({
        name: `${name}-pair`,
        points: login.perAddressAndAccount,
        windowMs: login.windowMs,
      }),
      perAddress: limiter({ name: `${name}-address`, points: login.perAddress, windowMs: login.windowMs }),
      perAccount: limiter({ name: `${name}-account`, points: login.perAccount, windowMs: login.windowMs }),
    });
  const workflowLogins = failures('user-login');

  const consume = async (limiter: RateLimiter, key: string, points: number, what: string): Promise<void> => {
    const waitMs = await limiter.consume(key, points);
    if (waitMs !== null) throw tooMany('TOO_MANY_REQUESTS', waitMs, what);
  };

  return {
    register: (address) =>
      consume(
        registrations,
        address,
        1,
        `From one address ${settings.registrationsPerHour} accounts can be created in an hour.`,
      ),
    logins: failures('login'),
    loginAttemptsOf: (ownerId) => ({
      check: ({ caller = 'unknown', account }, verify) =>
        workflowLogins.attempt(
          `${ownerId} ${caller}`,
          `${ownerId} ${account}`,
          verify,
          (outcome) => 'value' in outcome && !outcome.value,
        ),
    }),
    connectDatabase: (ownerId) =>
      consume(
        connections,
        ownerId,
        1,
        `An account can try to connect ${settings.databaseConnectionsPerHour} databases in an hour.`,
      ),
    call: (path, address) => {
      const { perCaller, perApi, countsLoopback } = callsPerMinute;
      if (perCaller > 0 && (countsLoopback || !isLoopback(address))) {
        const waitMs = counter.hit(`${path} ${address}`, perCaller);
        if (waitMs !== null)
          throw tooMany(
            'TOO_MANY_REQUESTS',
            waitMs,
            `A caller may call this API ${perCaller} times a minute.`,
          );
      }
      const waitMs = perApi > 0 ? counter.hit(path, perApi) : null;
      if (waitMs !== null)
        throw tooMany('TOO_MANY_REQUESTS', waitMs, `This API may be called ${perApi} times a minute.`);
    },
    limitMailer: (ownerId, mailer) => ({
      send: async (message, options) => {
        const count = message.recipients?.length ?? 1;
        await consume(
          mails,
          ownerId,
          count,
          `The mails of an account may have ${mailRecipients.perDay} recipients a day.`,
        );
        return mailer.send(message, options);
      },
    }),
    mailRecipientsUsed: (ownerId) => mails.used(ownerId),
    close: () => counter.close(),
  };
}

function isLoopback(address: string): boolean {
  return /^(?:127\.|::1|::ffff:127\.)/.test(address) || address === '0000:0000:0000:0000::/56';
}
