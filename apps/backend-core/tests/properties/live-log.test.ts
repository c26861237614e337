/**
 * @module Property 4: whatever an execution does, each of its events reaches every viewer, whole and once, over every transport and across
 * lost connections. What an event has to say comes from the execution's result, not from its log.
 */
import { createClient, type ExecutionEvent, type OrchestrixClient } from '@orchestrix/client';
import fc from 'fast-check';
import { io, type Socket } from 'socket.io-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { type CuttingProxy, startCuttingProxy } from '../support/cutting-proxy.ts';
import { type RandomRun, randomRun } from '../support/random-definition.ts';
import { startTestServer, type TestServer } from '../support/start-test-server.ts';

/** An event as viewers of Socket.IO get it. */
interface Event {
  executionId: string;
  seq: number;
  type: string;
  stepIndex?: number;
  stepType?: string;
  data?: unknown;
  error?: string;
  timestamp: string;
}

/** A row of the log panel. */
interface Item {
  phase: string;
  stepIndex?: number;
  stepType?: string;
  output?: unknown;
  error?: string;
}

interface Result {
  ok: boolean;
  error?: string;
  steps: {
    stepIndex: number;
    stepType: string;
    status: string;
    output: unknown;
    error: { message: string } | null;
  }[];
}

let server: TestServer;
let proxy: CuttingProxy;
let token: string;
/** Reaches the server through the proxy, where only server-sent events get through. */
let client: OrchestrixClient;

beforeAll(async () => {
  server = await startTestServer({ ANONYMOUS_ACCESS: 'false', EXECUTIONS_PER_MINUTE: '0' });
  proxy = await startCuttingProxy(server.base);
  ({ token } = await server.register());
  client = createClient({ baseUrl: proxy.base, token });
});
afterAll(async () => {
  await proxy.close();
  await server.close();
});

/** The same workflows as property 5 runs, behind a pause in which viewers join, and with pauses for its mails. */
const slowRun: fc.Arbitrary<RandomRun> = randomRun.map((run) => {
  const first = run.steps.filter(({ id }) => run.edges.every(({ target }) => target !== id));
  const isPause = ({ type }: { type: string }) => type === 'emailSend' || type === 'delay';
  const pause = (id: string, seconds: number) => ({ id, type: 'delay', seconds });
  return {
    ...run,
    steps: [pause('join', 0.02), ...run.steps.map((step) => (isPause(step) ? pause(step.id, 0.004) : step))],
    edges:
      run.edges.length === 0
        ? []
        : [...first.map(({ id }) => ({ source: 'join', target: id })), ...run.edges],
  };
});

const cuts = fc.uniqueArray(fc.integer({ min: 1, max: 12 }), { maxLength: 3 });

/** What the result says that viewers have to see, in order. */
function expectedEvents({ ok, error, steps }: Result) {
  return [
    ...steps
      .filter(({ status }) => status !== 'skipped')
      .flatMap(({ stepIndex, stepType, status, output, error: failure }) => [
        { type: 'step_start', stepIndex, stepType },
        status === 'success'
          ? { type: 'step_complete', stepIndex, stepType, data: output }
          : { type: 'step_error', stepIndex, stepType, error: failure!.message },
      ]),
    { type: 'workflow_complete', ...(ok ? {} : { error }) },
  ];
}

/** The same of the events as the engine tells them. */
function expectedFullEvents({ ok, error, steps }: Result) {
  return [
    { type: 'execution_started' },
    ...steps.flatMap(({ stepIndex, stepType, status, output, error: failure }) => {
      const step = { stepIndex, stepType };
      if (status === 'skipped') return [{ type: 'step_skipped', ...step }];
      return [
        { type: 'step_started', ...step },
        status === 'success'
          ? { type: 'step_completed', ...step, output }
          : { type: 'step_failed', ...step, error: failure!.message, errorCode: expect.any(String) },
      ];
    }),
    ok ? { type: 'execution_completed' } : { type: 'execution_failed', error, errorCode: expect.any(String) },
  ];
}

/** Which kind of event a row of the panel stands for; rows of other phases stand for none. */
const TYPE_OF_PHASE: Readonly<Record<string, string>> = {
  step_started: 'step_start',
  step_finished: 'step_complete',
  error: 'step_error',
  execution_finished: 'workflow_complete',
  execution_failed: 'workflow_complete',
};

/** The part of an event that the result knows. */
function known({ type, stepIndex, stepType, data, error }: Event) {
  return {
    type,
    ...(stepIndex === undefined ? {} : { stepIndex, stepType }),
    ...(type === 'step_complete' ? { data } : {}),
    ...(error === undefined ? {} : { error }),
  };
}

