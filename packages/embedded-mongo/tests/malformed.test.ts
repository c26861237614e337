/** @module Nonsense on one connection harms that connection and nothing else. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { serialize } from 'bson';
import fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import { useServer } from './server.ts';

const shared = useServer();
beforeAll(async () => {
  await shared.db.collection('kept').insertMany(Array.from({ length: 10 }, (_, n) => ({ n })));
});

function message(document: Record<string, unknown>): Buffer {
  const body = serialize({ ...document, $db: 'other' });
  const bytes = Buffer.alloc(21 + body.length);
  bytes.writeInt32LE(bytes.length, 0);
  bytes.writeInt32LE(1, 4);
  bytes.writeInt32LE(2013, 12);
  bytes.set(body, 21);
  return bytes;
}

/** Sends bytes and waits until the server has answered or closed, or has had its time to. */
async function send(bytes: Uint8Array): Promise<{ answered: number; closed: boolean }> {
  const socket = connect(shared.server.port, '127.0.0.1');
  let answered = 0;
  let closed = false;
  socket.on('data', (chunk) => {
    answered += chunk.length;
  });
  socket.on('error', () => undefined);
  socket.once('close', () => {
    closed = true;
  });
  await once(socket, 'connect');
  socket.end(bytes);
  if (!closed) await once(socket, 'close');
  return { answered, closed };
}

const survives = async () =>
  expect(await shared.db.collection('kept').countDocuments({ n: { $gte: 0 } })).toBe(10);

it('survives random bytes', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), async (bytes) => {
      await send(bytes);
      await survives();
    }),
    { numRuns: 100 },
  );
});

it('survives messages that were damaged on their way', async () => {
  const commands = fc.constantFrom(
    { ping: 1 },
    { insert: 'a', documents: [{ a: 1 }, { b: 'text' }] },
    { find: 'a', filter: { a: { $gt: 1 } }, sort: { a: 1 } },
    { update: 'a', updates: [{ q: { a: 1 }, u: { $set: { 'b.c': [1, 2] } }, multi: true }] },
    { aggregate: 'a', pipeline: [{ $group: { _id: '$a' } }], cursor: {} },
    { createIndexes: 'a', indexes: [{ key: { a: 1 }, name: 'a_1' }] },
  );
  const damage = fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { minLength: 1, maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(commands, damage, fc.option(fc.nat()), async (command, changes, cut) => {
      const bytes = message(command);
      for (const [at, value] of changes) bytes[at % bytes.length] = value;
      await send(cut === null ? bytes : bytes.subarray(0, cut % bytes.length));
      await survives();
    }),
    { numRuns: 300 },
  );
});

it.each([
  ['a length beyond the limit', [0xff, 0xff, 0xff, 0x7f]],
  ['a negative length', [0xff, 0xff, 0xff, 0xff]],
])('closes the connection at %s', async (_, start) => {
  const socket = connect(shared.server.port, '127.0.0.1');
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  socket.write(Buffer.concat([Uint8Array.from(start), Buffer.alloc(20)]));
  await once(socket, 'close');
  await survives();
});

it('answers requests that arrive in pieces and in one piece together, in their order', async () => {
  const socket = connect(shared.server.port, '127.0.0.1');
  await once(socket, 'connect');
  const stream = Buffer.concat(
    [1, 2, 3].map((id) => {
      const bytes = message(id === 2 ? { aggregate: 'a', pipeline: [], cursor: {} } : { ping: 1 });
      bytes.writeInt32LE(id, 4);
      return bytes;
    }),
  );
  let received = Buffer.alloc(0);
  const answers: number[] = [];
  socket.on('data', (chunk) => {
    received = Buffer.concat([received, chunk as Buffer]);
    while (received.length >= 16 && received.length >= received.readInt32LE(0)) {
      answers.push(received.readInt32LE(8));
      received = received.subarray(received.readInt32LE(0));
    }
  });
  for (const byte of stream.subarray(0, 40)) {
    socket.write(Uint8Array.of(byte));
    await new Promise((resolve) => setImmediate(resolve));
  }
  socket.write(stream.subarray(40));
  await expect.poll(() => answers).toEqual([1, 2, 3]);
  socket.destroy();
});

it('answers an old hello and refuses other old messages', async () => {
  const body = serialize({ isMaster: 1, helloOk: true });
  const name = Buffer.from('admin.$cmd\0');
  const bytes = Buffer.alloc(16 + 4 + name.length + 8 + body.length);
  bytes.writeInt32LE(bytes.length, 0);
  bytes.writeInt32LE(2004, 12);
  bytes.set(name, 20);
  bytes.writeInt32LE(-1, 20 + name.length + 4);
  bytes.set(body, 20 + name.length + 8);
  expect((await send(bytes)).answered).toBeGreaterThan(100);
  bytes.writeInt32LE(2006, 12);
  expect((await send(bytes)).answered).toBe(0);
});
