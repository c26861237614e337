/** @module Expressions compute what MongoDB's expressions compute. */
import { Binary, Decimal128, Double, ObjectId, Timestamp } from 'bson';
import { describe, expect, it } from 'vitest';
import { CommandError } from '../command-error.ts';
import { compileExpression } from './expression.ts';

const id = new ObjectId('0123456789abcdef01234567');
const date = new Date('2024-02-29T13:45:06.789Z');
const root = {
  _id: id,
  n: 5,
  long: 5n,
  double: new Double(5),
  dec: Decimal128.fromString('1.10'),
  s: 'héllo',
  list: [3, 1, 2],
  docs: [{ k: 1, v: 'a' }, { k: 2, v: 'b' }, { k: 3 }],
  sub: { x: { y: 1 } },
  nothing: null,
  date,
};
const evaluate = (expression: unknown) => compileExpression(expression)(root);

describe('expressions', () => {
  it.each<[unknown, unknown]>([
    ['$n', 5],
    ['$sub.x.y', 1],
    ['$docs.v', ['a', 'b']],
    ['$missing', undefined],
    ['$$ROOT.n', 5],
    [{ a: '$n', b: '$missing' }, { a: 5 }],
    [
      ['$n', '$missing'],
      [5, null],
    ],
    [{ $literal: '$n' }, '$n'],
    [{ $eq: ['$_id', new ObjectId(id.toHexString())] }, true],
    [{ $eq: ['$n', '$long'] }, true],
    [{ $eq: ['$list', 3] }, false],
    [{ $eq: ['$missing', null] }, false],
    [{ $lt: ['$missing', null] }, true],
    [{ $gt: ['$s', 5] }, true],
    [{ $cmp: ['$n', 7] }, -1],
    [{ $and: ['$n', '$s', { $gt: ['$n', 1] }] }, true],
    [{ $or: [0, null, '$missing'] }, false],
    [{ $not: ['$nothing'] }, true],
    [{ $cond: [{ $gte: ['$n', 5] }, 'big', 'small'] }, 'big'],
    // biome-ignore lint/suspicious/noThenProperty: MongoDB calls it so
    [{ $cond: { if: false, then: 1, else: '$n' } }, 5],
    [{ $ifNull: ['$nothing', '$missing', 'x'] }, 'x'],
    // biome-ignore lint/suspicious/noThenProperty: MongoDB calls it so
    [{ $switch: { branches: [{ case: { $eq: ['$n', 1] }, then: 'a' }], default: 'b' } }, 'b'],
    [{ $let: { vars: { a: 2 }, in: { $multiply: ['$$a', '$n'] } } }, 10],
    [{ $add: ['$n', 1] }, 6],
    [{ $add: ['$n', 2147483647] }, 2147483652n],
    [{ $add: ['$n', 0.5] }, 5.5],
    [{ $add: ['$long', 1] }, 6n],
    [{ $add: ['$dec', 1] }, Decimal128.fromString('2.10')],
    [{ $add: ['$date', 1000] }, new Date(date.getTime() + 1000)],
    [{ $add: ['$n', null] }, null],
    [{ $subtract: ['$date', new Date(0)] }, BigInt(date.getTime())],
    [{ $multiply: ['$n', '$double'] }, new Double(25)],
    [{ $divide: ['$n', 2] }, 2.5],
    [{ $divide: [4, 2] }, new Double(2)],
    [{ $mod: [7, 3] }, 1],
    [{ $abs: -3 }, 3],
    [{ $round: [2.5] }, new Double(2)],
    [{ $round: [19.25, 1] }, 19.2],
    [{ $trunc: [-2.7] }, new Double(-2)],
    [{ $ceil: 1.2 }, new Double(2)],
    [{ $floor: Decimal128.fromString('-1.5') }, Decimal128.fromString('-2')],
    [{ $pow: [2, 3] }, 8],
    [{ $pow: [2, 40] }, 1099511627776n],
    [{ $sqrt: 2.25 }, 1.5],
    [{ $bitAnd: [6, 3] }, 2],
    [{ $bitXor: [6n, 3] }, 5n],
    [{ $concat: ['a', '$s'] }, 'ahéllo'],
    [{ $concat: ['a', '$nothing'] }, null],
    [{ $toUpper: '$s' }, 'HéLLO'],
    [{ $substrCP: ['$s', 1, 2] }, 'él'],
    [{ $substrBytes: ['$s', 0, 3] }, 'hé'],
    [{ $strLenBytes: '$s' }, 6],
    [{ $strLenCP: '$s' }, 5],
    [{ $indexOfCP: ['$s', 'l'] }, 2],
    [{ $indexOfBytes: ['$s', 'l'] }, 3],
    [{ $split: ['a,b', ','] }, ['a', 'b']],
    [{ $trim: { input: ' x ' } }, 'x'],
    [{ $ltrim: { input: 'xxa', chars: 'x' } }, 'a'],
    [{ $replaceAll: { input: 'aXbX', find: 'X', replacement: '-' } }, 'a-b-'],
    [{ $regexMatch: { input: '$s', regex: '^H', options: 'i' } }, true],
    [{ $toUpper: 'é x' }, 'é X'],
    [{ $sum: [[0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1]] }, new Double(1)],
    [{ $regexFind: { input: 'xab', regex: '(a)(z)?' } }, { match: 'a', idx: 1, captures: ['a', null] }],
    [{ $size: '$list' }, 3],
    [{ $arrayElemAt: ['$list', -1] }, 2],
    [{ $arrayElemAt: ['$list', 9] }, undefined],
    [{ $in: ['$_id', [1, new ObjectId(id.toHexString())]] }, true],
    [{ $indexOfArray: ['$list', 2] }, 2],
    [{ $slice: ['$list', -2] }, [1, 2]],
    [{ $slice: ['$list', 1, 1] }, [1]],
    [{ $concatArrays: ['$list', [9]] }, [3, 1, 2, 9]],
    [{ $reverseArray: '$list' }, [2, 1, 3]],
    [{ $range: [0, 6, 2] }, [0, 2, 4]],
    [{ $map: { input: '$list', as: 'i', in: { $add: ['$$i', 1] } } }, [4, 2, 3]],
    [{ $filter: { input: '$docs', as: 'd', cond: { $gt: ['$$d.k', 1] }, limit: 1 } }, [{ k: 2, v: 'b' }]],
    [{ $reduce: { input: '$list', initialValue: 0, in: { $add: ['$$value', '$$this'] } } }, 6],
    [
      { $zip: { inputs: [[1, 2], ['a']], useLongestLength: true, defaults: [0, 'z'] } },
      [
        [1, 'a'],
        [2, 'z'],
      ],
    ],
    [{ $sortArray: { input: '$list', sortBy: -1 } }, [3, 2, 1]],
    [{ $sortArray: { input: '$docs', sortBy: { k: -1 } } }, [{ k: 3 }, { k: 2, v: 'b' }, { k: 1, v: 'a' }]],
    [
      {
        $setUnion: [
          [1, 2],
          [2n, 3],
        ],
      },
      [1, 2, 3],
    ],
    [{ $setIntersection: ['$list', [2, 9]] }, [2]],
    [{ $setDifference: ['$list', [2]] }, [3, 1]],
    [
      {
        $setEquals: [
          [1, 2],
          [2, 1, 1],
        ],
      },
      true,
    ],
    [{ $sum: '$list' }, 6],
    [{ $avg: '$list' }, new Double(2)],
    [{ $max: ['$n', 9] }, 9],
    [{ $min: '$docs.k' }, 1],
    [{ $firstN: { input: '$list', n: 2 } }, [3, 1]],
    [{ $mergeObjects: ['$sub', { z: 1 }, null] }, { x: { y: 1 }, z: 1 }],
    [{ $objectToArray: '$sub' }, [{ k: 'x', v: { y: 1 } }]],
    [{ $arrayToObject: [[['a', 1]]] }, { a: 1 }],
    [{ $getField: { field: { $concat: [{ $literal: '$' }, 'x'] }, input: { $literal: { $x: 1 } } } }, 1],
    [{ $setField: { field: 'z', input: '$sub', value: 2 } }, { x: { y: 1 }, z: 2 }],
    [{ $type: '$_id' }, 'objectId'],
    [{ $type: '$missing' }, 'missing'],
    [{ $type: '$double' }, 'double'],
    [{ $type: '$dec' }, 'decimal'],
    [{ $toString: '$_id' }, '0123456789abcdef01234567'],
    [{ $toString: '$date' }, '2024-02-29T13:45:06.789Z'],
    [{ $toString: '$dec' }, '1.10'],
    [{ $toObjectId: '0123456789abcdef01234567' }, id],
    [{ $toInt: '12' }, 12],
    [{ $toInt: 1.9 }, 1],
    [{ $toLong: '$n' }, 5n],
    [{ $toDouble: '1.5' }, 1.5],
    [{ $toDecimal: '1.5' }, Decimal128.fromString('1.5')],
    [{ $toBool: 'false' }, true],
    [{ $toDate: '2024-02-29' }, new Date('2024-02-29T00:00:00Z')],
    [{ $toDate: '$_id' }, id.getTimestamp()],
    [{ $convert: { input: 'x', to: 'int', onError: 'bad' } }, 'bad'],
    [{ $convert: { input: null, to: 16, onNull: 0 } }, 0],
    [{ $isNumber: '$long' }, true],
  ])('%o', (expression, expected) => {
    expect(evaluate(expression)).toStrictEqual(expected);
  });
});

