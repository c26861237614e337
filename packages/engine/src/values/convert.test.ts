import fc from 'fast-check';
import { expect, test } from 'vitest';
import { convertValue, readNumber, readValueType, VALUE_TYPES } from './convert.ts';
import { readDate } from './date.ts';

test('every ISO text of a date is read as that date, and nothing that does not exist', () => {
  fc.assert(
    fc.property(
      fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true }),
      (date) => {
        expect(readDate(date.toISOString())).toEqual(date);
        expect(readDate(date.toISOString().slice(0, 10))?.toISOString().slice(0, 10)).toBe(
          date.toISOString().slice(0, 10),
        );
      },
    ),
    { numRuns: 300 },
  );
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 9999 }),
      fc.integer({ min: 0, max: 99 }),
      fc.integer({ min: 0, max: 99 }),
      (y, m, d) => {
        const text = `${String(y).padStart(4, '0')}-${String(m).padStart(2, '0')}-${String(d).padStart(2, '0')}`;
        const read = readDate(text);
        if (read) expect(read.toISOString().slice(0, 10)).toBe(text);
      },
    ),
    { numRuns: 500 },
  );
});

test.each([
  ['2026-05-01T10:00:00+02:00', '2026-05-01T08:00:00.000Z'],
  ['2026-05-01 10:00', '2026-05-01T10:00:00.000Z'],
  ['2026-05-01T10:00:00.123456Z', '2026-05-01T10:00:00.123Z'],
  ['2026-05', '2026-05-01T00:00:00.000Z'],
  ['2026-05-01T00:30-05:30', '2026-05-01T06:00:00.000Z'],
])('%s', (text, iso) => {
  expect(readDate(text)?.toISOString()).toBe(iso);
});

test('a number that a text writes is kept exactly, or refused', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.maxSafeInteger()),
      (number) => {
        const text = String(number);
        if (readNumber(text) !== undefined) expect(readNumber(text)).toBe(Object.is(number, -0) ? 0 : number);
      },
    ),
    { numRuns: 300 },
  );
  for (const text of [
    '9007199254740993',
    '-9007199254740993',
    '1e400',
    '0x1F',
    '0b1',
    ' 7',
    '7 ',
    '+7',
    '.5',
    '5.',
    '1_000',
    '',
    'NaN',
    'Infinity',
  ])
    expect(readNumber(text)).toBeUndefined();
});

test('what is converted once stays as it is', () => {
  fc.assert(
    fc.property(fc.constantFrom(...VALUE_TYPES), fc.jsonValue(), (type, value) => {
      const once = convertValue(type, value);
      if (once !== undefined) expect(convertValue(type, once)).toEqual(once);
    }),
    { numRuns: 500 },
  );
  expect(['Number', 'INT', 'text', 'bool', 'ObjectId', 'no'].map(readValueType)).toEqual([
    'number',
    'integer',
    'string',
    'boolean',
    'objectId',
    undefined,
  ]);
});
