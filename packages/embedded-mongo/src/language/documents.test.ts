/** @module Documents survive the way from bytes to values and back. */
import { Binary, BSONRegExp, Double, deserialize, Int32, Long, ObjectId, serialize } from 'bson';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { documents } from '../../tests/arbitraries.ts';
import { plainOf, toBytes, toPlain, toTyped } from './documents.ts';
import { documentOf, keysOf } from './fields.ts';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

/** One element of each BSON type, byte by byte as the specification has it. */
const ELEMENTS: Record<string, string> = {
  double: '016100000000000000f03f',
  'negative zero': '0161000000000000000080',
  NaN: '016100000000000000f87f',
  string: '026100030000006869 00',
  document: '036100 0500000000',
  array: '046100 0c0000001030000100000000',
  'binary 0': '056100 02000000 00 0102',
  'binary 2': '056100 06000000 02 02000000 0102',
  uuid: `056100 10000000 04 ${'ab'.repeat(16)}`,
  undefined: '066100',
  'object id': `076100 ${'01'.repeat(12)}`,
  boolean: '086100 01',
  date: '096100 ffffffffffffffff',
  null: '0a6100',
  regex: '0b6100 5e7800 696d00',
  pointer: `0c6100 02000000 63 00 ${'02'.repeat(12)}`,
  code: '0d6100 02000000 78 00',
  symbol: '0e6100 02000000 78 00',
  'code with scope': '0f6100 0f000000 02000000 78 00 0500000000',
  int32: '106100 01000000',
  timestamp: '116100 ffffffff ffffffff',
  int64: '126100 0100000000000000',
  decimal128: `136100 01000000000000000000000000004030`,
  'min key': 'ff6100',
  'max key': '7f6100',
  'empty key': '1000 01000000',
  'keys that look like numbers': '103200 01000000 103100 02000000 106200 03000000 103000 04000000',
  'a key named __proto__': '105f5f70726f746f5f5f00 01000000',
};

function wrap(element: string): Uint8Array {
  const body = Buffer.from(element.replaceAll(' ', ''), 'hex');
  const size = Buffer.alloc(4);
  size.writeInt32LE(body.length + 5);
  return new Uint8Array(Buffer.concat([size, body, Buffer.from([0])]));
}

describe('documents', () => {
  it.each(Object.entries(ELEMENTS))('keeps %s byte for byte', (_name, element) => {
    const bytes = wrap(element);
    expect(hex(toBytes(toTyped(bytes)))).toBe(hex(bytes));
    expect(hex(toBytes(toPlain(bytes)))).toBe(hex(bytes));
  });

  it('keeps every document byte for byte', () => {
    fc.assert(
      fc.property(documents, (document) => {
        const bytes = toBytes(document);
        expect(hex(toBytes(toTyped(bytes)))).toBe(hex(bytes));
        expect(keysOf(toTyped(bytes))).toEqual(keysOf(document));
      }),
      { numRuns: 500 },
    );
  });

  it('writes what the bson package writes', () => {
    const document = {
      a: 1,
      b: 1.5,
      c: 'é',
      d: [1, { e: null }],
      f: new Date(5),
      g: new ObjectId(),
      h: 10n,
      i: /x/i,
      j: -0,
      k: 2 ** 40,
    };
    expect(hex(toBytes(document))).toBe(hex(serialize(document)));
  });

  it('can be read by the bson package', () => {
    const document = {
      n: new Double(1),
      list: [new Binary(new Uint8Array([1, 2]), 5)],
      r: new BSONRegExp('a', 'i'),
    };
    const read = deserialize(toBytes(document), { promoteValues: false, bsonRegExp: true });
    expect(read.n).toEqual(new Double(1));
    expect(hex(read.list[0].value())).toBe('0102');
    expect(read.r).toEqual(new BSONRegExp('a', 'i'));
  });

  it('keeps references as ordinary documents', () => {
    const bytes = serialize({ ref: { $ref: 'c', $id: new ObjectId(), $db: 'd' } });
    const document = toTyped(bytes);
    expect(keysOf(document.ref as Record<string, unknown>)).toEqual(['$ref', '$id', '$db']);
    expect(hex(toBytes(document))).toBe(hex(bytes));
  });

  it('brings values made by hand into the value model', () => {
    const plain = plainOf({
      a: new Int32(1),
      b: Long.fromNumber(2),
      c: new Double(1.5),
      d: /x/gi,
      e: new Uint8Array([1]),
      f: new Map([
        ['2', 1],
        ['1', 2],
      ]),
    });
    expect(plain.a).toBe(1);
    expect(plain.b).toBe(2n);
    expect(plain.c).toBe(1.5);
    expect(plain.d).toEqual(new BSONRegExp('x', 'i'));
    expect(plain.e).toBeInstanceOf(Binary);
    expect(keysOf(plain.f as Record<string, unknown>)).toEqual(['2', '1']);
  });

  it('keeps the order of integer-like keys when fields are copied', () => {
    const document = documentOf([
      ['b', 1],
      ['2', 2],
      ['1', 3],
    ]);
    expect(keysOf({ ...document })).toEqual(['b', '2', '1']);
    expect(keysOf(toPlain(toBytes({ ...document, a: 1 })))).toEqual(['b', '2', '1', 'a']);
  });

  it.each([
    ['a size beyond the bytes', '20000000 00'],
    ['an unknown type', '0800000020610000'],
    ['an end that is not where the size says', '0c0000001061000100000001'],
    ['a date that JavaScript cannot hold', '100000000961 00 ffffffffffffff7f 00'],
    ['bytes after the end', '050000000000'],
    ['a string without its zero', '0f00000002610003000000686921 00'],
  ])('refuses %s', (_name, text) => {
    expect(() => toTyped(new Uint8Array(Buffer.from(text.replaceAll(' ', ''), 'hex')))).toThrow();
  });
});
