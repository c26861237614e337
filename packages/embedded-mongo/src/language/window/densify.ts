/** @module `$densify`: adds the documents that are missing in a sequence of numbers or dates. */
import { CommandError } from '../../command-error.ts';
import { isTurnOver, PAUSE, type Paced } from '../../pace.ts';
import { addUnits, type TimeUnit, timeUnit } from '../calendar.ts';
import { typeNameOf } from '../compare.ts';
import { setComputed } from '../computed-fields.ts';
import { compileExpression } from '../expression.ts';
import { valueAtPath } from '../expression-parts.ts';
import { type Document, documentOf } from '../fields.ts';
import {
  addNumbers,
  compareNumbers,
  isNumber,
  multiplyNumbers,
  type NumberValue,
  toNumber,
} from '../numbers.ts';
import { namedParts } from '../operator-arguments.ts';
import type { Stage, StageContext } from '../stage.ts';
import { dividePartitions, type Partition } from './partitions.ts';

/** Documents that one stage may add, as in MongoDB. */
const MAX_ADDED = 500_000;

/** A place in the sequence. */
type Place = NumberValue | Date;

interface Sequence {
  field: string[];
  partitionFields: string[][];
  step: NumberValue;
  unit: TimeUnit | undefined;
  bounds: 'full' | 'partition' | readonly [Place, Place];
}

/** Compiles the stage. @throws CommandError FailedToParse and others */
export function compileDensify(spec: unknown, context: StageContext, name: string): Stage {
  const sequence = parseSequence(spec, name);
  const { field, partitionFields } = sequence;
  const key = documentOf(partitionFields.map((path) => [path.join('/'), `$${path.join('.')}`] as const));
  const partitionBy = partitionFields.length > 0 ? compileExpression(key, context) : null;
  const sort = [{ path: field.join('.'), direction: 1 as const }];
  return function* (input) {
    const partitions = yield* dividePartitions(input, { stage: name, partitionBy, sort, order: {} });
    if (partitions.length === 0 && partitionBy === null)
      partitions.push({ key: null, documents: [], places: [] });
    for (const { places } of partitions) for (const place of places) checkPlace(place, sequence);
    const counter = { added: 0 };
    const whole = sequence.bounds === 'full' ? extentOf(partitions) : null;
    for (const partition of partitions) {
      for (const document of densify(partition, sequence, whole, counter)) yield document;
    }
  };
}

function parseSequence(spec: unknown, name: string): Sequence {
  const { field, partitionByFields, range } = namedParts(
    spec,
    { required: ['field', 'range'], optional: ['partitionByFields'] },
    name,
  );
  const { step, unit, bounds } = namedParts(
    range,
    { required: ['step', 'bounds'], optional: ['unit'] },
    name,
  );
  if (typeof field !== 'string' || field === '' || field.startsWith('$')) {
    throw refusal(`${name} requires 'field' to be the name of a field`);
  }
  const fields = partitionByFields ?? [];
  if (
    !Array.isArray(fields) ||
    !fields.every((one) => typeof one === 'string' && one !== '' && !one.startsWith('$'))
  ) {
    throw refusal(`${name} requires 'partitionByFields' to be an array of field names`);
  }
  if (!isNumber(step) || !(toNumber(step) > 0)) {
    throw new CommandError(
      'Location5733401',
      'the step parameter in a range statement must be a strictly positive numeric value',
    );
  }
  if (unit !== undefined && !Number.isInteger(toNumber(step))) {
    throw new CommandError(
      'Location6586400',
      'The step parameter in a range statement must be a whole number when densifying a date range',
    );
  }
  return {
    field: field.split('.'),
    partitionFields: fields.map((one: string) => one.split('.')),
    step,
    unit: unit === undefined ? undefined : timeUnit(unit),
    bounds: parseBounds(bounds, unit !== undefined, fields.length > 0),
  };
}

