/** @module The middleware in a real Express server on a real database. */
import type { AddressInfo } from 'node:net';
import express, { type ErrorRequestHandler, type Express, type Request } from 'express';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { openTestDatabase } from '../tests/support/test-database.ts';
import { type SessionRequest, sessionMiddleware } from './session-middleware.ts';
import { createSessionStore, type SessionStore } from './session-store.ts';

type App = Request & SessionRequest;
let database: Awaited<ReturnType<typeof openTestDatabase>>;
let store: SessionStore;
const closing: (() => Promise<unknown>)[] = [];
beforeAll(async () => {
  database = await openTestDatabase();
  store = createSessionStore(database.models);
});
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});
afterAll(() => database.close());

/** Serves routes behind the middleware; every request of the returned function carries the session's id. */
async function serve(routes: (app: Express) => void, used: Pick<SessionStore, 'get' | 'update'> = store) {
  const app = express();
  app.use(sessionMiddleware<App>(used, { sessionIdOf: (request) => request.get('x-session') }));
  routes(app);
  const onError: ErrorRequestHandler = (error: Error, _request, response, _next) => {
    response.status(500).json({ error: error.message });
  };
  app.use(onError);
  const server = app.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  closing.push(() => new Promise((resolve) => server.close(resolve)));
  const { port } = server.address() as AddressInfo;
  return (path: string, sessionId?: string) =>
    fetch(`http://127.0.0.1:${port}${path}`, { headers: sessionId ? { 'x-session': sessionId } : {} });
}

/** The store, counting its writes. */
function counting(): SessionStore & { writes: number } {
  const counted = {
    ...store,
    writes: 0,
    update(id: string, data: Record<string, unknown>) {
      counted.writes++;
      return store.update(id, data);
    },
  };
  return counted;
}

it('loads the session of a request, and none when there is none', async () => {
  const request = await serve((app) =>
    app.get('/', (req, res) => void res.json({ session: (req as App).session ?? null })),
  );
  const id = await store.create('anna', { n: 1 });
  expect(await (await request('/', id)).json()).toEqual({ session: { id, userId: 'anna', data: { n: 1 } } });
  expect(await (await request('/', 'unknown')).json()).toEqual({ session: null });
  expect(await (await request('/')).json()).toEqual({ session: null });
});

it('has stored changes when the answer arrives, in place or as a new object', async () => {
  const counted = counting();
  const request = await serve((app) => {
    app.get('/count', (req, res) => {
      const { data } = (req as App).session!;
      data.count = Number(data.count ?? 0) + 1;
      res.json(data);
    });
    app.get('/replace', (req, res) => {
      (req as App).session!.data = { fresh: true };
      res.type('txt').send('done');
    });
    app.get('/stream', (req, res) => {
      (req as App).session!.data = { streamed: true };
      res.write('a');
      res.end('b');
    });
    app.get('/read', (req, res) => void res.json((req as App).session!.data));
  }, counted);
  const id = await store.create('anna');
  for (const count of [1, 2, 3]) {
    expect(await (await request('/count', id)).json()).toEqual({ count });
    expect((await store.get(id))?.data).toEqual({ count });
  }
  expect(await (await request('/replace', id)).text()).toBe('done');
  expect((await store.get(id))?.data).toEqual({ fresh: true });
  expect(await (await request('/stream', id)).text()).toBe('ab');
  expect((await store.get(id))?.data).toEqual({ streamed: true });
  expect(counted.writes).toBe(5);
  await request('/read', id);
  expect(counted.writes).toBe(5);
});

it('does not bring back a session that ended during the request', async () => {
  const request = await serve((app) =>
    app.get('/logout', async (req, res) => {
      const session = (req as App).session!;
      session.data = { changed: true };
      await store.delete(session.id);
      res.json({ ok: true });
    }),
  );
  const id = await store.create('anna');
  expect(await (await request('/logout', id)).json()).toEqual({ ok: true });
  expect(await store.get(id)).toBeNull();
  expect(await database.models.Session.countDocuments({ sessionId: id })).toBe(0);
});

it('hands errors of loading to the error handler', async () => {
  const broken = { ...store, get: () => Promise.reject(new Error('database away')) };
  const request = await serve((app) => app.get('/', (_req, res) => void res.json({})), broken);
  const response = await request('/', 'any');
  expect([response.status, await response.json()]).toEqual([500, { error: 'database away' }]);
});

it('answers with the error instead of the result when the session cannot be stored', async () => {
  const broken = { ...store, update: () => Promise.reject(new Error('database away')) };
  const request = await serve((app) => {
    app.get('/json', (req, res) => {
      (req as App).session!.data = { n: 2 };
      res.json({ ok: 'a longer answer than the error is, so that a stale length would show' });
    });
    app.get('/loop', (req, res) => {
      const { data } = (req as App).session!;
      data.self = data;
      res.json({ ok: true });
    });
    app.get('/stream', (req, res) => {
      (req as App).session!.data = { n: 2 };
      res.write('half');
      res.end('other half');
    });
  }, broken);
  const id = await store.create('anna', { n: 1 });
  const response = await request('/json', id);
  expect([response.status, await response.json()]).toEqual([500, { error: 'database away' }]);
  expect((await request('/loop', id)).status).toBe(500);
  const cut = await request('/stream', id)
    .then((streamed) => streamed.text())
    .catch(() => 'cut off');
  expect(cut).toBe('cut off');
  expect((await store.get(id))?.data).toEqual({ n: 1 });
});
