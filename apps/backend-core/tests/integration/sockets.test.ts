/** @module Live logs over Socket.IO: joining, replay, reconnecting, rights, origins; spec property 4. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { type ExecutionEvent, ExecutionLogView } from '@orchestrix/engine';
import fc from 'fast-check';
import { io, type Socket } from 'socket.io-client';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { startTestServer, type TestServer } from '../support/start-test-server.ts';

interface Event {
  executionId: string;
  type: string;
  seq: number;
  stepIndex?: number;
  error?: string;
}

interface Reply {
  ok: boolean;
  lastSeq?: number;
  error?: string;
  code?: string;
}

let server: TestServer;
let token: string;
const sockets: Socket[] = [];

beforeAll(async () => {
  server = await startTestServer({ ANONYMOUS_ACCESS: 'false' });
  ({ token } = await server.register());
});
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.disconnect();
});
afterAll(() => server.close());

/** A connected viewer and everything it has received. */
async function viewer(options: { token?: string; headers?: Record<string, string> } = { token }) {
  const socket = io(server.base, {
    transports: ['websocket'],
    forceNew: true,
    reconnection: false,
    auth: options.token === undefined ? {} : { token: options.token },
    extraHeaders: options.headers ?? {},
  });
  sockets.push(socket);
  const events: Event[] = [];
  socket.on('execution-log', (event: Event) => events.push(event));
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('connect_error', reject);
  });
  const join = (executionId: string, lastSeq?: number): Promise<Reply> =>
    socket.emitWithAck('join-execution', { executionId, ...(lastSeq === undefined ? {} : { lastSeq }) });
  return { socket, events, join };
}

async function start(steps: unknown[]): Promise<string> {
  const { body } = await server.request('POST /workflows/run?async=true', { token, body: { steps } });
  return body.executionId as string;
}

const seqs = (events: Event[]) => events.map(({ seq }) => seq);
const ended = (events: Event[]) =>
  expect.poll(() => events.at(-1)?.type, { timeout: 10_000 }).toBe('workflow_complete');
const upTo = (n: number) => Array.from({ length: n }, (_, i) => i + 1);

