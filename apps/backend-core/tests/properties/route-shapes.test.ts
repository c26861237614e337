/** @module Spec property 1: whatever is sent, a route answers JSON of the shape that its description gives. */

import type { Route } from '@orchestrix/routes';
import { splitResponses } from '@orchestrix/routes';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { allRoutes } from '../../src/routes/all.routes.ts';
import { startTestServer, type TestServer } from '../support/start-test-server.ts';

let server: TestServer;
let routes: Route[];
let token: string;

beforeAll(async () => {
  server = await startTestServer({ LOGIN_RATE_LIMIT: '1000000' });
  routes = allRoutes(server.config, server.services);
  ({ token } = await server.register());
  for (const workflowId of IDS) {
    await server.request('POST /workflows', {
      token,
      body: { workflowId, steps: [{ type: 'response', body: 1 }] },
    });
    await server.request(`POST /workflows/${workflowId}/publish`, { token, body: { apiName: 'go' } });
  }
  await server.request('POST /collections', {
    token,
    body: { name: 'a', fields: [{ name: 'n', type: 'number' }] },
  });
});
afterAll(() => server.close());

/** Ids that may exist by the time they are used. */
const IDS = ['a', 'b'];

/** Bodies of which many are right for one route or another. */
const body = fc.oneof(
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
  {
    weight: 4,
    arbitrary: fc.record(
      {
        name: fc.constantFrom('a', 'things', 'Name'),
        email: fc.constantFrom('a@b.co', 'c@d.org'),
        password: fc.constantFrom('correct horse', 'short'),
        workflowId: fc.constantFrom(...IDS, 'c', 'd'),
        ownerId: fc.constantFrom('default-owner', 'user_1', 'nobody'),
        steps: fc.constantFrom<unknown>(
          [],
          [{ type: 'input', variables: [{ name: 'x' }] }],
          [{ type: 'dbInsert', collection: 'a', data: { n: 1 } }],
          [{ type: 'teleport' }],
          5,
        ),
        edges: fc.constantFrom<unknown>([], [{ source: 'x', target: 'y' }]),
        apiName: fc.constantFrom('go', 'Go Away', '!'),
        fields: fc.constantFrom<unknown>([], [{ name: 'n', type: 'number' }]),
        input: fc.constantFrom<unknown>({}, { x: 1 }, 5),
        prompt: fc.constantFrom('', 'a form'),
        version: fc.constantFrom(1, 2),
        n: fc.constantFrom<unknown>(1, 'x'),
      },
      { requiredKeys: [] },
    ),
  },
);

test('Feature: backend-core, Property 1: every route answers JSON of its described shape for any input', async () => {
  const answered = new Set<string>();
  const request = fc.record({
    index: fc.nat(),
    id: fc.constantFrom(...IDS, 'go', 'nothing', '1'),
    body,
    query: fc.constantFrom(
      '',
      '?limit=1',
      '?limit=x',
      '?async=true',
      '?force=true',
      '?ownerId=default-owner',
      '?q=a',
    ),
    loggedIn: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(request, async ({ index, id, body: sent, query, loggedIn }) => {
      const route = routes[index % routes.length]!;
      // Logging out would make the token of all that follows worthless.
      if (route.path === '/auth/logout') return;
      const path = route.path.replace(/:apiName/g, 'go').replace(/:\w+/g, id) + query;
      const hasBody = route.method !== 'get';
      const answer = await server.request(`${route.method.toUpperCase()} ${path}`, {
        ...(hasBody ? { body: sent } : {}),
        ...(loggedIn ? { token } : {}),
      });
      answered.add(`${route.method} ${route.path} ${answer.status < 300}`);
      const { others } = splitResponses(route.responses[answer.status]);
      const type = answer.headers.get('content-type') ?? '';
      if (answer.status === 200 && others.some(({ contentType }) => type.startsWith(contentType))) return;
      expect(type).toContain('application/json');
      // 503 says that no language model is configured, API_FAILED that what was published cannot run: both are described.
      const isDescribed = answer.status === 503 || answer.body.code === 'API_FAILED';
      expect(isDescribed || answer.status < 500, JSON.stringify(answer.body)).toBe(true);
      if (answer.status >= 400 && !route.responses[answer.status]) {
        expect(answer.body).toMatchObject({ error: expect.any(String), code: expect.any(String) });
        return;
      }
      const declared = route.responses[answer.status] ?? route.responses.default;
      const shapes = declared ? splitResponses(declared).schemas : [];
      expect(
        shapes.some((shape) => shape.safeParse(answer.body).success),
        `${route.path} ${answer.status}`,
      ).toBe(true);
    }),
    { numRuns: 1_500 },
  );
  // A property that never got past an error would say little.
  const succeeded = [...answered].filter((one) => one.endsWith('true'));
  expect(succeeded.length).toBeGreaterThan(routes.length / 2);
}, 120_000);
