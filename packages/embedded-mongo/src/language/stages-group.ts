/** @module Stages that bring documents together: `$group`, `$sortByCount`, `$bucket`, `$bucketAuto`. */
import { CommandError } from '../command-error.ts';
import { memoryOf, StageMemory } from '../memory.ts';
import { isTurnOver, PAUSE, sortPaced } from '../pace.ts';
import { stringOrder } from './collation.ts';
import { compareBson, compareValues, typeNameOf } from './compare.ts';
import { compileExpression } from './expression.ts';
import { type Document, isDocument, keysOf, withField } from './fields.ts';
import { gatherWithin } from './gather-within.ts';
import {
  compileGroupAccumulator,
  type GroupAccumulator,
  type RunningAccumulator,
} from './group-accumulators.ts';
import { isNumber, toNumber } from './numbers.ts';
import { namedParts } from './operator-arguments.ts';
import type { Stage, StageContext, StageTable } from './stage.ts';
import { valueKeys } from './value-key.ts';

/** The stages by name. */
export const groupStages: StageTable = {
  $group: (spec, context, name) => {
    if (!isDocument(spec))
      throw new CommandError('Location15947', "a group's fields must be specified in an object");
    if (!Object.hasOwn(spec, '_id'))
      throw new CommandError('Location15955', 'a group specification must include an _id');
    const { _id: id, ...fields } = spec;
    return groupBy(id, fields, context, name);
  },
  $sortByCount: (spec, context, name) => {
    const group = groupBy(spec, { count: { $sum: 1 } }, context, name);
    return function* (input) {
      const groups = yield* gatherWithin(group(input), name);
      yield* yield* sortPaced(groups, (a, b) => compareBson(b.count, a.count));
    };
  },
  $bucket: compileBucket,
  $bucketAuto: compileBucketAuto,
};

function outputsOf(fields: Document, context: StageContext): [string, GroupAccumulator][] {
  return keysOf(fields).map((field) => [field, compileGroupAccumulator(field, fields[field], context)]);
}

/** One group while its documents come. */
class Group {
  readonly id: unknown;
  readonly #outputs: [string, RunningAccumulator][];

  constructor(id: unknown, outputs: readonly [string, GroupAccumulator][], memory: StageMemory) {
    this.id = id;
    this.#outputs = outputs.map(([field, start]) => [field, start(memory)]);
    memory.hold(memoryOf(id) + 200 + 64 * outputs.length);
  }

