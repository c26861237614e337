/** @module Without a login nothing can be left for an account that is yet to come. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestServer, type TestServer } from '../support/start-test-server.ts';

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

test('an id that the next account may get is refused, in either case of letters', async () => {
  const { userId } = await server.register();
  // Ids count up: whoever registers knows about which come next.
  const next = (BigInt(`0x${userId}`) + 1n).toString(16);
  for (const ownerId of [next, next.toUpperCase(), 'f'.repeat(24)]) {
    const drawing = { ownerId, steps: [{ type: 'response', body: 'planted' }] };
    const answers = [
      await server.request('POST /workflows/save', { body: { ...drawing, workflowId: 'w', apiName: 'x' } }),
      await server.request('POST /workflow/execute', { body: drawing }),
      await server.request('POST /user/db/connect', { body: { ownerId, uri: 'mongodb://127.0.0.1:1/x' } }),
      await server.request(`/user/db/status?ownerId=${ownerId}`),
    ];
    for (const { status, body } of answers)
      expect({ status, body }).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
  }
});
