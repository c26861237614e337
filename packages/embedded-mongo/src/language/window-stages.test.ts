/** @module The window stages keep types and values as `$group` does. */
import { Decimal128, Double } from 'bson';
import { describe, expect, it } from 'vitest';
import { refusalOf } from '../../tests/refusal-of.ts';
import { type Document, plainOf, toBytes } from './documents.ts';
import { runPipeline } from './pipeline.ts';

const run = (
  pipeline: Document[],
  documents: Document[],
  collation?: { locale: string; strength: number },
) => [
  ...runPipeline(pipeline, {
    documents: documents.map(plainOf),
    collection: () => [],
    now: new Date(),
    collation,
  }),
];
const double = (value: number) => new Double(value);
const decimal = (text: string) => Decimal128.fromString(text);
/** As bytes, so that 1, 1.0 and Long 1 differ. */
const same = (found: unknown, wanted: unknown) =>
  expect(Buffer.from(toBytes({ found }))).toEqual(Buffer.from(toBytes(plainOf({ found: wanted }))));

const typed = [
  { _id: 1, v: decimal('0.1'), l: 9007199254740993n, d: double(2) },
  { _id: 2, v: decimal('0.2'), l: 0n, d: double(3) },
];
const window = (output: Document, documents: Document[] = typed, sortBy: Document = { _id: 1 }) =>
  run([{ $setWindowFields: { sortBy, output } }], documents);

describe('$setWindowFields', () => {
  it.each<[output: Document, wanted: unknown[]]>([
    [{ $sum: '$v' }, [decimal('0.3'), decimal('0.3')]],
    [{ $sum: '$l' }, [9007199254740993n, 9007199254740993n]],
    [{ $sum: '$d' }, [double(5), double(5)]],
    [{ $avg: '$d' }, [double(2.5), double(2.5)]],
    [{ $max: '$l' }, [9007199254740993n, 9007199254740993n]],
    [
      { $push: '$v' },
      [
        [decimal('0.1'), decimal('0.2')],
        [decimal('0.1'), decimal('0.2')],
      ],
    ],
    [{ $sum: '$v', window: { documents: ['unbounded', 'current'] } }, [decimal('0.1'), decimal('0.3')]],
    [{ $sum: '$l', window: { documents: [-1, -1] } }, [0, 9007199254740993n]],
    [{ $count: {}, window: { documents: [1, 1] } }, [1, 0]],
    [{ $first: '$d', window: { documents: [1, 'unbounded'] } }, [double(3), null]],
    [{ $shift: { output: '$l', by: 1, default: 'none' } }, [0n, 'none']],
    [{ $documentNumber: {} }, [1, 2]],
    [
      { $derivative: { input: '$d' }, window: { documents: ['unbounded', 'unbounded'] } },
      [double(1), double(1)],
    ],
    [{ $derivative: { input: '$v' }, window: { documents: [-1, 0] } }, [null, decimal('0.1')]],
    [{ $integral: { input: '$d' } }, [double(2.5), double(2.5)]],
    [{ $expMovingAvg: { input: '$d', N: 1 } }, [double(2), double(3)]],
    [{ $expMovingAvg: { input: '$_id', alpha: 0.5 } }, [double(1), double(1.5)]],
    [{ $covariancePop: ['$_id', '$d'] }, [double(0.25), double(0.25)]],
    [{ $topN: { output: '$l', sortBy: { l: -1 }, n: 1 } }, [[9007199254740993n], [9007199254740993n]]],
    [{ $sum: '$d', window: { range: [-1, 0] } }, [double(2), double(5)]],
    [{ $sum: '$d', window: { range: ['current', 'unbounded'] } }, [double(5), double(3)]],
  ])('%o', (output, wanted) => {
    same(
      window({ x: output }).map(({ x }) => x),
      wanted,
    );
  });

  it('gives what $group gives over the same documents', () => {
    for (const operator of ['$sum', '$avg', '$min', '$max', '$push', '$stdDevPop']) {
      for (const field of ['$v', '$l', '$d', '$_id', '$none']) {
        const [group] = run([{ $group: { _id: null, x: { [operator]: field } } }], typed);
        same(window({ x: { [operator]: field } })[0]!.x, group!.x);
      }
    }
  });

  it('leaves other fields as they are, sorts, and puts values at paths', () => {
    const documents = [
      { p: 'b', t: 2, n: double(1) },
      { p: 'a', t: 2, n: 1n },
      { p: 'a', t: 1, n: 1 },
      { p: 'a', t: 2, n: decimal('1.0') },
    ];
    const stage = {
      $setWindowFields: {
        partitionBy: '$p',
        sortBy: { t: 1 },
        output: { 'x.rank': { $rank: {} }, 'x.dense': { $denseRank: {} } },
      },
    };
    same(run([stage], documents), [
      { p: 'a', t: 1, n: 1, x: { rank: 1, dense: 1 } },
      { p: 'a', t: 2, n: 1n, x: { rank: 2, dense: 2 } },
      { p: 'a', t: 2, n: decimal('1.0'), x: { rank: 2, dense: 2 } },
      { p: 'b', t: 2, n: double(1), x: { rank: 1, dense: 1 } },
    ]);
  });

  it('counts ranges of dates in units', () => {
    const day = (n: number) => new Date(Date.UTC(2024, 0, n));
    const documents = [1, 2, 5].map((n) => ({ at: day(n), n }));
    const output = { x: { $sum: '$n', window: { range: [-1, 0], unit: 'day' } } };
    expect(window(output, documents, { at: 1 }).map(({ x }) => x)).toEqual([1, 3, 5]);
    const slope = { x: { $derivative: { input: '$n', unit: 'day' }, window: { documents: [-1, 0] } } };
    same(
      window(slope, documents, { at: 1 }).map(({ x }) => x),
      [null, double(1), double(1)],
    );
  });

  it.each<[stage: Document, code: number]>([
    [{ output: { x: { $nope: 1 } } }, 9],
    [{ output: { x: { $rank: {} } } }, 5371602],
    [{ sortBy: { a: 1 }, output: { x: { $rank: { a: 1 } } } }, 5371603],
    [{ sortBy: { a: 1 }, output: { x: { $shift: { output: '$a', by: 0.5 } } } }, 9],
    [{ output: { x: { $sum: 1, window: { documents: [-1, 0] } } } }, 5339901],
    [{ sortBy: { a: 1 }, output: { x: { $sum: 1, window: { documents: [1, 0] } } } }, 5339900],
    [{ sortBy: { a: -1 }, output: { x: { $sum: 1, window: { range: [-1, 0] } } } }, 5339902],
    [{ sortBy: { a: 1 }, output: { x: { $sum: 1, window: { documents: [0, 1], range: [0, 1] } } } }, 9],
    [{ partitionBy: ['$a'], output: {} }, 14],
    [{ output: 5 }, 9],
    [{}, 9],
  ])('refuses %o', (stage, code) => {
    expect(refusalOf(() => run([{ $setWindowFields: stage }], [{ a: 1 }])).code).toBe(code);
  });
});

