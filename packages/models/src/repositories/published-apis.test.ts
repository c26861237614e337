/** @module Published APIs: one path, one owner. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../../tests/support/test-database.ts';
import { createPublishedApis, type PublishedApis } from './published-apis.ts';

let database: TestDatabase;
let apis: PublishedApis;
beforeAll(async () => {
  database = await openTestDatabase();
  apis = createPublishedApis(database.models);
});
afterAll(() => database.close());

const publication = (path: string) => ({ workflowId: 'w', name: 'My API', slug: 'my-api', path, version: 1 });

it('publishes, changes, and finds by path without an owner', async () => {
  const published = await apis.publish('anna', publication('/a'));
  expect(published).toMatchObject({ ...publication('/a'), ownerId: 'anna', method: 'POST', mode: 'sync' });
  await apis.publish('anna', { ...publication('/a'), version: 2, method: 'GET', mode: 'async' });
  expect(await apis.findByPathForAnyone('/a')).toMatchObject({ version: 2, method: 'GET', mode: 'async' });
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
