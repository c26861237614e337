/** @module Replays the contract's cases of kind `resolve`, `engine` and `builder` on the engine with ports in memory. */

import { readFileSync } from 'node:fs';
import bcrypt from 'bcryptjs';
import jwt from 'jsonwebtoken';
import { describe, expect, test } from 'vitest';
import { differences } from '../../../contract/match.ts';
import { compile, type Document, type Ports, resolveObject, runEngine } from './index.ts';
import { captureMailer, memoryDatabase } from './testing/index.ts';

interface Case {
  id: string;
  kind: string;
  name: string;
  parity: string;
  expect?: unknown;
  expectType?: string;
  better?: Record<string, unknown>;
  value?: unknown;
  steps?: unknown[];
  input?: unknown;
  headers?: Record<string, unknown>;
  ownerId?: string;
  seed?: Record<string, Document[]>;
  expectPayload?: { steps?: unknown[]; throws?: string };
  nodes?: { id: string; type: string }[];
  edges?: unknown[];
}

const contract = JSON.parse(
  readFileSync(new URL('../../../contract/cases.json', import.meta.url), 'utf8'),
) as {
  resolveVars: Record<string, unknown>;
  environment: { JWT_SECRET: string; ownerWithoutDatabase: string };
  cases: Case[];
};
const ofKind = (kind: string) => contract.cases.filter((one) => one.kind === kind);

describe('resolve', () => {
  test.each(ofKind('resolve').map((one) => [one.id, one.name, one] as const))('%s %s', (_id, _name, one) => {
    const { expect: wanted, expectType } = { ...one, ...one.better };
    const value = resolveObject(contract.resolveVars, one.value);
    expect(value).toEqual(wanted === '<undefined>' ? undefined : wanted);
    expect(value === null ? 'null' : typeof value).toBe(expectType);
  });
});

describe('Feature: backend-core, Property 5: a run of the same steps gives the same result, engine', () => {
  // Whether an owner has a database of their own is the server's business.
  const cases = ofKind('engine').filter(
    ({ ownerId }) => ownerId !== contract.environment.ownerWithoutDatabase,
  );

  test.each(cases.map((one) => [one.id, one.name, one] as const))('%s %s', async (_id, _name, one) => {
    const result: unknown = JSON.parse(JSON.stringify(await run(one)));
    if (one.parity === 'match') expect(differences(result, one.expect)).toEqual([]);
    else expect(result).toMatchObject(IMPROVED[one.id] ?? pick(one.better));
  });
});

describe('builder', () => {
  test.each(ofKind('builder').map((one) => [one.id, one.name, one] as const))('%s %s', (_id, _name, one) => {
    if (one.expectPayload?.throws) {
      const plan = compile({ steps: one.nodes, edges: one.edges });
      expect(plan.diagnostics.map(({ code }) => code)).toContain('GRAPH_CYCLE');
      return;
    }
    const plan = compile({ steps: one.expectPayload?.steps });
    expect(plan.diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(plan.steps.map(({ type }) => type)).toEqual(
      one.expectPayload?.steps?.map((s) => (s as { type: string }).type),
    );
  });
});

/** What the notes of improved cases ask for in words. */
const IMPROVED: Record<string, unknown> = {
  'engine-006': { ok: true, output: { input: { email: 'z' } } },
  'engine-018': { ok: true, output: { created: { title: 'x' } }, steps: [{ input: { fields: ['title'] } }] },
  'engine-022': { ok: true },
  'engine-038': {
    ok: true,
    output: { deletedRecord: { email: 'ann@x.io', deletedCount: 1, acknowledged: true } },
  },
  'engine-035': { ok: true, output: { updated: { name: 'Q' } } },
  'engine-057': { ok: true, output: { input: { email: 'ann@x.io' } } },
};

function pick(better: Record<string, unknown> = {}): Record<string, unknown> {
  const { note: _, ...rest } = better;
  expect(Object.keys(rest)).not.toEqual([]);
  return rest;
}

function run(one: Case) {
  const secret = contract.environment.JWT_SECRET;
  const ports: Ports = {
    database: memoryDatabase(one.seed),
    mailer: captureMailer(({ to }) => (to.includes('fail') ? 'smtp down' : undefined)),
    tokens: {
      sign: (payload, options) => jwt.sign(payload, secret, options as jwt.SignOptions),
      verify: (token) => jwt.verify(token, secret, { algorithms: ['HS256'] }) as jwt.JwtPayload,
    },
    passwords: {
      hash: (plain) => bcrypt.hash(plain, 10),
      verify: (plain, hash) => bcrypt.compare(plain, hash),
    },
  };
  return runEngine(one.steps ?? [], one.input, one.headers, one.id, null, { ports });
}
