/** @module Where drafts are tried: real database steps on a scratch database, captured mails, time that stands still. */
import { randomBytes } from 'node:crypto';
import type { Sandbox, SandboxSession } from '@orchestrix/ai';
import type { Clock, Document, Mailer, MailMessage } from '@orchestrix/engine';
import { createMongoDatabase, createPasswords, plainDocument } from '@orchestrix/models';
import mongoose, { type Connection } from 'mongoose';
import { createWorkflowTokens } from '../workflow-tokens.ts';
import { createPlaces } from './places.ts';
import { createScratchDatabase } from './scratch-database.ts';

/** A sandbox with a server behind it. */
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
  const scratch = createScratchDatabase({ idleMs });
  const places = createPlaces(maxSessions);
  return {
    get running() {
      return scratch.running;
    },
    open: async () => {
      const leave = await places.take();
      try {
        const { connection, release } = await scratch.lease();
        return createSession(connection, () => release().finally(leave));
      } catch (error) {
        leave();
        throw error;
      }
    },
    close: () => scratch.close(),
  };
}

function createSession(connection: Connection, close: () => Promise<void>): SandboxSession {
  const clock = standingClock(Date.now());
  const mails: MailMessage[] = [];
  const database = () => {
    if (connection.db) return connection.db;
    throw new Error('The sandbox is closed');
  };
  return {
    ports: {
      database: createMongoDatabase(connection, { namespace: null, clock: () => new Date(clock.now()) }),
      mailer: capturingMailer(mails),
      tokens: createWorkflowTokens(randomBytes(32).toString('hex'), 'sandbox'),
      passwords: createPasswords({ cost: BCRYPT_COST }),
      clock,
    },
    seed: async (collection, documents) => {
      if (documents.length > 0)
        await database().collection(collection).insertMany(documents.map(withObjectId));
    },
    documents: async () => {
      const names = await collectionNames(connection);
      const lists = await Promise.all(names.map((name) => database().collection(name).find({}).toArray()));
      const pairs = names.map((name, index) => [name, (lists[index] ?? []).map(plainDocument)] as const);
      // A collection whose last document is gone is as good as none.
      return Object.fromEntries(pairs.filter(([, documents]) => documents.length > 0));
    },
    mails: () => [...mails],
    reset: async () => {
      mails.length = 0;
      await database().dropDatabase();
    },
    close,
  };
}

/** The same moment for ever; who sleeps wakes up at once, that much later. */
function standingClock(start: number): Clock {
  let now = start;
  return {
    now: () => now,
    sleep: async (ms, signal) => {
      signal?.throwIfAborted();
      now += ms;
    },
  };
}

function capturingMailer(mails: MailMessage[]): Mailer {
  return {
    send: async ({ to, subject, html }, options) => {
      options?.signal?.throwIfAborted();
      mails.push({ to, subject, html });
      return { messageId: `<${mails.length}@sandbox>` };
    },
  };
}

async function collectionNames({ db }: Connection): Promise<string[]> {
  const listed = (await db?.listCollections({}, { nameOnly: true }).toArray()) ?? [];
  return listed
    .map(({ name }) => name)
    .filter((name) => !name.startsWith('system.'))
    .sort();
}

/** The driver writes into what it is given, so it gets a copy. */
function withObjectId(document: Document): Document {
  const { _id: id } = document;
  const isHex = typeof id === 'string' && /^[0-9a-f]{24}$/i.test(id);
  return { ...document, ...(isHex && { _id: new mongoose.Types.ObjectId(id) }) };
}
