/** @module A sandbox in memory, for embedders without a database at hand. */
import { createHmac, randomBytes, scryptSync, timingSafeEqual } from 'node:crypto';
import type { Document, Passwords, Ports, Tokens } from '@orchestrix/engine';
import { captureMailer, frozenClock, memoryDatabase } from '@orchestrix/engine/testing';
import type { Sandbox, SandboxSession } from './proof.ts';

/** A sandbox whose documents live in memory. Filters and updates are those of the engine's database for tests. */
export function memorySandbox(): Sandbox {
  return { open: async () => openSession() };
}

/** A moment like any other, the same in every proof. */
const START = Date.UTC(2026, 0, 15, 12);

function openSession(): SandboxSession {
  const clock = frozenClock(START);
  let mailer = captureMailer();
  let collections = new Set<string>();
  let database = memoryDatabase();
  const touch = (name: string) => {
    collections.add(name);
    return database;
  };
  const ports: Ports = {
    database: {
      find: (name, ...rest) => touch(name).find(name, ...rest),
      findOne: (name, ...rest) => touch(name).findOne(name, ...rest),
      insertOne: (name, ...rest) => touch(name).insertOne(name, ...rest),
      updateOne: (name, ...rest) => touch(name).updateOne(name, ...rest),
      updateMany: (name, ...rest) => touch(name).updateMany(name, ...rest),
      deleteOne: (name, ...rest) => touch(name).deleteOne(name, ...rest),
      deleteMany: (name, ...rest) => touch(name).deleteMany(name, ...rest),
    },
    mailer: { send: (message, options) => mailer.send(message, options) },
    tokens: signedTokens(() => clock.now()),
    passwords: saltedPasswords(),
    clock,
  };
  return {
    ports,
    seed: async (name, documents) => {
      touch(name)
        .documents(name)
        .push(...documents.map((document) => structuredClone(document) as Document));
    },
    documents: async () => {
      const names = [...collections].sort().filter((name) => database.documents(name).length > 0);
      return Object.fromEntries(names.map((name) => [name, plain(database.documents(name))]));
    },
    mails: () => [...mailer.sent],
    reset: async () => {
      mailer = captureMailer();
      collections = new Set();
      database = memoryDatabase();
    },
    close: async () => undefined,
  };
}

/** Dates as ISO texts. */
function plain(documents: readonly Document[]): Document[] {
  return JSON.parse(JSON.stringify(documents)) as Document[];
}

/** JSON Web Tokens (HS256) under a key that nobody else has. */
function signedTokens(now: () => number): Tokens {
  const key = randomBytes(32);
  const sign = (text: string) => createHmac('sha256', key).update(text).digest();
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return {
    sign: (payload, { expiresIn }) => {
      const issuedAt = Math.floor(now() / 1000);
      const claims = { ...payload, iat: issuedAt, exp: issuedAt + secondsOf(expiresIn) };
      const text = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode(claims)}`;
      return `${text}.${sign(text).toString('base64url')}`;
    },
    verify: (token) => {
      const [head, body, signature] = token.split('.');
      if (head === undefined || body === undefined || signature === undefined)
        throw new Error('jwt malformed');
      const given = Buffer.from(signature, 'base64url');
      const wanted = sign(`${head}.${body}`);
      if (given.length !== wanted.length || !timingSafeEqual(given, wanted))
        throw new Error('invalid signature');
      const claims = JSON.parse(Buffer.from(body, 'base64url').toString('utf8')) as Record<string, unknown>;
      if (Number(claims.exp) * 1000 <= now()) throw new Error('jwt expired');
      return claims;
    },
  };
}

const UNITS: Readonly<Record<string, number>> = {
  ms: 0.001,
  s: 1,
  m: 60,
  h: 3600,
  d: 86_400,
  w: 604_800,
  y: 31_557_600,
};

function secondsOf(duration: string | number): number {
  if (typeof duration === 'number') return duration;
  const [, amount = '7', unit = 's'] = /^(\d+(?:\.\d+)?)\s*([a-z]+)?$/i.exec(duration) ?? [];
  return Math.ceil(Number(amount) * (UNITS[unit.toLowerCase()] ?? 1));
}

/** Salted hashes that protect nothing worth protecting, and are quick. */
function saltedPasswords(): Passwords {
  const derive = (plain: string, salt: string) => scryptSync(plain, salt, 32, { N: 2 }).toString('hex');
  return {
    hash: async (plain) => {
      const salt = randomBytes(8).toString('hex');
      return `scrypt:${salt}:${derive(plain, salt)}`;
    },
    verify: async (plain, hash) => {
      const [kind, salt, digest] = hash.split(':');
      return kind === 'scrypt' && salt !== undefined && derive(plain, salt) === digest;
    },
  };
}
