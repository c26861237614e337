/** @module Replays the contract's cases of kind `engine` over real HTTP, on real documents, with a real mail server. */
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { ownerNamespace } from '@orchestrix/models';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { differences } from '../../../../contract/match.ts';
import { startTestServer, type TestServer } from '../support/start-test-server.ts';

interface Case {
  id: string;
  kind: string;
  name: string;
  parity: string;
  steps: unknown[];
  input: unknown;
  headers: Record<string, string>;
  ownerId: string;
  seed: Record<string, Record<string, unknown>[]>;
  expect: unknown;
  better?: Record<string, unknown>;
}

const contract = JSON.parse(
  readFileSync(new URL('../../../../contract/cases.json', import.meta.url), 'utf8'),
) as {
  environment: { JWT_SECRET: string; ownerWithoutDatabase: string };
  cases: Case[];
};
const { ownerWithoutDatabase } = contract.environment;
const ofKind = contract.cases.filter(({ kind }) => kind === 'engine');
const cases = ofKind.filter(({ ownerId }) => ownerId !== ownerWithoutDatabase);

let server: TestServer;
const smtp = new SMTPServer({
  authOptional: true,
  disabledCommands: ['STARTTLS'],
  onRcptTo: ({ address }, _session, done) => done(address.includes('fail') ? new Error('smtp down') : null),
  onData: (stream, _session, done) => stream.resume().on('end', () => done()),
});

beforeAll(async () => {
  await new Promise<void>((resolve) => smtp.listen(0, '127.0.0.1', () => resolve()));
  server = await startTestServer({
    JWT_SECRET: contract.environment.JWT_SECRET,
    SMTP_HOST: '127.0.0.1',
    SMTP_PORT: String((smtp.server.address() as AddressInfo).port),
  });
});
afterAll(async () => {
  await server.close();
  await new Promise<void>((resolve) => smtp.close(() => resolve()));
});

describe('engine cases over HTTP', () => {
  test.each(cases.map((one) => [one.id, one.name, one] as const))('%s %s', async (_id, _name, one) => {
    const { token, userId } = await server.register();
    await seed(userId, one.seed);
    const { steps, input, headers } = one;
    const { status, body } = await server.request('POST /workflows/run', {
      token,
      body: { steps, input, headers },
    });
    expect(status).toBe(200);
    if (one.parity === 'match') expect(differences(body, one.expect)).toEqual([]);
    else expect(body).toMatchObject(IMPROVED[one.id] ?? {});
    // Whatever the case: a second reader finds the same outcome.
    const record = await server.request(`/executions/${body.executionId}`, { token });
    expect(record.body).toMatchObject({ execution: { status: body.ok ? 'success' : 'failed' } });
  });

  test.each(
    ofKind
      .filter(({ ownerId }) => ownerId === ownerWithoutDatabase)
      .map((one) => [one.id, one.name, one] as const),
  )('%s %s', async (id, _name, one) => {
    const body = { workflowId: id, ownerId: one.ownerId, steps: one.steps, apiName: 'run' };
    const { apiPath } = (await server.request('POST /workflows/save', { body })).body;
    const answer = await server.request(`POST ${apiPath}`, { body: one.input, headers: one.headers });
    expect(answer.status).toBe(422);
    expect(differences(answer.body, one.expect)).toEqual([]);
  });

  test('every improved case is held against what is wanted of it', () => {
    const improved = cases.filter(({ parity }) => parity === 'improve').map(({ id }) => id);
    expect(Object.keys(IMPROVED).sort()).toEqual(improved.sort());
  });
});

/** What the cases' `better` asks for, notes included. */
const IMPROVED: Record<string, unknown> = {
  'engine-006': { ok: true, output: { input: { email: 'z' } } },
  'engine-011': {
    ok: false,
    error: 'Input validation failed',
    errorDetails: { 'input.ghost': ['Field is required'] },
  },
  'engine-018': { ok: true, output: { created: { title: 'x' } }, steps: [{ input: { fields: ['title'] } }] },
  'engine-022': { ok: true },
  'engine-035': { ok: true, output: { updated: { name: 'Q' } } },
  'engine-038': {
    ok: true,
    output: { deletedRecord: { email: 'ann@x.io', deletedCount: 1, acknowledged: true } },
  },
  'engine-048': { ok: false, error: expect.stringContaining('smtp down') },
  'engine-056': { ok: false, failedStep: 0 },
  'engine-057': { ok: true, output: { input: { email: 'ann@x.io' } } },
};

async function seed(ownerId: string, collections: Case['seed']): Promise<void> {
  const { connection } = server.services.models;
  for (const [name, documents] of Object.entries(collections)) {
    await connection
      .db!.collection(`${ownerNamespace(ownerId)}${name}`)
      .insertMany(structuredClone(documents));
  }
}
