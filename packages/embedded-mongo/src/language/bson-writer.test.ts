/** @module Documents of every size keep every byte, also while the area they are written in grows. */
import { deserialize, serialize } from 'bson';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { writeDocument } from './bson-writer.ts';

it('writes documents that are larger than any before', () => {
  // Each is larger than the area that the ones before have left, at the top and inside.
  for (let size = 10_000; size < 12_000_000; size = Math.round(size * 1.7)) {
    const text = 'x'.repeat(size);
    for (const document of [{ text, after: 1 }, { list: [{ text }, 'end'] }, { bytes: Buffer.from(text) }])
      expect(Buffer.compare(writeDocument(document), serialize(document))).toBe(0);
  }
});

it('writes values of any size as the bson library does', () => {
  const text = fc.integer({ min: 0, max: 300_000 }).map((size) => 'ü'.repeat(size));
  const value = fc.oneof(
    text,
    fc.array(text, { maxLength: 3 }),
    fc.dictionary(fc.string(), text, { maxKeys: 3 }),
  );
  fc.assert(
    fc.property(fc.record({ a: value, b: value }), (document) => {
      fc.pre(!JSON.stringify(document).includes('\\u0000'));
      expect(Buffer.compare(writeDocument(document), serialize(document))).toBe(0);
      expect(deserialize(writeDocument(document))).toEqual(deserialize(serialize(document)));
    }),
    { numRuns: 100 },
  );
});
