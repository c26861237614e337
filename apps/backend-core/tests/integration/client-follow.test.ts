/** @module Following live logs with `@orchestrix/client`: lost connections, no sockets, abort, refusals. */
import {
  createClient,
  type ExecutionEvent,
  type FollowOptions,
  type OrchestrixClient,
} from '@orchestrix/client';
import type { ExecutionEvent as EngineEvent } from '@orchestrix/engine';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CuttingProxy, startCuttingProxy } from '../support/cutting-proxy.ts';
import { logEvent } from '../support/factories.ts';
import { startTestServer, type TestServer } from '../support/start-test-server.ts';

let server: TestServer;
let proxy: CuttingProxy;
let client: OrchestrixClient;
/** The same account, where no socket can be opened. */
let proxied: OrchestrixClient;

beforeAll(async () => {
  server = await startTestServer({ ANONYMOUS_ACCESS: 'false' });
  proxy = await startCuttingProxy(server.base);
  const { token } = await server.register();
  client = createClient({ baseUrl: server.base, token });
  proxied = createClient({ baseUrl: proxy.base, token });
});
afterAll(async () => {
  await proxy.close();
  await server.close();
});

const FAST: FollowOptions = { reconnectMs: 5 };

const SLOW_STEPS = [
  { type: 'input', variables: [] },
  { type: 'delay', seconds: 0.2 },
  { type: 'delay', seconds: 0.2 },
  { type: 'teleport' },
];

async function all(events: AsyncIterable<ExecutionEvent>): Promise<ExecutionEvent[]> {
  const list: ExecutionEvent[] = [];
  for await (const event of events) list.push(event);
  return list;
}

/** Fails unless the events are those of the log, all of them, up to the end of the run. */
async function expectWhole(executionId: string, events: readonly ExecutionEvent[]): Promise<void> {
  // A log that is still being written would be as short as what was followed of it.
  expect(events.at(-1)?.type).toMatch(/^execution_(completed|failed)$/);
  expect(events).toEqual(await client.executions.events(executionId));
}

const connections = async () => (await server.live.io.fetchSockets()).length;

describe('following over sockets', () => {
  test('gives every event once and in order and ends, while it runs and afterwards', async () => {
    const { executionId } = await client.start(SLOW_STEPS);
    const live = await all(client.executions.follow(executionId, { transport: 'sockets' }));
    await expectWhole(executionId, live);
    expect(live.filter(({ type }) => type !== 'note')).toHaveLength(10);
    expect(live.at(-1)).toMatchObject({ executionId, error: 'Unknown step type: "teleport"' });
    const past = await all(client.executions.follow(executionId));
    expect(past).toEqual(live);
    expect(await all(client.executions.follow(executionId, { after: 6 }))).toEqual(live.slice(6));
    expect(await all(client.executions.follow(executionId, { after: live.length }))).toEqual([]);
    await expect.poll(connections).toBe(0);
  });

  test('lets two viewers of one execution be, also when one leaves', async () => {
    const { executionId } = await client.start(SLOW_STEPS);
    const whole = all(client.executions.follow(executionId));
    for await (const { position } of client.executions.follow(executionId)) if (position === 2) break;
    await expectWhole(executionId, await whole);
  });

  test.each(['the connection is closed', 'the socket is sent away'])('survives that %s', async (how) => {
    const { executionId } = await client.start(SLOW_STEPS);
    const events: ExecutionEvent[] = [];
    for await (const event of client.executions.follow(executionId, FAST)) {
      events.push(event);
      if (event.position < 6) server.live.io.disconnectSockets(how === 'the connection is closed');
    }
    await expectWhole(executionId, events);
  });

  test('loses and doubles nothing whenever connections are lost', async () => {
    const step = fc.constantFrom(
      { type: 'input', variables: [] },
      { type: 'delay', seconds: 0.004 },
      { type: 'dbFind', collection: 'nothing', filter: {} },
      { type: 'teleport' },
    );
    const cut = fc.record({ afterMs: fc.integer({ min: 0, max: 15 }), close: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 1, maxLength: 12 }),
        fc.array(cut, { maxLength: 5 }),
        async (steps, cuts) => {
          const { executionId } = await client.start(steps);
          const following = all(client.executions.follow(executionId, { ...FAST, transport: 'sockets' }));
          for (const { afterMs, close } of cuts) {
            await new Promise((resolve) => setTimeout(resolve, afterMs));
            server.live.io.disconnectSockets(close);
          }
          await expectWhole(executionId, await following);
        },
      ),
      { numRuns: 100 },
    );
  }, 120_000);

  test('has events of the shape that the engine gives them', () => {
    const ours = (event: EngineEvent): ExecutionEvent => event;
    const engines = (event: ExecutionEvent): EngineEvent => event;
    const event = ours(logEvent());
    expect(engines(event)).toBe(event);
  });
});

