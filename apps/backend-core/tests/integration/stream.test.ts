/** @module The plain-WebSocket log stream, written from the contract: a client that knows nothing of the server's code. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { startTestServer, type TestServer } from '../support/start-test-server.ts';

interface Item {
  id: string;
  phase: string;
  title: string;
  message: string;
  timestamp: number;
  stepIndex?: number;
  durationMs?: number;
  data?: unknown;
}

interface Message {
  timestamp: number;
  streamName: string;
  groupId: string;
  id?: string;
  event: {
    type: string;
    data?: Item[] | Item;
    event?: { type: string; data: { code: string; message: string } };
  };
}

let server: TestServer;
const peers: WebSocket[] = [];

beforeAll(async () => {
  server = await startTestServer();
});
afterEach(() => {
  for (const peer of peers.splice(0)) peer.terminate();
});
afterAll(() => server.close());

/** A client as the web client is: joins by sending text, keeps everything it gets. */
async function client(path = '/', options: object = {}) {
  const peer = new WebSocket(server.base.replace('http', 'ws') + path, options);
  peers.push(peer);
  const messages: Message[] = [];
  peer.on('message', (data) => messages.push(JSON.parse(String(data))));
  await new Promise<void>((resolve, reject) => {
    peer.once('open', resolve);
    peer.once('error', reject);
    peer.once('unexpected-response', (_request, response) =>
      reject(new Error(`status ${response.statusCode}`)),
    );
  });
  const send = (type: string, data: object) => peer.send(JSON.stringify({ type, data }));
  const join = (groupId: string, subscriptionId = 'sub-1') =>
    send('join', { streamName: 'executionLog', groupId, subscriptionId });
  return { peer, messages, send, join };
}

async function execute(steps: unknown[], more: object = {}): Promise<string> {
  const { status, body } = await server.request('POST /workflow/execute', {
    body: { steps, ownerId: 'default-owner', ...more },
  });
  expect(status).toBe(200);
  return body.executionId as string;
}

const slow = [
  { type: 'input', variables: [] },
  { type: 'delay', seconds: 0.3 },
  { type: 'input', variables: [] },
];

/** All items a client has, from syncs and creates, in the order in which they came. */
function itemsOf(messages: readonly Message[]): Item[] {
  return messages.flatMap(({ event }) =>
    event.type === 'sync' ? (event.data as Item[]) : event.type === 'create' ? [event.data as Item] : [],
  );
}

const isOver = (items: readonly Item[]) =>
  items.some(({ phase }) => /^execution_(finished|failed)$/.test(phase));
const over = (messages: readonly Message[]) =>
  expect.poll(() => isOver(itemsOf(messages)), { timeout: 10_000 }).toBe(true);

async function stored(executionId: string): Promise<Item[]> {
  return (await server.request<Item[]>(`/executions/${executionId}/logs`)).body;
}

describe('join', () => {
  test('of an execution that is not there yet answers an empty sync', async () => {
    const { messages, join } = await client();
    join('nothing-yet');
    await expect.poll(() => messages.length).toBe(1);
    expect(messages[0]).toMatchObject({
      timestamp: expect.any(Number),
      streamName: 'executionLog',
      groupId: 'nothing-yet',
      event: { type: 'sync', data: [] },
    });
  });

  test('while it runs gives everything once: first a sync, then creates', async () => {
    const executionId = await execute(slow);
    const { messages, join } = await client('/any/path?x=1');
    join(executionId);
    await over(messages);
    const items = itemsOf(messages);
    expect(messages[0]?.event.type).toBe('sync');
    expect(
      messages.slice(1).every(({ event, id }) => event.type === 'create' && id === (event.data as Item).id),
    ).toBe(true);
    expect(items).toEqual(await stored(executionId));
    expect(new Set(items.map(({ id }) => id)).size).toBe(items.length);
  });

  test('after its end replays everything, oldest first, also from the store', async () => {
    const executionId = await execute([{ type: 'input', variables: [] }]);
    await expect.poll(async () => isOver(await stored(executionId))).toBe(true);
    const first = await client();
    first.join(executionId);
    await over(first.messages);
    await server.services.workflows.logs.close();
    const second = await client();
    second.join(executionId);
    await over(second.messages);
    expect(itemsOf(second.messages)).toEqual(itemsOf(first.messages));
    const times = itemsOf(first.messages).map(({ timestamp }) => timestamp);
    expect(times).toEqual([...times].sort((a, b) => a - b));
  });

  test('again after a drop, while it runs, makes the list whole', async () => {
    const executionId = await execute([...slow, { type: 'delay', seconds: 0.3 }, ...slow]);
    const first = await client();
    first.join(executionId);
    await expect.poll(() => first.messages.length).toBeGreaterThan(0);
    first.peer.terminate();
    const second = await client();
    second.join(executionId);
    await over(second.messages);
    expect(itemsOf(second.messages)).toEqual(await stored(executionId));
  });

  test('of one item answers that item', async () => {
    const executionId = await execute([{ type: 'input', variables: [] }]);
    await expect.poll(async () => isOver(await stored(executionId))).toBe(true);
    const { messages, send } = await client();
    send('join', {
      streamName: 'executionLog',
      groupId: executionId,
      id: 'execution-finished',
      subscriptionId: 's',
    });
    await expect.poll(() => messages.length).toBe(1);
    expect(messages[0]).toMatchObject({
      id: 'execution-finished',
      event: { type: 'sync', data: { id: 'execution-finished', phase: 'execution_finished' } },
    });
  });
});

