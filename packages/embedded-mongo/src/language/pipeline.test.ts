/** @module Pipelines do what MongoDB's pipelines do. */
import { Double, ObjectId } from 'bson';
import { describe, expect, it } from 'vitest';
import { CommandError } from '../command-error.ts';
import type { Document } from './documents.ts';
import { runPipeline, splitLeadingMatch } from './pipeline.ts';

const now = new Date(1_700_000_000_000);
const id = new ObjectId();
const sales: Document[] = [
  { _id: 1, item: 'a', price: 10, tags: ['x', 'y'], owner: id },
  { _id: 2, item: 'b', price: 20, tags: [], owner: new ObjectId() },
  { _id: 3, item: 'a', price: 5.5, owner: id },
];
const collections: Record<string, Document[]> = {
  sales,
  owners: [
    { _id: id, name: 'Ann' },
    { _id: new ObjectId(), name: 'Bob' },
  ],
  staff: [
    { _id: 1, name: 'Dev' },
    { _id: 2, name: 'Eliot', boss: 'Dev' },
    { _id: 3, name: 'Ron', boss: 'Eliot' },
  ],
};
const run = (pipeline: Document[], documents: Iterable<Document> = sales) => [
  ...runPipeline(pipeline, { documents, now, collection: (name) => collections[name] ?? [] }),
];

