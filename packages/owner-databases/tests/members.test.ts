/** @module What an owner's database says of its members leads nowhere: a connection stays with the servers that the string names. */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { connect, disconnect } from '@orchestrix/models';
import { Long, serialize } from 'bson';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { AddressCheck } from '../src/address-check.ts';
import { directUris } from '../src/direct.ts';
import { openOwnerConnection } from '../src/open-connection.ts';

const servers: Server[] = [];
let inside: { port: number; reached: number };

async function listen(onPeer: (peer: Socket) => void): Promise<number> {
  const server = createServer(onPeer);
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

beforeEach(async () => {
  inside = { port: 0, reached: 0 };
  inside.port = await listen((peer) => {
    inside.reached++;
    peer.destroy();
  });
});
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** A server of MongoDB's protocol that names members of our choice in every greeting. */
function lyingServer(hello: () => object): Promise<number> {
  return listen((peer) => {
    let pending = Buffer.alloc(0);
    peer.on('error', () => peer.destroy());
    peer.on('data', (data: Buffer) => {
      pending = Buffer.concat([pending, data]);
      while (pending.length >= 16 && pending.length >= pending.readInt32LE(0)) {
        const message = pending.subarray(0, pending.readInt32LE(0));
        pending = pending.subarray(message.length);
        const greets = message.includes('hello') || message.includes('ismaster');
        const body = {
          ok: 1,
          ...(greets
            ? {
                isWritablePrimary: true,
                ismaster: true,
                helloOk: true,
                maxWireVersion: 21,
                minWireVersion: 0,
                ...hello(),
              }
            : { cursor: { id: Long.fromNumber(0), ns: 'x.$cmd.listCollections', firstBatch: [] } }),
        };
        peer.write(reply(message, serialize(body)));
      }
    });
  });
}

/** An answer in the form of the question: OP_MSG, or OP_REPLY for the first greeting of older forms. */
function reply(message: Buffer, document: Uint8Array): Buffer {
  const isMessage = message.readInt32LE(12) === 2013;
  const head = Buffer.alloc(isMessage ? 21 : 36);
  head.writeInt32LE(head.length + document.length, 0);
  head.writeInt32LE(message.readInt32LE(4), 8);
  head.writeInt32LE(isMessage ? 2013 : 1, 12);
  if (!isMessage) head.writeInt32LE(1, 32);
  return Buffer.concat([head, document]);
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

function checkOf(direct: boolean): AddressCheck {
  return { uri: async () => undefined, direct: async (uri) => (direct ? directUris(uri) : null) };
}

test.each([
  ['from the beginning', 0],
  ['later on', 3],
])(
  'a server that names inside addresses %s',
  async (_when, after) => {
    let greetings = 0;
    const port = await lyingServer(() => {
      const hosts = ['127.0.0.1', '[::1]', '127.0.0.2', 'localhost'].map((host) => `${host}:${inside.port}`);
      return greetings++ >= after ? { setName: 'rs', setVersion: 1, hosts, me: hosts[0] } : {};
    });
    const own = { name: 'other' } as never;
    const uri = `mongodb://127.0.0.1:${port}/x?heartbeatFrequencyMS=500`;
    const connection = await openOwnerConnection(uri, { address: checkOf(true), own }).catch(() => undefined);
    await pause(2_000);
    expect(inside.reached).toBe(0);
    if (connection) await disconnect(connection);
  },
  30_000,
);

test('without that care the driver would go there', async () => {
  const port = await lyingServer(() => ({
    setName: 'rs',
    setVersion: 1,
    hosts: [`127.0.0.1:${inside.port}`],
    me: `127.0.0.1:${inside.port}`,
  }));
  const opening = connect(`mongodb://127.0.0.1:${port}/x?replicaSet=rs`, { serverSelectionTimeoutMS: 2_000 });
  await opening.then(disconnect, () => undefined);
  expect(inside.reached).toBeGreaterThan(0);
}, 30_000);
