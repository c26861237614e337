/**
 * @module Property 2: a token that was valid stays valid and means the same account, at every door: the middleware of protected routes and
 * of those with an optional login, server-sent events, Socket.IO and the plain stream. Every other token opens none of them.
 */
import fc from 'fast-check';
import jwt from 'jsonwebtoken';
import { io } from 'socket.io-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { createWorkflowTokens } from '../../src/services/workflow-tokens.ts';
import { createSession, insertUser, signToken, userRow, workflowDefinition } from '../support/factories.ts';
import { startTestServer, type TestServer } from '../support/start-test-server.ts';

interface Account {
  userId: string;
  /** What the account says, whatever a token says. */
  shown: { id: string; name: string; email: string; role: string };
  /** A session that lasts, and one that is over. */
  sid: string;
  endedSid: string;
  /** An execution that only this account may watch. */
  executionId: string;
}

let server: TestServer;
let accounts: Account[];
/** An account that was removed after its tokens were made. */
let removedId: string;

beforeAll(async () => {
  // Without a token much is open: a wrong token must not count as none.
  server = await startTestServer({ ANONYMOUS_ACCESS: 'true' });
  // As the earlier backend stored them: with and without a role, a name, an address.
  accounts = await Promise.all([
    createAccount({ name: 'Ann', email: 'Ann@Example.org', password: 'x' }),
    createAccount({ name: 'Bob', email: 'bob@example.org', role: 'admin' }),
    createAccount({}),
  ]);
  const { User } = server.services.models;
  removedId = await insertUser(server, userRow({ email: 'gone@example.org' }));
  await User.collection.deleteOne({ email: 'gone@example.org' });
});
afterAll(() => server.close());

async function createAccount(row: Record<string, string>): Promise<Account> {
  const userId = await insertUser(server, row);
  const token = signToken(server, { userId, email: '', role: '' });
  const started = await server.request('POST /workflows/run', { token, body: workflowDefinition() });
  return {
    userId,
    shown: { id: userId, name: row.name ?? '', email: row.email ?? '', role: row.role ?? 'user' },
    sid: await createSession(server, userId),
    endedSid: await createSession(server, userId, 'ended'),
    executionId: started.body.executionId as string,
  };
}

/** What a token claims besides who it belongs to: true once, or never. */
const claims = fc.record(
  {
    email: fc.emailAddress(),
    role: fc.constantFrom('user', 'admin', ''),
    name: fc.string(),
    iat: fc.integer({ min: 1_500_000_000, max: 1_790_000_000 }),
    jti: fc.uuid(),
  },
  { requiredKeys: ['jti'], noNullPrototype: true },
);
const index = fc.nat({ max: 2 });
/** In seconds from now; `null`: never. */
const lifetime = fc.option(fc.integer({ min: 60, max: 10_000_000 }));

interface Given {
  token: string;
  /** Whose token it is; `null` for one that must open nothing. */
  owner: number | null;
  kind: string;
}

const KINDS = [
  ...Array(4).fill('old, without a session'),
  ...Array(3).fill('bound to a session'),
  'logged out',
  'of a session that is over',
  "of somebody else's session",
  'of an account that is gone',
  'of no account',
  'without a user',
  'with a session id that is no text',
  'expired',
  'of another secret',
  'of another algorithm',
  'unsigned',
  'of a workflow',
  'changed',
];

const given: fc.Arbitrary<() => Promise<Given> | Given> = fc
  .tuple(index, index, claims, lifetime, fc.nat(), fc.constantFrom(...KINDS))
  .map(([at, other, extra, seconds, position, kind]) => () => {
    const { userId, sid, endedSid } = accounts[at]!;
    const secret = server.config.jwtSecret;
    const exp = seconds === null ? {} : { exp: Math.floor(Date.now() / 1000) + seconds };
    const body = { ...extra, ...exp, userId };
    const good = (token: string): Given => ({ token, owner: at, kind });
    const bad = (token: string): Given => ({ token, owner: null, kind });
    switch (kind) {
      case 'old, without a session':
        return good(jwt.sign(body, secret));
      case 'bound to a session':
        return good(jwt.sign({ ...body, sid }, secret));
      case 'logged out':
        return logOut(jwt.sign(body, secret)).then(bad);
      case 'of a session that is over':
        return bad(jwt.sign({ ...body, sid: endedSid }, secret));
      case "of somebody else's session":
        return bad(jwt.sign({ ...body, sid: accounts[other === at ? (at + 1) % 3 : other]!.sid }, secret));
      case 'of an account that is gone':
        return bad(jwt.sign({ ...body, userId: removedId }, secret));
      case 'of no account':
        return bad(jwt.sign({ ...body, userId: `${position}` }, secret));
      case 'without a user':
        return bad(jwt.sign({ ...body, userId: position % 2 ? { $ne: '' } : undefined }, secret));
      case 'with a session id that is no text':
        return bad(jwt.sign({ ...body, sid: position % 2 ? { $ne: '' } : null }, secret));
      case 'expired':
        return bad(jwt.sign({ ...body, exp: Math.floor(Date.now() / 1000) - 1 - (position % 1000) }, secret));
      case 'of another secret':
        return bad(jwt.sign(body, `${secret}.`));
      case 'of another algorithm':
        return bad(jwt.sign(body, secret, { algorithm: position % 2 ? 'HS512' : 'HS384' }));
      case 'unsigned':
        return bad(jwt.sign(body, '', { algorithm: 'none' }));
      case 'of a workflow':
        return Promise.resolve(
          createWorkflowTokens(secret, userId).sign({ ...body }, { expiresIn: '7d' }),
        ).then(bad);
      default: {
        // One character of the signed part is another one.
        const token = jwt.sign(body, secret);
        const place = position % token.lastIndexOf('.');
        return bad(`${token.slice(0, place)}${token[place] === 'A' ? 'B' : 'A'}${token.slice(place + 1)}`);
      }
    }
  });

