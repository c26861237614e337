/** @module No repository method works without an owner, and none takes an object where a text belongs. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../../tests/support/test-database.ts';
import { createCollectionData } from '../collection-data.ts';
import { createRepositories } from '../repositories.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

type Method = (...args: unknown[]) => unknown;

/** Everything but what is of no owner by its nature, each with arguments that would be right behind an owner. */
const OWNED: Record<string, Record<string, unknown[]>> = {
  workflows: {
    list: [{}],
    get: ['w'],
    create: [{ steps: [] }],
    update: ['w', {}],
    save: ['w', { steps: [] }],
    delete: ['w'],
    listVersions: ['w'],
    getVersion: ['w', 1],
    snapshot: ['w'],
  },
  publishedApis: {
    ownerSlug: [],
    claimOwnerSlug: ['s'],
    publish: [{ workflowId: 'w', name: 'n', slug: 'n', path: '/p', version: 1 }],
    isPathAvailable: ['/p'],
    unpublish: ['w'],
    listByWorkflow: ['w'],
    setVersionForWorkflow: ['w', 1],
  },
  executions: {
    create: [{ executionId: 'e', trigger: 'run' }],
    finish: ['e', { status: 'success' }],
    get: ['e'],
    status: ['e'],
    list: [{}],
  },
  executionLogs: { append: ['e', [{ position: 0, item: 1 }]], list: ['e'], lastPosition: ['e'] },
  collections: {
    list: [],
    get: ['c'],
    create: [{ name: 'c', fields: [] }],
    update: ['c', {}],
    delete: ['c'],
  },
  aiUsage: { add: [{ requests: 1 }], ofDay: ['2026-11-24'] },
  userDbConnections: { get: [], save: [{ encryptedUri: 'enc:x' }], delete: [] },
};
const WITHOUT_OWNER = [
  'users',
  'publishedApis.findByPathForAnyone',
  'publishedApis.listBySlugForAnyone',
  'executions.heartbeat',
  'executions.record',
  'userDbConnections.listEncryptedOfAllOwners',
  'executions.markInterrupted',
];

const cases = Object.entries(OWNED).flatMap(([repository, methods]) =>
  Object.entries(methods).map(([method, args]) => ({ repository, method, args })),
);

/** Also catches what throws before it returns a promise. */
async function outcome(method: Method, args: unknown[]): Promise<unknown> {
  try {
    return await method(...args);
  } catch (error) {
    return error;
  }
}

it('this test knows every method there is', () => {
  const all = Object.entries(createRepositories(database.models)).flatMap(([name, repository]) =>
    name === 'users' ? ['users'] : Object.keys(repository).map((method) => `${name}.${method}`),
  );
  const known = [...cases.map(({ repository, method }) => `${repository}.${method}`), ...WITHOUT_OWNER];
  expect(all.sort()).toEqual(known.sort());
});

describe.each(cases)('$repository.$method', ({ repository, method, args }) => {
  const methodOf = (): Method => {
    const repositories = createRepositories(database.models) as unknown as Record<
      string,
      Record<string, Method>
    >;
    return repositories[repository]![method]!;
  };

  it.each([[undefined], [null], [''], [{ $ne: null }], [['a']], [7]])(
    'refuses the owner %j',
    async (owner) => {
      expect(await outcome(methodOf(), [owner, ...args])).toMatchObject({
        code: 'OWNER_REQUIRED',
        name: 'TerminalError',
      });
    },
  );

  it('refuses an operator where an id belongs', async () => {
    if (typeof args[0] !== 'string') return;
    for (const id of [{ $ne: null }, { $gt: '' }, undefined, null, '', 5])
      expect(await outcome(methodOf(), ['owner', id, ...args.slice(1)])).toMatchObject({
        code: 'ID_INVALID',
      });
  });
});

it('collection data demands an owner too', () => {
  for (const owner of ['', undefined, { $ne: null }])
    expect(() => createCollectionData(database.connection, owner as string)).toThrow(
      expect.objectContaining({ code: 'OWNER_REQUIRED' }),
    );
});
