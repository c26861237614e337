/** @module Divides documents into partitions and sorts each, as the window stages do. */
import { CommandError } from '../../command-error.ts';
import { memoryOf, StageMemory } from '../../memory.ts';
import { PAUSE, type Paced, sortPaced, type Task } from '../../pace.ts';
import { stringOrder } from '../collation.ts';
import { compareBson } from '../compare.ts';
import type { Evaluate } from '../expression.ts';
import type { Document } from '../fields.ts';
import { compareSortRows, type OrderOptions, type SortField, type SortRow, sortRow } from '../sort.ts';
import { valueKeys } from '../value-key.ts';

/** The documents of one partition, in order. */
export interface Partition {
  key: unknown;
  documents: Document[];
  /** The value that each document is sorted by first; undefined without a sort. */
  places: unknown[];
}

/** How documents are divided and sorted. */
export interface PartitionOptions {
  stage: string;
  /** Null for one partition. */
  partitionBy: Evaluate | null;
  sort: readonly SortField[];
  order: OrderOptions;
}

/** The partitions in the order of their keys. @throws CommandError TypeMismatch for a key that is an array */
export function* dividePartitions(
  input: Iterable<Paced<Document>>,
  { stage, partitionBy, sort, order }: PartitionOptions,
): Task<Partition[]> {
  const strings = stringOrder(order.collation);
  const memory = new StageMemory(stage);
  const keyOf = valueKeys(strings);
  const found = new Map<string, { key: unknown; rows: SortRow<Document>[] }>();
  for (const document of input) {
    if (document === PAUSE) {
      yield PAUSE;
      continue;
    }
    memory.hold(memoryOf(document) + 16 * sort.length);
    const key = partitionBy?.(document) ?? null;
    if (Array.isArray(key)) {
      throw new CommandError(
        'TypeMismatch',
        'An expression used to partition cannot evaluate to value of type array',
      );
    }
    const text = keyOf(key);
    let partition = found.get(text);
    if (!partition) {
      partition = { key, rows: [] };
      found.set(text, partition);
    }
    partition.rows.push(sortRow(document, sort, strings));
  }
  const partitions: Partition[] = [];
  for (const { key, rows } of found.values()) {
    const sorted = sort.length > 0 ? yield* sortPaced(rows, compareSortRows(sort, strings)) : rows;
    partitions.push({
      key,
      documents: sorted.map(({ document }) => document),
      places: sorted.map(({ values }) => values[0]),
    });
  }
  return yield* sortPaced(partitions, (a, b) => compareBson(a.key, b.key));
}

/** The values of one output field for the documents of a partition, in their order. */
export type WindowFunction = (partition: Partition) => Task<unknown[]>;
