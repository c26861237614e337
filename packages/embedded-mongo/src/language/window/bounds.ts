/** @module The window of a document: which documents of its partition an operator looks at. */
import { CommandError } from '../../command-error.ts';
import { addUnits, type TimeUnit, timeUnit } from '../calendar.ts';
import { typeNameOf } from '../compare.ts';
import { type Document, isDocument, keysOf } from '../fields.ts';
import { addNumbers, compareNumbers, isNumber, type NumberValue, toNumber } from '../numbers.ts';
import type { SortField } from '../sort.ts';
import type { Partition } from './partitions.ts';

/** The places of a window's first document and of the one after its last; empty when they are equal. */
export type WindowSpan = readonly [start: number, end: number];

/** Finds the window of the document at a place. */
export type FindWindow = (partition: Partition, at: number) => WindowSpan;

/** A window, and which ends never move. */
export interface WindowBounds {
  find: FindWindow;
  startsAtFirst: boolean;
  endsAtLast: boolean;
  /** It ends at the document itself or a fixed number of documents from it, so that it only grows. */
  unit: TimeUnit | undefined;
}

/** Every document of the partition. */
export const WHOLE_PARTITION: WindowBounds = {
  find: ({ documents }) => [0, documents.length],
  startsAtFirst: true,
  endsAtLast: true,
  unit: undefined,
};

/** Reads `{documents: […]}` or `{range: […], unit}`. @throws CommandError FailedToParse and others */
export function compileBounds(window: unknown, sort: readonly SortField[]): WindowBounds {
  if (window === undefined) return WHOLE_PARTITION;
  if (!isDocument(window)) throw refusal("'window' field must be an object");
  const unknown = keysOf(window).find((key) => !['documents', 'range', 'unit'].includes(key));
  if (unknown !== undefined) throw refusal(`'window' field does not take '${unknown}'`);
  const { documents, range, unit } = window;
  if (documents !== undefined && range !== undefined) {
    throw refusal("Window bounds can specify either 'documents' or 'range', not both.");
  }
  if (documents !== undefined) {
    if (unit !== undefined) throw refusal("Window bounds can only specify 'unit' with range-based bounds.");
    return documentBounds(pairOf(documents, 'documents'), sort);
  }
  if (range === undefined) {
    if (unit === undefined) return WHOLE_PARTITION;
    return { ...WHOLE_PARTITION, unit: timeUnit(unit) };
  }
  return rangeBounds(pairOf(range, 'range'), unit === undefined ? undefined : timeUnit(unit), sort);
}

type Edge = NumberValue | 'current' | 'unbounded';

function pairOf(value: unknown, name: string): [Edge, Edge] {
  const isEdge = (edge: unknown) => edge === 'current' || edge === 'unbounded' || isNumber(edge);
  if (!Array.isArray(value) || value.length !== 2 || !value.every(isEdge)) {
    throw refusal(`Window bounds must be a 2-element array of numbers, 'current' or 'unbounded': ${name}`);
  }
  const [lower, upper] = value as [Edge, Edge];
  if (isNumber(lower) && isNumber(upper) && compareNumbers(lower, upper) > 0) {
    throw new CommandError('Location5339900', 'Lower bound must not exceed upper bound');
  }
  return [lower, upper];
}

function documentBounds([lower, upper]: [Edge, Edge], sort: readonly SortField[]): WindowBounds {
  const isWhole = lower === 'unbounded' && upper === 'unbounded';
  if (!isWhole && sort.length === 0) {
    throw new CommandError('Location5339901', 'Document-based bounds require a sortBy');
  }
  const first = offsetOf(lower);
  const last = offsetOf(upper);
  return {
    find: ({ documents: { length } }, at) => {
      const start = first === null ? 0 : clamp(at + first, length);
      return [start, Math.max(start, last === null ? length : clamp(at + last + 1, length))];
    },
    startsAtFirst: first === null,
    endsAtLast: last === null,
    unit: undefined,
  };
}

function offsetOf(edge: Edge): number | null {
  if (edge === 'unbounded') return null;
  if (edge === 'current') return 0;
  const offset = toNumber(edge as NumberValue);
  if (!Number.isInteger(offset)) throw refusal('Numeric document-based bounds must be an integer');
  return offset;
}

const clamp = (place: number, length: number) => Math.min(Math.max(place, 0), length);

function rangeBounds(
  [lower, upper]: [Edge, Edge],
  unit: TimeUnit | undefined,
  sort: readonly SortField[],
): WindowBounds {
  const [field, another] = sort;
  if (!field || another || field.direction !== 1) {
    throw new CommandError(
      'Location5339902',
      'Range-based bounds require sortBy a single field in ascending order',
    );
  }
  const edgeValue = (place: unknown, edge: Edge) =>
    edge === 'current' ? place : shifted(place, edge as NumberValue, unit);
  return {
    find: ({ places }, at) => {
      const place = checkedPlace(places[at], unit);
      const start =
        lower === 'unbounded' ? 0 : firstPlace(places, edgeValue(place, lower), 'not below', unit);
      const end =
        upper === 'unbounded' ? places.length : firstPlace(places, edgeValue(place, upper), 'above', unit);
      return [start, Math.max(start, end)];
    },
    startsAtFirst: lower === 'unbounded',
    endsAtLast: upper === 'unbounded',
    unit,
  };
}

/** The first place in sorted values that lies above a limit, or not below it. */
function firstPlace(
  places: readonly unknown[],
  limit: unknown,
  which: 'not below' | 'above',
  unit: TimeUnit | undefined,
): number {
  let from = 0;
  let to = places.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    const order = comparePlaces(checkedPlace(places[middle], unit), limit);
    if (order > 0 || (order === 0 && which === 'not below')) to = middle;
    else from = middle + 1;
  }
  return from;
}

function comparePlaces(a: unknown, b: unknown): number {
  if (a instanceof Date && b instanceof Date) return a.getTime() - b.getTime();
  return compareNumbers(a as NumberValue, b as NumberValue);
}

function shifted(place: unknown, by: NumberValue, unit: TimeUnit | undefined): unknown {
  if (place instanceof Date && unit !== undefined) return addUnits(place, unit, toNumber(by));
  return addNumbers(place as NumberValue, by) ?? toNumber(place as NumberValue) + toNumber(by);
}

/** The value that a range counts from. @throws CommandError Location5429513, Location5429414 */
export function checkedPlace(place: unknown, unit: TimeUnit | undefined): unknown {
  if (unit !== undefined) {
    if (place instanceof Date) return place;
    throw new CommandError(
      'Location5429513',
      `Invalid range: Expected the sortBy field to be a Date, but it was ${typeNameOf(place)}`,
    );
  }
  if (isNumber(place)) return place;
  throw new CommandError(
    'Location5429414',
    `Invalid range: Expected the sortBy field to be a number, but it was ${typeNameOf(place)}`,
  );
}

const refusal = (message: string) => new CommandError('FailedToParse', message);

/** A window function's own part of its specification, and its window. */
export function splitWindow(spec: Document): { operator: Document; window: unknown } {
  const { window, ...operator } = spec;
  return { operator, window };
}
