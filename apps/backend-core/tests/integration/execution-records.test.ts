/** @module What is kept of executions: one record behind the response, as much as the API asks for, true after faults. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestServer, type TestServer } from '../support/start-test-server.ts';

let server: TestServer;
let token: string;
let count = 0;

beforeAll(async () => {
  server = await startTestServer();
  ({ token } = await server.register());
});
afterAll(() => server.close());

const CHECK = [
  { type: 'inputValidation', rules: [{ field: 'input.email', type: 'email', required: true }] },
  { type: 'guard', value: '{{ input.email }}', is: 'present' },
  { type: 'response', body: { ok: true, email: '{{ input.email }}' } },
];

async function publish(options: Record<string, unknown> = {}, steps: unknown[] = CHECK) {
  const workflowId = `r${++count}`;
  await server.request('POST /workflows', { token, body: { workflowId, steps } });
  const { body } = await server.request(`POST /workflows/${workflowId}/publish`, {
    token,
    body: { apiName: 'go', ...options },
  });
  const call = async (input: unknown) => {
    const response = await fetch(`${server.base}${body.apiPath as string}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(input),
    });
    return { status: response.status, executionId: response.headers.get('x-execution-id')! };
  };
  return { workflowId, call };
}

const read = (executionId: string) => server.request(`/executions/${executionId}`, { token });
const list = async (workflowId: string) =>
  (
    await server.request<{ executions: { status: string; executionId: string }[] }>(
      `/executions?workflowId=${workflowId}`,
      { token },
    )
  ).body.executions;

test('the record is there for whoever asks with the response in hand, with the log', async () => {
  const { call, workflowId } = await publish();
  for (const [input, status] of [
    [{ email: 'ann@example.org', password: 'sesame' }, 'success'],
    [{ email: 'no address' }, 'failed'],
  ] as const) {
    const { executionId } = await call(input);
    const { body } = await read(executionId);
    expect(body).toMatchObject({
      execution: { status, workflowId, trigger: 'published', input: { email: input.email } },
    });
    expect(JSON.stringify(body)).not.toContain('sesame');
    const log = await server.request<{ position: number; phase: string }[]>(
      `/executions/${executionId}/logs`,
      { token },
    );
    const items = log.body;
    expect(items.map(({ position }) => position)).toEqual(items.map((_, index) => index + 1));
    expect(items.at(-1)!.phase).toBe(status === 'success' ? 'execution_finished' : 'execution_failed');
  }
  expect((await list(workflowId)).map(({ status }) => status)).toEqual(['failed', 'success']);
});

describe('an API keeps', () => {
  test.each([
    ['all', ['failed', 'success']],
    ['failures', ['failed']],
    ['none', []],
  ])('%s of its executions', async (record, kept) => {
    const { call, workflowId } = await publish({ record });
    const good = await call({ email: 'ann@example.org' });
    const bad = await call({});
    expect([good.status, bad.status]).toEqual([200, 400]);
    expect((await list(workflowId)).map(({ status }) => status)).toEqual(kept);
    expect((await read(good.executionId)).status).toBe(kept.includes('success') ? 200 : 404);
  });
});

test('every one of many calls at once has a record of its own', async () => {
  const { call, workflowId } = await publish();
  const calls = await Promise.all(
    Array.from({ length: 300 }, (_, n) => call(n % 3 === 0 ? {} : { email: `a${n}@example.org` })),
  );
  expect(new Set(calls.map(({ executionId }) => executionId)).size).toBe(300);
  const found = new Map<string, string>();
  let cursor: string | null = '';
  while (cursor !== null) {
    const {
      body,
    }: { body: { executions: { executionId: string; status: string }[]; nextCursor: string | null } } =
      await server.request(
        `/executions?workflowId=${workflowId}&limit=100${cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`}`,
        { token },
      );
    for (const { executionId, status } of body.executions) found.set(executionId, status);
    cursor = body.nextCursor;
  }
  expect(found.size).toBe(300);
  for (const { executionId, status } of calls)
    expect(found.get(executionId)).toBe(status === 200 ? 'success' : 'failed');
});

test('three small steps take less than two kilobytes, log included', async () => {
  const { call } = await publish();
  const { executionId } = await call({ email: 'ann@example.org' });
  expect((await read(executionId)).status).toBe(200);
  const { Execution } = server.services.models;
  const [row] = await Execution.aggregate<{ size: number }>([
    { $match: { executionId } },
    { $project: { size: { $bsonSize: '$$ROOT' } } },
  ]);
  expect(row!.size).toBeLessThan(2_000);
});

test('an execution that lasts is recorded while it runs, and seen in lists', async () => {
  const { call, workflowId } = await publish({}, [{ type: 'delay', seconds: 0.6 }, ...CHECK.slice(2)]);
  const calling = call({ email: 'ann@example.org' });
  await expect.poll(async () => (await list(workflowId)).map(({ status }) => status)).toEqual(['running']);
  const { executionId } = await calling;
  expect((await read(executionId)).body).toMatchObject({ execution: { status: 'success' } });
});

test('a slow success is not kept either by an API that keeps failures', async () => {
  const steps = [{ type: 'delay', seconds: 0.4 }, ...CHECK.slice(2)];
  const { call, workflowId } = await publish({ record: 'failures' }, steps);
  const calling = call({ email: 'ann@example.org' });
  await new Promise((resolve) => setTimeout(resolve, 250));
  expect(await list(workflowId)).toEqual([]);
  const { executionId, status } = await calling;
  expect(status).toBe(200);
  expect((await read(executionId)).status).toBe(404);
  expect(await list(workflowId)).toEqual([]);
});
