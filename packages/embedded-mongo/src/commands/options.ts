/** @module Reads the options that several commands share. */
import { CommandError } from '../command-error.ts';
import { type Collation, isSimpleCollation } from '../language/collation.ts';
import { compileExpression } from '../language/expression.ts';
import { type Document, isDocument, keysOf } from '../language/fields.ts';
import type { HintedIndex } from '../planner/choose-plan.ts';
import type { Collection } from '../storage/catalogue.ts';
import type { IndexSpec } from '../storage/index-spec.ts';
import { numberOf } from '../values.ts';

/** A document-valued option, or undefined. @throws CommandError TypeMismatch (14) */
export function documentOption(fields: Document, name: string): Document | undefined {
  const value = fields[name];
  if (value === undefined || value === null) return undefined;
  if (isDocument(value)) return value;
  throw new CommandError('TypeMismatch', `BSON field '${name}' is the wrong type, expected type 'object'`);
}

/** A whole number that is not negative, or undefined. @throws CommandError TypeMismatch (14), Location51024 */
export function countOption(fields: Document, name: string): number | undefined {
  const value = fields[name];
  if (value === undefined || value === null) return undefined;
  const number = numberOf(value);
  if (number === undefined)
    throw new CommandError('TypeMismatch', `BSON field '${name}' is the wrong type, expected a number`);
  if (!(number >= 0))
    throw new CommandError(
      'Location51024',
      `BSON field '${name}' value must be >= 0, actual value '${number}'`,
    );
  return Math.trunc(number);
}

/** The collation that applies: the one asked for, or the collection's own. @throws CommandError BadValue (2) */
export function collationOption(fields: Document, collection: Collection | undefined): Collation | null {
  const given = documentOption(fields, 'collation');
  if (!given || keysOf(given).length === 0) return collection?.collation ?? null;
  return isSimpleCollation(given as Collation) ? null : (given as Collation);
}

/** The values of `let`: constant expressions, computed once. */
export function variablesOption(fields: Document): Document | undefined {
  const given = documentOption(fields, 'let');
  if (!given) return undefined;
  return Object.fromEntries(keysOf(given).map((name) => [name, compileExpression(given[name], {})({})]));
}

/**
 * The index that a hint names: only documents that are in it are found, in its order.
 * @returns undefined without a hint, and for one at natural order
 * @throws CommandError BadValue (2) when there is no such index
 */
export function hintOption(fields: Document, collection: Collection | undefined): HintedIndex | undefined {
  const { hint } = fields;
  if (hint === undefined || hint === null || !collection) return undefined;
  if (isDocument(hint) && ('$natural' in hint || keysOf(hint).length === 0)) return undefined;
  const { store } = collection;
  const indexes: HintedIndex[] = [
    { index: null, spec: store.idIndex },
    ...store.readyIndexes.map((index) => ({ index, spec: index.spec })),
  ];
  const { clusteredIndex } = collection.options;
  if (isDocument(clusteredIndex) && clusteredIndex.name === hint) return indexes[0];
  const found = indexes.find(({ spec }) => !spec.hidden && isNamedBy(hint, spec));
  if (found) return found;
  throw new CommandError(
    'BadValue',
    'error processing query: planner returned error :: caused by :: hint provided does not correspond to an existing index',
  );
}

function isNamedBy(hint: unknown, { name, fields }: IndexSpec): boolean {
  if (typeof hint === 'string') return name === hint;
  if (!isDocument(hint)) return false;
  const wanted = keysOf(hint).map((path) => `${path}:${numberOf(hint[path])}`);
  return wanted.join() === fields.map(({ path, direction }) => `${path}:${direction}`).join();
}

/** The direction of a hint at natural order, `{$natural: 1}` or `{$natural: -1}`; undefined for any other hint. */
export function naturalHint({ hint }: Document): number | undefined {
  return isDocument(hint) ? numberOf(hint.$natural) : undefined;
}