async function logOut(token: string): Promise<string> {
  expect((await server.request('POST /auth/logout', { token })).status).toBe(200);
  return token;
}

/** Whose executions a Socket.IO connection with this token may join; `null` when it is refused. */
async function throughSocketIo(token: string, how: 'auth' | 'header' | 'query'): Promise<boolean[] | null> {
  const socket = io(server.base, {
    transports: ['websocket'],
    forceNew: true,
    reconnection: false,
    auth: how === 'auth' ? { token } : {},
    extraHeaders: how === 'header' ? { authorization: `Bearer ${token}` } : {},
    query: how === 'query' ? { token } : {},
  });
  try {
    const connected = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true));
      socket.once('connect_error', () => resolve(false));
    });
    if (!connected) return null;
    const joins = accounts.map(({ executionId }) => socket.emitWithAck('join-execution', { executionId }));
    return (await Promise.all(joins)).map(({ ok }) => ok === true);
  } finally {
    socket.disconnect();
  }
}

/** The same for the plain stream: whose logs it shows. */
async function throughStream(token: string, how: 'header' | 'query'): Promise<boolean[] | null> {
  const address = server.base.replace('http', 'ws');
  const peer = new WebSocket(how === 'query' ? `${address}/?token=${encodeURIComponent(token)}` : address, {
    headers: how === 'header' ? { authorization: `Bearer ${token}` } : {},
  });
  const shown = new Map<string, boolean>();
  const all = Promise.withResolvers<void>();
  peer.on('message', (message) => {
    const { groupId, event } = JSON.parse(String(message)) as {
      groupId: string;
      event: { type: string; data: unknown[] };
    };
    if (event.type === 'sync') shown.set(groupId, event.data.length > 0);
    if (shown.size === accounts.length) all.resolve();
  });
  try {
    const opened = await new Promise<boolean>((resolve) => {
      peer.once('open', () => resolve(true));
      peer.once('error', () => resolve(false));
    });
    if (!opened) return null;
    for (const [at, { executionId }] of accounts.entries())
      peer.send(
        JSON.stringify({
          type: 'join',
          data: { streamName: 'executionLog', groupId: executionId, subscriptionId: `s${at}` },
        }),
      );
    await all.promise;
    return accounts.map(({ executionId }) => shown.get(executionId) === true);
  } finally {
    peer.terminate();
  }
}

describe('Property 2: tokens mean the same at every door', () => {
  it('accepts what was valid, with the account as it is now, and nothing else', async () => {
    const kinds = new Set<string>();
    const doors = fc.record({
      socket: fc.constantFrom('auth', 'header', 'query'),
      stream: fc.constantFrom('header', 'query'),
    } as const);
    await fc.assert(
      fc.asyncProperty(given, doors, async (make, { socket, stream }) => {
        const { token, owner, kind } = await make();
        kinds.add(kind);
        const mine = owner === null ? null : accounts.map((_, at) => at === owner);
        const status = owner === null ? 401 : 200;

        const me = await server.request('/auth/me', { token });
        expect(me.status, kind).toBe(status);
        if (owner !== null) expect(me.body).toEqual({ user: accounts[owner]!.shown });
        else expect(me.body).toMatchObject({ code: 'UNAUTHENTICATED' });
        for (const route of ['/workflows', '/ai/usage'])
          expect((await server.request(route, { token })).status, `${kind} ${route}`).toBe(status);
        const logs = accounts.map(({ executionId }) =>
          server.request<unknown>(`/executions/${executionId}/logs`, {
            token,
            headers: { accept: 'text/event-stream' },
          }),
        );
        for (const [at, log] of (await Promise.all(logs)).entries()) {
          expect(log.status, `${kind} events`).toBe(status);
          if (mine) expect(String(log.body).includes('execution_finished'), `${kind} events`).toBe(mine[at]);
        }
        expect(await throughSocketIo(token, socket), `${kind} Socket.IO by ${socket}`).toEqual(mine);
        expect(await throughStream(token, stream), `${kind} stream by ${stream}`).toEqual(mine);
      }),
      { numRuns: 100 },
    );
    expect(kinds.size).toBeGreaterThan(10);
  }, 120_000);

  it('makes tokens at register and log-in that the earlier server would have taken', async () => {
    const { email, userId } = await server.register();
    const login = await server.request('POST /auth/login', { body: { email, password: 'correct horse' } });
    const token = login.body.token as string;
    const decoded = jwt.verify(token, server.config.jwtSecret, { algorithms: ['HS256'] });
    expect(decoded).toMatchObject({ userId, email, role: 'user', exp: expect.any(Number) });
    expect((await server.request('/auth/me', { token })).body).toMatchObject({ user: { id: userId } });
  });
});
