/** @module What a review got through with stays closed: over real HTTP, sockets and the real database. */
import { request as httpRequest } from 'node:http';
import { connect as connectTcp } from 'node:net';
import { io, type Socket } from 'socket.io-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { startTestServer, type TestServer } from '../support/start-test-server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({
    BODY_TIMEOUT_MS: '700',
    CONNECTIONS_PER_ACCOUNT: '3',
    ALLOWED_HOSTS: 'api.example.org',
  });
});
afterAll(() => server.close());

const port = () => Number(new URL(server.base).port);

/** Raw bytes in, raw bytes out, until the server closes or `ms` have passed. */
function raw(text: string, trickle = 0, ms = 5_000): Promise<{ text: string; closed: boolean }> {
  return new Promise((resolve) => {
    let got = '';
    const socket = connectTcp(port(), '127.0.0.1', () => socket.write(text));
    const timer = trickle > 0 ? setInterval(() => socket.destroyed || socket.write('x'), trickle) : undefined;
    const end = (closed: boolean) => {
      clearInterval(timer);
      clearTimeout(limit);
      socket.destroy();
      resolve({ text: got, closed });
    };
    const limit = setTimeout(() => end(false), ms);
    socket.on('data', (data) => {
      got += String(data);
    });
    socket.on('error', () => end(true));
    socket.on('close', () => end(true));
  });
}

function withHost(host: string, path = '/health'): Promise<number> {
  return new Promise((resolve, reject) => {
    httpRequest({ port: port(), host: '127.0.0.1', path, headers: { host } }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    })
      .on('error', reject)
      .end();
  });
}

async function publish(token: string, steps: object[]) {
  const workflowId = `w-${crypto.randomUUID()}`;
  const created = await server.request('POST /workflows', { token, body: { workflowId, steps } });
  expect(created).toMatchObject({ status: 201 });
  await server.request(`POST /workflows/${workflowId}/publish`, { token, body: { apiName: 'go' } });
  return (body: object, options: { token?: string } = {}) =>
    server.request(`POST /workflow/run/${workflowId}/go`, { body, ...options });
}

describe('hosts', () => {
  test.each([
    ['evil.example', 403],
    ['evil.example:4000', 403],
    ['localhost.evil.example', 403],
    ['127.0.0.1.evil.example', 403],
    ['localhost', 200],
    ['localhost:4000', 200],
    ['LOCALHOST', 200],
    ['127.0.0.1:80', 200],
    ['[::1]:4000', 200],
    ['192.168.1.5', 200],
    ['api.example.org', 200],
    ['a:b:c', 403],
  ])('%s: %d', async (host, status) => {
    expect(await withHost(host)).toBe(status);
  });

  test('a page that was rebound cannot open a socket', async () => {
    const origin = `http://evil.example:${port()}`;
    const opened = await new Promise((resolve) => {
      const peer = new WebSocket(`ws://127.0.0.1:${port()}/`, {
        headers: { host: `evil.example:${port()}`, origin },
      });
      peer.on('open', () => resolve(true));
      peer.on('error', () => resolve(false));
    });
    expect(opened).toBe(false);
  });

  test('two of them are 400', async () => {
    const { text } = await raw(
      'GET /health HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\nConnection: close\r\n\r\n',
    );
    expect(text).toMatch(/^HTTP\/1\.1 400/);
  });
});

test.each(['application/json', 'text/plain', 'multipart/form-data'])(
  'a body of %s that trickles in is ended',
  async (type) => {
    const head = `POST /auth/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: ${type}\r\nContent-Length: 100000\r\n\r\n{`;
    const { text, closed } = await raw(head, 50, 10_000);
    expect(closed).toBe(true);
    expect(text).toMatch(/^HTTP\/1\.1 4(?:08|15)/);
  },
);