describe('a viewer', () => {
  test('that joins while it runs gets everything once and in order', async () => {
    const { events, join } = await viewer();
    const executionId = await start([
      { type: 'input', variables: [] },
      { type: 'delay', seconds: 0.2 },
      { type: 'teleport' },
    ]);
    expect(await join(executionId)).toMatchObject({ ok: true });
    await ended(events);
    expect(events.map(({ type }) => type)).toEqual([
      'step_start',
      'step_complete',
      'step_start',
      'step_complete',
      'step_start',
      'step_error',
      'workflow_complete',
    ]);
    expect(seqs(events)).toEqual(upTo(7));
    expect(events.at(-1)).toMatchObject({ executionId, error: 'Unknown step type: "teleport"' });
  });

  test('that saw the end finds it in the record at once, and the start as soon as it knows the id', async () => {
    for (let i = 0; i < 10; i++) {
      const { events, join, socket } = await viewer();
      const executionId = await start([{ type: 'delay', seconds: 0.02 }]);
      const record = async () => (await server.request(`/executions/${executionId}`, { token })).body;
      expect(await record()).toMatchObject({ execution: { executionId } });
      await join(executionId);
      await new Promise<void>((resolve) => {
        if (events.at(-1)?.type === 'workflow_complete') resolve();
        socket.on('execution-log', ({ type }: Event) => type === 'workflow_complete' && resolve());
      });
      const [one, list] = await Promise.all([record(), server.request('/executions?limit=1', { token })]);
      expect(one).toMatchObject({ execution: { status: 'success' } });
      expect(list.body).toMatchObject({ executions: [{ executionId, status: 'success' }] });
    }
  });

  test('that joins after the end gets the replay, also from the store', async () => {
    const executionId = await start([{ type: 'response', body: 1 }]);
    await expect
      .poll(async () => (await server.request(`/executions/${executionId}`, { token })).body)
      .toMatchObject({ execution: { status: 'success' } });
    const first = await viewer();
    expect(await first.join(executionId)).toEqual({ ok: true, lastSeq: 3 });
    await ended(first.events);
    // What another process would see: nothing in memory.
    const { logs } = server.services.workflows;
    await logs.close();
    const second = await viewer();
    expect(await second.join(executionId, 1)).toEqual({ ok: true, lastSeq: 3 });
    await ended(second.events);
    expect(seqs(second.events)).toEqual([2, 3]);
  });

  test('that leaves gets nothing more', async () => {
    const { socket, events, join } = await viewer();
    const executionId = await start([{ type: 'delay', seconds: 0.3 }]);
    await join(executionId);
    await socket.emitWithAck('leave-execution', { executionId });
    await expect
      .poll(async () => (await server.request(`/executions/${executionId}`, { token })).body)
      .toMatchObject({ execution: { status: 'success' } });
    expect(events.every(({ type }) => type === 'step_start')).toBe(true);
  });

  test('cannot join an execution of somebody else, an unknown one, or none', async () => {
    const executionId = await start([{ type: 'response', body: 1 }]);
    const { join, socket, events } = await viewer({ token: (await server.register()).token });
    expect(await join(executionId)).toMatchObject({ ok: false, error: expect.any(String) });
    expect(await join('unknown')).toMatchObject({ ok: false });
    for (const message of [null, 5, {}, { executionId: { $ne: '' } }, []]) {
      expect(await socket.emitWithAck('join-execution', message)).toMatchObject({ ok: false });
    }
    socket.emit('join-execution');
    expect(events).toEqual([]);
  });

  test('needs a valid token while anonymous access is off', async () => {
    await expect(viewer({})).rejects.toThrow('Authentication failed');
    await expect(viewer({ token: 'nonsense' })).rejects.toThrow('Authentication failed');
  });

  test('may not come from a foreign page', async () => {
    await expect(viewer({ token, headers: { origin: 'https://evil.example' } })).rejects.toThrow();
    await expect(viewer({ token, headers: { origin: 'http://localhost:3100' } })).resolves.toBeDefined();
  });
});

describe('a connection', () => {
  test('that does not read what it asks for is dropped before it fills the memory', async () => {
    const text = 'x'.repeat(500_000);
    const { body } = await server.request('POST /workflows/run', {
      token,
      body: { steps: [{ type: 'input', variables: [{ name: 'text' }] }], input: { text } },
    });
    const before = server.live.io.engine.clientsCount;
    const deaf = await deafViewer();
    expect(server.live.io.engine.clientsCount).toBe(before + 1);
    // Half a gigabyte for 400 short messages.
    for (let i = 0; i < 400; i++) {
      deaf.send('join-execution', body.executionId);
      deaf.send('leave-execution', body.executionId);
    }
    await expect.poll(() => server.live.io.engine.clientsCount, { timeout: 10_000 }).toBe(before);
    deaf.end();
  });

  test('cannot watch more at a time than one may, also when it asks for all at once', async () => {
    const executionId = await start([{ type: 'response', body: 1 }]);
    await expect
      .poll(async () => (await server.request(`/executions/${executionId}`, { token })).body)
      .toMatchObject({ execution: { status: 'success' } });
    const { join } = await viewer();
    const replies = await Promise.all(Array.from({ length: 300 }, (_, i) => join(`unknown-${i}`)));
    expect(replies.filter(({ code }) => code === 'TOO_MANY_ROOMS').length).toBeGreaterThan(0);
    // What was refused takes no room.
    expect(await join(executionId)).toMatchObject({ ok: true });
  });
});