test('leave stops delivery', async () => {
  const { messages, join, send } = await client();
  const executionId = await execute(slow);
  join(executionId);
  await expect.poll(() => messages.length).toBeGreaterThan(0);
  send('leave', { streamName: 'executionLog', groupId: executionId, subscriptionId: 'sub-1' });
  await expect.poll(async () => isOver(await stored(executionId))).toBe(true);
  expect(isOver(itemsOf(messages))).toBe(false);
});

describe('what is wrong', () => {
  test('an unknown stream is refused by an event', async () => {
    const { messages, send } = await client();
    send('join', { streamName: 'secrets', groupId: 'x', subscriptionId: 's' });
    await expect.poll(() => messages.length).toBe(1);
    expect(messages[0]?.event).toEqual({
      type: 'event',
      event: { type: 'error', data: { code: 'STREAM_ACCESS_DENIED', message: 'Stream secrets not found' } },
    });
  });

  test('text of any other form leaves the connection usable', async () => {
    const { messages, peer, join } = await client();
    for (const text of [
      'hello',
      '',
      'null',
      '[]',
      '{"type":"join"}',
      '{"type":"join","data":null}',
      '{"type":5}',
      '"x"',
    ]) {
      peer.send(text);
    }
    peer.send(Buffer.from([0xff, 0xfe]));
    join('still-here');
    await expect.poll(() => messages.length).toBe(1);
    expect(messages[0]).toMatchObject({ groupId: 'still-here', event: { type: 'sync', data: [] } });
  });

  test('a message that is too large ends that connection and no other', async () => {
    const bad = await client();
    const good = await client();
    const closed = new Promise((resolve) => bad.peer.once('close', resolve));
    bad.peer.send('x'.repeat(100_000));
    await closed;
    good.join('fine');
    await expect.poll(() => good.messages.length).toBe(1);
  });

  test('a connection cannot join without bound', async () => {
    const { messages, join } = await client();
    for (let i = 0; i < 120; i++) join(`group-${i}`);
    await expect.poll(() => messages.length, { timeout: 10_000 }).toBe(120);
    const refused = messages.filter(({ event }) => event.type === 'event');
    expect(refused).toHaveLength(20);
  });
});

describe('rights', () => {
  test("an account's executions are seen with its token only", async () => {
    const { token } = await server.register();
    const { body } = await server.request('POST /workflows/run', {
      token,
      body: { steps: [{ type: 'input', variables: [] }] },
    });
    const executionId = body.executionId as string;
    const stranger = await client();
    stranger.join(executionId);
    await expect.poll(() => stranger.messages.length).toBe(1);
    expect(itemsOf(stranger.messages)).toEqual([]);
    for (const own of [
      await client(`/?token=${token}`),
      await client('/', { headers: { authorization: `Bearer ${token}` } }),
    ]) {
      own.join(executionId);
      await over(own.messages);
    }
    await expect(client('/?token=nonsense')).rejects.toThrow();
  });

  test('pages of other origins cannot connect', async () => {
    await expect(client('/', { origin: 'https://evil.example' })).rejects.toThrow();
    await expect(client('/', { origin: 'http://localhost:3100' })).resolves.toBeDefined();
  });

  test('Socket.IO works beside it', async () => {
    const answer = await fetch(`${server.base}/socket.io/?EIO=4&transport=polling`);
    expect(await answer.text()).toMatch(/^0\{/);
  });
});
