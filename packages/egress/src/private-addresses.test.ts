import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isPrivateAddress } from './private-addresses.ts';

describe('isPrivateAddress', () => {
  const byte = fc.nat({ max: 255 });
  const notPublic = fc.oneof(
    fc.tuple(fc.constantFrom(0, 10, 127), byte, byte, byte),
    fc.tuple(fc.constant(192), fc.constant(168), byte, byte),
    fc.tuple(fc.constant(172), fc.integer({ min: 16, max: 31 }), byte, byte),
    fc.tuple(fc.constant(169), fc.constant(254), byte, byte),
    fc.tuple(fc.constant(100), fc.integer({ min: 64, max: 127 }), byte, byte),
    fc.tuple(fc.integer({ min: 224, max: 255 }), byte, byte, byte),
  );
  const hex = (high: number, low: number) => (high * 256 + low).toString(16);

  it('holds for every private IPv4 address, in every IPv6 address that embeds it', () => {
    fc.assert(
      fc.property(notPublic, ([a, b, c, d]) => {
        const dotted = `${a}.${b}.${c}.${d}`;
        const groups = `${hex(a, b)}:${hex(c, d)}`;
        for (const address of [
          dotted,
          `::ffff:${dotted}`,
          `::ffff:${groups}`,
          `0:0:0:0:0:ffff:${groups}`,
          `64:ff9b::${groups}`,
          `2002:${groups}::1`,
          `::${dotted}`,
        ])
          expect([address, isPrivateAddress(address)]).toEqual([address, true]);
      }),
      { numRuns: 300 },
    );
  });

  it('does not hold for public ones', () => {
    for (const address of [
      '8.8.8.8',
      '172.15.0.1',
      '172.32.0.1',
      '100.128.0.1',
      '11.0.0.1',
      '::ffff:8.8.8.8',
    ])
      expect([address, isPrivateAddress(address)]).toEqual([address, false]);
    for (const address of ['2001:4860:4860::8888', '64:ff9b::808:808', '2002:808:808::1', '2a00::1'])
      expect([address, isPrivateAddress(address)]).toEqual([address, false]);
  });

  it('holds for every text that is not an address', () => {
    for (const text of ['', 'localhost', '127.1', 'fe80::1%eth0']) expect(isPrivateAddress(text)).toBe(true);
  });
});
