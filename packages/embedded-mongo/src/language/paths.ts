/** @module Follows dotted paths through documents and arrays the way queries, sorts and indexes do. */
import { StageMemory } from '../memory.ts';
import { PAUSE, type Paced, type Task } from '../pace.ts';
import { EMPTY_ARRAY } from './compare.ts';
import { type Document, fieldOf, isArrayIndex, isDocument, MISSING } from './fields.ts';

/**
 * Receives a value at the end of a path and the index of the outermost array element it came through.
 * Returning true ends the walk.
 */
export type Visit = (value: unknown, index: number | undefined) => boolean;

/** How arrays at the very end of a path are seen: their elements and then themselves, or only themselves. */
export type LeafArrays = 'expand' | 'whole';

/** Splits a dotted path. */
export function splitPath(path: string): string[] {
  return path.includes('.') ? path.split('.') : [path];
}

/**
 * Visits each value that a query on the path looks at. Arrays on the way are entered implicitly (each embedded
 * document) and by position (a numeric component). A path that ends early yields {@link MISSING}, but an array whose
 * elements are no documents yields nothing.
 *
 * @returns whether a visit returned true
 */
export function walkPath(
  document: unknown,
  segments: readonly string[],
  leaf: LeafArrays,
  visit: Visit,
  at = 0,
  outer?: number,
): boolean {
  if (!isDocument(document)) return visit(MISSING, outer);
  const value = fieldOf(document, segments[at]!);
  if (at === segments.length - 1) return visitLeaf(value, leaf, visit, outer);
  if (!Array.isArray(value)) return walkPath(value, segments, leaf, visit, at + 1, outer);
  return walkArray(value, segments, leaf, visit, at + 1, outer);
}

function walkArray(
  array: readonly unknown[],
  segments: readonly string[],
  leaf: LeafArrays,
  visit: Visit,
  at: number,
  outer: number | undefined,
): boolean {
  for (let index = 0; index < array.length; index++) {
    const item = array[index];
    if (isDocument(item) && walkPath(item, segments, leaf, visit, at, outer ?? index)) return true;
  }
  const segment = segments[at]!;
  if (!isArrayIndex(segment) || Number(segment) >= array.length) return false;
  const item = array[Number(segment)];
  // By position no implicit element was chosen, so that `$` has nothing to stand for yet.
  if (at === segments.length - 1) return visitLeaf(item, leaf, visit, outer);
  if (Array.isArray(item)) return walkArray(item, segments, leaf, visit, at + 1, outer);
  return isDocument(item) && walkPath(item, segments, leaf, visit, at + 1, outer);
}

function visitLeaf(value: unknown, leaf: LeafArrays, visit: Visit, outer: number | undefined): boolean {
  if (leaf === 'whole' || !Array.isArray(value)) return visit(value, outer);
  for (let index = 0; index < value.length; index++) {
    if (visit(value[index], outer ?? index)) return true;
  }
  return visit(value, outer);
}

/**
 * The values that a document contributes to an index, or to a sort, on a path: each element of an array, one value
 * otherwise. A field that is not there gives `undefined` (indexes store it like null, a sparse index leaves it out);
 * an explicit null gives `null`; an empty array gives {@link EMPTY_ARRAY}. Never empty. Equal values may repeat.
 */
export function indexValues(document: Document, path: string): unknown[] {
  const values: unknown[] = [];
  collect(document, splitPath(path), 0, values);
  return values.length === 0 ? [undefined] : values;
}

function collect(value: unknown, segments: readonly string[], at: number, values: unknown[]): void {
  if (!isDocument(value)) {
    values.push(undefined);
    return;
  }
  const field = fieldOf(value, segments[at]!);
  if (!Array.isArray(field)) {
    if (at === segments.length - 1) values.push(field === MISSING ? undefined : field);
    else collect(field, segments, at + 1, values);
    return;
  }
  collectArray(field, segments, at + 1, values);
}

function collectArray(
  array: readonly unknown[],
  segments: readonly string[],
  at: number,
  values: unknown[],
): void {
  if (at === segments.length) {
    if (array.length === 0) values.push(EMPTY_ARRAY);
    for (const item of array) values.push(item);
    return;
  }
  const segment = segments[at]!;
  if (isArrayIndex(segment) && Number(segment) < array.length) {
    const item = array[Number(segment)];
    if (at === segments.length - 1 && !Array.isArray(item)) values.push(item);
    else if (Array.isArray(item)) collectArray(item, segments, at + 1, values);
    else collect(item, segments, at + 1, values);
    return;
  }
  for (const item of array) {
    if (isDocument(item)) collect(item, segments, at, values);
    else values.push(undefined);
  }
}

/**
 * The distinct values of a path over documents, in order of first appearance; elements of an array count singly,
 * a missing field does not count.
 *
 * @param keyOf gives values that count as one the same string
 */
export function* distinctOf(
  documents: Iterable<Paced<Document>>,
  path: string,
  keyOf: (value: unknown) => string,
): Task<unknown[]> {
  const segments = splitPath(path);
  const found = new Map<string, unknown>();
  const memory = new StageMemory('distinct');
  for (const document of documents) {
    if (document === PAUSE) {
      yield PAUSE;
      continue;
    }
    walkPath(document, segments, 'whole', (value) => {
      if (value === MISSING) return false;
      for (const item of Array.isArray(value) ? value : [value]) {
        const key = keyOf(item);
        if (found.has(key)) continue;
        found.set(key, item);
        memory.hold(2 * key.length + MAP_ENTRY_BYTES);
      }
      return false;
    });
  }
  return [...found.values()];
}

/** What a key and a value take in a map, beside the key's text. */
const MAP_ENTRY_BYTES = 64;