describe('$fill', () => {
  it('keeps the types of neighbours and of computed numbers', () => {
    const documents = [{ n: 1, v: 1n }, { n: 2 }, { n: 3, v: null }, { n: 4, v: decimal('4') }];
    const fill = (output: Document) =>
      run([{ $fill: { sortBy: { n: 1 }, output } }], documents).map(({ v }) => v);
    same(fill({ v: { method: 'locf' } }), [1n, 1n, 1n, decimal('4')]);
    const [first, second, third, last] = fill({ v: { method: 'linear' } });
    same([first, last], [1n, decimal('4')]);
    expect([second, third].map((value) => [value instanceof Decimal128, Number(String(value))])).toEqual([
      [true, 2],
      [true, 3],
    ]);
    same(fill({ v: { value: { $multiply: ['$n', 10] } } }), [1n, 20, 30, decimal('4')]);
  });

  it('fills between neighbours with doubles, and not beyond them', () => {
    const documents = [{ n: 0 }, { n: 1, v: 1 }, { n: 2 }, { n: 3, v: 2 }, { n: 4 }];
    const filled = run([{ $fill: { sortBy: { n: 1 }, output: { v: { method: 'linear' } } } }], documents);
    same(
      filled.map(({ v }) => v),
      [null, 1, double(1.5), 2, null],
    );
  });

  it('fills each partition for itself', () => {
    const documents = [
      { p: 1, n: 1, v: 'a' },
      { p: 2, n: 1 },
      { p: 1, n: 2 },
    ];
    const stage = {
      $fill: { partitionByFields: ['p'], sortBy: { n: 1 }, output: { v: { method: 'locf' } } },
    };
    expect(run([stage], documents).map(({ p, v }) => [p, v])).toEqual([
      [1, 'a'],
      [1, 'a'],
      [2, null],
    ]);
  });
});

