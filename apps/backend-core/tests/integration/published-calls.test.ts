/** @module What callers of published APIs may send, where an API may stand, and what they read when a call fails. */
import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestServer, type TestServer } from '../support/start-test-server.ts';

let server: TestServer;
let token: string;
let count = 0;

beforeAll(async () => {
  server = await startTestServer({ FRONTEND_URL: 'https://studio.example.org' });
  ({ token } = await server.register());
});
afterAll(() => server.close());

type Options = Record<string, unknown>;
type Content = string | Uint8Array<ArrayBuffer> | FormData;

async function store(steps: unknown[], as = token): Promise<string> {
  const workflowId = `w${++count}`;
  const stored = await server.request('POST /workflows', { token: as, body: { workflowId, steps } });
  expect(stored.status).toBe(201);
  return workflowId;
}

const publishStored = (workflowId: string, options: Options = {}, as = token) =>
  server.request(`POST /workflows/${workflowId}/publish`, {
    token: as,
    body: { ...(options.path === undefined ? { apiName: 'go' } : {}), ...options },
  });

async function publish(steps: unknown[], options: Options = {}, as = token): Promise<string> {
  const answer = await publishStored(await store(steps, as), options, as);
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  return `${server.base}${answer.body.apiPath as string}`;
}

const ECHO = [{ type: 'response', body: '{{ input }}' }];

