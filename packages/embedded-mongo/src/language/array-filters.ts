/** @module Compiles the `arrayFilters` of an update into tests by identifier. */
import { CommandError } from '../command-error.ts';
import { type Document, isDocument, keysOf } from './fields.ts';
import { compileFilter, type FilterOptions } from './filter.ts';

/** Tests of array elements by the identifier of `$[identifier]`. */
export type ArrayFilters = ReadonlyMap<string, (element: unknown) => boolean>;

/** Compiles array filters. @throws CommandError FailedToParse for one that has no, or more than one, identifier */
export function compileArrayFilters(filters: readonly Document[], options: FilterOptions): ArrayFilters {
  const compiled = new Map<string, (element: unknown) => boolean>();
  for (const filter of filters) {
    const identifiers = new Set(identifiersOf(filter));
    const [identifier] = identifiers;
    if (identifier === undefined) {
      throw new CommandError(
        'FailedToParse',
        'Cannot use an expression without a top-level field name in arrayFilters',
      );
    }
    if (identifiers.size > 1) {
      const [first, second] = identifiers;
      throw new CommandError(
        'FailedToParse',
        `Error parsing array filter :: caused by :: Expected a single top-level field name, found '${first}' and '${second}'`,
      );
    }
    if (!/^[a-z][a-zA-Z0-9]*$/.test(identifier)) {
      throw new CommandError(
        'BadValue',
        `Error parsing array filter :: caused by :: The top-level field name must be an alphanumeric string beginning with a lowercase letter, found '${identifier}'`,
      );
    }
    if (compiled.has(identifier)) {
      throw new CommandError(
        'FailedToParse',
        `Found multiple array filters with the same top-level field name ${identifier}`,
      );
    }
    const { matches } = compileFilter(filter, options);
    compiled.set(identifier, (element) => matches({ [identifier]: element }));
  }
  return compiled;
}

function identifiersOf(filter: Document): string[] {
  return keysOf(filter).flatMap((key) => {
    if (!key.startsWith('$')) return [key.split('.')[0]!];
    const branches = filter[key];
    return Array.isArray(branches) ? branches.filter(isDocument).flatMap(identifiersOf) : [];
  });
}

/** Checks that paths and filters speak of the same identifiers. @throws CommandError BadValue or FailedToParse */
export function checkIdentifiers(paths: readonly (readonly string[])[], filters: ArrayFilters): void {
  const used = new Set<string>();
  for (const path of paths) {
    for (const segment of path) {
      const identifier = /^\$\[(.+)\]$/.exec(segment)?.[1];
      if (identifier === undefined) continue;
      used.add(identifier);
      if (!filters.has(identifier)) {
        throw new CommandError(
          'BadValue',
          `No array filter found for identifier '${identifier}' in path '${path.join('.')}'`,
        );
      }
    }
  }
  for (const identifier of filters.keys()) {
    if (used.has(identifier)) continue;
    throw new CommandError(
      'FailedToParse',
      `The array filter for identifier '${identifier}' was not used in the update`,
    );
  }
}
