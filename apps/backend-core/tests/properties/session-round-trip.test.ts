import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../support/start-test-server.ts';

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

const data = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 4 }));
const userId = fc.string({ minLength: 1 });

/** What JSON makes of a value: `-0` becomes `0`, and objects have a prototype. */
const asJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('Feature: backend-core, Property 3: session round trip', () => {
  it('gives back what was stored, to whoever knows the id', async () => {
    const { sessions } = server.services;
    await fc.assert(
      fc.asyncProperty(userId, data, data, async (user, first, second) => {
        const id = await sessions.create(user, first);
        expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
        const stored = await sessions.get(id);
        expect(stored?.userId).toBe(user);
        expect(asJson(stored?.data)).toEqual(asJson(first));

        expect(await sessions.update(id, second)).toBe(true);
        expect(asJson((await sessions.get(id))?.data)).toEqual(asJson(second));

        expect(await sessions.delete(id)).toBe(true);
        expect(await sessions.get(id)).toBeNull();
      }),
    );
  });

  it('lasts for seven days unless told otherwise', async () => {
    const id = await server.services.sessions.create('u');
    const session = await server.services.sessions.get(id);
    const days = (session!.expiresAt.getTime() - session!.createdAt.getTime()) / 86_400_000;
    expect(days).toBeCloseTo(7, 3);
  });
});
