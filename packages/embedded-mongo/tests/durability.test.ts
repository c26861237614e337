/** @module What was acknowledged is on disk; one process has a file at a time. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MongoClient } from 'mongodb';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { DatabaseInUseError, startEmbeddedMongo } from '../src/index.ts';
import { addressFrom, CLI } from './cli.ts';
import { refusalOf } from './server.ts';

const children: ChildProcess[] = [];
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'embedded-mongo-'));
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

/** Runs the command line on a file until it says where it listens. */
async function runCli(file: string): Promise<{ child: ChildProcess; uri: string }> {
  const child = spawn(process.execPath, [CLI, '--file', file, '--port', '0'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  return { child, uri: await addressFrom(child) };
}

const exited = (child: ChildProcess) =>
  new Promise<number | null>((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve(child.exitCode);
    else child.once('exit', resolve);
  });

it('loses none of its acknowledged inserts to kill -9', async () => {
  const file = join(folder, 'killed.sqlite');
  const { child, uri } = await runCli(file);
  const client = await new MongoClient(uri, { serverSelectionTimeoutMS: 1000, maxPoolSize: 20 }).connect();
  const things = client.db('test').collection<{ _id: number }>('things');
  await things.createIndex({ n: 1 }, { unique: true });
  const acknowledged: number[] = [];
  let next = 0;
  const writer = async () => {
    while (next < 10_000) {
      const id = next++;
      try {
        await things.insertOne({ _id: id, n: id, text: 'x'.repeat(100) } as { _id: number });
      } catch {
        return;
      }
      acknowledged.push(id);
      if (acknowledged.length === 4000) child.kill('SIGKILL');
    }
  };
  await Promise.all(Array.from({ length: 20 }, writer));
  await client.close();
  await exited(child);
  expect(acknowledged.length).toBeGreaterThanOrEqual(4000);
  expect(acknowledged.length).toBeLessThan(10_000);

  const server = await startEmbeddedMongo({ file });
  const again = await new MongoClient(server.uri).connect();
  const kept = await again.db('test').collection<{ _id: number }>('things').find().toArray();
  const ids = new Set(kept.map(({ _id }) => _id));
  expect(acknowledged.filter((id) => !ids.has(id))).toEqual([]);
  expect(await again.db('test').command({ validate: 'things' })).toMatchObject({ valid: true });
  await again.close();
  await server.stop();
});

it('refuses a second server on the same file, in the same process and in another', async () => {
  const file = join(folder, 'shared.sqlite');
  const { child } = await runCli(file);
  const refused = await refusalOf(startEmbeddedMongo({ file }));
  expect(refused).toBeInstanceOf(DatabaseInUseError);
  expect(refused).toMatchObject({ file, pid: child.pid });
  expect(String(refused.message)).toContain(file);
  child.kill('SIGTERM');
  expect(await exited(child)).toBe(0);
  expect(existsSync(`${file}.pid`)).toBe(false);

  const server = await startEmbeddedMongo({ file });
  expect(await refusalOf(startEmbeddedMongo({ file }))).toMatchObject({ pid: process.pid });
  await server.stop();
});

it('is not kept out by a dead process, nor by the file it left', async () => {
  const file = join(folder, 'left.sqlite');
  const { child } = await runCli(file);
  child.kill('SIGKILL');
  await exited(child);
  expect(existsSync(`${file}.pid`)).toBe(true);
  const server = await startEmbeddedMongo({ file });
  await server.stop();
});

it('keeps documents, indexes and validators from one start to the next', async () => {
  const file = join(folder, 'deep', 'down', 'kept.sqlite');
  for (const round of [1, 2]) {
    const server = await startEmbeddedMongo({ file });
    const client = await new MongoClient(server.uri).connect();
    const db = client.db('test');
    if (round === 1) {
      await db.createCollection('things', {
        validator: { n: { $gt: 0 } },
        collation: { locale: 'en', strength: 2 },
      });
      await db.collection('things').createIndex({ n: 1 }, { unique: true, sparse: true });
      await db.collection('things').insertOne({ n: 1, name: 'Ada' });
    } else {
      const things = db.collection('things');
      expect(await things.countDocuments({ name: 'ADA' })).toBe(1);
      expect(await refusalOf(things.insertOne({ n: 1 }))).toMatchObject({ code: 11000 });
      expect(await refusalOf(things.insertOne({ n: 0 }))).toMatchObject({ code: 121 });
    }
    await client.close();
    await server.stop();
    await server.stop();
    expect(existsSync(`${file}-wal`)).toBe(false);
  }
});

it('frees its port, and says when one is taken', async () => {
  const first = await startEmbeddedMongo();
  expect(await refusalOf(startEmbeddedMongo({ port: first.port }))).toMatchObject({ code: 'EADDRINUSE' });
  await first.stop();
  const second = await startEmbeddedMongo({ port: first.port });
  expect(second.port).toBe(first.port);
  await second.stop();
});

it('refuses a file that is something else', async () => {
  const file = join(folder, 'other.sqlite');
  writeFileSync(file, 'this is no database, however long this text may be'.repeat(20));
  expect(String((await refusalOf(startEmbeddedMongo({ file }))).message)).toMatch(/not a database/);
});
