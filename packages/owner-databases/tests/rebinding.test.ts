/** @module A connection to an owner's database goes to the addresses that were checked, and to no others. */
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect, test } from 'vitest';
import { createAddressCheck } from '../src/address-check.ts';
import { openOwnerConnection } from '../src/open-connection.ts';

test('a name that means a public address at first and this machine afterwards leads nowhere', async () => {
  const inside = createServer();
  let reached = 0;
  inside.on('connection', (peer) => {
    reached++;
    peer.destroy();
  });
  inside.listen(0, '127.0.0.1');
  await once(inside, 'listening');
  const { port } = inside.address() as AddressInfo;

  const asked: string[] = [];
  const address = createAddressCheck({
    privateHosts: 'refused',
    resolver: {
      addresses: async (name) => [asked.push(name) === 1 ? '8.8.8.8' : '127.0.0.1'],
      services: async () => [],
    },
  });
  const own = { name: 'other' } as never;
  const uri = `mongodb://user:rebound-secret@moves.example.test:${port}/data`;
  const refusal = expect.objectContaining({
    code: 'OWNER_DATABASE_UNREACHABLE',
    message: expect.not.stringContaining('rebound-secret'),
  });
  await expect(openOwnerConnection(uri, { address, own })).rejects.toEqual(refusal);
  // The connection has asked here, too, and not somewhere else.
  expect(asked.length).toBeGreaterThan(1);
  expect(reached).toBe(0);
  inside.close();
}, 20_000);

test('names that stay public are resolved for the connection', async () => {
  const { lookup } = createAddressCheck({
    privateHosts: 'refused',
    resolver: { addresses: async () => ['8.8.8.8', '2001:4860:4860::8888'], services: async () => [] },
  });
  const resolve = (all: boolean) =>
    new Promise((found) => lookup?.('stays.example', { all }, (...answer) => found(answer)));
  expect(await resolve(false)).toEqual([null, '8.8.8.8', 4]);
  expect(await resolve(true)).toEqual([
    null,
    [
      { address: '8.8.8.8', family: 4 },
      { address: '2001:4860:4860::8888', family: 6 },
    ],
  ]);
  expect(createAddressCheck({ privateHosts: 'allowed' }).lookup).toBeUndefined();
});
