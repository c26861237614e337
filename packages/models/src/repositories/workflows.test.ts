/** @module Workflows of an owner: versions, conflicts, history, and old rows. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../../tests/support/test-database.ts';
import { createRepositories, type Repositories } from '../repositories.ts';

let database: TestDatabase;
let repositories: Repositories;
let workflows: Repositories['workflows'];
beforeAll(async () => {
  database = await openTestDatabase();
  repositories = createRepositories(database.models);
  workflows = repositories.workflows;
});
afterAll(() => database.close());

let owners = 0;
const newOwner = (): string => `owner-${++owners}`;
const delay = (seconds: number) => ({ id: 'a', type: 'delay', seconds });

describe('creating', () => {
  it('stores the definition as it is and starts at version 1', async () => {
    const owner = newOwner();
    const content = {
      name: 'Sign up',
      steps: [
        { id: 's', type: 'dbFind', collection: 'users', filters: { age: { $gt: 3 }, 'a.b': 1 }, empty: {} },
      ],
      edges: [{ source: 's', target: 't' }],
      inputVariables: [{ name: 'email', default: null }],
    };
    const created = await workflows.create(owner, { ...content, workflowId: 'w' });
    expect(created).toMatchObject({
      ...content,
      workflowId: 'w',
      ownerId: owner,
      version: 1,
      description: null,
    });
    expect(await workflows.get(owner, 'w')).toEqual(created);
    expect(await workflows.get(newOwner(), 'w')).toBeNull();
  });

  it('makes an id when none is given, and refuses one that exists', async () => {
    const owner = newOwner();
    const { workflowId } = await workflows.create(owner, { steps: [] });
    expect(workflowId).toMatch(/^[0-9a-f-]{36}$/);
    await expect(workflows.create(owner, { workflowId, steps: [] })).rejects.toMatchObject({
      code: 'WORKFLOW_EXISTS',
      status: 409,
    });
    expect((await workflows.create(newOwner(), { workflowId, steps: [] })).workflowId).toBe(workflowId);
  });

  it('lets one of many win who use the same id at once', async () => {
    const owner = newOwner();
    const attempts = Array.from({ length: 10 }, () =>
      workflows.create(owner, { workflowId: 'w', steps: [] }),
    );
    const results = await Promise.allSettled(attempts);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const result of results)
      if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'WORKFLOW_EXISTS' });
  });

  it('refuses what the database would change or choke on', async () => {
    const steps = [{ type: 'delay', _bsontype: 'ObjectId' }];
    await expect(workflows.create(newOwner(), { steps })).rejects.toMatchObject({
      code: 'DATA_NOT_STORABLE',
      status: 400,
    });
  });
});

describe('changing', () => {
  it('counts the version and keeps every former one', async () => {
    const owner = newOwner();
    await workflows.create(owner, { workflowId: 'w', name: 'One', steps: [delay(1)] });
    const second = await workflows.update(owner, 'w', { steps: [delay(2)] }, { version: 1 });
    expect(second).toMatchObject({ version: 2, name: 'One', steps: [delay(2)] });
    await workflows.update(owner, 'w', { name: 'Three' });
    const versions = await workflows.listVersions(owner, 'w');
    expect(versions?.map(({ version, name, steps }) => [version, name, steps[0]?.seconds])).toEqual([
      [3, 'Three', 2],
      [2, 'One', 2],
      [1, 'One', 1],
    ]);
    expect(await workflows.getVersion(owner, 'w', 1)).toMatchObject({ version: 1, steps: [delay(1)] });
    expect(await workflows.getVersion(owner, 'w', 3)).toMatchObject({ version: 3, name: 'Three' });
    for (const version of [4, 0, -1, 1.5, Number.NaN])
      expect(await workflows.getVersion(owner, 'w', version)).toBeNull();
  });

  it('refuses an outdated version and says which one is current', async () => {
    const owner = newOwner();
    await workflows.create(owner, { workflowId: 'w', steps: [] });
    await workflows.update(owner, 'w', { name: 'B' }, { version: 1 });
    await expect(workflows.update(owner, 'w', { name: 'C' }, { version: 1 })).rejects.toMatchObject({
      code: 'VERSION_CONFLICT',
      status: 409,
      details: { version: 2 },
    });
    expect(await workflows.update(owner, 'gone', { name: 'C' })).toBeNull();
    expect(await workflows.update(newOwner(), 'w', { name: 'C' })).toBeNull();
  });

  it('loses none of many changes made at once: one wins each version, and all are kept', async () => {
    const owner = newOwner();
    await workflows.create(owner, { workflowId: 'w', steps: [delay(0)] });
    const changes = Array.from({ length: 8 }, (_, n) =>
      workflows.update(owner, 'w', { steps: [delay(n + 1)] }),
    );
    await Promise.all(changes);
    const versions = await workflows.listVersions(owner, 'w');
    expect(versions?.map(({ version }) => version)).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1]);
    expect(new Set(versions?.map(({ steps }) => steps[0]?.seconds)).size).toBe(9);
    const racing = Array.from({ length: 5 }, () =>
      workflows.update(owner, 'w', { name: 'x' }, { version: 9 }),
    );
    const results = await Promise.allSettled(racing);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('ignores fields that are no content', async () => {
    const owner = newOwner();
    await workflows.create(owner, { workflowId: 'w', steps: [] });
    const changes = { name: 'n', ownerId: 'thief', version: 99, workflowId: 'x' };
    expect(await workflows.update(owner, 'w', changes)).toMatchObject({
      ownerId: owner,
      version: 2,
      workflowId: 'w',
    });
  });
});

describe('saving as the web client does', () => {
  it('creates, replaces all of the definition, and makes no version of what is the same', async () => {
    const owner = newOwner();
    const first = await workflows.save(owner, 'w', {
      name: 'N',
      steps: [delay(1)],
      edges: [{ source: 'a', target: 'b' }],
    });
    expect(first.version).toBe(1);
    expect(
      (await workflows.save(owner, 'w', { steps: [delay(1)], edges: [{ source: 'a', target: 'b' }] }))
        .version,
    ).toBe(1);
    const replaced = await workflows.save(owner, 'w', { steps: [delay(1)] });
    expect(replaced).toMatchObject({ version: 2, name: 'N', edges: [] });
  });

  it('succeeds for everybody who saves at once', async () => {
    const owner = newOwner();
    const saves = Array.from({ length: 6 }, (_, n) => workflows.save(owner, 'w', { steps: [delay(n)] }));
    const versions = (await Promise.all(saves)).map(({ version }) => version);
    expect(versions.sort()).toEqual([1, 2, 3, 4, 5, 6]);
  });
});

describe('old rows', () => {
  it('count as version 1 without edges, and can be changed and kept', async () => {
    const owner = newOwner();
    const row = {
      workflowId: 'old',
      ownerId: owner,
      steps: [delay(7)],
      createdAt: new Date(1),
      updatedAt: new Date(2),
    };
    await database.models.Workflow.collection.insertOne({ ...row, __v: 0 } as never);
    expect(await workflows.get(owner, 'old')).toMatchObject({
      version: 1,
      edges: [],
      inputVariables: [],
      name: null,
    });
    expect((await workflows.save(owner, 'old', { steps: [delay(7)] })).version).toBe(1);
    await workflows.update(owner, 'old', { name: 'New' }, { version: 1 });
    expect(await workflows.getVersion(owner, 'old', 1)).toMatchObject({ name: null, steps: [delay(7)] });
    expect(await workflows.get(owner, 'old')).toMatchObject({ version: 2, name: 'New' });
    await expect(workflows.create(owner, { workflowId: 'old', steps: [] })).rejects.toMatchObject({
      code: 'WORKFLOW_EXISTS',
    });
  });

  it('that share one id do not keep each other from being read and changed', async () => {
    const owner = newOwner();
    const row = (n: number) => ({
      workflowId: 'twice',
      ownerId: owner,
      steps: [delay(n)],
      updatedAt: new Date(n),
    });
    await database.models.Workflow.collection.insertMany([row(1), row(2)] as never);
    expect(await workflows.get(owner, 'twice')).toMatchObject({ steps: [delay(2)] });
    await workflows.update(owner, 'twice', { name: 'A' });
    await workflows.update(owner, 'twice', { name: 'B' });
    expect(await workflows.get(owner, 'twice')).toMatchObject({ version: 3, name: 'B', steps: [delay(2)] });
    expect(await workflows.delete(owner, 'twice')).toBe(true);
    expect(await workflows.get(owner, 'twice')).toBeNull();
  });
});

describe('deleting', () => {
  it('removes published APIs and history, and a new workflow of that id never runs old content', async () => {
    const owner = newOwner();
    await workflows.create(owner, { workflowId: 'w', steps: [delay(1)] });
    await workflows.snapshot(owner, 'w');
    const path = `/workflow/run/${owner}/x`;
    await repositories.publishedApis.publish(owner, {
      workflowId: 'w',
      name: 'x',
      slug: 'x',
      path,
      version: 1,
    });
    expect(await workflows.delete(newOwner(), 'w')).toBe(false);
    expect(await workflows.delete(owner, 'w')).toBe(true);
    expect(await workflows.delete(owner, 'w')).toBe(false);
    expect(await repositories.publishedApis.findByPathForAnyone(path)).toBeNull();
    expect(await workflows.listVersions(owner, 'w')).toBeNull();
    // What a crash in the middle of a deletion can leave behind.
    const left = { ownerId: owner, workflowId: 'w', version: 1, steps: [delay(1)] };
    await database.models.WorkflowVersion.create(left as never);
    await workflows.create(owner, { workflowId: 'w', steps: [delay(2)] });
    expect(await workflows.snapshot(owner, 'w')).toMatchObject({ version: 2, steps: [delay(2)] });
  });
});

describe('snapshots', () => {
  it('stay what they were, however often they are made', async () => {
    const owner = newOwner();
    await workflows.create(owner, { workflowId: 'w', steps: [delay(1)] });
    const made = await Promise.all(Array.from({ length: 5 }, () => workflows.snapshot(owner, 'w')));
    for (const snapshot of made) expect(snapshot).toMatchObject({ version: 1, steps: [delay(1)] });
    await workflows.update(owner, 'w', { steps: [delay(2)] });
    expect(await workflows.getVersion(owner, 'w', 1)).toEqual(made[0]);
    expect(await workflows.snapshot(owner, 'none')).toBeNull();
  });
});

describe('lists', () => {
  it('give every workflow once, newest first, page by page', async () => {
    const owner = newOwner();
    const ids = Array.from({ length: 7 }, (_, n) => `w${n}`);
    for (const workflowId of ids)
      await workflows.create(owner, { workflowId, name: `Name ${workflowId}`, steps: [] });
    await workflows.create(newOwner(), { workflowId: 'foreign', steps: [] });
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page = await workflows.list(owner, { limit: 3, cursor });
      seen.push(...page.items.map(({ workflowId }) => workflowId));
      cursor = page.nextCursor;
    } while (cursor);
    expect(seen).toEqual(ids.toReversed());
    const found = await workflows.list(owner, { q: 'NAME W3' });
    expect(found).toMatchObject({
      items: [{ workflowId: 'w3', stepCount: 0, version: 1 }],
      nextCursor: null,
    });
    expect((await workflows.list(owner, { q: '.*' })).items).toEqual([]);
    await expect(workflows.list(owner, { cursor: 'nonsense' })).rejects.toMatchObject({
      code: 'INVALID_CURSOR',
    });
  });
});

it('a row whose steps are no list is listed and read, as one thing that is no step', async () => {
  const owner = newOwner();
  for (const [index, steps] of ['text', { 0: { type: 'delay' } }, null].entries())
    await database.models.Workflow.collection.insertOne({
      ownerId: owner,
      workflowId: `w${index}`,
      steps,
    } as never);
  const { items } = await workflows.list(owner);
  expect(items.map(({ stepCount }) => stepCount)).toEqual([1, 1, 1]);
  expect((await workflows.get(owner, 'w0'))?.steps).toEqual(['text']);
  expect((await workflows.get(owner, 'w2'))?.steps).toEqual([null]);
});
