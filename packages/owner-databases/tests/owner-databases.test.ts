/** @module The whole package on two embedded databases: the server's own and one that an owner connects. */
import { type EmbeddedMongo, startEmbeddedMongo } from '@orchestrix/embedded-mongo';
import {
  type Connection,
  connect,
  createModels,
  createRepositories,
  DefinitionCache,
  disconnect,
  type Repositories,
} from '@orchestrix/models';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { createOwnerDatabases, type OwnerDatabases, type OwnerDatabasesParts } from '../src/index.ts';

let servers: EmbeddedMongo[];
let own: Connection;
let repositories: Repositories;
let databases: OwnerDatabases;
const warnings: string[] = [];

const uriOf = (server: number, database: string) => servers[server]!.uri.replace('/?', `/${database}?`);

function create(parts: Partial<OwnerDatabasesParts> = {}): OwnerDatabases {
  const { collections, userDbConnections } = repositories;
  return createOwnerDatabases({
    own,
    connections: userDbConnections,
    collections,
    definitions: new DefinitionCache((ownerId) => collections.list(ownerId)),
    encryptionKey: 'ab'.repeat(32),
    privateHosts: 'allowed',
    queryTimeoutMs: 5_000,
    admitWriteOf: () => async () => undefined,
    logger: { info: () => undefined, warn: (message) => void warnings.push(message) },
    ...parts,
  });
}

beforeAll(async () => {
  servers = await Promise.all([startEmbeddedMongo(), startEmbeddedMongo()]);
  own = await connect(uriOf(0, 'own'));
});
beforeEach(async () => {
  await own.dropDatabase();
  repositories = createRepositories(createModels(own));
  databases = create();
  warnings.length = 0;
});
afterEach(() => databases.close());
afterAll(async () => {
  await disconnect(own);
  await Promise.all(servers.map((server) => server.stop()));
});

it('works on the own collections until a database is connected, and again once it is disconnected', async () => {
  const database = databases.databaseOf('anna');
  await database.insertOne('notes', { text: 'here' });
  await databases.connect('anna', uriOf(1, 'annas'), '');
  expect(await database.find('notes', { filter: {} })).toEqual([]);
  await database.insertOne('orders', { total: 12, customer: { city: 'Bern' } });
  expect(await databases.schemas('anna')).toEqual({
    orders: ['_id', 'total', 'customer', 'customer.city', 'createdAt', 'updatedAt'],
  });
  await databases.disconnect('anna');
  expect(await database.find('notes', { filter: {} })).toMatchObject([{ text: 'here' }]);
  expect(Object.keys(await databases.ownSchemas('anna'))).toEqual(['notes']);
});

it('stores the address encrypted, and shows it masked', async () => {
  const uri = uriOf(1, 'secret');
  const connected = await databases.connect('anna', uri, 'Shop');
  const row = await repositories.userDbConnections.get('anna');
  expect(row?.encryptedUri).toMatch(/^enc:/);
  expect(row?.encryptedUri).not.toContain('secret');
  expect(await databases.status('anna')).toMatchObject({ connected: true, ...connected });
  expect(connected).toEqual({ label: 'Shop', uriMasked: uri });
});

it("refuses the server's own database", async () => {
  await databases.databaseOf('anna').insertOne('notes', {});
  await expect(databases.connect('anna', uriOf(0, 'own'), '')).rejects.toMatchObject({
    code: 'OWNER_DATABASE_REFUSED',
    message: expect.stringContaining('its own data'),
  });
  expect(await databases.status('anna')).toEqual({ connected: false });
});

it('says that there is no database for an owner who may not keep collections here', async () => {
  await databases.close();
  databases = create({ hasOwnCollections: (ownerId) => ownerId === 'anna' });
  await databases.databaseOf('anna').insertOne('notes', {});
  await expect(databases.databaseOf('bert').insertOne('notes', {})).rejects.toMatchObject({
    code: 'OWNER_DATABASE_MISSING',
  });
  await expect(databases.schemas('bert')).rejects.toMatchObject({ code: 'OWNER_DATABASE_MISSING' });
});

it('keeps an address that the key does not open, and says what to do', async () => {
  await databases.connect('anna', uriOf(1, 'annas'), '');
  await databases.close();
  databases = create({ encryptionKey: 'cd'.repeat(32) });
  expect(await databases.countUnreadable()).toEqual({ stored: 1, unreadable: 1 });
  expect(await databases.status('anna')).toEqual({
    connected: false,
    problem: expect.stringContaining('ENCRYPTION_KEY'),
  });
  await expect(databases.databaseOf('anna').find('x', { filter: {} })).rejects.toMatchObject({
    code: 'OWNER_DATABASE_REFUSED',
  });
  expect(warnings.length).toBeGreaterThan(0);
  expect(await repositories.userDbConnections.get('anna')).not.toBeNull();
});
