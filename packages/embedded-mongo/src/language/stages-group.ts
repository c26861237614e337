/** @module Stages that bring documents together: `$group`, `$sortByCount`, `$bucket`, `$bucketAuto`. */
import { CommandError } from '../command-error.ts';
import { compareBson, typeNameOf } from './compare.ts';
import { compileExpression } from './expression.ts';
import { type Document, isDocument, keysOf, withField } from './fields.ts';
import { compileGroupAccumulator, type GroupAccumulator } from './group-accumulators.ts';
import { isNumber, toNumber } from './numbers.ts';
import { namedParts } from './operator-arguments.ts';
import type { Stage, StageContext, StageTable } from './stage.ts';
import { valueKey } from './value-key.ts';

/** The stages by name. */
export const groupStages: StageTable = {
  $group: (spec, context) => {
    if (!isDocument(spec))
      throw new CommandError('Location15947', "a group's fields must be specified in an object");
    if (!Object.hasOwn(spec, '_id'))
      throw new CommandError('Location15955', 'a group specification must include an _id');
    const { _id: id, ...fields } = spec;
    return groupBy(id, fields, context);
  },
  $sortByCount: (spec, context) => {
    const group = groupBy(spec, { count: { $sum: 1 } }, context);
    return (input) => [...group(input)].sort((a, b) => compareBson(b.count, a.count));
  },
  $bucket: compileBucket,
  $bucketAuto: compileBucketAuto,
};

function outputsOf(fields: Document, context: StageContext): [string, GroupAccumulator][] {
  return keysOf(fields).map((field) => [field, compileGroupAccumulator(field, fields[field], context)]);
}

function finish(
  id: unknown,
  documents: readonly Document[],
  outputs: readonly [string, GroupAccumulator][],
): Document {
  let result: Document = { _id: id };
  for (const [field, accumulate] of outputs) result = withField(result, field, accumulate(documents));
  return result;
}

function groupBy(idExpression: unknown, fields: Document, context: StageContext): Stage {
  const evaluate = compileExpression(idExpression, context);
  const outputs = outputsOf(fields, context);
  return function* (input) {
    const groups = new Map<string, { id: unknown; documents: Document[] }>();
    for (const document of input) {
      const id = evaluate(document) ?? null;
      const key = valueKey(id);
      const group = groups.get(key);
      if (group === undefined) groups.set(key, { id, documents: [document] });
      else group.documents.push(document);
    }
    for (const { id, documents } of groups.values()) yield finish(id, documents, outputs);
  };
}

function compileBucket(spec: unknown, context: StageContext, name: string): Stage {
  const parts = namedParts(
    spec,
    { required: ['groupBy', 'boundaries'], optional: ['default', 'output'] },
    name,
  );
  const boundaries = compileExpression(parts.boundaries, context)({});
  if (!Array.isArray(boundaries) || boundaries.length < 2) {
    throw new CommandError('Location40192', "The $bucket 'boundaries' field must have at least 2 values");
  }
  for (let at = 1; at < boundaries.length; at++) {
    if (compareBson(boundaries[at - 1], boundaries[at]) >= 0) {
      throw new CommandError('Location40194', "The 'boundaries' option to $bucket must be sorted");
    }
  }
  const evaluate = compileExpression(parts.groupBy, context);
  const outputs = outputsOf(outputSpec(parts.output), context);
  const hasDefault = Object.hasOwn(parts, 'default');
  return function* (input) {
    const buckets: Document[][] = boundaries.slice(1).map(() => []);
    const others: Document[] = [];
    for (const document of input) {
      const value = evaluate(document);
      const at = buckets.findIndex(
        (_, index) =>
          compareBson(value, boundaries[index]) >= 0 && compareBson(value, boundaries[index + 1]) < 0,
      );
      if (at < 0 && !hasDefault) {
        throw new CommandError(
          'Location40066',
          '$switch could not find a matching branch for an input, and no default was specified.',
        );
      }
      (buckets[at] ?? others).push(document);
    }
    for (const [index, documents] of buckets.entries()) {
      if (documents.length > 0) yield finish(boundaries[index], documents, outputs);
    }
    if (others.length > 0) yield finish(parts.default, others, outputs);
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
  return function* (input) {
    const rows = [...input].map((document) => ({ document, value: evaluate(document) ?? null }));
    rows.sort((a, b) => compareBson(a.value, b.value));
    const size = Math.max(1, Math.round(rows.length / count));
    let start = 0;
    for (let bucket = 1; start < rows.length; bucket++) {
      let end = bucket === count ? rows.length : Math.min(rows.length, start + size);
      // Equal values stay in one bucket.
      while (end < rows.length && compareBson(rows[end]!.value, rows[end - 1]!.value) === 0) end++;
      const max = (rows[end] ?? rows[end - 1])!.value;
      const documents = rows.slice(start, end).map(({ document }) => document);
      yield finish({ min: rows[start]!.value, max }, documents, outputs);
      start = end;
    }
  };
}