describe('a login that has ended', () => {
  const login = async (email: string) =>
    (
      await server.request<{ token: string }>('POST /auth/login', {
        body: { email, password: 'correct horse' },
      })
    ).body.token;

  test('opens no workflow', async () => {
    const { token, email } = await server.register();
    const call = await publish(token, [{ type: 'authMiddleware' }, { type: 'response', body: 'in' }]);
    const second = await login(email);
    expect((await call({}, { token: second })).body).toBe('in');
    await server.request('POST /auth/logout', { token: second });
    const refused = await call({}, { token: second });
    expect(refused.status).not.toBe(200);
    expect(refused.body).not.toBe('in');
    expect((await call({}, { token })).body).toBe('in');
  });

  test('ends sockets, streams and event streams that were open', async () => {
    const { token, email } = await server.register();
    const second = await login(email);
    const run = await server.request<{ executionId: string }>('POST /workflows/run?async=true', {
      token,
      body: { steps: [{ type: 'delay', seconds: 60 }] },
    });
    const { executionId } = run.body;
    const socket: Socket = io(server.base, { auth: { token: second }, transports: ['websocket'] });
    await new Promise<void>((resolve) => socket.on('connect', resolve));
    const peer = new WebSocket(`${server.base.replace('http', 'ws')}/?token=${second}`);
    await new Promise<void>((resolve) => peer.on('open', () => resolve()));
    const events = await fetch(`${server.base}/executions/${executionId}/logs`, {
      headers: { authorization: `Bearer ${second}`, accept: 'text/event-stream' },
    });
    // Three connections are what this account may have.
    const fourth = io(server.base, { auth: { token }, transports: ['websocket'], reconnection: false });
    const refusal = await new Promise<Error>((resolve) => fourth.on('connect_error', resolve));
    expect(refusal.message).toMatch(/Too many live connections/);

    const ended = Promise.all([
      new Promise<void>((resolve) => socket.on('disconnect', () => resolve())),
      new Promise<number>((resolve) => peer.on('close', resolve)),
      events.text().then(
        () => 'ended',
        () => 'ended',
      ),
    ]);
    await server.request('POST /auth/logout', { token: second });
    expect((await ended).slice(1)).toEqual([1008, 'ended']);
    socket.close();
    const again = io(server.base, { auth: { token }, transports: ['websocket'], reconnection: false });
    await new Promise<void>((resolve) => again.on('connect', resolve));
    again.close();
    await server.request(`POST /executions/${executionId}/cancel`, { token });
  });

  test('in another process is noticed as well', async () => {
    const { token, userId } = await server.register();
    const peer = new WebSocket(`${server.base.replace('http', 'ws')}/?token=${token}`);
    await new Promise<void>((resolve) => peer.on('open', () => resolve()));
    const closed = new Promise<number>((resolve) => peer.on('close', resolve));
    await server.services.models.Session.deleteMany({ userId });
    await server.services.sessionWatch.check();
    expect(await closed).toBe(1008);
  });
});

describe('answers of authors', () => {
  test.each([
    ['text/html', ['<form action=https://evil.example>']],
    ['text/html; charset=utf-8', { a: '<b>' }],
    ['TEXT/HTML', '<b>x</b>'],
    ['image/svg+xml', '<svg/>'],
    ['application/xhtml+xml', ['<x/>']],
    ['text/html; x=json', 'y'],
    ['text/xml', 5],
  ])('as %s are pages of an origin of their own', async (type, body) => {
    const { token } = await server.register();
    const call = await publish(token, [{ type: 'response', headers: { 'content-type': type }, body }]);
    const answer = await call({});
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-security-policy')).toMatch(/^sandbox/);
  });

  test('as JSON keep the policy of the server, which allows no form and no base', async () => {
    const { token } = await server.register();
    const call = await publish(token, [
      { type: 'response', headers: { 'content-type': 'application/problem+json' }, body: { a: 1 } },
    ]);
    const policy = (await call({})).headers.get('content-security-policy') ?? '';
    expect(policy).toContain("form-action 'none'");
    expect(policy).toContain("base-uri 'none'");
  });

  test.each(['x', 'text/html, application/json', 'text/html;json', 'a/b\u0000', '{"a":1}'])(
    'with the media type %j of a caller are a coded error',
    async (type) => {
      const { token } = await server.register();
      const call = await publish(token, [
        { type: 'response', headers: { 'content-type': '{{ input.type }}' }, body: 'x' },
      ]);
      const answer = await call({ type });
      expect(answer.status).toBe(422);
      expect(answer.body).toMatchObject({
        code: 'STEP_FAILED',
        executionId: expect.any(String) as string,
      });
    },
  );
});