describe('following where no sockets can be had', () => {
  test('gives the very same events over server-sent events', async () => {
    const { executionId } = await proxied.start(SLOW_STEPS);
    const refusedBefore = proxy.refused;
    const events = await all(proxied.executions.follow(executionId, FAST));
    expect(proxy.refused).toBeGreaterThan(refusedBefore);
    expect(events).toEqual(await all(client.executions.follow(executionId, { transport: 'sockets' })));
    expect(await all(client.executions.follow(executionId, { transport: 'events', after: 4 }))).toEqual(
      events.slice(4),
    );
  });

  test('survives lost connections, asking for what is new only', async () => {
    const { executionId } = await proxied.start(SLOW_STEPS);
    const path = `GET /executions/${executionId}/events`;
    const events: ExecutionEvent[] = [];
    for await (const event of proxied.executions.follow(executionId, { ...FAST, transport: 'events' })) {
      events.push(event);
      if (event.type === 'step_started' && event.stepType === 'delay') proxy.cut();
    }
    await expectWhole(executionId, events);
    expect(proxy.passed.filter((one) => one === path).length).toBeGreaterThanOrEqual(3);
  });

  test('fails where sockets are asked for', async () => {
    const { executionId } = await proxied.start(SLOW_STEPS);
    const following = proxied.executions.follow(executionId, { ...FAST, transport: 'sockets' });
    await expect(following.next()).rejects.toMatchObject({ status: 0, code: 'NETWORK_ERROR' });
  });
});

describe.each(['sockets', 'events'] as const)('over %s, following', (transport) => {
  test('ends with the reason of the signal', async () => {
    const { executionId } = await client.start([{ type: 'delay', seconds: 3600 }]);
    const controller = new AbortController();
    const reason = new Error('the viewer left');
    const follow = async () => {
      const { signal } = controller;
      for await (const _ of client.executions.follow(executionId, { ...FAST, transport, signal })) {
        setTimeout(() => controller.abort(reason), 20);
      }
    };
    await expect(follow()).rejects.toBe(reason);
    await expect.poll(connections).toBe(0);
    await client.executions.cancel(executionId);
    const late = client.executions.follow(executionId, { transport, signal: controller.signal });
    await expect(late.next()).rejects.toBe(reason);
  });

  test('is refused for an unknown execution, one of somebody else, and without a login', async () => {
    const stranger = createClient({ baseUrl: server.base, token: (await server.register()).token });
    const { executionId } = await client.start([{ type: 'response', body: 1 }]);
    await all(client.executions.follow(executionId));
    for (const call of [
      client.executions.follow('none', { ...FAST, transport }),
      stranger.executions.follow(executionId, { ...FAST, transport }),
    ]) {
      await expect(call.next()).rejects.toMatchObject({ status: 404, code: 'NOT_FOUND' });
    }
    for (const token of [undefined, 'nonsense']) {
      const nobody = createClient({ baseUrl: server.base, token });
      const following = nobody.executions.follow(executionId, { ...FAST, transport });
      await expect(following.next()).rejects.toMatchObject({ status: 401, code: 'UNAUTHENTICATED' });
    }
  });

  test('tells when a log ends without its last event, as after a crash of the server', async () => {
    const { id: ownerId } = await client.auth.me();
    const executionId = crypto.randomUUID();
    const { logs } = server.services.workflows;
    expect(await logs.may({ owners: [ownerId] }, executionId)).toBe(false);
    logs.open(ownerId, executionId);
    logs.append(logEvent({ executionId }));
    logs.store(executionId);
    await logs.flush(executionId);
    const { executions: rows } = server.services.repositories;
    await rows.create(ownerId, { executionId, trigger: 'run' });
    await rows.finish(ownerId, executionId, { status: 'failed' });
    const crashed = await startTestServer({ ANONYMOUS_ACCESS: 'false', MONGODB_URI: uriOf(server) });
    try {
      const viewer = createClient({ baseUrl: crashed.base, token: client.auth.token });
      const following = viewer.executions.follow(executionId, { ...FAST, idleMs: 1_000, transport });
      expect((await following.next()).value).toMatchObject({ position: 1 });
      await expect(following.next()).rejects.toMatchObject({ code: 'EXECUTION_INTERRUPTED' });
    } finally {
      await crashed.close();
    }
  });

  test('gives up on a server that stays out of reach', async () => {
    const doomed = await startTestServer();
    try {
      const { token, userId } = await doomed.register();
      const viewer = createClient({ baseUrl: doomed.base, token });
      const { executionId } = await viewer.start([{ type: 'delay', seconds: 3600 }]);
      const following = viewer.executions.follow(executionId, { ...FAST, transport, giveUpMs: 50 });
      for await (const { type } of { [Symbol.asyncIterator]: () => ({ next: () => following.next() }) })
        if (type === 'note') break;
      doomed.httpServer.close();
      await doomed.live.close();
      doomed.httpServer.closeAllConnections();
      await expect(following.next()).rejects.toMatchObject({ status: 0, code: 'NETWORK_ERROR' });
      // Or the server waits for it before it stops.
      await doomed.services.workflows.executions.cancel(userId, executionId);
    } finally {
      await doomed.close();
    }
  });
});

function uriOf({ services }: TestServer): string {
  const { host, port, name } = services.models.connection;
  return `mongodb://${host}:${port}/${name}`;
}
