/** @module A file that cannot be used is named, with what is wrong and what to do; a full disk has its own code. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MongoClient } from 'mongodb';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DatabaseFileError, startEmbeddedMongo } from '../src/index.ts';
import { addressFrom, CLI, runToExit } from './cli.ts';
import { refusalOf } from './server.ts';

const children: ChildProcess[] = [];
let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'embedded-mongo-'));
  file = join(folder, 'app.sqlite');
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

async function fill(): Promise<void> {
  const server = await startEmbeddedMongo({ file });
  const client = await new MongoClient(server.uri).connect();
  await client
    .db('test')
    .collection('things')
    .insertMany(Array.from({ length: 3000 }, (_, n) => ({ n, text: 'x'.repeat(100) })));
  await client.close();
  await server.stop();
}

describe('a start', () => {
  it.each<[what: string, spoil: () => Promise<void> | void, code: string, remedy: RegExp]>([
    ['an empty file', () => writeFileSync(file, ''), 'DATABASE_FILE_EMPTY', /0 bytes.*backup.*delete it/],
    [
      'an emptied file',
      async () => fill().then(() => truncateSync(file)),
      'DATABASE_FILE_EMPTY',
      /Restore it from a backup/,
    ],
    [
      'noise',
      () => writeFileSync(file, 'no database at all '.repeat(500)),
      'DATABASE_FILE_DAMAGED',
      /not a database.*backup/,
    ],
    [
      'a file cut short',
      async () => fill().then(() => truncateSync(file, 5000)),
      'DATABASE_FILE_DAMAGED',
      /malformed.*backup/,
    ],
    [
      'a file with damaged pages',
      async () => {
        await fill();
        const bytes = readFileSync(file);
        writeFileSync(file, bytes.fill(0xa5, 4096, 20_000));
      },
      'DATABASE_FILE_DAMAGED',
      /damaged.*backup/,
    ],
    ['a folder', () => mkdirSync(file), 'DATABASE_FILE_UNREADABLE', /cannot be opened.*names a file/],
  ])('refuses %s', async (_what, spoil, code, remedy) => {
    await spoil();
    const refused = await refusalOf(startEmbeddedMongo({ file }));
    expect(refused).toBeInstanceOf(DatabaseFileError);
    expect(refused).toMatchObject({ code, file });
    expect(refused.message).toContain(file);
    expect(refused.message).toMatch(remedy);
    expect(await runToExit(['--file', file, '--port', '0'])).toMatchObject({
      code: 1,
      output: expect.stringContaining(file),
    });
  });
});

describe('a full disk', () => {
  it('is a code of its own, for every write that shares the flush', async () => {
    const command = `ulimit -f 6000; exec "${process.execPath}" "${CLI}" --file "${file}" --port 0`;
    const child = spawn('bash', ['-c', command], { stdio: ['ignore', 'pipe', 'pipe'] });
    children.push(child);
    const client = await new MongoClient(await addressFrom(child), { maxPoolSize: 10 }).connect();
    const things = client.db('test').collection<{ _id: number; text: string }>('things');
    const acknowledged: number[] = [];
    const failures: { code?: number; message: string }[] = [];
    let next = 0;
    await Promise.all(
      Array.from({ length: 10 }, async () => {
        while (next < 3000 && failures.length < 30) {
          const _id = next++;
          try {
            await things.insertOne({ _id, text: 'x'.repeat(10_000) });
            acknowledged.push(_id);
          } catch (error) {
            failures.push(error as { code?: number; message: string });
          }
        }
      }),
    );
    expect(failures.length).toBeGreaterThanOrEqual(30);
    expect(new Set(failures.map(({ code }) => code))).toEqual(new Set([14031]));
    for (const { message } of failures) expect(message).toContain(file);
    expect(await things.countDocuments({ _id: { $in: acknowledged } })).toBe(acknowledged.length);
    await client.close();
  });
});
