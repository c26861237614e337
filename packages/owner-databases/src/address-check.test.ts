/** @module Which addresses of owners' databases are refused before anything is connected. */
import { describe, expect, it, test } from 'vitest';
import { createAddressCheck, type Resolver } from './address-check.ts';
import { directUris } from './direct.ts';

const ADDRESSES: Record<string, string[]> = {
  'db.example.net': ['93.184.216.34'],
  'two.example.net': ['93.184.216.34', '10.0.0.5'],
  'rebound.example.net': ['169.254.169.254'],
  'six.example.net': ['2606:2800:220:1::1'],
  'mapped.example.net': ['::ffff:192.168.1.1'],
  'node-1.example.net': ['93.184.216.35'],
};
const SERVICES: Record<string, string[]> = {
  '_mongodb._tcp.cluster.example.net': ['db.example.net', 'node-1.example.net'],
  '_mongodb._tcp.trap.example.net': ['db.example.net', 'two.example.net'],
  '_other._tcp.cluster.example.net': ['rebound.example.net'],
};
/** A name service of the test's own: what the machine's one says changes. */
const resolver: Resolver = {
  addresses: async (name) => ADDRESSES[name] ?? Promise.reject(new Error('ENOTFOUND')),
  services: async (name) => SERVICES[name] ?? Promise.reject(new Error('ENODATA')),
};
const strict = createAddressCheck({ privateHosts: 'refused', resolver });
const open = createAddressCheck({ privateHosts: 'allowed' });

const refusal = { code: 'OWNER_DATABASE_REFUSED', status: 422 };

describe('everywhere', () => {
  test.each([
    'not-a-uri',
    'http://h/x',
    'mongodb://',
    'mongodb://h:0/x',
    'mongodb://h:99999/x',
    'mongodb://h h/x',
    'mongodb://[::1/x',
    'mongodb://[fe80::1%25eth0]/x',
    'mongodb://a@b@c/x',
    'mongodb://例え/x',
    'mongodb://%6c%6fcalhost/x',
    'mongodb://h/x?a=b#c',
    `mongodb://h/${'x'.repeat(5000)}`,
    'mongodb://h/?tlsCAFile=/etc/passwd',
    'mongodb://h/?TLSCERTIFICATEKEYFILE=/etc/passwd',
    'mongodb://h/?proxyHost=10.0.0.1&proxyPort=1080',
    'mongodb://h/?proxy%48ost=10.0.0.1',
    'mongodb://h/?authMechanism=MONGODB-AWS',
    'mongodb://h/?authMechanism=mongodb-oidc',
    'mongodb+srv://h/?srvServiceName=x._tcp.evil.example',
  ])('refuses %s', async (uri) => {
    await expect(open.uri(uri)).rejects.toMatchObject(refusal);
    await expect(strict.uri(uri)).rejects.toMatchObject(refusal);
  });

  test.each([
    'mongodb://localhost:27017/x',
    'mongodb://127.0.0.1/x',
    'mongodb://u:p%40ss@[::1]:27017,db-2:27018/x?replicaSet=r&retryWrites=true&w=majority',
    'mongodb+srv://u:p@anything.example/?appName=Cluster0',
  ])('accepts %s where private databases are allowed, without asking a name service', async (uri) => {
    await expect(open.uri(uri)).resolves.toBeUndefined();
  });
});

describe('where private addresses are refused', () => {
  test.each([
    'mongodb://db.example.net/x',
    'mongodb://u:p@db.example.net:27017,six.example.net/x',
    'mongodb://93.184.216.34/x',
    'mongodb://[2606:2800:220:1::1]/x',
    'mongodb+srv://cluster.example.net/x',
  ])('accepts %s', async (uri) => {
    await expect(strict.uri(uri)).resolves.toBeUndefined();
  });

  test.each([
    'mongodb://localhost/x',
    'mongodb://LOCALHOST./x',
    'mongodb://a.localhost/x',
    'mongodb://metadata.google.internal/x',
    'mongodb://169.254.169.254/x',
    'mongodb://[::1]/x',
    'mongodb://[::]/x',
    'mongodb://[::ffff:127.0.0.1]/x',
    'mongodb://[fd00:ec2::254]/x',
    'mongodb://two.example.net/x',
    'mongodb://rebound.example.net/x',
    'mongodb://mapped.example.net/x',
    'mongodb://db.example.net,10.1.2.3/x',
    'mongodb://%2Ftmp%2Fmongodb-27017.sock/x',
    'mongodb://relative.sock/x',
    'mongodb+srv://trap.example.net/x',
    'mongodb+srv://cluster.example.net/x?srvServiceName=other',
    'mongodb+srv://localhost/x',
    'mongodb+srv://127.0.0.1/x',
  ])('refuses %s', async (uri) => {
    await expect(strict.uri(uri)).rejects.toMatchObject(refusal);
  });

  it('says which host, what to do, and nothing of the credentials', async () => {
    const failing = strict.uri('mongodb://carol:hunter2@db.example.net,10.1.2.3:27017/x');
    await expect(failing).rejects.toMatchObject({
      message: expect.stringMatching(/^10\.1\.2\.3 .*ALLOW_PRIVATE_DATABASES/),
    });
    await expect(failing).rejects.toMatchObject({ message: expect.not.stringMatching(/carol|hunter2/) });
  });

  it('reports names that do not exist as not reachable', async () => {
    const code = 'OWNER_DATABASE_UNREACHABLE';
    await expect(strict.uri('mongodb://nowhere.example.net/x')).rejects.toMatchObject({ code });
    await expect(strict.uri('mongodb+srv://nowhere.example.net/x')).rejects.toMatchObject({ code });
  });

  it('finds numbers that stand for an address, as the system does', async () => {
    const system = createAddressCheck({ privateHosts: 'refused' });
    for (const host of ['127.1', '2130706433', '0x7f.0.0.1'])
      await expect(system.uri(`mongodb://${host}/x`)).rejects.toMatchObject({ status: 422 });
  });

  test('every server of a string is connected to alone', async () => {
    expect(await open.direct('mongodb://db.example.net/x')).toBeNull();
    expect(
      await strict.direct(
        'mongodb://u:p%40@db.example.net:27018,93.184.216.35/x?replicaSet=rs&directConnection=false',
      ),
    ).toEqual([
      'mongodb://u:p%40@db.example.net:27018/x?replicaSet=rs&directConnection=true',
      'mongodb://u:p%40@93.184.216.35/x?replicaSet=rs&directConnection=true',
    ]);
    expect(await strict.direct('mongodb://db.example.net?loadBalanced=true')).toEqual([
      'mongodb://db.example.net?loadBalanced=true',
    ]);
    const service = {
      targets: ['a.example.net:27017', 'b.example.net:1'],
      options: 'authSource=admin&replicaSet=rs',
    };
    expect(
      directUris('mongodb+srv://u:p@cluster.example.net/x?authSource=own&retryWrites=true', service),
    ).toEqual([
      'mongodb://u:p@a.example.net:27017/x?replicaSet=rs&tls=true&authSource=own&retryWrites=true&directConnection=true',
      'mongodb://u:p@b.example.net:1/x?replicaSet=rs&tls=true&authSource=own&retryWrites=true&directConnection=true',
    ]);
    expect(directUris('mongodb+srv://cluster.example.net/?ssl=false', service)[0]).toBe(
      'mongodb://a.example.net:27017/?authSource=admin&replicaSet=rs&ssl=false&directConnection=true',
    );
  });
});
