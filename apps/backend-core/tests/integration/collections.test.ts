import { createMongoDatabase, ownerNamespace } from '@orchestrix/models';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../support/start-test-server.ts';

let server: TestServer;
let owner: { token: string; userId: string };

beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

const FIELDS = [
  { name: 'title', type: 'string', required: true },
  { name: 'code', type: 'string', unique: true },
  { name: 'pages', type: 'number' },
  { name: 'sold', type: 'boolean' },
  { name: 'printed', type: 'date' },
  { name: 'author', type: 'objectId' },
  { name: 'contact', type: 'email' },
  { name: 'tags', type: 'array' },
  { name: 'size', type: 'object' },
];

interface List {
  documents: Record<string, unknown>[];
  nextCursor: string | null;
}

const send = <Body = Record<string, unknown>>(route: string, body?: unknown, token = owner.token) =>
  server.request<Body>(route, { token, ...(body !== undefined && { body }) });

async function define(name: string, fields: unknown[] = FIELDS): Promise<string> {
  const { status, body } = await send<{ collection: { id: string } }>('POST /collections', { name, fields });
  expect(status).toBe(201);
  return body.collection.id;
}

async function insert(id: string, document: unknown): Promise<Record<string, unknown> & { _id: string }> {
  const { status, body } = await send<{ document: { _id: string } }>(
    `POST /collections/${id}/data`,
    document,
  );
  expect(status).toBe(201);
  return body.document;
}

/** What a workflow step of the owner reaches. */
const stepDatabase = (userId = owner.userId) =>
  createMongoDatabase(server.services.models.connection, { namespace: ownerNamespace(userId) });

describe('collections', () => {
  beforeAll(async () => {
    owner = await server.register();
  });

  it('are defined, read by id and by name, changed and listed', async () => {
    const id = await define('books');
    const byId = await send(`GET /collections/${id}`);
    expect(byId.body).toEqual((await send('GET /collections/books')).body);
    expect(byId.body.collection).toMatchObject({ id, name: 'books', fields: FIELDS, defined: true });

    const change = { description: 'What we print', fields: FIELDS.slice(0, 3) };
    const changed = await send(`PUT /collections/${id}`, change);
    expect(changed).toMatchObject({ status: 200, body: { collection: { id, name: 'books', ...change } } });

    const list = await send<{ collections: { name: string }[] }>('GET /collections');
    expect(list.body.collections.map(({ name }) => name)).toContain('books');
    expect((await send('POST /collections', { name: 'books' })).status).toBe(409);
  });

  it('belong to their owner alone', async () => {
    const id = await define('private');
    const document = await insert(id, { title: 'Mine' });
    const stranger = await server.register();
    for (const [route, body] of [
      [`GET /collections/${id}`],
      [`GET /collections/private`],
      [`PUT /collections/${id}`, {}],
      [`DELETE /collections/${id}?force=true`],
      [`GET /collections/${id}/data`],
      [`POST /collections/${id}/data`, { title: 'Theirs' }],
      [`GET /collections/${id}/data/${document._id}`],
      [`PUT /collections/${id}/data/${document._id}`, { title: 'Theirs' }],
      [`DELETE /collections/${id}/data/${document._id}`],
    ] as [string, unknown?][])
      expect((await send(route, body, stranger.token)).status, route).toBe(404);
    await send('POST /collections', { name: 'private', fields: [] }, stranger.token);
    expect(
      (await send<List>('GET /collections/private/data', undefined, stranger.token)).body.documents,
    ).toEqual([]);
    expect((await send(`GET /collections/${id}/data/${document._id}`)).status).toBe(200);
  });

  it('are the same ones that workflow steps use', async () => {
    const id = await define('shared');
    const stored = await insert(id, { title: 'From outside', printed: '2026-01-02', author: 'a'.repeat(24) });
    const seen = await stepDatabase().findOne('shared', { filter: { title: 'From outside' } });
    expect(String(seen?._id)).toBe(stored._id);
    expect(seen?.printed).toEqual(new Date('2026-01-02'));
    await stepDatabase().insertOne('shared', { title: 'From a step' });
    const { body } = await send<List>(`GET /collections/${id}/data`);
    expect(body.documents.map(({ title }) => title)).toEqual(['From a step', 'From outside']);
  });

  it('appear by themselves when a step makes one', async () => {
    await stepDatabase().insertOne('made-by-a-step', { n: 1 });
    const { body } = await send('GET /collections/made-by-a-step');
    expect(body.collection).toMatchObject({
      id: 'made-by-a-step',
      name: 'made-by-a-step',
      defined: false,
      fields: [],
    });
    const list = await send<{ collections: { name: string }[] }>('GET /collections');
    expect(list.body.collections.map(({ name }) => name)).toContain('made-by-a-step');
    const defined = await send<{ collection: { id: string } }>('PUT /collections/made-by-a-step', {
      fields: [{ name: 'n', type: 'number' }],
    });
    expect(defined.body.collection).toMatchObject({ defined: true, fields: [{ name: 'n', type: 'number' }] });
  });

  it('show the rows of the earlier data collection', async () => {
    const { DynamicData } = server.services.models;
    await DynamicData.create({
      ownerId: owner.userId,
      collectionName: 'old',
      data: { title: 'Old', n: 3 },
    } as never);
    const { body } = await send<List>('GET /collections/old/data?n=3');
    expect(body.documents).toEqual([
      expect.objectContaining({ title: 'Old', n: 3, _id: expect.any(String) }),
    ]);
    const path = `/collections/old/data/${body.documents[0]?._id}`;
    expect((await send(`GET ${path}`)).body.document).toMatchObject({ title: 'Old' });
    expect((await send(`DELETE ${path}`)).status).toBe(200);
    expect((await send(`GET ${path}`)).status).toBe(404);
  });

  it('are deleted with their data only when that is said', async () => {
    const id = await define('doomed');
    await insert(id, { title: 'Last' });
    expect(await send(`DELETE /collections/${id}`)).toMatchObject({
      status: 409,
      body: { code: 'COLLECTION_NOT_EMPTY' },
    });
    expect((await send(`DELETE /collections/${id}?force=true`)).status).toBe(200);
    expect((await send(`GET /collections/${id}`)).status).toBe(404);
    expect((await send('GET /collections/doomed')).status).toBe(404);
    expect((await send(`DELETE /collections/${await define('empty')}`)).status).toBe(200);
  });

  it.each([
    [{ name: '' }],
    [{ name: 'system.users' }],
    [{ name: 'a$b' }],
    [{ name: { $gt: '' } }],
    [{ name: 'x', fields: [{ name: '$where', type: 'string' }] }],
    [{ name: 'x', fields: [{ name: '_id', type: 'string' }] }],
    [{ name: 'x', fields: [{ name: 'a', type: 'money' }] }],
    [
      {
        name: 'x',
        fields: [
          { name: 'a', type: 'string' },
          { name: 'a', type: 'number' },
        ],
      },
    ],
  ])('are not defined wrongly: %#', async (body) => {
    expect((await send('POST /collections', body)).status).toBe(400);
  });
});