/** Follows over Socket.IO; leaves after each of these numbers of events and comes back with what it has. */
async function overSocketIo(executionId: string, leaveAfter: readonly number[]): Promise<Event[]> {
  const events: Event[] = [];
  const isOver = () => events.at(-1)?.type === 'workflow_complete';
  const pending = [...leaveAfter];
  do {
    const socket: Socket = io(server.base, {
      transports: ['websocket'],
      forceNew: true,
      reconnection: false,
      auth: { token },
    });
    const left = new Promise<void>((resolve) => {
      socket.on('execution-log', (event: Event) => {
        if (!socket.connected) return;
        events.push(event);
        if (!isOver() && !pending.includes(events.length)) return;
        socket.disconnect();
        resolve();
      });
    });
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('connect_error', reject);
    });
    expect(
      await socket.emitWithAck('join-execution', { executionId, lastSeq: events.at(-1)?.seq ?? 0 }),
    ).toMatchObject({ ok: true });
    await left;
  } while (!isOver());
  return events;
}

/** Follows with the client over server-sent events, whose connection breaks after each of these numbers of events. */
async function overServerSentEvents(
  executionId: string,
  cutAfter: readonly number[],
): Promise<ExecutionEvent[]> {
  const events: ExecutionEvent[] = [];
  for await (const event of client.executions.follow(executionId, { transport: 'events', reconnectMs: 2 })) {
    events.push(event);
    if (cutAfter.includes(events.length)) proxy.cut();
  }
  return events;
}

/** Follows over the plain stream of the existing web client. */
async function overPlainStream(executionId: string): Promise<Item[]> {
  const peer = new WebSocket(server.base.replace('http', 'ws'), {
    headers: { authorization: `Bearer ${token}` },
  });
  const items: Item[] = [];
  const ended = new Promise<void>((resolve) => {
    peer.on('message', (message) => {
      const { event } = JSON.parse(String(message)) as { event: { type: string; data: Item | Item[] } };
      if (event.type === 'sync' || event.type === 'create') items.push(...[event.data].flat());
      if (items.some(({ phase }) => /^execution_/.test(phase))) resolve();
    });
  });
  await new Promise<void>((resolve, reject) => {
    peer.once('open', resolve);
    peer.once('error', reject);
  });
  peer.send(
    JSON.stringify({
      type: 'join',
      data: { streamName: 'executionLog', groupId: executionId, subscriptionId: 's' },
    }),
  );
  await ended;
  peer.terminate();
  return items;
}

async function storedResult(executionId: string): Promise<Result> {
  const read = () =>
    server.request<{ execution: { status: string; result: Result } }>(`/executions/${executionId}`, {
      token,
    });
  await expect.poll(async () => (await read()).body.execution.status).not.toBe('running');
  return (await read()).body.execution.result;
}

describe('Property 4: N events are N events for every viewer', () => {
  it('whole and once over every transport, live, late and across lost connections', async () => {
    let reconnects = 0;
    await fc.assert(
      fc.asyncProperty(slowRun, cuts, cuts, async ({ steps, edges, input }, leaves, breaks) => {
        const started = await server.request('POST /workflows/run?async=true', {
          token,
          body: { steps, edges, input },
        });
        const executionId = started.body.executionId as string;
        const [sockets, events, items] = await Promise.all([
          overSocketIo(executionId, leaves),
          overServerSentEvents(executionId, breaks),
          overPlainStream(executionId),
        ]);
        const result = await storedResult(executionId);
        const expected = expectedEvents(result);

        expect(sockets.map(known)).toEqual(expected);
        expect(sockets.map(({ seq }) => seq)).toEqual(expected.map((_, index) => index + 1));
        const times = sockets.map(({ timestamp }) => Date.parse(timestamp));
        expect(times).toEqual([...times].sort((a, b) => a - b));
        for (const event of sockets) expect(event.executionId).toBe(executionId);
        expect(events.filter(({ type }) => type !== 'note')).toMatchObject(expectedFullEvents(result));
        expect(events.map(({ position }) => position)).toEqual(events.map((_, index) => index + 1));

        // The panel shows more than events; those of its rows that stand for one say the same.
        const rows = items.filter(({ phase }) => phase in TYPE_OF_PHASE);
        expect(
          rows.map(({ phase, stepIndex, stepType, output, error }) =>
            known({
              type: TYPE_OF_PHASE[phase],
              stepIndex,
              stepType,
              data: output,
              error: error?.replace(/^Error: /, ''),
            } as Event),
          ),
        ).toEqual(expected);
        const late = await server.request<Item[]>(`/executions/${executionId}/logs`, { token });
        expect(late.body).toEqual(items);
        expect(await overSocketIo(executionId, [])).toEqual(sockets);
        const stored = await server.request(`/executions/${executionId}/events`, { token });
        expect(stored.body).toEqual(events);
        reconnects += leaves.filter((after) => after < expected.length).length;
      }),
      { numRuns: 100 },
    );
    expect(reconnects).toBeGreaterThan(20);
  }, 120_000);
});