  add(document: Document): void {
    for (const [, accumulator] of this.#outputs) accumulator.add(document);
  }

  finish(id = this.id): Document {
    let result: Document = { _id: id };
    for (const [field, accumulator] of this.#outputs) result = withField(result, field, accumulator.result());
    return result;
  }
}

function groupBy(idExpression: unknown, fields: Document, context: StageContext, name: string): Stage {
  const evaluate = compileExpression(idExpression, context);
  const outputs = outputsOf(fields, context);
  const strings = stringOrder(context.collation);
  return function* (input) {
    const memory = new StageMemory(name);
    const groups = new Map<string, Group>();
    const keyOf = valueKeys(strings);
    for (const document of input) {
      if (document === PAUSE) {
        yield PAUSE;
        continue;
      }
      const id = evaluate(document) ?? null;
      const key = keyOf(id);
      let group = groups.get(key);
      if (group === undefined) {
        group = new Group(id, outputs, memory);
        groups.set(key, group);
        memory.hold(2 * key.length);
      }
      group.add(document);
      if (isTurnOver(outputs.length)) yield PAUSE;
    }
    for (const group of groups.values()) {
      yield group.finish();
      if (isTurnOver()) yield PAUSE;
    }
  };
}

function compileBucket(spec: unknown, context: StageContext, name: string): Stage {
  const parts = namedParts(
    spec,
    { required: ['groupBy', 'boundaries'], optional: ['default', 'output'] },
    name,
  );
  const strings = stringOrder(context.collation);
  const compare = (a: unknown, b: unknown) => compareValues(a, b, strings);
  const boundaries = compileExpression(parts.boundaries, context)({});
  if (!Array.isArray(boundaries) || boundaries.length < 2) {
    throw new CommandError('Location40192', "The $bucket 'boundaries' field must have at least 2 values");
  }
  for (let at = 1; at < boundaries.length; at++) {
    if (compare(boundaries[at - 1], boundaries[at]) >= 0) {
      throw new CommandError('Location40194', "The 'boundaries' option to $bucket must be sorted");
    }
  }
  const evaluate = compileExpression(parts.groupBy, context);
  const outputs = outputsOf(outputSpec(parts.output), context);
  const hasDefault = Object.hasOwn(parts, 'default');
  return function* (input) {
    const memory = new StageMemory(name);
    const buckets: (Group | undefined)[] = boundaries.slice(1).map(() => undefined);
    let others: Group | undefined;
    for (const document of input) {
      if (document === PAUSE) {
        yield PAUSE;
        continue;
      }
      const value = evaluate(document);
      const at = buckets.findIndex(
        (_, index) => compare(value, boundaries[index]) >= 0 && compare(value, boundaries[index + 1]) < 0,
      );
      if (at < 0 && !hasDefault) {
        throw new CommandError(
          'Location40066',
          '$switch could not find a matching branch for an input, and no default was specified.',
        );
      }
      if (at < 0) {
        others ??= new Group(parts.default, outputs, memory);
        others.add(document);
      } else {
        buckets[at] ??= new Group(boundaries[at], outputs, memory);
        buckets[at].add(document);
      }
      if (isTurnOver(buckets.length)) yield PAUSE;
    }
    for (const bucket of buckets) if (bucket) yield bucket.finish();
    if (others) yield others.finish();
  };
}

function outputSpec(output: unknown): Document {
  if (output === undefined) return { count: { $sum: 1 } };
  if (isDocument(output)) return output;
  throw new CommandError(
    'Location40196',
    `The output field must be an object, but found type: ${typeNameOf(output)}`,
  );
}

function compileBucketAuto(spec: unknown, context: StageContext, name: string): Stage {
  const shape = { required: ['groupBy', 'buckets'], optional: ['output', 'granularity'] };
  const parts = namedParts(spec, shape, name);
  if (parts.granularity !== undefined) {
    throw new CommandError(
      'CommandNotSupported',
      "$bucketAuto's 'granularity' is not supported by this server",
    );
  }
  const count = isNumber(parts.buckets) ? toNumber(parts.buckets) : 0;
  if (!Number.isInteger(count) || count <= 0) {
    throw new CommandError('Location40243', "The $bucketAuto 'buckets' field must be greater than 0");
  }
  const evaluate = compileExpression(parts.groupBy, context);
  const outputs = outputsOf(outputSpec(parts.output), context);
  const strings = stringOrder(context.collation);
  return function* (input) {
    const memory = new StageMemory(name);
    const documents = yield* gatherWithin(input, name, memory);
    const unsorted = documents.map((document) => ({ document, value: evaluate(document) ?? null }));
    const rows = yield* sortPaced(unsorted, (a, b) => compareValues(a.value, b.value, strings));
    const size = Math.max(1, Math.round(rows.length / count));
    let start = 0;
    for (let bucket = 1; start < rows.length; bucket++) {
      let end = bucket === count ? rows.length : Math.min(rows.length, start + size);
      // Equal values stay in one bucket.
      while (end < rows.length && compareValues(rows[end]!.value, rows[end - 1]!.value, strings) === 0) end++;
      const max = (rows[end] ?? rows[end - 1])!.value;
      const group = new Group({ min: rows[start]!.value, max }, outputs, memory);
      for (const { document } of rows.slice(start, end)) {
        group.add(document);
        if (isTurnOver(outputs.length)) yield PAUSE;
      }
      yield group.finish();
      start = end;
    }
  };
}