async function send(url: string, body: Content | undefined, type?: string, method = 'POST') {
  const response = await fetch(url, {
    method,
    ...(body === undefined ? {} : { body }),
    ...(type === undefined ? {} : { headers: { 'content-type': type } }),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: text === '' ? undefined : JSON.parse(text),
  };
}

describe('bodies', () => {
  test.each([
    [
      'application/x-www-form-urlencoded',
      'name=Ada+L&tag=a&tag=b&one[]=x',
      { name: 'Ada L', tag: ['a', 'b'], one: ['x'] },
    ],
    ['text/plain', '{"n": 1}', { n: 1 }],
    ['text/plain; charset=utf-8', 'just a text', { body: 'just a text' }],
    ['application/json', '[1, {"a": 2}]', { body: [1, { a: 2 }] }],
    ['application/json', '"text"', { body: 'text' }],
    ['application/json', '7', { body: 7 }],
    ['application/vnd.api+json', '{"input": {"a": 1}}', { a: 1 }],
    ['application/xml', '<a>1</a>', { body: '<a>1</a>' }],
    ['application/x-www-form-urlencoded', '__proto__=x&a=1', { a: '1' }],
  ])('%s %s arrives', async (type, body, expected) => {
    expect(await send(await publish(ECHO), body, type)).toMatchObject({ status: 200, body: expected });
  });

  test('multipart forms arrive, files are refused by name', async () => {
    const url = await publish(ECHO);
    const form = new FormData();
    form.append('name', 'Ada');
    form.append('tag', 'a');
    form.append('tag', 'b');
    expect(await send(url, form)).toMatchObject({ status: 200, body: { name: 'Ada', tag: ['a', 'b'] } });
    form.append('photo', new Blob(['x']), 'photo.png');
    expect(await send(url, form)).toMatchObject({
      status: 415,
      body: { code: 'FILES_NOT_SUPPORTED', details: [{ path: 'body.photo' }] },
    });
  });

  test.each([
    ['multipart/form-data; boundary=x', 'no form', 400, 'REQUEST_INVALID'],
    ['application/json', '{"a":', 400, 'MALFORMED_JSON'],
    ['application/octet-stream', 'x', 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['application/json; charset=utf-16', '{}', 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['text/plain', new Uint8Array([0xff, 0xfe]), 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['application/json', `"${'x'.repeat(1_100_000)}"`, 413, 'PAYLOAD_TOO_LARGE'],
  ])('%s that cannot be read is refused (%#)', async (type, body, status, code) => {
    expect(await send(await publish(ECHO), body as Content, type)).toMatchObject({ status, body: { code } });
  });

  test.each(['9007199254740993', '1e400', '-1e400', '1e-400', '12345678901234567890'])(
    'the number %s is refused, here and in a collection, and the field is named',
    async (number) => {
      const refused = { status: 400, body: { code: 'NUMBER_NOT_KEPT', details: [{ path: 'body.a.1.n' }] } };
      const body = `{"id": "9007199254740993", "a": [0, {"n": ${number}}]}`;
      expect(await send(await publish(ECHO), body, 'application/json')).toMatchObject(refused);
      const response = await fetch(`${server.base}/auth/login`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      });
      expect({ status: response.status, body: await response.json() }).toMatchObject(refused);
    },
  );

  test.each(['9007199254740992', '1e22', '0.1', '1E5', '0e9', '123456789012345.678901234'])(
    'the number %s arrives',
    async (number) => {
      const answer = await send(await publish(ECHO), `{"n":${number}}`, 'application/json');
      expect(answer).toMatchObject({ status: 200, body: { n: JSON.parse(number) as number } });
    },
  );
});

test('what the request said is among the variables', async () => {
  const url = await publish(
    [
      {
        type: 'response',
        body: {
          method: '{{ request.method }}',
          event: '{{ request.headers.x-github-event }}',
          page: '{{ request.query.page }}',
          raw: '{{ request.rawBody }}',
          first: '{{ request.body.a }}',
          path: '{{ request.path }}',
          word: 'request',
        },
      },
    ],
    { method: 'PUT' },
  );
  const raw = '{ "a" :1}';
  const response = await fetch(`${url}?page=2`, {
    method: 'PUT',
    body: raw,
    headers: { 'content-type': 'application/json', 'X-GitHub-Event': 'push' },
  });
  expect(await response.json()).toEqual({
    method: 'PUT',
    event: 'push',
    page: '2',
    raw,
    first: 1,
    path: new URL(url).pathname,
    word: 'request',
  });
  // Rules may look at it, results do not hold it, and it is no variable that is unknown.
  const checked = await store([
    { type: 'inputValidation', rules: [{ field: 'request.headers.x-key', required: true }] },
  ]);
  const diagnosed = await server.request('POST /workflows', {
    token,
    body: { steps: [{ type: 'response', body: '{{ request.header.a }}{{ request.body }}' }] },
  });
  expect(
    (diagnosed.body.diagnostics as { suggestion?: string }[]).map(({ suggestion }) => suggestion),
  ).toEqual(['Did you mean "request.headers"?']);
  const { body: api } = await publishStored(checked, { errors: 'full' });
  const refused = await send(`${server.base}${api.apiPath as string}`, '{}', 'application/json');
  expect(refused).toMatchObject({
    status: 422,
    body: { errorDetails: { 'request.headers.x-key': ['Field is required'] } },
  });
  const good = await fetch(`${server.base}${api.apiPath as string}`, {
    method: 'POST',
    headers: { 'x-key': 'k' },
  });
  expect(((await good.json()) as { output: object }).output).toEqual({ input: {}, validated: true });
});

describe('paths of one’s own', () => {
  test('are served below the slug with their parameters, one workflow a method', async () => {
    const shop = await server.register();
    const reply = (word: string) => [
      { type: 'response', body: { word, id: '{{ input.id }}', q: '{{ input.q }}' } },
    ];
    const path = '/customers/:id';
    const url = await publish(reply('get'), { path, method: 'GET', ownerSlug: 'shop-1' }, shop.token);
    expect(url).toBe(`${server.base}/api/shop-1/customers/:id`);
    for (const method of ['PUT', 'DELETE', 'PATCH'])
      await publish(reply(method), { path: '/customers/:key/', method }, shop.token);
    const at = `${server.base}/api/shop-1/customers/a%20b`;
    expect((await send(`${at}?q=tea`, undefined, undefined, 'GET')).body).toEqual({
      word: 'get',
      id: 'a b',
      q: 'tea',
    });
    await publish(reply('fixed'), { path: '/customers/new', method: 'GET' }, shop.token);
    expect(
      (await send(`${server.base}/api/shop-1/customers/new`, undefined, undefined, 'GET')).body,
    ).toMatchObject({
      word: 'fixed',
    });
    // A part of the path says which thing is meant; a body cannot say otherwise.
    await publish(reply('post'), { path, method: 'POST' }, shop.token);
    expect((await send(at, '{"id":"other","q":1}', 'application/json')).body).toEqual({
      word: 'post',
      id: 'a b',
      q: 1,
    });
    expect((await send(at, '{"input":{"id":"other"}}', 'application/json')).body).toMatchObject({
      id: 'a b',
    });
    const head = await fetch(at, { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
    const options = await fetch(at, { method: 'OPTIONS' });
    expect(options.headers.get('allow')).toBe('GET, PUT, DELETE, PATCH, POST, OPTIONS');
    expect((await send(`${server.base}/api/shop-1/orders/1`, '{}', 'application/json')).body).toMatchObject({
      error: 'API not published',
    });
    expect(await send(`${server.base}/api/shop-1/customers/new/x`, '{}')).toMatchObject({ status: 404 });
    expect(await send(`${server.base}/api/shop-1/customers/%ff`, '{}')).toMatchObject({
      status: 400,
      body: { code: 'MALFORMED_URL' },
    });
  });

  test('that match the same addresses are refused, another method is not', async () => {
    await publish(ECHO, { path: '/things/:id' });
    const second = await store(ECHO);
    expect(await publishStored(second, { path: '/things/:name' })).toMatchObject({
      status: 409,
      body: { code: 'PATH_TAKEN', error: expect.stringContaining('POST /api/') as string },
    });
    expect((await publishStored(second, { path: '/things/:name', method: 'GET' })).status).toBe(200);
    // Publishing it again is how it gets a new version.
    expect((await publishStored(second, { path: '/things/:name', method: 'GET' })).status).toBe(200);
    const gone = await server.request(`DELETE /workflows/${second}/publish`, {
      token,
      body: { path: '/things/:name', method: 'GET' },
    });
    expect(gone.status).toBe(200);
  });

  test.each([
    'things',
    '/',
    '/a//b',
    '/a b',
    '/:1x',
    '/:id/:id',
    '/:__proto__',
    '/..',
    '/a?b',
    `/${'a'.repeat(201)}`,
    '/a'.repeat(11),
  ])('%j is refused with what a path is like', async (path) => {
    const answer = await publishStored(await store(ECHO), { path });
    expect(answer.status).toBe(400);
    expect(JSON.stringify(answer.body)).toContain('body.path');
  });

  test('have a slug that is made from the address, is unique and stays', async () => {
    const [first, second] = [await server.register(), await server.register()];
    const place = async (as: string, options: Options) =>
      publishStored(await store(ECHO, as), { path: '/a', ...options }, as);
    expect((await place(first.token, { ownerSlug: 'mine' })).body.apiPath).toBe('/api/mine/a');
    expect(await place(second.token, { ownerSlug: 'mine' })).toMatchObject({
      status: 409,
      body: { code: 'SLUG_TAKEN' },
    });
    expect((await place(second.token, {})).body.apiPath).toMatch(/^\/api\/[a-z0-9-]+\/a$/);
    expect(await place(second.token, { ownerSlug: 'other', method: 'GET' })).toMatchObject({ status: 409 });
    expect(await place(first.token, { ownerSlug: 'NOT A SLUG' })).toMatchObject({ status: 400 });
  });
});

test('a slug is not claimed by what cannot be published', async () => {
  const [first, second] = [await server.register(), await server.register()];
  const place = { path: '/a', ownerSlug: 'unclaimed' };
  expect((await publishStored('no-such-workflow', place, first.token)).status).toBe(404);
  expect((await publishStored(await store(ECHO, second.token), place, second.token)).status).toBe(200);
});

test('another process on the same database sees what is published, and what is taken back', async () => {
  const { host, port, name } = server.services.models.connection;
  const other = await startTestServer({ MONGODB_URI: `mongodb://${host}:${port}/${name}` });
  try {
    const workflowId = await store([{ type: 'response', body: 1 }]);
    const address = `/workflow/run/${workflowId}/go`;
    const call = async () => await other.request<unknown>(`POST ${address}`, { body: {} });
    expect((await call()).status).toBe(404);
    await publishStored(workflowId);
    expect(await call()).toMatchObject({ status: 200, body: 1 });
    const change = { token, body: { steps: [{ type: 'response', body: 2 }] } };
    await server.request(`PUT /workflows/${workflowId}`, change);
    await publishStored(workflowId);
    await expect.poll(async () => (await call()).body, { timeout: 5_000 }).toBe(2);
    await server.request(`DELETE /workflows/${workflowId}/publish`, { token });
    await expect.poll(async () => (await call()).status, { timeout: 5_000 }).toBe(404);
  } finally {
    await other.close();
  }
});

describe('names', () => {
  test('stand for one method and one name, and stay their owner’s', async () => {
    const workflowId = await store(ECHO);
    expect((await publishStored(workflowId, { apiName: 'Größe', method: 'GET' })).status).toBe(200);
    for (const other of [
      { apiName: 'Gr e', method: 'GET' },
      { apiName: 'Größe', method: 'POST' },
    ])
      expect(await publishStored(workflowId, other)).toMatchObject({
        status: 409,
        body: { code: 'PATH_TAKEN' },
      });
    await server.request(`DELETE /workflows/${workflowId}`, { token });
    const thief = await server.register();
    await server.request('POST /workflows', { token: thief.token, body: { workflowId, steps: ECHO } });
    expect(await publishStored(workflowId, { apiName: 'gr e' }, thief.token)).toMatchObject({
      status: 409,
      body: { code: 'PATH_TAKEN' },
    });
    await server.request('POST /workflows', { token, body: { workflowId, steps: ECHO } });
    expect((await publishStored(workflowId, { apiName: 'gr e' })).status).toBe(200);
  });

  test.each(['.', '..'])('a workflow cannot be called %j', async (workflowId) => {
    const answer = await server.request('POST /workflows', { token, body: { workflowId, steps: ECHO } });
    expect(answer.status).toBe(400);
  });
});

describe('failures', () => {
  const plain = async (steps: unknown[], body: unknown, headers: Record<string, string> = {}) => {
    const response = await fetch(await publish(steps), {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json', ...headers },
    });
    const answer = (await response.json()) as Record<string, unknown>;
    expect(Object.keys(answer).sort()).toEqual(
      [
        ...new Set([
          'code',
          'error',
          'executionId',
          'requestId',
          ...('details' in answer ? ['details'] : []),
        ]),
      ].sort(),
    );
    expect(JSON.stringify(answer)).not.toMatch(/secretCollection|steps|dbFind|dbInsert/);
    return { status: response.status, body: answer, headers: response.headers };
  };
  const RULES = [
    { type: 'inputValidation', rules: [{ field: 'input.email', required: true, type: 'email' }] },
  ];

  test('of a validation are 400 with the fields', async () => {
    expect(await plain(RULES, {})).toMatchObject({
      status: 400,
      body: { code: 'VALIDATION_FAILED', details: { email: ['Field is required'] } },
    });
  });

  test('of a value that is missing or has a wrong form are 400', async () => {
    const find = [{ type: 'dbFind', collection: 'secretCollection', filter: { a: '{{ input.a }}' } }];
    expect(await plain(find, {})).toMatchObject({
      status: 400,
      body: { code: 'REFERENCE_WITHOUT_VALUE', details: { a: ['Field is required'] } },
    });
    expect(await plain(find, { a: { $gt: '' } })).toMatchObject({
      status: 400,
      body: { code: 'OPERATOR_NOT_ALLOWED' },
    });
  });

  test('of a token are 401, of its role 403', async () => {
    const auth = [{ type: 'authMiddleware' }, { type: 'response', body: 1 }];
    const missing = await plain(auth, {});
    expect(missing).toMatchObject({ status: 401, body: { code: 'UNAUTHORIZED' } });
    expect(missing.headers.get('www-authenticate')).toBe('Bearer');
    const issuer = await publish([
      { type: 'jwtGenerate', payload: { role: 'reader' }, output: 'made' },
      { type: 'response', body: { made: '{{ made }}' } },
    ]);
    const { made } = (await send(issuer, '{}', 'application/json')).body as { made: unknown };
    const bearer = typeof made === 'string' ? made : (made as { token: string }).token;
    expect(
      await plain(
        [{ type: 'authMiddleware', requiredRole: 'admin' }, ...ECHO],
        {},
        { authorization: `Bearer ${bearer}` },
      ),
    ).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
  });

  test('of a unique field are 409 with its name', async () => {
    const insert = [
      { type: 'dbInsert', collection: 'secretCollection', data: { sku: '{{ input.sku }}' }, unique: ['sku'] },
      { type: 'response', body: 1 },
    ];
    const url = await publish(insert);
    expect((await send(url, '{"sku":"s"}', 'application/json')).status).toBe(200);
    expect(await plain(insert, { sku: 's' })).toMatchObject({
      status: 409,
      body: { code: 'DUPLICATE_VALUE', details: { fields: ['sku'] } },
    });
  });

  test('keep the inside with errors: "full", and in what the web client saved', async () => {
    const url = await publish(RULES, { errors: 'full' });
    expect(await send(url, '{}', 'application/json')).toMatchObject({
      status: 422,
      body: { ok: false, failedStep: 0, errorDetails: { 'input.email': ['Field is required'] } },
    });
    const saved = await server.request('POST /workflows/save', {
      body: { workflowId: 'saved', ownerId: 'user_1', steps: RULES, apiName: 'go' },
    });
    expect(saved.status).toBe(200);
    expect(await send(`${server.base}/workflow/run/saved/go`, '{}', 'application/json')).toMatchObject({
      status: 422,
      body: { ok: false },
    });
  });

  test.each(['plain', 'full'])(
    'of the mail server are 503 with the execution, nothing of it said (%s)',
    async (errors) => {
      // Nobody answers here: the port was free a moment ago.
      const probe = createServer();
      const port = await new Promise<number>((resolve) => {
        probe.listen(0, '127.0.0.1', () => resolve((probe.address() as { port: number }).port));
      });
      await new Promise((resolve) => probe.close(resolve));
      const away = await startTestServer({
        SMTP_HOST: '127.0.0.1',
        SMTP_PORT: String(port),
        SMTP_FROM: 'a@example.org',
        SMTP_REQUIRE_TLS: 'false',
      });
      try {
        const owner = await away.register();
        await away.request('POST /workflows', {
          token: owner.token,
          body: {
            workflowId: 'm',
            steps: [{ type: 'emailSend', to: 'b@example.org', subject: 's', body: 'b' }],
          },
        });
        await away.request('POST /workflows/m/publish', {
          token: owner.token,
          body: { apiName: 'go', errors },
        });
        const answer = await away.request('POST /workflow/run/m/go', { body: {} });
        expect(answer).toMatchObject({
          status: 503,
          body: { code: 'MAIL_FAILED', executionId: expect.stringMatching(/^[0-9a-f-]{36}$/) as string },
        });
        expect(answer.headers.get('retry-after')).toMatch(/^\d+$/);
        expect(JSON.stringify(answer.body)).not.toMatch(new RegExp(`127\\.0\\.0\\.1|ECONN|${port}`));
      } finally {
        await away.close();
      }
    },
  );
});

describe('pages of other origins', () => {
  const preflight = (url: string, origin: string, method: string) =>
    fetch(url, {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': method, 'access-control-request-headers': 'x-key' },
    });

  test('may call what allows them, and nothing else', async () => {
    const url = await publish(ECHO, { cors: ['https://shop.example.org'] });
    const asked = await preflight(url, 'https://shop.example.org', 'POST');
    expect(asked.status).toBe(204);
    expect(asked.headers.get('access-control-allow-origin')).toBe('https://shop.example.org');
    expect(asked.headers.get('access-control-allow-headers')).toBe('x-key');
    expect(asked.headers.get('access-control-allow-methods')).toContain('POST');
    expect(asked.headers.get('access-control-allow-credentials')).toBeNull();
    expect(
      (await preflight(url, 'https://evil.example.org', 'POST')).headers.get('access-control-allow-origin'),
    ).toBeNull();
    const called = await fetch(url, { method: 'POST', headers: { origin: 'https://shop.example.org' } });
    expect(called.headers.get('access-control-allow-origin')).toBe('https://shop.example.org');
    const any = await publish(ECHO, { cors: ['*'] });
    expect(
      (await preflight(any, 'https://evil.example.org', 'POST')).headers.get('access-control-allow-origin'),
    ).toBe('*');
  });

  test('are those of FRONTEND_URL where an API says nothing', async () => {
    const url = await publish(ECHO);
    const origin = 'https://studio.example.org';
    expect((await preflight(url, origin, 'POST')).headers.get('access-control-allow-origin')).toBe(origin);
    expect(
      (await preflight(url, 'https://shop.example.org', 'POST')).headers.get('access-control-allow-origin'),
    ).toBeNull();
    const gone = await fetch(`${server.base}/api/nobody/x`, { headers: { origin } });
    expect([gone.status, gone.headers.get('access-control-allow-origin')]).toEqual([404, origin]);
  });
});