describe('stages', () => {
  it('match, sort, skip, limit and project', () => {
    expect(
      run([
        { $match: { price: { $gt: 5 } } },
        { $sort: { price: 1 } },
        { $skip: 1 },
        { $limit: 1 },
        { $project: { item: 1 } },
      ]),
    ).toEqual([{ _id: 1, item: 'a' }]);
  });

  it('adds, nests and removes fields', () => {
    expect(
      run([
        { $limit: 1 },
        { $addFields: { 'box.p': '$price', box: { q: 1 }, item: '$$REMOVE' } },
        { $unset: ['tags', 'owner'] },
      ]),
    ).toEqual([{ _id: 1, price: 10, box: { p: 10, q: 1 } }]);
  });

  it('groups, with types of numbers kept', () => {
    const groups = run([
      {
        $group: {
          _id: '$item',
          total: { $sum: '$price' },
          count: { $sum: 1 },
          many: { $count: {} },
          avg: { $avg: '$price' },
          all: { $push: '$_id' },
          first: { $first: '$_id' },
          owners: { $addToSet: '$owner' },
          top: { $top: { sortBy: { price: -1 }, output: '$_id' } },
        },
      },
      { $sort: { _id: 1 } },
    ]);
    expect(groups).toEqual([
      { _id: 'a', total: 15.5, count: 2, many: 2, avg: 7.75, all: [1, 3], first: 1, owners: [id], top: 1 },
      {
        _id: 'b',
        total: 20,
        count: 1,
        many: 1,
        avg: new Double(20),
        all: [2],
        first: 2,
        owners: [sales[1]!.owner],
        top: 2,
      },
    ]);
    expect(run([{ $group: { _id: null, n: { $max: '$price' } } }])).toEqual([{ _id: null, n: 20 }]);
    expect(run([{ $group: { _id: { i: '$item' } } }])).toEqual([{ _id: { i: 'a' } }, { _id: { i: 'b' } }]);
    expect(run([{ $group: { _id: '$owner' } }])).toHaveLength(2);
  });

  it('unwinds', () => {
    expect(run([{ $unwind: '$tags' }, { $project: { tags: 1 } }])).toEqual([
      { _id: 1, tags: 'x' },
      { _id: 1, tags: 'y' },
    ]);
    const kept = run([
      { $unwind: { path: '$tags', preserveNullAndEmptyArrays: true, includeArrayIndex: 'at' } },
      { $project: { tags: 1, at: 1 } },
    ]);
    expect(kept).toEqual([
      { _id: 1, tags: 'x', at: 0n },
      { _id: 1, tags: 'y', at: 1n },
      { _id: 2, at: null },
      { _id: 3, at: null },
    ]);
  });

  it('counts, and says nothing of no documents', () => {
    expect(run([{ $count: 'n' }])).toEqual([{ n: 3 }]);
    expect(run([{ $match: { _id: 99 } }, { $count: 'n' }])).toEqual([]);
    expect(run([{ $sortByCount: '$item' }])).toEqual([
      { _id: 'a', count: 2 },
      { _id: 'b', count: 1 },
    ]);
  });

  it('joins by fields, by a pipeline, and by both', () => {
    const byField = run([
      { $lookup: { from: 'owners', localField: 'owner', foreignField: '_id', as: 'who' } },
    ]);
    expect(byField.map(({ who }) => (who as Document[]).map(({ name }) => name))).toEqual([
      ['Ann'],
      [],
      ['Ann'],
    ]);
    const byPipeline = run([
      {
        $lookup: {
          from: 'owners',
          let: { o: '$owner' },
          pipeline: [{ $match: { $expr: { $eq: ['$_id', '$$o'] } } }, { $project: { _id: 0, name: 1 } }],
          as: 'who',
        },
      },
    ]);
    expect(byPipeline.map(({ who }) => who)).toEqual([[{ name: 'Ann' }], [], [{ name: 'Ann' }]]);
    const both = run([
      {
        $lookup: {
          from: 'sales',
          localField: 'item',
          foreignField: 'item',
          pipeline: [{ $match: { price: { $gt: 6 } } }],
          as: 'same',
        },
      },
    ]);
    expect(both.map(({ same }) => (same as Document[]).length)).toEqual([1, 1, 1]);
    expect(run([{ $lookup: { from: 'none', localField: 'x', foreignField: 'y', as: 'z' } }])[0]!.z).toEqual(
      [],
    );
    expect(
      run([{ $lookup: { from: 'sales', localField: 'tags', foreignField: 'tags', as: 'z' } }]).map(
        ({ z }) => (z as unknown[]).length,
      ),
    ).toEqual([1, 0, 1]);
  });

  it('follows a graph', () => {
    const found = run(
      [
        { $match: { _id: 3 } },
        {
          $graphLookup: {
            from: 'staff',
            startWith: '$boss',
            connectFromField: 'boss',
            connectToField: 'name',
            as: 'chain',
            depthField: 'd',
          },
        },
      ],
      collections.staff,
    );
    expect((found[0]!.chain as Document[]).map(({ name, d }) => [name, d])).toEqual([
      ['Eliot', 0n],
      ['Dev', 1n],
    ]);
  });

  it('runs several pipelines over the same documents', () => {
    expect(
      run([{ $facet: { n: [{ $count: 'n' }], first: [{ $limit: 1 }, { $project: { _id: 1 } }] } }]),
    ).toEqual([{ n: [{ n: 3 }], first: [{ _id: 1 }] }]);
  });

  it('puts values into buckets', () => {
    expect(
      run([
        {
          $bucket: {
            groupBy: '$price',
            boundaries: [0, 10, 15],
            default: 'more',
            output: { ids: { $push: '$_id' } },
          },
        },
      ]),
    ).toEqual([
      { _id: 0, ids: [3] },
      { _id: 10, ids: [1] },
      { _id: 'more', ids: [2] },
    ]);
    expect(run([{ $bucketAuto: { groupBy: '$price', buckets: 2 } }])).toEqual([
      { _id: { min: 5.5, max: 20 }, count: 2 },
      { _id: { min: 20, max: 20 }, count: 1 },
    ]);
  });

  it('replaces roots, redacts, unites and makes documents', () => {
    expect(run([{ $limit: 1 }, { $replaceRoot: { newRoot: { p: '$price' } } }])).toEqual([{ p: 10 }]);
    expect(run([{ $replaceWith: { $mergeObjects: [{ x: 1 }, { i: '$item' }] } }, { $limit: 1 }])).toEqual([
      { x: 1, i: 'a' },
    ]);
    expect(
      run(
        [{ $redact: { $cond: [{ $eq: ['$secret', true] }, '$$PRUNE', '$$DESCEND'] } }],
        [{ _id: 1, a: { secret: true }, b: [{ secret: true }, { c: 1 }] }],
      ),
    ).toEqual([{ _id: 1, b: [{ c: 1 }] }]);
    expect(run([{ $unionWith: { coll: 'staff', pipeline: [{ $limit: 1 }] } }])).toHaveLength(4);
    expect(run([{ $documents: [{ a: 1 }, { a: { $add: [1, 1] } }] }], [])).toEqual([{ a: 1 }, { a: 2 }]);
  });

  it('samples without repeating', () => {
    expect(new Set(run([{ $sample: { size: 10 } }]).map(({ _id }) => _id))).toEqual(new Set([1, 2, 3]));
    expect(run([{ $sample: { size: 2 } }])).toHaveLength(2);
  });

  it('looks at neighbours', () => {
    const ranked = run([
      {
        $setWindowFields: {
          partitionBy: '$item',
          sortBy: { price: 1 },
          output: { sum: { $sum: '$price', window: { documents: ['unbounded', 'current'] } } },
        },
      },
    ]);
    expect(ranked.map(({ _id, sum }) => [_id, sum])).toEqual([
      [3, 5.5],
      [1, 15.5],
      [2, 20],
    ]);
    const typed = run(
      [{ $setWindowFields: { partitionBy: '$owner', sortBy: { n: -1 }, output: { place: { $rank: {} } } } }],
      [
        { owner: id, n: 5n },
        { owner: new ObjectId(id.toHexString()), n: new Double(7) },
      ],
    );
    expect(typed).toEqual([
      { owner: id, n: new Double(7), place: 1 },
      { owner: id, n: 5n, place: 2 },
    ]);
    expect(run([{ $fill: { output: { v: { value: 0 } } } }], [{ _id: 1, v: null }])).toEqual([
      { _id: 1, v: 0 },
    ]);
    expect(
      run([{ $densify: { field: 'n', range: { step: 1, bounds: 'full' } } }], [{ n: 1 }, { n: 3 }]).map(
        ({ n }) => n,
      ),
    ).toEqual([1, 2, 3]);
  });

  it('reads no more than it needs', () => {
    let read = 0;
    const source = {
      *[Symbol.iterator]() {
        for (const document of sales) {
          read++;
          yield document;
        }
      },
    };
    expect(run([{ $match: {} }, { $limit: 1 }], source)).toHaveLength(1);
    expect(read).toBe(1);
  });

  it('leaves its input as it was', () => {
    const before = structuredClone(sales.map(({ owner: _owner, ...rest }) => rest));
    run([
      { $addFields: { price: 0 } },
      { $unwind: '$tags' },
      { $group: { _id: '$item', t: { $push: '$tags' } } },
    ]);
    expect(sales.map(({ owner: _owner, ...rest }) => rest)).toEqual(before);
  });
});