function parseBounds(bounds: unknown, withUnit: boolean, hasPartitions: boolean): Sequence['bounds'] {
  if (bounds === 'full') return bounds;
  if (bounds === 'partition') {
    if (hasPartitions) return bounds;
    throw new CommandError(
      'Location5733408',
      "one may not specify the bounds as 'partition' without specifying a non-empty array of partitionByFields",
    );
  }
  if (!Array.isArray(bounds) || bounds.length !== 2) {
    throw new CommandError(
      'Location5733403',
      'a bounding array in a range statement must have exactly two elements',
    );
  }
  const [low, high] = bounds;
  const fits = (value: unknown) => (withUnit ? value instanceof Date : isNumber(value));
  if (!fits(low) || !fits(high)) {
    throw new CommandError(
      'Location5733406',
      'a bounding array must contain either both dates with a unit, or both numeric types without one',
    );
  }
  if (comparePlaces(low, high) > 0) {
    throw new CommandError('Location5733402', 'the bounds in a range statement must be in ascending order');
  }
  return [low, high];
}

const refusal = (message: string) => new CommandError('FailedToParse', message);

function comparePlaces(a: Place, b: Place): number {
  if (a instanceof Date && b instanceof Date) return a.getTime() - b.getTime();
  return compareNumbers(a as NumberValue, b as NumberValue);
}

interface Extent {
  low: Place;
  high: Place;
}

/** The least and the greatest place; null when no document has one. */
function extentOf(partitions: readonly Partition[]): Extent | null {
  let extent: Extent | null = null;
  for (const { places } of partitions) {
    for (const place of places) {
      if (place === null || place === undefined) continue;
      const value = place as Place;
      extent ??= { low: value, high: value };
      if (comparePlaces(value, extent.low) < 0) extent.low = value;
      if (comparePlaces(value, extent.high) > 0) extent.high = value;
    }
  }
  return extent;
}

/** The documents of a partition and those that are added, in order; documents without a place come first. */
function* densify(
  partition: Partition,
  sequence: Sequence,
  whole: Extent | null,
  counter: { added: number },
): Generator<Paced<Document>> {
  const { documents, places } = partition;
  const extent = typeof sequence.bounds === 'string' ? (whole ?? extentOf([partition])) : null;
  const start = extent?.low ?? (typeof sequence.bounds === 'string' ? null : sequence.bounds[0]);
  const isWithin = (place: Place) =>
    extent
      ? comparePlaces(place, extent.high) <= 0
      : typeof sequence.bounds !== 'string' && comparePlaces(place, sequence.bounds[1]) < 0;
  const frame = frameOf(partition, sequence);
  let steps = 0;
  let next = start;
  for (let at = 0; at <= documents.length; at++) {
    const place = places[at] as Place | null | undefined;
    if (at < documents.length && (place === null || place === undefined)) {
      yield documents[at]!;
      continue;
    }
    const limit = at < documents.length ? (place as Place) : null;
    while (next !== null && isWithin(next) && (limit === null || comparePlaces(next, limit) < 0)) {
      yield add(frame, sequence, next, counter);
      next = stepFrom(start!, ++steps, sequence);
      if (isTurnOver()) yield PAUSE;
    }
    if (limit === null) return;
    yield documents[at]!;
    if (next !== null && comparePlaces(next, limit) === 0) next = stepFrom(start!, ++steps, sequence);
    if (isTurnOver()) yield PAUSE;
  }
}

function add(frame: Document, { field }: Sequence, place: Place, counter: { added: number }): Document {
  if (++counter.added > MAX_ADDED) {
    throw new CommandError(
      'Location5897900',
      `Generated ${counter.added} documents in $densify, which is over the limit of ${MAX_ADDED}`,
    );
  }
  return setComputed(frame, field, place) as Document;
}

/** The fields that the documents of a partition share. */
function frameOf({ documents }: Partition, { partitionFields }: Sequence): Document {
  let frame: Document = {};
  for (const path of partitionFields) {
    const value = valueAtPath(documents[0], path, 0);
    if (value !== undefined) frame = setComputed(frame, path, value) as Document;
  }
  return frame;
}

/** Counted from the start, so that nothing adds up that was rounded. */
function stepFrom(start: Place, steps: number, { step, unit }: Sequence): Place {
  if (start instanceof Date) return addUnits(start, unit!, toNumber(step) * steps);
  return addNumbers(start, multiplyNumbers(step, steps)!)!;
}

function checkPlace(place: unknown, { unit }: Sequence): void {
  if (place === null || place === undefined) return;
  const fits = unit === undefined ? isNumber(place) : place instanceof Date;
  if (fits) return;
  throw new CommandError(
    'Location5733201',
    `PlanExecutor error during aggregation :: caused by :: Densify field type must be ${unit === undefined ? 'numeric' : 'a date'}, but it was ${typeNameOf(place)}`,
  );
}
