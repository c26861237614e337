/** @module Values mean what they say between caller, workflow, collections API and database. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestServer, type TestServer } from '../support/start-test-server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

type Call = (body?: object) => ReturnType<TestServer['request']>;

async function publish(
  token: string,
  steps: object[],
  options: object = {},
): Promise<Call & { path: string }> {
  const workflowId = `w-${crypto.randomUUID()}`;
  const created = await server.request('POST /workflows', { token, body: { workflowId, steps } });
  expect(created).toMatchObject({ status: 201 });
  await server.request(`POST /workflows/${workflowId}/publish`, {
    token,
    body: { apiName: 'go', ...options },
  });
  const path = `/workflow/run/${workflowId}/go`;
  return Object.assign((body: object = {}) => server.request(`POST ${path}`, { body }), { path });
}

describe('a defined collection binds steps as it binds the API', () => {
  let token: string;
  beforeAll(async () => {
    ({ token } = await server.register());
    const fields = [
      { name: 'title', type: 'string', required: true },
      { name: 'pages', type: 'number' },
      { name: 'out', type: 'date' },
      { name: 'author', type: 'objectId' },
      { name: 'isbn', type: 'string', unique: true },
    ];
    expect((await server.request('POST /collections', { token, body: { name: 'bk', fields } })).status).toBe(
      201,
    );
  });
  const insert = () =>
    publish(token, [
      { type: 'dbInsert', collection: 'bk', data: '{{ input }}', output: 'b' },
      { type: 'response', body: '{{ b }}' },
    ]);
  const listed = async (query: string) =>
    (await server.request<{ documents: { title: string }[] }>(`/collections/bk/data?${query}`, { token }))
      .body;

  test('documents are converted, and found by the API', async () => {
    const call = await insert();
    const author = '65a1b2c3d4e5f60718293a4b';
    expect((await call({ title: 'T', pages: '120', out: '2026-05-01', author })).status).toBe(200);
    for (const query of [
      'pages=120',
      `author=${author}`,
      `filter=${encodeURIComponent('{"out":{"$gte":"2026-01-01"}}')}`,
      'out=2026-05-01',
    ])
      expect(JSON.stringify(await listed(query))).toContain('"title":"T"');
    const find = await publish(token, [
      {
        type: 'dbFind',
        collection: 'bk',
        findType: 'many',
        filter: { pages: { $gte: '{{ input.min }}' }, out: { $lt: '{{ input.before }}' } },
      },
      { type: 'response', body: '{{ found.length }}' },
    ]);
    expect((await find({ min: '100', before: '2026-06-01' })).body).toBe(1);
    expect((await find({ min: '200', before: '2026-06-01' })).body).toBe(0);
  });

  test.each([
    [{ title: 'T', pages: 'many' }, 'pages'],
    [{ title: 'T', out: '2026-02-29' }, 'out'],
    [{ title: 'T', author: 'me' }, 'author'],
    [{ pages: 1 }, 'title'],
    [{ title: 5 }, 'title'],
  ])('%j is refused with the name of the field', async (body, field) => {
    const answer = await (await insert())(body);
    expect(answer.status).toBe(400);
    expect(JSON.stringify(answer.body)).toContain(field);
  });

  test('changes as well, and nothing is shared by those without a value', async () => {
    const add = await insert();
    for (const isbn of [null, '', null, '', undefined])
      expect((await add({ title: 'N', isbn })).status).toBe(200);
    expect((await add({ title: 'A', isbn: 'i-1' })).status).toBe(200);
    expect((await add({ title: 'B', isbn: 'i-1' })).status).not.toBe(200);
    const change = await publish(token, [
      { type: 'dbUpdate', collection: 'bk', filter: { isbn: 'i-1' }, data: { pages: '{{ input.pages }}' } },
      { type: 'response', body: '{{ updated.pages }}' },
    ]);
    expect((await change({ pages: '7' })).body).toBe(7);
    expect((await change({ pages: 'x' })).status).toBe(400);
  });
});

test('days that do not exist are refused by the collections API', async () => {
  const { token } = await server.register();
  await server.request('POST /collections', {
    token,
    body: { name: 'gigs', fields: [{ name: 'on', type: 'date' }] },
  });
  for (const on of ['2026-02-29', '2026-06-31T20:00:00Z', 'hello 1', '5'])
    expect((await server.request('POST /collections/gigs/data', { token, body: { on } })).status).toBe(400);
  expect(
    (await server.request('POST /collections/gigs/data', { token, body: { on: '2028-02-29' } })).status,
  ).toBe(201);
});

test('an id and its text are the same thing', async () => {
  const { token } = await server.register();
  const post = await publish(token, [
    { type: 'dbInsert', collection: 'posts', data: { t: 1 }, output: 'p' },
    { type: 'dbInsert', collection: 'comments', data: { post: '{{ p._id }}' } },
    { type: 'response', body: '{{ p._id }}' },
  ]);
  const id = String((await post()).body);
  const find = async (filter: object) => {
    const call = await publish(token, [
      { type: 'dbFind', collection: 'comments', findType: 'many', filter },
      { type: 'response', body: '{{ found.length }}' },
    ]);
    return (await call({ id })).body;
  };
  expect(await find({ post: '{{ input.id }}' })).toBe(1);
  expect(await find({ post: { $in: ['{{ input.id }}'] } })).toBe(1);
  expect(await find({ post: { $ne: '{{ input.id }}' } })).toBe(0);
  expect(await find({ post: id })).toBe(1);
});

test('twenty sign-ups at once create one account, in any case of the address', async () => {
  const { token } = await server.register();
  const signUp = await publish(token, [
    {
      type: 'dbInsert',
      collection: 'users',
      data: { email: '{{ input.email }}', password: '{{ input.password }}' },
      unique: ['email'],
    },
    { type: 'response', statusCode: 201, body: 1 },
  ]);
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, i) =>
      signUp({ email: i % 2 ? 'Jo@Example.org' : 'jo@example.org', password: 'some password' }),
    ),
  );
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
  for (const { status, body } of answers) if (status !== 201) expect(JSON.stringify(body)).toContain('email');
  const login = await publish(token, [
    { type: 'userLogin', email: '{{ input.email }}', password: '{{ input.password }}' },
    { type: 'response', body: '{{ loginResult.ok }}' },
  ]);
  expect((await login({ email: 'JO@example.org', password: 'some password' })).body).toBe(true);
  expect((await signUp({ email: 'x@example.org', password: 'é'.repeat(37) })).status).not.toBe(201);
});

test('what was not sent does not overwrite; a null that was sent does', async () => {
  const { token } = await server.register();
  const call = await publish(token, [
    { type: 'input', variables: [{ name: 'sku' }, { name: 'name' }, { name: 'price', type: 'number' }] },
    {
      type: 'dbUpdate',
      collection: 'pr',
      filter: { sku: '{{ input.sku }}' },
      data: { name: '{{ input.name }}', price: '{{ input.price }}' },
    },
    { type: 'response', body: { name: '{{ updated.name }}', price: '{{ updated.price }}' } },
  ]);
  const add = await publish(token, [{ type: 'dbInsert', collection: 'pr', data: '{{ input }}' }]);
  await add({ sku: 's1', name: 'N', price: 5 });
  expect((await call({ sku: 's1', price: '7' })).body).toEqual({ name: 'N', price: 7 });
  expect((await call({ sku: 's1', name: null, price: 8 })).body).toEqual({ name: null, price: 8 });
  expect((await call({ sku: 's1', price: 'abc' })).status).toBe(400);
});

test('braces that hold no path are refused when a workflow is saved, with a suggestion', async () => {
  const { token } = await server.register();
  for (const [value, suggestion] of [
    ['{{ m.roles[5] }}', 'm.roles.5'],
    ['{{ m.is admin }}', 'path of names'],
    ['{{ m.admin || false }}', 'default'],
    ['{{m.admin}', 'Close'],
  ] as const) {
    const steps = [
      { type: 'dbFind', collection: 'm', filter: {}, output: 'm' },
      { type: 'guard', value, is: 'present', statusCode: 403 },
      { type: 'response', body: 'in' },
    ];
    const saved = await server.request('POST /workflows', { token, body: { steps } });
    expect(saved).toMatchObject({ status: 400, body: { code: 'DEFINITION_INVALID' } });
    expect(JSON.stringify(saved.body)).toContain(suggestion);
    const run = await server.request<{ response: { statusCode: number } }>('POST /workflows/run', {
      token,
      body: { steps },
    });
    expect(run.body.response.statusCode).toBe(403);
  }
});