/** Speaks Socket.IO and never reads. */
async function deafViewer(): Promise<{ send(event: string, executionId: unknown): void; end(): void }> {
  const { hostname, port, host } = new URL(server.base);
  const peer = connect({ host: hostname, port: Number(port) });
  peer.on('error', () => undefined);
  await once(peer, 'connect');
  const head = ['GET /socket.io/?EIO=4&transport=websocket HTTP/1.1', `Host: ${host}`, 'Upgrade: websocket'];
  head.push(
    'Connection: Upgrade',
    'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
    'Sec-WebSocket-Version: 13',
  );
  peer.write(`${head.join('\r\n')}\r\n\r\n`);
  await once(peer, 'data');
  peer.write(frame(`40${JSON.stringify({ token })}`));
  await once(peer, 'data');
  peer.pause();
  return {
    send: (event, executionId) => void peer.write(frame(`42${JSON.stringify([event, executionId])}`)),
    end: () => void peer.destroy(),
  };
}

/** A masked text frame of WebSocket; its mask is zero. */
function frame(text: string): Buffer {
  const data = Buffer.from(text);
  const length = data.length < 126 ? [0x80 | data.length] : [0xfe, data.length >> 8, data.length & 255];
  return Buffer.concat([Buffer.from([0x81, ...length, 0, 0, 0, 0]), data]);
}

test('many viewers that join at any time get the same, and the last one that leaves ends the loop', async () => {
  const viewers = await Promise.all(Array.from({ length: 20 }, () => viewer()));
  const executionId = await start(Array.from({ length: 12 }, () => ({ type: 'delay', seconds: 0.01 })));
  await Promise.all(
    viewers.map(async ({ join }, index) => {
      await new Promise((resolve) => setTimeout(resolve, index * 9));
      expect(await join(executionId)).toMatchObject({ ok: true });
    }),
  );
  await Promise.all(viewers.map(({ events }) => ended(events)));
  for (const { events } of viewers) expect(events).toEqual(viewers[0]!.events);
  expect(seqs(viewers[0]!.events)).toEqual(upTo(25));
  const { rooms } = server.live.io.of('/').adapter;
  await expect.poll(() => rooms.has(`execution:${executionId}`)).toBe(false);
});

test('a viewer that leaves a room gets nothing more, the others do', async () => {
  const [stays, leaves] = [await viewer(), await viewer()];
  const executionId = await start([
    { type: 'delay', seconds: 0.2 },
    { type: 'delay', seconds: 0.1 },
  ]);
  // The one that leaves has led the room.
  await leaves.join(executionId);
  await stays.join(executionId);
  await leaves.socket.emitWithAck('leave-execution', { executionId });
  await ended(stays.events);
  expect(seqs(stays.events)).toEqual(upTo(5));
  expect(leaves.events.length).toBeLessThan(5);
});

test('Feature: backend-core, Property 4: N events emitted are N events received in order, also across a reconnect', async () => {
  const step = fc.constantFrom(
    { type: 'input', variables: [] },
    { type: 'delay', seconds: 0 },
    { type: 'delay', seconds: 0.005 },
    { type: 'dbFind', collection: 'nothing', filter: {} },
    { type: 'teleport' },
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 1, maxLength: 12 }),
      fc.integer({ min: 0, max: 20 }),
      async (steps, cut) => {
        const first = await viewer();
        const executionId = await start(steps);
        await first.join(executionId);
        await expect
          .poll(() => first.events.length >= cut || first.events.at(-1)?.type === 'workflow_complete', {
            interval: 1,
          })
          .toBe(true);
        first.socket.disconnect();
        const seen = first.events.slice();
        const second = await viewer();
        await second.join(executionId, seen.at(-1)?.seq ?? 0);
        if (seen.at(-1)?.type !== 'workflow_complete') await ended(second.events);
        const all = [...seen, ...second.events];
        const { body } = await server.request<ExecutionEvent[]>(`/executions/${executionId}/events`, {
          token,
        });
        const view = new ExecutionLogView();
        expect(all).toEqual(
          JSON.parse(
            JSON.stringify(
              body.flatMap((event) => {
                const data = view.show(event);
                return data ? [{ executionId, ...data }] : [];
              }),
            ),
          ),
        );
        expect(all.filter(({ type }) => type === 'workflow_complete')).toHaveLength(1);
        second.socket.disconnect();
      },
    ),
    { numRuns: 100 },
  );
}, 120_000);
