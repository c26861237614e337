/** @module IP addresses and host names that are not public: of this machine, of its network, or reserved. */
import { BlockList, isIP } from 'node:net';

/**
 * Whether an IP address does not belong to the public internet: private, loopback, link-local, unspecified, shared, multicast, reserved,
 * or a cloud's metadata service; the same for an IPv4 address that an IPv6 address embeds.
 *
 * @param address an IP address; every other text counts as private
 */
export function isPrivateAddress(address: string): boolean {
  const version = isIP(address);
  if (version === 0) return true;
  // A zone identifies a link of this machine.
  if (address.includes('%')) return true;
  return version === 4
    ? IPV4.check(address, 'ipv4')
    : IPV6.check(address, 'ipv6') || hasPrivateInside(address);
}

/** Whether a host name is local by convention, whatever it resolves to. */
export function isPrivateName(name: string): boolean {
  const plain = name.toLowerCase().replace(/\.$/, '');
  return PRIVATE_NAMES.some((each) => plain === each || plain.endsWith(`.${each}`));
}

const PRIVATE_NAMES = ['localhost', 'local', 'localdomain', 'internal', 'intranet', 'lan', 'home.arpa'];

const IPV4 = new BlockList();
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  // Azure's metadata service has an address in a public range.
  ['168.63.129.16', 32],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const)
  IPV4.addSubnet(network, prefix, 'ipv4');

const IPV6 = new BlockList();
for (const [network, prefix] of [
  // Unspecified, loopback, and the old form of IPv4 inside IPv6.
  ['::', 96],
  ['64:ff9b:1::', 48],
  ['100::', 64],
  // Teredo obfuscates the IPv4 address it embeds.
  ['2001::', 32],
  ['2001:db8::', 32],
  ['fc00::', 7],
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
] as const)
  IPV6.addSubnet(network, prefix, 'ipv6');

/** Mapped (`::ffff:a.b.c.d`), translated (`64:ff9b::a.b.c.d`) and 6to4 (`2002:aabb:ccdd::`) addresses lead to an IPv4 address. */
function hasPrivateInside(address: string): boolean {
  const groups = readGroups(address);
  const starts = (...start: number[]) => start.every((group, index) => groups[index] === group);
  const mapped =
    starts(0, 0, 0, 0, 0, 0xffff) || starts(0, 0, 0, 0, 0xffff, 0) || starts(0x64, 0xff9b, 0, 0, 0, 0);
  if (mapped) return IPV4.check(formatIpv4(groups[6], groups[7]), 'ipv4');
  return starts(0x2002) && IPV4.check(formatIpv4(groups[1], groups[2]), 'ipv4');
}

/** The eight groups of a valid IPv6 address. */
function readGroups(address: string): number[] {
  const hex = address.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, a, b, c, d) =>
    [Number(a) * 256 + Number(b), Number(c) * 256 + Number(d)].map((group) => group.toString(16)).join(':'),
  );
  const [head = '', tail] = hex.split('::');
  const read = (text: string) =>
    text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16));
  if (tail === undefined) return read(head);
  const end = read(tail);
  const start = read(head);
  return [...start, ...Array.from({ length: 8 - start.length - end.length }, () => 0), ...end];
}

function formatIpv4(high = 0, low = 0): string {
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}
