/** @module Where drafts are tried: real database steps on a scratch database, captured mails, a clock that does not advance by itself. */
import { randomBytes } from 'node:crypto';
import type { Sandbox, SandboxSession } from '@orchestrix/ai';
import type { Clock, Mailer, MailMessage } from '@orchestrix/engine';
import {
  createMongoDatabase,
  createPasswords,
  createScratchDatabases,
  type ScratchDatabase,
} from '@orchestrix/models';
import { createWorkflowTokens } from './workflow-tokens.ts';

/** A sandbox on a database server. */
export interface ServerSandbox extends Sandbox {
  /** Whether its database server runs at the moment. */
  readonly running: boolean;
  close(): Promise<void>;
}

/** Options of {@link createSandbox}. */
export interface SandboxOptions {
  /** Sessions at a time; others wait for one to close. Default: 4. */
  maxSessions?: number;
  /** How long the database server outlives the last session, in milliseconds. Default: ten minutes. */
  idleMs?: number;
}

/** Hashes of a sandbox protect nothing; the cheapest ones do. */
const BCRYPT_COST = 4;

/** A sandbox on an embedded database in memory, which starts when it is first needed. */
export function createSandbox({ maxSessions = 4, idleMs = 600_000 }: SandboxOptions = {}): ServerSandbox {
  const databases = createScratchDatabases({
    max: maxSessions,
    idleMs,
    // Loaded on demand: a server on MongoDB may never be asked for a draft.
    start: async () => {
      const { startEmbeddedMongo } = await import('@orchestrix/embedded-mongo');
      return startEmbeddedMongo({ host: '127.0.0.1', port: 0, durability: 'normal' });
    },
  });
  return {
    get running() {
      return databases.running;
    },
    open: async () => createSession(await databases.lease()),
    close: () => databases.close(),
  };
}

function createSession(database: ScratchDatabase): SandboxSession {
  const clock = createFrozenClock(Date.now());
  const mails: MailMessage[] = [];
  return {
    ports: {
      database: createMongoDatabase(database.connection, {
        namespace: null,
        clock: () => new Date(clock.now()),
      }),
      mailer: createCapturingMailer(mails),
      tokens: createWorkflowTokens(randomBytes(32).toString('hex'), 'sandbox'),
      passwords: createPasswords({ cost: BCRYPT_COST }),
      clock,
    },
    seed: database.seed,
    documents: database.readAll,
    mails: () => [...mails],
    reset: async () => {
      mails.length = 0;
      await database.clear();
    },
    close: database.release,
  };
}

/** Moves only when a step sleeps, which takes no time. */
function createFrozenClock(start: number): Clock {
  let now = start;
  return {
    now: () => now,
    sleep: async (ms, signal) => {
      signal?.throwIfAborted();
      now += ms;
    },
  };
}

function createCapturingMailer(mails: MailMessage[]): Mailer {
  return {
    send: async ({ to, subject, html }, options) => {
      options?.signal?.throwIfAborted();
      mails.push({ to, subject, html });
      return { messageId: `<${mails.length}@sandbox>` };
    },
  };
}