describe('$densify', () => {
  const places = (range: Document, documents: Document[], more: Document = {}) =>
    run([{ $densify: { field: 'n', range, ...more } }], documents).map(({ n }) => n);

  it('adds what is missing, in the types of the field', () => {
    expect(places({ step: 1, bounds: 'full' }, [{ n: 1 }, { n: 4 }])).toEqual([1, 2, 3, 4]);
    expect(places({ step: 2, bounds: [0, 6] }, [{ n: 3 }])).toEqual([0, 2, 3, 4]);
    same(
      places({ step: decimal('0.1'), bounds: 'full' }, [{ n: decimal('1.0') }, { n: decimal('1.3') }]),
      ['1.0', '1.1', '1.2', '1.3'].map(decimal),
    );
    same(places({ step: 1, bounds: 'full' }, [{ n: 9007199254740993n }, { n: 9007199254740995n }]), [
      9007199254740993n,
      9007199254740994n,
      9007199254740995n,
    ]);
    expect(places({ step: 1, bounds: 'full' }, [{ n: 1 }, {}, { n: null }, { n: 3 }])).toEqual([
      undefined,
      null,
      1,
      2,
      3,
    ]);
  });

  it('adds dates and keeps partitions apart', () => {
    const month = (n: number) => new Date(Date.UTC(2024, n, 31));
    expect(places({ step: 1, unit: 'month', bounds: 'full' }, [{ n: month(0) }, { n: month(2) }])).toEqual([
      month(0),
      new Date(Date.UTC(2024, 1, 29)),
      month(2),
    ]);
    const documents = [
      { p: 'a', n: 1 },
      { p: 'a', n: 3 },
      { p: 'b', n: 5 },
    ];
    expect(
      run(
        [{ $densify: { field: 'n', partitionByFields: ['p'], range: { step: 1, bounds: 'partition' } } }],
        documents,
      ),
    ).toEqual([
      { p: 'a', n: 1 },
      { p: 'a', n: 2 },
      { p: 'a', n: 3 },
      { p: 'b', n: 5 },
    ]);
  });

  it('refuses what it cannot do', () => {
    const refused = (range: Document, documents: Document[] = []) =>
      refusalOf(() => places(range, documents)).code;
    expect(refused({ step: 0, bounds: 'full' })).toBe(5733401);
    expect(refused({ step: 1, bounds: 'partition' })).toBe(5733408);
    expect(refused({ step: 1, bounds: [3, 1] })).toBe(5733402);
    expect(refused({ step: 1, bounds: 'full' }, [{ n: 'x' }])).toBe(5733201);
    expect(refused({ step: 1, bounds: [0, 1_000_000] }, [{ n: 1 }])).toBe(5897900);
  });
});

describe('collation', () => {
  const documents = [
    { _id: 1, k: 'B' },
    { _id: 2, k: 'b' },
    { _id: 3, k: ['b'] },
  ];
  const folded = (pipeline: Document[], input: Document[] = documents) =>
    run(pipeline, input, { locale: 'en', strength: 2 });

  it('holds in groups, sets and joins', () => {
    expect(folded([{ $group: { _id: '$k', n: { $sum: 1 } } }])).toEqual([
      { _id: 'B', n: 2 },
      { _id: ['b'], n: 1 },
    ]);
    expect(folded([{ $sortByCount: '$k' }])[0]).toEqual({ _id: 'B', count: 2 });
    expect(folded([{ $group: { _id: null, k: { $addToSet: '$k' } } }])).toEqual([
      { _id: null, k: ['B', ['b']] },
    ]);
    const sets = {
      u: { $setUnion: [['a'], ['A']] },
      i: { $setIntersection: [['a'], ['A']] },
      d: { $setDifference: [['a'], ['A']] },
      e: { $setEquals: [['a'], ['A']] },
      s: { $setIsSubset: [['a'], ['A']] },
      x: { $indexOfArray: [['z', 'A'], 'a'] },
    };
    expect(folded([{ $project: { _id: 0, ...sets } }], [{}])).toEqual([
      { u: ['a'], i: ['a'], d: [], e: true, s: true, x: 1 },
    ]);
    expect(
      folded(
        [{ $bucket: { groupBy: '$k', boundaries: ['a', 'c'], output: { n: { $sum: 1 } } } }],
        documents.slice(0, 2),
      ),
    ).toEqual([{ _id: 'a', n: 2 }]);
    const joined = [
      ...runPipeline([{ $lookup: { from: 'x', localField: 'k', foreignField: 'k', as: 'found' } }], {
        documents,
        collection: () => documents,
        now: new Date(),
        collation: { locale: 'en', strength: 2 },
      }),
    ];
    expect(joined.map(({ found }) => (found as unknown[]).length)).toEqual([3, 3, 3]);
    expect(
      folded(
        [{ $setWindowFields: { partitionBy: '$k', output: { n: { $sum: 1 } } } }],
        documents.slice(0, 2),
      ).map(({ n }) => n),
    ).toEqual([2, 2]);
  });

  it('is refused for a locale that there is not', () => {
    expect(refusalOf(() => run([{ $sort: { a: 1 } }], [], { locale: 'xx_nope', strength: 2 })).code).toBe(2);
  });
});
