import { describe, expect, it, test } from 'vitest';
import { type AddressGuard, createAddressGuard } from './address-guard.ts';

const ADDRESSES: Record<string, string[]> = {
  'one.example.net': ['93.184.216.34'],
  'both.example.net': ['93.184.216.34', '2606:2800:220:1::1'],
  'mixed.example.net': ['93.184.216.34', '10.0.0.5'],
  'mapped.example.net': ['::ffff:192.168.1.1'],
  'empty.example.net': [],
};
const resolve = async (name: string) => ADDRESSES[name] ?? Promise.reject(new Error('ENOTFOUND'));
const guard = createAddressGuard({ resolve });

const lookUp = (from: AddressGuard, host: string, all: boolean) =>
  new Promise<unknown>((settle, reject) => {
    from.lookup(host, { all }, (error, address, family) =>
      error ? reject(error) : settle(all ? address : [address, family]),
    );
  });

describe('resolvePublic', () => {
  test.each([
    ['one.example.net', ['93.184.216.34']],
    ['both.example.net', ['93.184.216.34', '2606:2800:220:1::1']],
    ['8.8.8.8', ['8.8.8.8']],
    ['2a00::1', ['2a00::1']],
  ])('admits %s', async (host, addresses) => {
    expect(await guard.resolvePublic(host)).toEqual(addresses);
  });

  test.each([
    'mixed.example.net',
    'mapped.example.net',
    'localhost',
    'db.internal',
    '127.0.0.1',
    '::1',
    'fe80::1%eth0',
  ])('refuses %s as not public', async (host) => {
    await expect(guard.resolvePublic(host)).rejects.toMatchObject({
      code: 'ADDRESS_NOT_PUBLIC',
      status: 422,
    });
  });

  test.each(['nowhere.example.net', 'empty.example.net'])('reports %s as not resolved', async (host) => {
    await expect(guard.resolvePublic(host)).rejects.toMatchObject({ code: 'HOST_NOT_RESOLVED', status: 502 });
  });

  it('does not wait for a resolver that never responds', async () => {
    const stuck = createAddressGuard({ resolve: () => new Promise(() => undefined), timeoutMs: 20 });
    await expect(stuck.resolvePublic('one.example.net')).rejects.toMatchObject({ code: 'HOST_NOT_RESOLVED' });
  });

  it('rejects with the errors of its caller', async () => {
    const own = createAddressGuard({ resolve, toError: (problem, host) => new Error(`${problem} ${host}`) });
    await expect(own.resolvePublic('localhost')).rejects.toThrow('not-public localhost');
    await expect(own.resolvePublic('nowhere.example.net')).rejects.toThrow(
      'not-resolved nowhere.example.net',
    );
  });
});

describe('lookup', () => {
  it('gives one address or all of them, as net.connect asks', async () => {
    expect(await lookUp(guard, 'both.example.net', false)).toEqual(['93.184.216.34', 4]);
    expect(await lookUp(guard, 'both.example.net', true)).toEqual([
      { address: '93.184.216.34', family: 4 },
      { address: '2606:2800:220:1::1', family: 6 },
    ]);
  });

  it('checks the name again at every call, so that rebinding it leads nowhere', async () => {
    let asked = 0;
    const moving = createAddressGuard({ resolve: async () => [asked++ === 0 ? '8.8.8.8' : '127.0.0.1'] });
    expect(await moving.resolvePublic('moves.example.net')).toEqual(['8.8.8.8']);
    await expect(lookUp(moving, 'moves.example.net', true)).rejects.toMatchObject({
      code: 'ADDRESS_NOT_PUBLIC',
    });
  });
});
