/** @module Random BSON values for property tests. */
import {
  Binary,
  BSONRegExp,
  BSONSymbol,
  Code,
  Decimal128,
  Double,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
} from 'bson';
import fc from 'fast-check';
import { doubleValue } from '../src/language/bson-reader.ts';
import { type Document, documentOf } from '../src/language/fields.ts';

/** Keys, with those that JavaScript reorders or treats specially. */
export const keys = fc.oneof(
  fc.constantFrom('a', 'b', '1', '0', '10', '2', '', '__proto__', 'constructor', '$ref', '$id', 'é'),
  fc.string({ maxLength: 4 }).filter((key) => !key.includes('\0')),
);

const safeText = fc.string({ unit: 'binary', maxLength: 6 }).map((text) => text.toWellFormed());
const patternText = safeText.filter((text) => !text.includes('\0'));
const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });

/** Numbers of all four types, close enough to one another to be equal often. */
export const numbers: fc.Arbitrary<unknown> = fc.oneof(
  fc.integer({ min: -3, max: 3 }),
  fc.integer(),
  fc.double().map(doubleValue),
  fc.integer({ min: -3, max: 3 }).map((value) => new Double(value)),
  fc.constantFrom(
    0.1,
    0.5,
    -0,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    Number.MIN_VALUE,
  ),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.bigInt({ min: -3n, max: 3n }),
  fc.bigInt({ min: 2n ** 53n - 3n, max: 2n ** 53n + 3n }),
  fc
    .constantFrom(
      '0.1',
      '0.5',
      '1',
      '1.00',
      '-2',
      '0',
      '-0',
      'NaN',
      'Infinity',
      '-Infinity',
      '1E+400',
      '1E-400',
      '-1E+6000',
      '9007199254740993',
    )
    .map(Decimal128.fromString),
  fc
    .bigInt({ min: -(10n ** 20n), max: 10n ** 20n })
    .chain((digits) =>
      fc.integer({ min: -30, max: 30 }).map((exponent) => Decimal128.fromString(`${digits}E${exponent}`)),
    ),
);

const scalars: fc.Arbitrary<unknown> = fc.oneof(
  numbers,
  safeText,
  fc.constantFrom('', 'a', 'ab', 'a\0b', '\uffff', '😀'),
  fc.boolean(),
  fc.constantFrom(null, undefined),
  bytes(12).map((id) => new ObjectId(id)),
  fc.date({ noInvalidDate: true }),
  fc
    .tuple(fc.uint8Array({ maxLength: 6 }), fc.constantFrom(0, 2, 5, 128))
    .map(([data, subtype]) => new Binary(data, subtype)),
  bytes(16).map((data) => new Binary(data, 4)),
  fc
    .tuple(patternText, fc.subarray(['i', 'm', 's', 'x']))
    .map(([pattern, options]) => new BSONRegExp(pattern, options.sort().join(''))),
  fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map((value) => new Timestamp(value)),
  fc.constantFrom(new MinKey(), new MaxKey()),
  safeText.map((code) => new Code(code)),
  fc.tuple(safeText, fc.integer()).map(([code, x]) => new Code(code, { x })),
  safeText.map((text) => new BSONSymbol(text)),
);

/** Any value. */
export const values: fc.Arbitrary<unknown> = fc.letrec<{ value: unknown; document: Document }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    scalars,
    fc.array(tie('value'), { maxLength: 4 }),
    tie('document'),
  ),
  document: fc
    .uniqueArray(fc.tuple(keys, tie('value')), { maxLength: 4, selector: ([key]) => key })
    .map(documentOf),
})).value;

/** Any document. */
export const documents: fc.Arbitrary<Document> = fc
  .uniqueArray(fc.tuple(keys, values), { maxLength: 6, selector: ([key]) => key })
  .map(documentOf);
