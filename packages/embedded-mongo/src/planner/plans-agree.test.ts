/** @module Whatever index serves a query, the result is that of reading every document. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { CommandError } from '../command-error.ts';
import { prepareQuery, runQuery } from '../commands/query.ts';
import { insertDocument, replaceDocument } from '../commands/store-document.ts';
import { toBytes, toPlain } from '../language/documents.ts';
import type { Document } from '../language/fields.ts';
import { compileFilter } from '../language/filter.ts';
import { compileSort } from '../language/sort.ts';
import { runToEnd, withoutPauses } from '../pace.ts';
import { buildIndex } from '../storage/build-index.ts';
import { Catalogue, type Collection } from '../storage/catalogue.ts';
import { DatabaseFile } from '../storage/database-file.ts';
import { defaultIndexName, parseIndexSpec } from '../storage/index-spec.ts';

const scalar = fc.oneof(
  fc.integer({ min: -3, max: 3 }),
  fc.constantFrom(0.5, -1.5, 2n, 'a', 'A', 'b', '', 'a\0b', true, false, null, new Date(5), new Date(-5)),
);
const nested = fc.record(
  { b: fc.oneof(scalar, fc.array(scalar, { maxLength: 2 })), c: scalar },
  { requiredKeys: [] },
);
const fieldValue = fc.oneof(
  { weight: 4, arbitrary: scalar },
  fc.array(scalar, { maxLength: 3 }),
  nested,
  fc.array(nested, { maxLength: 2 }),
);
const document = fc.record({ a: fieldValue, b: fieldValue, n: fieldValue }, { requiredKeys: [] });

const path = fc.constantFrom('a', 'b', 'n', 'n.b', 'n.c', 'a.b', '_id');
const condition = fc.oneof(
  scalar,
  nested,
  fc.array(scalar, { maxLength: 2 }),
  fc.record({ $in: fc.array(fc.oneof(scalar, fc.array(scalar, { maxLength: 1 })), { maxLength: 3 }) }),
  fc.record({ $eq: fieldValue }),
  fc
    .tuple(fc.constantFrom('$gt', '$gte', '$lt', '$lte', '$ne'), scalar)
    .map(([name, value]) => ({ [name]: value })),
  fc.record({ $gte: scalar, $lt: scalar }),
  fc.record({ $exists: fc.boolean() }),
);
const clauses = fc.array(fc.tuple(path, condition), { minLength: 1, maxLength: 3 });
const filter = fc.oneof(
  clauses.map((entries): Document => Object.fromEntries(entries)),
  clauses.map((entries): Document => ({ $and: entries.map(([key, value]) => ({ [key]: value })) })),
  clauses.map((entries): Document => ({ $or: entries.map(([key, value]) => ({ [key]: value })) })),
);
const direction = fc.constantFrom<(1 | -1)[]>(1, -1);
const key = fc
  .uniqueArray(fc.tuple(path, direction), { minLength: 1, maxLength: 3, selector: ([name]) => name })
  .map((entries): Document => Object.fromEntries(entries));
const index = fc.record({
  key,
  kind: fc.constantFrom('plain', 'sparse', 'partial', 'collated', 'partial, collated'),
});
const partials: Document[] = [
  { a: { $exists: true } },
  { a: { $gt: 0 } },
  { b: 'a' },
  { n: { $gte: -1 }, a: { $in: [1, 2] } },
];

async function emptyCollection(): Promise<{
  file: DatabaseFile;
  catalogue: Catalogue;
  collection: Collection;
}> {
  const file = await DatabaseFile.open({ file: null, durability: 'normal' });
  const catalogue = new Catalogue(file);
  return { file, catalogue, collection: catalogue.create('test', 'things', {}) };
}

it('gives the same documents through any index as through none, in the order of the sort', async () => {
  const { file, catalogue } = await emptyCollection();
  let run = 0;
  let indexed = 0;
  fc.assert(
    fc.property(
      fc.array(document, { maxLength: 12 }),
      fc.array(document, { maxLength: 3 }),
      fc.array(index, { minLength: 1, maxLength: 2 }),
      fc.nat({ max: partials.length - 1 }),
      fc.array(filter, { minLength: 1, maxLength: 5 }),
      fc.option(key, { nil: {} }),
      fc.constantFrom(null, { locale: 'en', strength: 2 }),
      (documents, replacements, indexes, partial, filters, sort, collation) => {
        const collection = catalogue.create('test', `things${++run}`, {});
        try {
          for (const { key: pattern, kind } of indexes) {
            const fields = Object.entries(pattern).map(([name, dir]) => ({
              path: name,
              direction: dir as 1 | -1,
            }));
            const spec = parseIndexSpec(
              {
                key: pattern,
                name: defaultIndexName(fields) + kind,
                ...(kind === 'sparse' && { sparse: true }),
                ...(kind.startsWith('partial') && { partialFilterExpression: partials[partial] }),
                ...(kind.endsWith('collated') && { collation: { locale: 'en', strength: 2 } }),
              },
              null,
            );
            runToEnd(buildIndex(catalogue, collection, spec));
          }
          for (const item of documents) tolerant(() => insertDocument(collection, toBytes(item), 'bypass'));
          const rows = [...collection.store.scan(collection.store.wholeSpan())];
          replacements.forEach((item, at) => {
            const stored = rows[at * 2];
            if (!stored) return;
            const before = toPlain(stored.bytes);
            tolerant(() =>
              replaceDocument(collection, stored, before, { _id: before._id, ...item }, 'bypass'),
            );
          });
          if (rows[1]) collection.store.remove(collection.store.findByRow(rows[1].row)!);
          const all = [...collection.store.scan(collection.store.wholeSpan())];
          for (const wanted of filters) {
            const test = compileFilter(wanted, collation ? { collation } : {});
            const expected = all.filter(({ bytes }) => test.matches(toPlain(bytes)));
            const query = prepareQuery(collection, {
              filter: wanted,
              sort,
              collation,
            });
            if (query.plan.kind === 'index') indexed++;
            const found = tolerant(() => [...withoutPauses(runQuery(query))]);
            if (!found) continue;
            expect(found.map(({ row }) => row).sort()).toEqual(expected.map(({ row }) => row).sort());
            const compare = compileSort(sort, collation ? { collation } : {});
            for (let at = 1; at < found.length; at++) {
              const order = compare(toPlain(found[at - 1]!.bytes), toPlain(found[at]!.bytes));
              expect(order).toBeLessThanOrEqual(0);
            }
          }
        } finally {
          catalogue.drop(collection);
        }
      },
    ),
    { numRuns: 400 },
  );
  expect(indexed).toBeGreaterThan(70);
  file.close();
});

/** Parallel arrays are refused by compound indexes and sorts; the document, or the result, is then just not there. */
function tolerant<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    return undefined;
  }
}
