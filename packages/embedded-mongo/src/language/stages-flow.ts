/** @module Stages that choose, order and count documents: `$match`, `$sort`, `$limit`, `$unwind` and the like. */
import { CommandError, type MongoCodeName } from '../command-error.ts';
import { isTurnOver, PAUSE } from '../pace.ts';
import { setComputed } from './computed-fields.ts';
import { type Document, getField, isDocument, MISSING } from './fields.ts';
import { compileFilter } from './filter.ts';
import { gatherWithin } from './gather-within.ts';
import { isNumber, toNumber } from './numbers.ts';
import { namedParts } from './operator-arguments.ts';
import { sortFields } from './sort.ts';
import { sortStream } from './sort-stream.ts';
import type { Stage, StageTable } from './stage.ts';
import { changeAt } from './update-paths.ts';

/** The stages by name. */
export const flowStages: StageTable = {
  $match: (spec, { collation, now, variables }) => {
    if (!isDocument(spec))
      throw new CommandError('Location15959', 'the match filter must be an expression in an object');
    const options = { now, ...(collation && { collation }), ...(variables && { variables }) };
    const { matches } = compileFilter(spec, options);
    return function* (input) {
      for (const document of input) {
        if (document !== PAUSE && matches(document)) yield document;
        if (document === PAUSE || isTurnOver()) yield PAUSE;
      }
    };
  },
  $sort: (spec, { collation }) => {
    if (!isDocument(spec))
      throw new CommandError('Location15973', 'the $sort key specification must be an object');
    if (sortFields(spec).length === 0)
      throw new CommandError('Location15976', '$sort stage must have at least one sort key');
    return (input) => sortStream(input, spec, collation && { collation });
  },
  $limit: (spec) => {
    const limit = wholeNumber(spec);
    if (limit === undefined || limit <= 0)
      throw new CommandError('Location15958', 'the limit must be positive');
    return function* (input) {
      let count = 0;
      for (const document of input) {
        yield document;
        if (document !== PAUSE && ++count >= limit) return;
      }
    };
  },
  $skip: (spec) => {
    const skip = wholeNumber(spec);
    if (skip === undefined || skip < 0) {
      throw new CommandError(
        'Location5107200',
        'invalid argument to $skip stage: Expected a non-negative number',
      );
    }
    return function* (input) {
      let count = 0;
      for (const document of input) if (document === PAUSE || ++count > skip) yield document;
    };
  },
  $count: (spec) => {
    if (typeof spec !== 'string' || spec === '' || spec.startsWith('$') || spec.includes('.')) {
      throw new CommandError(
        countNameCode(spec),
        'the count field must be a non-empty string without a $-prefix or a dot',
      );
    }
    return function* (input) {
      let count = 0;
      for (const document of input) {
        if (document === PAUSE) yield PAUSE;
        else count++;
      }
      if (count > 0) yield { [spec]: count };
    };
  },
  $sample: (spec, _context, name) => {
    const size = wholeNumber(namedParts(spec, { required: ['size'] }, name).size);
    if (size === undefined || size < 0)
      throw new CommandError('Location28747', 'size argument to $sample must not be negative');
    return function* (input) {
      yield* sampleOf(yield* gatherWithin(input, name), size);
    };
  },
  $unwind: (spec, _context, name) => compileUnwind(typeof spec === 'string' ? { path: spec } : spec, name),
};

function wholeNumber(value: unknown): number | undefined {
  const number = isNumber(value) ? toNumber(value) : Number.NaN;
  return Number.isInteger(number) ? number : undefined;
}

function sampleOf(documents: Document[], size: number): Document[] {
  const count = Math.min(size, documents.length);
  for (let at = 0; at < count; at++) {
    const other = at + Math.floor(Math.random() * (documents.length - at));
    [documents[at], documents[other]] = [documents[other]!, documents[at]!];
  }
  return documents.slice(0, count);
}

function compileUnwind(spec: unknown, name: string): Stage {
  const shape = { required: ['path'], optional: ['includeArrayIndex', 'preserveNullAndEmptyArrays'] };
  const { path, includeArrayIndex, preserveNullAndEmptyArrays } = namedParts(spec, shape, name);
  if (typeof path !== 'string')
    throw new CommandError('Location28808', `expected a string as the path for $unwind stage`);
  if (!path.startsWith('$')) {
    throw new CommandError(
      'Location28818',
      `path option to $unwind stage should be prefixed with a '$': ${path}`,
    );
  }
  const segments = path.slice(1).split('.');
  const withIndex = (document: Document, index: bigint | null): Document => {
    if (typeof includeArrayIndex !== 'string') return document;
    return setComputed(document, includeArrayIndex.split('.'), index) as Document;
  };
  return function* (input) {
    for (const document of input) {
      if (document === PAUSE) {
        yield PAUSE;
        continue;
      }
      const value = valueThroughDocuments(document, segments);
      if (Array.isArray(value) && value.length > 0) {
        for (const [index, item] of value.entries()) {
          yield withIndex(setComputed(document, segments, item) as Document, BigInt(index));
          if (isTurnOver()) yield PAUSE;
        }
      } else if (isEmpty(value)) {
        if (preserveNullAndEmptyArrays !== true) continue;
        yield withIndex(
          Array.isArray(value) ? changeAt(document, segments, () => MISSING, 'existing') : document,
          null,
        );
      } else {
        yield withIndex(document, null);
      }
    }
  };
}

function isEmpty(value: unknown): boolean {
  return value === null || value === undefined || Array.isArray(value);
}

function valueThroughDocuments(document: Document, segments: readonly string[]): unknown {
  let value: unknown = document;
  for (const segment of segments) value = isDocument(value) ? getField(value, segment) : undefined;
  return value;
}

function countNameCode(spec: unknown): MongoCodeName {
  if (typeof spec !== 'string') return 'Location40156';
  if (spec === '') return 'Location40157';
  return spec.startsWith('$') ? 'Location40158' : 'Location40160';
}
