import { API_METHODS } from '@orchestrix/executions';
import type { Route } from '@orchestrix/routes';
import fc from 'fast-check';
import jwt from 'jsonwebtoken';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allRoutes } from '../../src/routes/all.routes.ts';
import { expectErrorFormat } from '../support/error-format.ts';
import { startTestServer, type TestServer } from '../support/start-test-server.ts';

let server: TestServer;
let routes: Route[];
let userId: string;
/** Ids that exist, so that malformed input gets further than to a 404. */
let known: string[];

beforeAll(async () => {
  server = await startTestServer({ LOGIN_RATE_LIMIT: '1000000' });
  routes = allRoutes(server.config, server.services);
  const account = await server.register();
  userId = account.userId;
  const { token } = account;
  const collection = await server.request<{ collection: { id: string } }>('POST /collections', {
    token,
    body: { name: 'things', fields: [{ name: 'n', type: 'number', unique: true }] },
  });
  const document = await server.request<{ document: { _id: string } }>('POST /collections/things/data', {
    token,
    body: { n: 1 },
  });
  const workflow = await server.request<{ workflow: { workflowId: string } }>('POST /workflows', {
    token,
    body: { name: 'w', steps: [{ type: 'input', variables: [] }] },
  });
  for (const method of API_METHODS) {
    const published = await server.request(`POST /workflows/${workflow.body.workflow.workflowId}/publish`, {
      token,
      body: { path: '/things', ownerSlug: 'known', method },
    });
    expect(published.status).toBe(200);
  }
  known = [
    collection.body.collection.id,
    document.body.document._id,
    workflow.body.workflow.workflowId,
    'things',
  ];
});
afterAll(() => server.close());

/** A login of its own for every request, because one of the routes ends it. */
const token = (id: number) => jwt.sign({ userId, email: '', role: '', id }, server.config.jwtSecret);

const nastyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string(),
  fc.constantFrom(
    '',
    '.',
    '..',
    '%00',
    '%E0%A4%A',
    '%',
    '__proto__',
    'constructor',
    '$where',
    '{"$gt":""}',
    'null',
    '-1',
    '1e999',
  ),
  fc.string({ minLength: 300, maxLength: 2000 }),
);

const nastyJson = fc.oneof(
  fc.jsonValue({ maxDepth: 5 }),
  fc.constantFrom<unknown>(
    null,
    [],
    {},
    { steps: [null] },
    { steps: {} },
    { steps: [{ type: 'dbFind', collection: { $gt: '' }, filters: '{{ a.b }}' }] },
    { steps: [{ type: '__proto__', id: { a: 1 } }], edges: [{ source: 1 }] },
    { email: { $ne: null }, password: { $ne: null } },
    { email: 'a@b.co', password: '\ud800\ud800\ud800\ud800\ud800' },
    { name: 'x\0y', fields: [{ name: 'a', type: 'string' }] },
    { input: { __proto__: 1 }, apiName: ['a'] },
    { a: { $where: '1' }, $set: { b: 1 }, 'c.d': 1, '': 1, 'e\0f': 1 },
  ),
  fc.dictionary(nastyText, fc.jsonValue({ maxDepth: 3 })),
  fc
    .tuple(
      fc.constantFrom('name', 'email', 'password', 'steps', 'input', 'fields', 'apiName', 'version', 'n'),
      fc.jsonValue({ maxDepth: 3 }),
    )
    .map(([key, value]) => ({ [key]: value })),
);

/** JSON as text; sometimes broken, sometimes with a key that only a text can hold. */
const nastyBody = fc.oneof(
  { weight: 6, arbitrary: nastyJson.map((value) => JSON.stringify(value)) },
  { weight: 1, arbitrary: nastyJson.map((value) => JSON.stringify(value).slice(0, -1)) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '{"__proto__":{"a":1}}',
      '['.repeat(5000),
      `${'['.repeat(5000)}${']'.repeat(5000)}`,
      '\ufeff{}',
    ),
  },
);

const nastyQuery = fc.dictionary(
  fc.oneof(
    fc.constantFrom('cursor', 'limit', 'sort', 'filter', 'q', 'force', 'async', 'status', 'workflowId', 'n'),
    nastyText,
  ),
  fc.oneof(
    nastyText,
    nastyJson.map((value) => JSON.stringify(value)),
  ),
  { maxKeys: 4 },
);

