/** @module Requests and errors against a real HTTP server that answers whatever a test wants. */
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { CLIENT_CODES, createClient, OrchestrixClientError } from '../src/index.ts';

interface Received {
  method: string;
  url: string;
  authorization: string | undefined;
  body: string;
}

let server: Server;
let baseUrl: string;
let received: Received[] = [];
let answer: (response: ServerResponse) => void;

beforeAll(async () => {
  server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const { method = '', url = '', headers } = request;
    received.push({ method, url, authorization: headers.authorization, body });
    answer(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
beforeEach(() => {
  received = [];
  answer = (response) => response.setHeader('content-type', 'application/json').end('{"ok":true}');
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
});

/** What a call rejects with. */
async function failureOf(call: Promise<unknown>): Promise<OrchestrixClientError> {
  const error = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(OrchestrixClientError);
  return error as OrchestrixClientError;
}

describe('a request', () => {
  test('goes below the path of baseUrl, with escaped ids, query, body and login', async () => {
    const client = createClient({ baseUrl: `${baseUrl}/api/`, token: 'abc' });
    await client.workflows.update('a/b c', { name: 'New', version: 2 });
    await client.request('GET /executions', { query: { limit: 5, status: 'failed' } });
    expect(received).toEqual([
      {
        method: 'PUT',
        url: '/api/workflows/a%2Fb%20c',
        authorization: 'Bearer abc',
        body: '{"name":"New","version":2}',
      },
      { method: 'GET', url: '/api/executions?limit=5&status=failed', authorization: 'Bearer abc', body: '' },
    ]);
  });

  test.each(['', '.', '..'])(
    'is not sent for the id "%s", which would be the path of another route',
    async (id) => {
      const client = createClient({ baseUrl });
      const calls = [
        client.workflows.delete(id),
        client.executions.get(id),
        client.executions.follow(id).next(),
      ];
      for (const call of calls) expect((await failureOf(call)).code).toBe(CLIENT_CODES.argument);
      expect(received).toEqual([]);
    },
  );

  test('to a published API carries no login, and goes to no other address', async () => {
    const client = createClient({ baseUrl, token: 'abc' });
    await client.call('/workflow/run/w/greet', { a: { b: 1 }, c: 'x y' }, { method: 'GET' });
    expect(received).toMatchObject([{ url: '/workflow/run/w/greet?a=%7B%22b%22%3A1%7D&c=x+y', body: '' }]);
    expect(received[0]?.authorization).toBeUndefined();
    for (const path of [
      'https://evil.example/workflow/run/a/b',
      '//evil.example',
      '/workflow/run/../auth',
      '/auth/me',
    ]) {
      expect((await failureOf(client.call(path))).code).toBe(CLIENT_CODES.argument);
    }
    expect(received).toHaveLength(1);
  });

  test('goes through the given fetch', async () => {
    const urls: string[] = [];
    const client = createClient({
      baseUrl: 'https://elsewhere.example',
      fetch: async (url) => {
        urls.push(url);
        return Response.json({ user: { id: '1' } });
      },
    });
    expect(await client.auth.me()).toEqual({ id: '1' });
    expect(urls).toEqual(['https://elsewhere.example/auth/me']);
  });
});

describe('a failure', () => {
  test('is the error of the server, or what can be made of another answer', async () => {
    const client = createClient({ baseUrl });
    const failsWith = async (status: number, type: string, body: string) => {
      answer = (response) =>
        response.writeHead(status, { 'content-type': type, 'x-request-id': 'r-head' }).end(body);
      return failureOf(client.workflows.get('w'));
    };
    const own = { error: 'No.', code: 'NOT_FOUND', details: [1], requestId: 'r-1', timestamp: '' };
    expect(await failsWith(404, 'application/json', JSON.stringify(own))).toMatchObject({
      status: 404,
      code: 'NOT_FOUND',
      message: 'No.',
      details: [1],
      requestId: 'r-1',
    });
    expect(await failsWith(502, 'text/html', '<h1>Bad gateway</h1>')).toMatchObject({
      status: 502,
      code: 'HTTP_502',
      details: '<h1>Bad gateway</h1>',
      requestId: 'r-head',
    });
    for (const [type, body] of [
      ['text/html', '<h1>Hello</h1>'],
      ['application/json', '{"a":'],
    ] as const) {
      expect(await failsWith(200, type, body)).toMatchObject({ status: 200, code: CLIENT_CODES.answer });
    }
  });

  test('of the network is an error of the client as well', async () => {
    answer = (response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' });
      response.write('{"a"');
      setTimeout(() => response.destroy(), 20);
    };
    expect(await failureOf(createClient({ baseUrl }).auth.me())).toMatchObject({
      status: 0,
      code: CLIENT_CODES.network,
    });
    const nobody = createClient({ baseUrl: await addressOfNobody() });
    expect(await failureOf(nobody.auth.me())).toMatchObject({ status: 0, code: CLIENT_CODES.network });
    expect(await failureOf(nobody.executions.follow('x', { reconnectMs: 1 }).next())).toMatchObject({
      status: 0,
      code: CLIENT_CODES.network,
    });
  });

  test('by abort is the reason of the signal, before and while the answer is waited for', async () => {
    answer = () => {};
    const client = createClient({ baseUrl });
    const reason = new Error('changed my mind');
    await expect(client.auth.me({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(received).toEqual([]);
    const controller = new AbortController();
    const call = client.auth.me({ signal: controller.signal });
    setTimeout(() => controller.abort(reason), 20);
    await expect(call).rejects.toBe(reason);
  });

  test.each(['nonsense', 'ftp://example.org', 'http://me:secret@example.org'])(
    'is "%s" as baseUrl',
    (address) => {
      expect(() => createClient({ baseUrl: address })).toThrow(/^baseUrl must be/);
    },
  );
});

/** An address where nothing listens any more. */
async function addressOfNobody(): Promise<string> {
  const closed = createServer();
  await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
  const { port } = closed.address() as AddressInfo;
  await new Promise((resolve) => closed.close(resolve));
  return `http://127.0.0.1:${port}`;
}