describe('dates', () => {
  it.each<[unknown, unknown]>([
    [{ $year: '$date' }, 2024],
    [{ $dayOfYear: '$date' }, 60],
    [{ $dayOfWeek: '$date' }, 5],
    [{ $isoWeek: '$date' }, 9],
    [{ $week: '$date' }, 8],
    [{ $isoWeekYear: new Date('2021-01-01') }, 2020n],
    [{ $hour: { date: '$date', timezone: 'America/New_York' } }, 8],
    [{ $hour: { date: new Date('2024-07-01T12:00:00Z'), timezone: 'America/New_York' } }, 8],
    [{ $minute: { date: '$date', timezone: '+05:30' } }, 15],
    [{ $dateToString: { date: '$date' } }, '2024-02-29T13:45:06.789Z'],
    [
      { $dateToString: { date: '$date', format: '%Y/%m/%d %j %u %b %z', timezone: '-0300' } },
      '2024/02/29 060 4 Feb -0300',
    ],
    [{ $dateToString: { date: null, onNull: 'none' } }, 'none'],
    [{ $dateFromString: { dateString: '2024-02-29T13:45:06.789Z' } }, date],
    [
      { $dateFromString: { dateString: '29.02.2024', format: '%d.%m.%Y', timezone: 'Europe/Berlin' } },
      new Date('2024-02-28T23:00:00Z'),
    ],
    [{ $dateFromString: { dateString: 'x', onError: 'bad' } }, 'bad'],
    [{ $dateFromParts: { year: 2024, month: 14, day: 1 } }, new Date('2025-02-01')],
    [{ $dateFromParts: { isoWeekYear: 2024, isoWeek: 9, isoDayOfWeek: 4 } }, new Date('2024-02-29')],
    [{ $dateAdd: { startDate: '$date', unit: 'year', amount: 1 } }, new Date('2025-02-28T13:45:06.789Z')],
    [
      { $dateSubtract: { startDate: '$date', unit: 'hour', amount: 2 } },
      new Date('2024-02-29T11:45:06.789Z'),
    ],
    [{ $dateDiff: { startDate: new Date('2023-12-31'), endDate: '$date', unit: 'month' } }, 2n],
    [
      {
        $dateDiff: {
          startDate: new Date('2024-02-24'),
          endDate: '$date',
          unit: 'week',
          startOfWeek: 'monday',
        },
      },
      1n,
    ],
    [{ $dateTrunc: { date: '$date', unit: 'month' } }, new Date('2024-02-01')],
    [{ $dateTrunc: { date: '$date', unit: 'week', startOfWeek: 'mon' } }, new Date('2024-02-26')],
    [{ $dateTrunc: { date: '$date', unit: 'hour', binSize: 6 } }, new Date('2024-02-29T12:00:00Z')],
    [
      { $dateTrunc: { date: '$date', unit: 'day', timezone: 'Asia/Tokyo' } },
      new Date('2024-02-28T15:00:00Z'),
    ],
    [
      { $dateToParts: { date: new Date('2024-02-29') } },
      { year: 2024, month: 2, day: 29, hour: 0, minute: 0, second: 0, millisecond: 0 },
    ],
    [{ $tsSecond: new Timestamp({ t: 7, i: 2 }) }, 7n],
  ])('%o', (expression, expected) => {
    expect(evaluate(expression)).toStrictEqual(expected);
  });

  it('measures documents, strings and binary values', () => {
    expect(evaluate({ $bsonSize: { $literal: {} } })).toBe(5);
    expect(evaluate({ $binarySize: 'h\u00e9' })).toBe(3);
    expect(evaluate({ $binarySize: { $literal: new Binary(new Uint8Array(4)) } })).toBe(4);
    expect(evaluate({ $bsonSize: null })).toBeNull();
  });

  it('gives the time it was told as $$NOW', () => {
    expect(compileExpression('$$NOW', { now: date })({})).toBe(date);
  });
});