test.each([
  { a: { $in: 'x' } },
  { a: { $nin: 5 } },
  { a: { $all: 1 } },
  { a: { $mod: [0, 0] } },
  { a: { $mod: 'x' } },
  { a: { $size: -1 } },
  { a: { $size: 'x' } },
  { a: { $type: 'zz' } },
  { a: { $regex: '(' } },
  { a: { $regex: 'a', $options: 'zz' } },
  { a: { $regex: 5 } },
  { a: { $not: 5 } },
  { a: { $elemMatch: 5 } },
  { a: { $options: 'i' } },
])('the collections API refuses the filter %j with 422', async (filter) => {
  const { token } = await server.register();
  await server.request('POST /collections', { token, body: { name: 'docs', fields: [] } });
  await server.request('POST /collections/docs/data', { token, body: { a: 'x' } });
  const answer = await server.request(
    `/collections/docs/data?filter=${encodeURIComponent(JSON.stringify(filter))}`,
    {
      token,
    },
  );
  expect(answer).toMatchObject({ status: 422, body: { code: 'FILTER_INVALID' } });
});

/** How long others wait for `/health/ready` at most while `work` goes on, against what they wait without it. */
async function waitOf(work: () => Promise<unknown>): Promise<number> {
  let over = false;
  const working = work().finally(() => {
    over = true;
  });
  let longest = 0;
  do {
    const start = performance.now();
    await server.request('/health');
    longest = Math.max(longest, performance.now() - start);
  } while (!over);
  await working;
  return longest;
}

describe('one request does not stop the others', () => {
  // Generous: it only has to tell milliseconds from the seconds that a held loop takes.
  const HELD_MS = 1_500;

  test('with a pattern that makes a backtracking matcher hang', async () => {
    const { token } = await server.register();
    const call = await publish(token, [
      {
        type: 'inputValidation',
        rules: [{ field: 'input.code', pattern: '^\\s*[A-Z]*\\s*[A-Z]*\\s*[A-Z0-9]*\\s*[A-Z]*\\s*$' }],
      },
      { type: 'response', body: 'ok' },
    ]);
    expect(await waitOf(() => call({ code: `${'A'.repeat(1_900)}!` }))).toBeLessThan(HELD_MS);
  });

  test('with a thousand cheap steps on large texts', async () => {
    const { token } = await server.register();
    const guard = { type: 'guard', value: '{{ o.a }}{{ o.a }}', is: 'different', to: '{{ o.a }}{{ o.b }}' };
    const call = await publish(token, [
      { type: 'dbInsert', collection: 'big', data: { a: '{{ input.a }}', b: '{{ input.b }}' }, output: 'o' },
      ...Array.from({ length: 1_000 }, () => guard),
      { type: 'response', body: 'ok' },
    ]);
    const a = 'x'.repeat(100_000);
    expect(await waitOf(() => call({ a: a.concat('1'), b: a.concat('2') }))).toBeLessThan(HELD_MS);
  });

  test('with hundreds of patterns', async () => {
    const { token } = await server.register();
    const rules = Array.from({ length: 300 }, (_, i) => ({
      field: 'input.code',
      pattern: `.*[a${i}b].{10}$`,
    }));
    const call = await publish(token, [
      { type: 'inputValidation', rules },
      { type: 'response', body: 'ok' },
    ]);
    expect(await waitOf(() => call({ code: 'ab'.repeat(1_000) }))).toBeLessThan(HELD_MS);
  });
});

test('hashing is fair: a workflow with many passwords leaves log-ins their turn', async () => {
  const { token, email } = await server.register();
  const steps = Array.from({ length: 40 }, (_, i) => ({
    type: 'dbInsert',
    collection: 'users',
    data: { email: `a${i}@example.org`, password: 'some password' },
  }));
  const runs = Array.from({ length: 4 }, () =>
    server.request('POST /workflows/run', { token, body: { steps } }),
  );
  let ended = 0;
  for (const run of runs) void run.then(() => ended++);
  const login = await server.request('POST /auth/login', { body: { email, password: 'correct horse' } });
  expect(login.status).toBe(200);
  // It did not wait for any of the runs to be through.
  expect(ended).toBe(0);
  await Promise.all(runs);
});
