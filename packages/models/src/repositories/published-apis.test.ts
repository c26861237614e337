/** @module Published APIs: one path, one owner. */
import type { PublishedApiStore } from '@orchestrix/executions';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../../tests/support/test-database.ts';
import { createPublishedApis } from './published-apis.ts';

let database: TestDatabase;
let apis: PublishedApiStore;
beforeAll(async () => {
  database = await openTestDatabase();
  apis = createPublishedApis(database.models);
});
afterAll(() => database.close());

const publication = (path: string) => ({ workflowId: 'w', name: 'My API', slug: 'my-api', path, version: 1 });

it('publishes, changes, and finds by path without an owner', async () => {
  const published = await apis.publish('anna', publication('/a'));
  expect(published).toMatchObject({ ...publication('/a'), ownerId: 'anna', method: 'POST', mode: 'sync' });
  await apis.publish('anna', {
    ...publication('/a'),
    version: 2,
    mode: 'async',
    errors: 'plain',
    cors: ['*'],
  });
  expect(await apis.findByPathForAnyone('/a')).toMatchObject({
    version: 2,
    mode: 'async',
    errors: 'plain',
    cors: ['*'],
  });
  await apis.publish('anna', publication('/a'));
  expect(await apis.findByPathForAnyone('/a')).toMatchObject({ mode: 'sync', errors: 'full', cors: null });
  expect(await apis.findByPathForAnyone('/none')).toBeNull();
});

it("refuses another owner's path and writes nothing", async () => {
  await apis.publish('anna', publication('/b'));
  expect(await apis.isPathAvailable('anna', '/b')).toBe(true);
  expect(await apis.isPathAvailable('bert', '/b')).toBe(false);
  expect(await apis.isPathAvailable('bert', '/free')).toBe(true);
  await expect(apis.publish('bert', { ...publication('/b'), version: 9 })).rejects.toMatchObject({
    code: 'PATH_TAKEN',
    status: 409,
  });
  expect(await apis.findByPathForAnyone('/b')).toMatchObject({ ownerId: 'anna', version: 1 });
});

it('gives a path that two want at once to one of them', async () => {
  const wanted = Array.from({ length: 10 }, (_, n) =>
    apis.publish(n % 2 ? 'anna' : 'bert', publication('/race')),
  );
  const results = await Promise.allSettled(wanted);
  const winner = (await apis.findByPathForAnyone('/race'))!.ownerId;
  for (const [n, result] of results.entries()) {
    if ((n % 2 ? 'anna' : 'bert') === winner) expect(result.status).toBe('fulfilled');
    else expect(result).toMatchObject({ reason: { code: 'PATH_TAKEN' } });
  }
});

it('lists, re-versions and unpublishes the paths of a workflow, of its owner only', async () => {
  await apis.publish('carl', publication('/c1'));
  await apis.publish('carl', publication('/c2'));
  expect(await apis.setVersionForWorkflow('anna', 'none', 5)).toBe(0);
  expect(await apis.setVersionForWorkflow('carl', 'w', 5)).toBe(2);
  expect((await apis.listByWorkflow('carl', 'w')).map(({ path, version }) => [path, version])).toEqual([
    ['/c1', 5],
    ['/c2', 5],
  ]);
  expect(await apis.unpublish('dora', 'w')).toBe(0);
  expect(await apis.unpublish('carl', 'w', { path: '/c1' })).toBe(1);
  expect(await apis.unpublish('carl', 'w')).toBe(1);
  expect(await apis.listByWorkflow('carl', 'w')).toEqual([]);
});

it('reads rows of the earlier backend', async () => {
  const row = { path: '/old', workflowId: 'w', slug: 'old', ownerId: 'anna', method: 'POST' };
  await database.models.PublishedApi.collection.insertOne(row as never);
  expect(await apis.findByPathForAnyone('/old')).toMatchObject({ name: 'old', version: null, mode: 'sync' });
});

it("lets a path of an owner stand for one API at a time, and stay its owner's when it is free", async () => {
  await apis.publish('emil', publication('/e'));
  for (const other of [{ method: 'GET' }, { name: 'My ÄPI' }, { workflowId: 'v' }])
    await expect(apis.publish('emil', { ...publication('/e'), ...other })).rejects.toMatchObject({
      code: 'PATH_TAKEN',
      status: 409,
    });
  await apis.publish('emil', { ...publication('/e'), name: 'my-api', version: 2 });
  await apis.publish('emil', { ...publication('/e'), name: 'My ÄPI', version: 3 }, { rename: true });
  expect(await apis.findByPathForAnyone('/e')).toMatchObject({ name: 'My ÄPI', method: 'POST', version: 3 });

  expect(await apis.unpublish('emil', 'w')).toBe(1);
  expect(await apis.unpublish('emil', 'w')).toBe(0);
  expect(await apis.findByPathForAnyone('/e')).toBeNull();
  await expect(apis.publish('fred', publication('/e'))).rejects.toMatchObject({ code: 'PATH_TAKEN' });
  expect(await apis.publish('emil', { ...publication('/e'), method: 'GET' })).toMatchObject({
    method: 'GET',
  });
  expect(await apis.findByPathForAnyone('/e')).toMatchObject({ method: 'GET' });
});

it('gives every owner one slug, and every slug one owner', async () => {
  expect(await apis.ownerSlug('gina')).toBeNull();
  expect(await apis.claimOwnerSlug('gina', 'shop')).toBe('shop');
  expect(await apis.claimOwnerSlug('gina', 'other')).toBe('shop');
  expect(await apis.claimOwnerSlug('hugo', 'shop')).toBeNull();
  const own = { ownerSlug: 'shop', route: '/items/:id' };
  await apis.publish('gina', { ...publication('GET /api/shop/items/:'), method: 'GET', own });
  await apis.publish('gina', { ...publication('PUT /api/shop/items/:'), method: 'PUT', own });
  expect((await apis.listBySlugForAnyone('shop')).map(({ method, own }) => [method, own])).toEqual([
    ['GET', own],
    ['PUT', own],
  ]);
});