describe('documents', () => {
  let id: string;

  beforeAll(async () => {
    owner = await server.register();
    id = await define('books');
  });

  it('are stored, read, replaced and deleted', async () => {
    const document = {
      title: 'One',
      pages: 12,
      sold: false,
      printed: '2026-03-01T10:00:00.000Z',
      author: '65a1b2c3d4e5f60718293a4b',
      contact: 'ann@example.org',
      tags: ['a', 1],
      size: { w: 1 },
      extra: 'kept',
    };
    const stored = await insert(id, document);
    expect(stored).toMatchObject(document);
    expect(stored.createdAt).toBe(stored.updatedAt);
    const path = `/collections/${id}/data/${stored._id}`;
    expect((await send(`GET ${path}`)).body.document).toEqual(stored);

    const replaced = await send(`PUT ${path}`, { title: 'Two', _id: 'ignored', createdAt: 'ignored' });
    expect(replaced.status).toBe(200);
    expect(replaced.body.document).toMatchObject({
      _id: stored._id,
      title: 'Two',
      createdAt: stored.createdAt,
    });
    expect(replaced.body.document).not.toHaveProperty('pages');

    expect((await send(`DELETE ${path}`)).status).toBe(200);
    expect((await send(`GET ${path}`)).status).toBe(404);
    expect((await send(`DELETE ${path}`)).status).toBe(404);
    expect((await send(`GET /collections/${id}/data/no-such-id`)).status).toBe(404);
  });

  it('are refused with every wrong field named', async () => {
    const { status, body } = await send<{ details: { path: string; message: string }[] }>(
      `POST /collections/${id}/data`,
      {
        title: '',
        pages: '12',
        sold: 'yes',
        printed: 'tomorrow',
        author: 'me',
        contact: 'ann',
        tags: {},
        size: [],
      },
    );
    expect(status).toBe(400);
    expect(
      Object.fromEntries(body.details.map(({ path, message }) => [path.replace('body.', ''), message])),
    ).toEqual({
      title: 'Field is required',
      pages: 'Expected number',
      sold: 'Expected boolean',
      printed: 'Expected date as ISO 8601 text',
      author: 'Expected objectId of 24 hexadecimal digits',
      contact: 'Expected email address',
      tags: 'Expected array',
      size: 'Expected object',
    });
  });

  it('keep unique values unique, but not their absence', async () => {
    await insert(id, { title: 'A', code: 'c1' });
    await insert(id, { title: 'B' });
    await insert(id, { title: 'C', code: null });
    await insert(id, { title: 'D', code: '' });
    const twice = await send(`POST /collections/${id}/data`, { title: 'E', code: 'c1' });
    expect(twice).toMatchObject({ status: 409, body: { code: 'DUPLICATE_VALUE' } });
    const stepInsert = stepDatabase().insertOne('books', { title: 'F', code: 'c1' });
    await expect(stepInsert).rejects.toMatchObject({ code: 'DUPLICATE_VALUE' });

    const other = await define('loose', [{ name: 'k', type: 'number' }]);
    await insert(other, { k: 1 });
    await insert(other, { k: 1 });
    const change = await send(`PUT /collections/${other}`, {
      fields: [{ name: 'k', type: 'number', unique: true }],
    });
    expect(change).toMatchObject({ status: 409, body: { code: 'UNIQUE_VIOLATED' } });
    expect((await send(`GET /collections/${other}`)).body.collection).toMatchObject({
      fields: [{ name: 'k', type: 'number' }],
    });
  });

  it('are filtered by pairs and by JSON, with values in the type of their field', async () => {
    const films = await define('films', [
      { name: 'year', type: 'number' },
      { name: 'shown', type: 'date' },
      { name: 'name', type: 'string' },
      { name: 'seen', type: 'boolean' },
    ]);
    await insert(films, { name: '1984', year: 1984, shown: '1984-10-10', seen: true, loose: 7 });
    await insert(films, { name: 'Brazil', year: 1985, shown: '1985-02-22', seen: false, loose: '7' });
    await insert(films, { name: 'Akira', year: 1988, shown: '1988-07-16', seen: true, loose: 8 });
    const names = async (query: string): Promise<unknown[]> => {
      const { status, body } = await send<List>(`GET /collections/${films}/data?sort=name&${query}`);
      expect(status).toBe(200);
      return body.documents.map(({ name }) => name);
    };
    const filter = (value: unknown) => `filter=${encodeURIComponent(JSON.stringify(value))}`;

    expect(await names('name=1984')).toEqual(['1984']);
    expect(await names('year=1985&year=1988')).toEqual(['Akira', 'Brazil']);
    expect(await names('seen=true&year=1984')).toEqual(['1984']);
    expect(await names('shown=1988-07-16')).toEqual(['Akira']);
    expect(await names('loose=7')).toEqual(['1984', 'Brazil']);
    expect(await names('year=none')).toEqual([]);
    expect(await names(filter({ shown: { $gte: '1985-01-01' } }))).toEqual(['Akira', 'Brazil']);
    expect(await names(filter({ $or: [{ year: 1984 }, { name: { $regex: '^A' } }] }))).toEqual([
      '1984',
      'Akira',
    ]);
    expect(await names(`${filter({ year: { $in: [1984, 1985] } })}&seen=false`)).toEqual(['Brazil']);
  });

  it.each([
    'filter={',
    'filter=[]',
    'filter=1',
    'filter={"$where":"1"}',
    'filter={"a":{"$function":{}}}',
    'filter={"$or":[]}',
    'filter={"$or":{}}',
    'sort=$a',
    'sort=n:up',
    'sort=',
    '$where=1',
    'limit=0',
    'limit=101',
    'limit=x',
    'cursor=x',
  ])('are not listed by what is no query: %s', async (query) => {
    const { status, body } = await send(`GET /collections/${id}/data?${query}`);
    expect(status).toBe(400);
    expect(body).toMatchObject({ error: expect.any(String), code: expect.any(String) });
  });

  it('come in pages, each once', async () => {
    const many = await define('many', [{ name: 'n', type: 'number' }]);
    for (let n = 0; n < 25; n++) await insert(many, { n, even: n % 2 === 0 });
    for (const [query, expected] of [
      ['limit=10', Array.from({ length: 25 }, (_, n) => 24 - n)],
      ['limit=7&sort=n', Array.from({ length: 25 }, (_, n) => n)],
      ['limit=4&sort=n:desc&even=true', Array.from({ length: 13 }, (_, n) => 24 - 2 * n)],
      ['limit=4&sort=-n&even=true', Array.from({ length: 13 }, (_, n) => 24 - 2 * n)],
    ] as const) {
      const seen: unknown[] = [];
      let cursor: string | null = '';
      while (cursor !== null) {
        const { body }: { body: List } = await send<List>(
          `GET /collections/${many}/data?${query}${cursor && `&cursor=${cursor}`}`,
        );
        seen.push(...body.documents.map(({ n }) => n));
        cursor = body.nextCursor;
      }
      expect(seen).toEqual(expected);
    }
  });

  it('never give a password back, and keep it hashed', async () => {
    const users = await define('users', [{ name: 'password', type: 'string', required: true }]);
    const stored = await insert(users, { email: 'a@b.c', password: 'plain text' });
    expect(stored).not.toHaveProperty('password');
    const hashed = async () =>
      (await stepDatabase().findOne('users', { filter: { email: 'a@b.c' } }))?.password;
    const first = await hashed();
    expect(first).toMatch(/^\$2[aby]\$10\$/);
    const replaced = await send(`PUT /collections/${users}/data/${stored._id}`, { email: 'a@b.c', age: 3 });
    expect(replaced).toMatchObject({ status: 200, body: { document: { age: 3 } } });
    expect(await hashed()).toBe(first);
  });
});
