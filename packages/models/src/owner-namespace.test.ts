/** @module Names of collections, and that two owners never share one. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nameProblem, ownerNamespace, physicalName } from './owner-namespace.ts';

describe('names', () => {
  it.each([
    ['', 'must not be empty'],
    ['a'.repeat(101), 'longer than 100'],
    ['a$b', '"$"'],
    ['a\0b', 'NUL'],
    ['system.users', 'system.'],
    ['.a', 'dot'],
    ['a.', 'dot'],
    ['a..b', 'dot'],
    ['\ud800', 'Unicode'],
    [{ $ne: null }, 'got object'],
    [null, 'got null'],
    [undefined, 'got undefined'],
  ])('refuses %j and says why', (name, reason) => {
    expect(nameProblem(name)).toContain(reason);
    expect(() => physicalName('db', null, name)).toThrow(
      expect.objectContaining({ code: 'COLLECTION_NAME_INVALID', status: 400 }),
    );
  });

  it.each(['users', 'a.b', 'Ünïcode', 'workflows', '_', '-', 'with blank'])('accepts %j', (name) => {
    expect(nameProblem(name)).toBeNull();
  });

  it('refuses a name that is too long in bytes', () => {
    expect(() => physicalName('db', ownerNamespace('o'), '漢'.repeat(100))).toThrow(/too long/);
  });
});

describe('owners', () => {
  it('must be given', () => {
    for (const owner of ['', undefined, null, { $ne: null }, 1])
      expect(() => ownerNamespace(owner as string)).toThrow(
        expect.objectContaining({ code: 'OWNER_REQUIRED' }),
      );
  });

  it('never meet in a physical collection, nor in one of the server', () => {
    const owner = fc.oneof(fc.string({ minLength: 1 }), fc.constantFrom('a', 'A', 'a_b', 'default-owner'));
    const name = fc.string({ minLength: 1, maxLength: 20 }).filter((text) => nameProblem(text) === null);
    fc.assert(
      fc.property(owner, owner, name, name, (owner1, owner2, name1, name2) => {
        const first = physicalName('db', ownerNamespace(owner1), name1);
        const second = physicalName('db', ownerNamespace(owner2), name2);
        expect(first === second).toBe(owner1 === owner2 && name1 === name2);
        expect(first).toMatch(/^data_[0-9a-f]{40}_/);
      }),
      { numRuns: 500 },
    );
  });
});