describe('splitLeadingMatch', () => {
  it('takes the leading filters', () => {
    expect(splitLeadingMatch([{ $match: { a: 1 } }, { $limit: 1 }])).toEqual({
      filter: { a: 1 },
      rest: [{ $limit: 1 }],
    });
    expect(splitLeadingMatch([{ $match: { a: 1 } }, { $match: { b: 1 } }])).toEqual({
      filter: { $and: [{ a: 1 }, { b: 1 }] },
      rest: [],
    });
    expect(splitLeadingMatch([{ $limit: 1 }, { $match: { a: 1 } }])).toEqual({
      filter: {},
      rest: [{ $limit: 1 }, { $match: { a: 1 } }],
    });
  });
});

describe('refusals', () => {
  it.each<[Document[], number, string]>([
    [[{ $foo: 1 }], 40324, "Unrecognized pipeline stage name: '$foo'"],
    [[{ $out: 'x' }], 115, '$out'],
    [[{ $merge: 'x' }], 115, '$merge'],
    [[{ $changeStream: {} }], 115, '$changeStream'],
    [[{ $search: {} }], 115, '$search'],
    [[{ $setWindowFields: { output: { a: { $sum: { $function: {} } } } } }], 115, '$function'],
    [[{}], 40323, 'exactly one field'],
    [[{ $limit: 1, $skip: 1 }], 40323, 'exactly one field'],
    [[{ $limit: 0 }], 15958, 'the limit must be positive'],
    [[{ $sort: { a: 3 } }], 15975, 'ordering must be 1'],
    [[{ $group: { a: { $sum: 1 } } }], 15955, 'must include an _id'],
    [[{ $group: { _id: 1, a: { $nope: 1 } } }], 15952, "unknown group operator '$nope'"],
    [[{ $group: { _id: 1, a: 5 } }], 40234, 'must be an accumulator object'],
    [[{ $unwind: 'a' }], 28818, "prefixed with a '$'"],
    [[{ $match: { $where: 'x' } }], 115, '$where'],
    [[{ $lookup: { from: 'x', as: 'y' } }], 9, '$lookup requires'],
    [[{ $limit: 1 }, { $documents: [] }], 40602, 'only valid as the first stage'],
    [[{ $facet: { a: [{ $foo: 1 }] } }], 40324, '$foo'],
    [[{ $replaceRoot: { newRoot: '$price' } }], 40228, 'must evaluate to an object'],
  ])('%o', (pipeline, code, message) => {
    try {
      run(pipeline);
    } catch (error) {
      expect(error).toBeInstanceOf(CommandError);
      expect(error).toMatchObject({ code, message: expect.stringContaining(message) });
      return;
    }
    expect.unreachable('the pipeline was accepted');
  });
});