const request = fc.record({
  route: fc.nat(),
  ids: fc.array(fc.oneof(fc.nat({ max: 3 }), nastyText), { minLength: 3, maxLength: 3 }),
  query: nastyQuery,
  body: fc.option(nastyBody),
  nonce: fc.nat(),
  login: fc.constantFrom('valid', 'valid', 'valid', 'none', 'wrong'),
  contentType: fc.constantFrom(
    'application/json',
    'application/json',
    'application/json',
    'text/plain',
    'application/json; charset=utf-16le',
    '',
  ),
});

function pathOf(route: Route, ids: readonly (number | string)[]): string {
  let next = 0;
  return route.path.replace(/:\w+/g, () => {
    const id = ids[next++] ?? '';
    const text = typeof id === 'number' ? (known[id] ?? '') : id;
    return text.startsWith('%') ? text : encodeURIComponent(text.toWellFormed()) || 'x';
  });
}

function queryOf(query: Record<string, string>): string {
  const pairs = Object.entries(query).map(
    ([key, value]) => `${encodeURIComponent(key.toWellFormed())}=${encodeURIComponent(value.toWellFormed())}`,
  );
  // Longer ones are refused before the server sees them.
  return pairs.join('&').slice(0, 6000);
}

/** What is behind these addresses is there only when somebody published it. */
const isPublished = ({ path }: Route): boolean => /^\/(?:api|workflow\/run)\/:/.test(path);

describe('Feature: backend-core, Property 10: error format for every route', () => {
  it('holds for every route: without a login, with a wrong one, with a broken or a huge body', async () => {
    const attempts = fc.record({
      route: fc.constantFrom(...routes),
      with: fc.constantFrom('no login', 'wrong login', 'broken body', 'huge body', 'wrong charset'),
    });
    await fc.assert(
      fc.asyncProperty(attempts, async ({ route, with: attempt }) => {
        const needsLogin = route.auth === 'required';
        const isLogin = attempt === 'no login' || attempt === 'wrong login';
        fc.pre(isLogin ? needsLogin : route.method !== 'get');
        const answer = await server.request<unknown>(
          `${route.method.toUpperCase()} ${isPublished(route) ? '/api/known/things' : pathOf(route, [0, 1, 2])}`,
          {
            ...(attempt === 'wrong login' && { token: 'not.a.token' }),
            ...(attempt === 'broken body' && { body: '{"a":' }),
            ...(attempt === 'huge body' && { body: JSON.stringify({ a: 'x'.repeat(1_100_000) }) }),
            ...(attempt === 'wrong charset' && {
              body: '{}',
              headers: { 'Content-Type': 'application/json; charset=koi8-r' },
            }),
          },
        );
        const expected = isLogin
          ? 401
          : { 'broken body': 400, 'huge body': 413, 'wrong charset': 415 }[attempt];
        expect(answer.status).toBe(expected);
        expectErrorFormat(answer);
      }),
      { numRuns: 200 },
    );
  });

  it('holds where there is no route', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.webPath(),
        fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE'),
        async (path, method) => {
          const answer = await server.request<unknown>(`${method} /no-such-place${path}`);
          expect(answer.status).toBe(404);
          expectErrorFormat(answer);
        },
      ),
    );
  });

  it('a thousand malformed requests never get a 5xx, and every refusal has the format', async () => {
    const statuses = new Map<number, number>();
    await fc.assert(
      fc.asyncProperty(request, async ({ route: index, ids, query, body, nonce, login, contentType }) => {
        const route = routes[index % routes.length]!;
        const method = route.method.toUpperCase();
        const answer = await server.request<unknown>(`${method} ${pathOf(route, ids)}?${queryOf(query)}`, {
          ...(login !== 'none' && { token: login === 'valid' ? token(nonce) : 'a.b.c' }),
          ...(body !== null && method !== 'GET' && { body, headers: { 'Content-Type': contentType } }),
        });
        statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
        expect(answer.status).toBeLessThan(500);
        const isResult = typeof answer.body === 'object' && answer.body !== null && 'ok' in answer.body;
        // An owner whose last collection was deleted by an earlier request has no database to look at.
        const extra = route.path === '/user/db/schemas' && answer.status === 422 ? ['detail'] : [];
        if (answer.status >= 400 && !isResult) expectErrorFormat(answer, extra);
      }),
      { numRuns: 1000 },
    );
    // The requests must get as far as the handlers, or this would prove little.
    expect(statuses.get(200) ?? 0).toBeGreaterThan(20);
    expect(statuses.get(400) ?? 0).toBeGreaterThan(100);
  });
});