describe('refusals', () => {
  it.each<[unknown, number]>([
    [{ $nope: 1 }, 168],
    [{ $function: {} }, 115],
    [{ $add: ['x', 1] }, 14],
    [{ $divide: [1, 0] }, 2],
    [{ $eq: [1] }, 16020],
    [{ $add: [1], $subtract: [1] }, 15983],
    ['$$nope', 17276],
    [{ $toInt: 'x' }, 241],
    [{ $toObjectId: 'x' }, 241],
    [{ $toInt: 3_000_000_000 }, 241],
    [{ $toString: { $literal: new Binary(new Uint8Array(1)) }, x: 1 }, 15983],
    [{ $size: 5 }, 17124],
    [{ $concat: ['a', 1] }, 16702],
    [{ $mergeObjects: [1] }, 40400],
    [{ $toUpper: [[1]] }, 16007],
    [{ $log: [5, 1] }, 28759],
    [{ $abs: -9223372036854775808n }, 28680],
    [{ $substrBytes: ['é', 0, 1] }, 28657],
    [{ $substrBytes: ['é', 1, 1] }, 28656],
    [{ $regexMatch: { input: 5, regex: 'a' } }, 51104],
    [{ $bsonSize: 'x' }, 31393],
    [{ $binarySize: 5 }, 51276],
    [{ $cond: { if: true, else: 1 } }, 17081],
    // biome-ignore lint/suspicious/noThenProperty: MongoDB calls it so
    [{ $cond: { if: true, then: 1 } }, 17082],
    // biome-ignore lint/suspicious/noThenProperty: MongoDB calls it so
    [{ $switch: { branches: [{ case: false, then: 1 }] } }, 40066],
    [{ $cond: [1, 2] }, 16020],
    [{ $dateTrunc: { date: '$date', unit: 'eon' } }, 5439013],
    [{ $hour: { date: '$date', timezone: 'Nowhere/Land' } }, 40485],
  ])('%o', (expression, code) => {
    try {
      evaluate(expression);
    } catch (error) {
      expect(error).toBeInstanceOf(CommandError);
      expect((error as CommandError).code).toBe(code);
      return;
    }
    expect.unreachable('the expression was accepted');
  });
});
