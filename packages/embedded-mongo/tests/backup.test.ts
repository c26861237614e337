/** @module A database is copied while it is in use, completely, and over nothing. */
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MongoClient } from 'mongodb';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { backUpEmbeddedMongo, startEmbeddedMongo } from '../src/index.ts';
import { runToExit } from './cli.ts';
import { refusalOf } from './server.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'embedded-mongo-'));
  file = join(folder, 'app.sqlite');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('copies everything that was acknowledged before, while clients write', async () => {
  const server = await startEmbeddedMongo({ file });
  const client = await new MongoClient(server.uri, { maxPoolSize: 20 }).connect();
  const things = client.db('test').collection<{ _id: number; n: number; text: string }>('things');
  await things.createIndex({ n: 1 }, { unique: true });
  await things.insertMany(Array.from({ length: 5000 }, (_, n) => ({ _id: n, n, text: 'x'.repeat(500) })));
  let next = 5000;
  let isWriting = true;
  const acknowledged: number[] = [];
  const writers = Array.from({ length: 8 }, async () => {
    while (isWriting) {
      const n = next++;
      await things.insertOne({ _id: n, n, text: 'y'.repeat(500) });
      await things.updateOne({ _id: n % 5000 }, { $set: { text: `changed ${n}` } });
      acknowledged.push(n);
    }
  });
  while (acknowledged.length < 200) await new Promise((resolve) => setTimeout(resolve, 5));
  const before = [...acknowledged];
  const backup = await backUpEmbeddedMongo({ file, to: 'first.sqlite' });
  const during = acknowledged.length - before.length;
  isWriting = false;
  await Promise.all(writers);
  expect(backup.file).toBe(join(folder, 'backups', 'first.sqlite'));
  expect(during).toBeGreaterThan(0);

  const copy = await startEmbeddedMongo({ file: backup.file });
  const reader = await new MongoClient(copy.uri).connect();
  const copied = reader.db('test').collection<{ _id: number; n: number; text: string }>('things');
  const ids = new Set((await copied.find().project({ _id: 1 }).toArray()).map(({ _id }) => _id));
  expect(before.filter((id) => !ids.has(id))).toEqual([]);
  expect(ids.size).toBeGreaterThanOrEqual(5000 + before.length);
  expect(await reader.db('test').command({ validate: 'things' })).toMatchObject({ valid: true });
  await reader.close();
  await copy.stop();
  // The server goes on, keeps its lock, and has everything.
  expect(await things.countDocuments()).toBe(next);
  expect(await refusalOf(startEmbeddedMongo({ file }))).toMatchObject({ pid: process.pid });
  await client.close();
  await server.stop();
});

it('overwrites nothing and leaves nothing half done', async () => {
  const server = await startEmbeddedMongo({ file });
  await backUpEmbeddedMongo({ uri: server.uri, to: 'once.sqlite' });
  const refused = await refusalOf(backUpEmbeddedMongo({ uri: server.uri, to: 'once.sqlite' }));
  expect(String(refused.message)).toMatch(/exists already/);
  expect(readdirSync(join(folder, 'backups'))).toEqual(['once.sqlite']);
  await server.stop();
});

it.each(['../x.sqlite', '/tmp/x.sqlite', 'a/b', '', '.hidden', 'x.partial', 'nul\0l'])(
  'refuses the name %j',
  async (name) => {
    const server = await startEmbeddedMongo({ file });
    const client = await new MongoClient(server.uri).connect();
    expect(await refusalOf(client.db('admin').command({ backUpDatabase: name }))).toMatchObject({ code: 20 });
    expect(await refusalOf(client.db('test').command({ backUpDatabase: 'x.sqlite' }))).toMatchObject({
      code: 13,
    });
    expect(existsSync(join(folder, 'backups'))).toBe(false);
    await client.close();
    await server.stop();
  },
);

it('copies a database that no server has open, also after one was killed', async () => {
  const server = await startEmbeddedMongo({ file });
  await server.stop();
  writeFileSync(`${file}.pid`, '1\nmongodb://127.0.0.1:1/\n');
  const { bytes } = await backUpEmbeddedMongo({ file, to: 'closed.sqlite' });
  expect(bytes).toBeGreaterThan(0);
  expect(
    String((await refusalOf(backUpEmbeddedMongo({ file: join(folder, 'none.sqlite') }))).message),
  ).toMatch(/no database file/);
  expect(existsSync(join(folder, 'none.sqlite'))).toBe(false);
});

it('is a command of the command line', async () => {
  const server = await startEmbeddedMongo({ file });
  const made = await runToExit(['backup', '--file', file]);
  expect(made).toMatchObject({ code: 0, output: expect.stringContaining(join(folder, 'backups')) });
  expect(readdirSync(join(folder, 'backups'))).toHaveLength(1);
  expect(await runToExit(['backup', '--uri', server.uri, '--to', '../x'])).toMatchObject({ code: 1 });
  expect(await runToExit(['backup'])).toMatchObject({ code: 1 });
  await server.stop();
});

it('has nothing to copy in memory', async () => {
  const server = await startEmbeddedMongo();
  const refused = await refusalOf(backUpEmbeddedMongo({ uri: server.uri }));
  expect(String(refused.message)).toMatch(/in memory/);
  await server.stop();
});
