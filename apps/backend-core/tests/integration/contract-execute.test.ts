/** @module Replays the contract's cases of kind `execute`: a drawn run, and the log that a person reads of it. */
import { readFileSync } from 'node:fs';
import { ownerNamespace } from '@orchestrix/models';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { differences } from '../../../../contract/match.ts';
import { startTestServer, type TestServer } from '../support/start-test-server.ts';

interface Item extends Record<string, unknown> {
  phase: string;
  title?: string;
  stepIndex?: number;
  error?: string;
}

interface Case {
  id: string;
  kind: string;
  name: string;
  parity: string;
  request: { body: { steps: unknown[] } };
  seed: Record<string, Record<string, unknown>[]>;
  expectStream: Item[];
}

const { cases } = JSON.parse(
  readFileSync(new URL('../../../../contract/cases.json', import.meta.url), 'utf8'),
) as { cases: Case[] };
const execute = cases.filter(({ kind }) => kind === 'execute');

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
beforeEach(async () => {
  const { connection } = server.services.models;
  await connection.db!.collection(`${ownerNamespace('default-owner')}users`).deleteMany({});
});
afterAll(() => server.close());

/** The log of a run, once it is over. */
async function logOf(one: Case): Promise<Item[]> {
  for (const [name, documents] of Object.entries(one.seed)) {
    const physical = `${ownerNamespace('default-owner')}${name}`;
    await server.services.models.connection.db!.collection(physical).insertMany(structuredClone(documents));
  }
  const { status, body } = await server.request('POST /workflow/execute', one.request);
  expect(status).toBe(200);
  expect(differences(body, { ok: true, executionId: '<uuid>' })).toEqual([]);
  const read = async () => (await server.request<Item[]>(`/executions/${body.executionId}/logs`)).body;
  await expect
    .poll(async () => (await read()).at(-1)?.phase, { timeout: 5_000 })
    .toMatch(/^execution_(finished|failed)$/);
  return read();
}

describe('execute cases', () => {
  test.each(execute.map((one) => [one.id, one.name, one] as const))('%s %s', async (_id, _name, one) => {
    const items = await logOf(one);
    const ends = items.filter(({ phase }) => phase.startsWith('execution_'));
    expect(ends).toHaveLength(1);
    for (const { stepIndex } of items.filter(({ phase }) => phase === 'step_started')) {
      const closed = items.filter(
        (item) => item.stepIndex === stepIndex && /^(step_finished|error)$/.test(item.phase),
      );
      expect(closed).toHaveLength(1);
      expect(closed[0]?.durationMs).toBeGreaterThanOrEqual(1);
    }
    expect(items.map(({ id }) => id)).toEqual([...new Set(items.map(({ id }) => id))]);
    if (one.parity === 'match') expect(missingFrom(items, one.expectStream)).toEqual([]);
    else IMPROVED[one.id]?.(items, ends[0]!);
  });

  test.each([[null], [{}]])('a step without a type, %j, fails with a readable message', async (step) => {
    const { body } = await server.request('POST /workflow/execute', { body: { steps: [step] } });
    const read = async () => (await server.request<Item[]>(`/executions/${body.executionId}/logs`)).body;
    await expect.poll(async () => (await read()).at(-1)?.phase, { timeout: 5_000 }).toBe('execution_failed');
    expect((await read()).at(-2)).toMatchObject({ phase: 'error', message: 'Step encountered an error' });
  });

  test('every improved case is held against what is wanted of it', () => {
    expect(Object.keys(IMPROVED).sort()).toEqual(
      execute
        .filter(({ parity }) => parity === 'improve')
        .map(({ id }) => id)
        .sort(),
    );
  });
});

/** Lines of the earlier pipeline that say nothing to a person; no client reads them. */
const INTERNAL = /^(start|end)$/;
const INTERNAL_TITLE = /^(Connecting to database|Collection model found)$/;

/** What a client reads of a log: these entries, with these texts, in this order. */
function missingFrom(items: readonly Item[], expected: readonly Item[]): string[] {
  const problems: string[] = [];
  let from = 0;
  for (const wanted of expected) {
    if (INTERNAL.test(wanted.phase) || wanted.title === undefined || INTERNAL_TITLE.test(wanted.title))
      continue;
    const { data, ...texts } = wanted;
    const at = items.findIndex(
      (item, index) => index >= from && Object.entries(texts).every(([key, value]) => item[key] === value),
    );
    if (at < 0) {
      problems.push(`missing: ${JSON.stringify(texts)}`);
      continue;
    }
    from = at + 1;
    const shown = JSON.parse(JSON.stringify(data ?? null), (key, value) =>
      key === 'password' ? '[redacted]' : value,
    );
    if (data !== undefined) problems.push(...differences(items[at]!.data, shown, wanted.title));
  }
  return problems;
}

/** What the cases' notes ask for. */
const IMPROVED: Record<string, (items: Item[], end: Item) => void> = {
  'execute-002': (items, end) => {
    expect(end.phase).toBe('execution_finished');
    const { expectStream } = execute.find(({ id }) => id === 'execute-002')!;
    const texts = expectStream.filter(
      ({ stepType, data }) => stepType !== 'inputValidation' && data === undefined,
    );
    expect(missingFrom(items, texts)).toEqual([]);
    expect(JSON.stringify(items)).not.toMatch(/"password":"(?!\[redacted\])/);
  },
  'execute-005': (items, end) => {
    expect(end.phase).toBe('execution_finished');
    expect(JSON.stringify(items)).toContain('"name":"Zed"');
  },
  'execute-007': (_items, end) =>
    expect(end).toMatchObject({
      phase: 'execution_failed',
      error: 'Error: dbDelete: filter is empty after resolution',
    }),
  'execute-008': (items, end) => {
    expect(end.phase).toBe('execution_finished');
    expect(items).toContainEqual(
      expect.objectContaining({
        phase: 'step_finished',
        stepType: 'userLogin',
        data: { ok: false, error: 'Invalid email or password' },
      }),
    );
  },
  'execute-009': (_items, end) => expect(end.phase).toBe('execution_finished'),
  'execute-013': (items, end) => {
    expect(end).toMatchObject({ phase: 'execution_failed', error: "Error: emailSend: 'to' is required" });
    expect(items.at(-2)).toMatchObject({ phase: 'error', title: 'Step 2 failed' });
  },
};
