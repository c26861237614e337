/** @module Documents come back byte for byte, whatever is in them. */
import {
  Binary,
  BSONRegExp,
  BSONSymbol,
  Code,
  DBRef,
  Decimal128,
  Double,
  deserialize,
  Int32,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  serialize,
  Timestamp,
  UUID,
} from 'bson';
import fc from 'fast-check';
import type { Document } from 'mongodb';
import { expect, it } from 'vitest';
import { useServer } from './server.ts';

const shared = useServer();

const everyType: Document = {
  z: 'first by order, last by name',
  1: 'a number as key',
  double: new Double(1),
  negativeZero: new Double(-0),
  notANumber: new Double(Number.NaN),
  infinity: new Double(Number.POSITIVE_INFINITY),
  int32: new Int32(1),
  long: Long.fromString('9223372036854775807'),
  smallLong: Long.fromNumber(1),
  decimal: Decimal128.fromString('1.10'),
  decimalNaN: Decimal128.fromString('NaN'),
  text: 'ü\u0000\u{1f600}',
  date: new Date(-1),
  id: new ObjectId('0123456789abcdef01234567'),
  yes: true,
  no: false,
  nothing: null,
  undefined: undefined,
  binary: new Binary(Uint8Array.of(1, 2, 3), 0),
  oldBinary: new Binary(Uint8Array.of(1, 2, 3), 2),
  uuid: new UUID('00112233-4455-6677-8899-aabbccddeeff'),
  custom: new Binary(Uint8Array.of(9), 128),
  regex: new BSONRegExp('^a.*b$', 'ims'),
  code: new Code('return 1'),
  scoped: new Code('return x', { x: 1 }),
  symbol: new BSONSymbol('s'),
  timestamp: new Timestamp({ t: 7, i: 9 }),
  reference: new DBRef('others', new ObjectId('0123456789abcdef01234567'), 'db'),
  min: new MinKey(),
  max: new MaxKey(),
  nested: { b: { a: [] }, a: [[1, [2, { deep: new Double(3) }]], {}] },
  '': 'an empty key',
  'with.dot': 1,
  $dollar: 1,
};

async function stored(document: Document): Promise<Uint8Array> {
  const things = shared.db.collection('things');
  await things.insertOne(document, { ignoreUndefined: false });
  const [found] = await things.find({ _id: document._id }, { raw: true }).toArray();
  return found as unknown as Uint8Array;
}

/** As the server keeps it: `_id` in front, also where JavaScript lists number-like keys before it. */
function bytesOf({ _id, ...rest }: Document): Buffer {
  const ordered = new Map<string, unknown>([['_id', _id], ...Object.entries(rest)]);
  return Buffer.from(serialize(ordered as unknown as Document, { ignoreUndefined: false }));
}

it('keeps every type and the order of keys', async () => {
  const document = { _id: new ObjectId(), ...everyType };
  const found = await stored(document);
  expect(Buffer.from(found)).toEqual(bytesOf(document));
});

it('keeps what an update does not touch', async () => {
  const things = shared.db.collection('things');
  const document: Document = { _id: new ObjectId(), ...everyType };
  await stored(document);
  await things.updateOne({ _id: document._id }, { $set: { added: 1 } });
  const [found] = await things.find({ _id: document._id }, { raw: true }).toArray();
  const expected = bytesOf({ ...document, added: 1 });
  expect(Buffer.from(found as unknown as Uint8Array)).toEqual(expected);
});

it('keeps any document through a file and a projection of all its fields', async () => {
  const leaf = fc.oneof(
    fc.string(),
    fc.double(),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.double().map((value) => new Double(value)),
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    fc.uint8Array({ maxLength: 20 }).map((bytes) => new Binary(bytes)),
    fc.date({ noInvalidDate: true }),
  );
  const { tree } = fc.letrec((tie) => ({
    tree: fc.dictionary(fc.stringMatching(/^[a-z0-9]{1,4}$/), tie('value'), { maxKeys: 5 }),
    value: fc.oneof({ depthSize: 'small' }, leaf, tie('tree'), fc.array(tie('value'), { maxLength: 4 })),
  }));
  await fc.assert(
    fc.asyncProperty(tree, async (given) => {
      const document = { _id: new ObjectId(), ...(given as Document) };
      expect(Buffer.from(await stored(document))).toEqual(bytesOf(document));
    }),
    { numRuns: 150 },
  );
});

it('gives the same value under filter, sort and aggregation', async () => {
  const things = shared.db.collection('values');
  const document = { _id: new ObjectId(), ...everyType };
  await things.insertOne(document, { ignoreUndefined: false });
  const raw = await things.aggregate([{ $addFields: { more: 1 } }], { raw: true }).toArray();
  const plain = deserialize(raw[0] as unknown as Uint8Array, { promoteValues: false });
  expect(bytesOf(plain)).toEqual(
    bytesOf(deserialize(bytesOf({ ...document, more: 1 }), { promoteValues: false })),
  );
});
