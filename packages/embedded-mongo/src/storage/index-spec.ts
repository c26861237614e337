/** @module What an index is: its specification as a client gives it, checked, and as listIndexes shows it. */
import { CommandError } from '../command-error.ts';
import { type Collation, isSimpleCollation } from '../language/collation.ts';
import { toBytes } from '../language/documents.ts';
import { type Document, isDocument, keysOf } from '../language/fields.ts';
import { compileFilter } from '../language/filter.ts';
import { numberOf } from '../values.ts';

/** One field of an index. */
export interface IndexField {
  path: string;
  direction: 1 | -1;
}

/** A checked specification. */
export interface IndexSpec {
  name: string;
  fields: IndexField[];
  unique: boolean;
  sparse: boolean;
  hidden: boolean;
  partialFilter: Document | null;
  collation: Collation | null;
  expireAfterSeconds: number | null;
  /** As listIndexes shows it: with `v`, `key`, `name` and the given options. */
  document: Document;
}

const MAX_FIELDS = 32;
const REFUSED_KINDS = new Set(['text', '2d', '2dsphere', 'hashed', 'wildcard', 'columnstore']);

/** Options of a specification: whether they are kept, or may only have the value that changes nothing. */
const OPTIONS: Record<string, 'kept' | 'dropped'> = {
  name: 'kept',
  key: 'kept',
  v: 'dropped',
  ns: 'dropped',
  background: 'kept',
  unique: 'kept',
  sparse: 'kept',
  hidden: 'kept',
  partialFilterExpression: 'kept',
  expireAfterSeconds: 'kept',
  collation: 'kept',
};

/**
 * Checks a specification as createIndexes gets it.
 * @param defaultCollation of the collection
 * @throws CommandError CannotCreateIndex (67) for kinds this server does not have, InvalidIndexSpecificationOption (197) and others
 */
export function parseIndexSpec(given: Document, defaultCollation: Collation | null): IndexSpec {
  for (const option of keysOf(given)) refuseUnknownOption(option, given);
  if (!isDocument(given.key))
    throw new CommandError(
      'FailedToParse',
      "The 'key' field is a required property of an index specification",
    );
  const fields = parseFields(given.key);
  if (typeof given.name !== 'string' || given.name === '') {
    throw new CommandError(
      'FailedToParse',
      "The 'name' field is a required property of an index specification",
    );
  }
  if (given.name === '*') throw cannotCreate("The index name '*' is not valid.");
  const collation = collationOf(given.collation, defaultCollation);
  const expireAfterSeconds = parseExpiry(given.expireAfterSeconds, fields);
  const partialFilter = parsePartialFilter(given, collation);
  const spec = {
    name: given.name,
    fields,
    unique: flag(given, 'unique'),
    sparse: flag(given, 'sparse'),
    hidden: flag(given, 'hidden'),
    partialFilter,
    collation,
    expireAfterSeconds,
  };
  return { ...spec, document: documentOfSpec(given, spec) };
}

/** The index every collection has. */
export function idIndexSpec(collation: Collation | null): IndexSpec {
  const document: Document = { v: 2, key: { _id: 1 }, name: '_id_' };
  if (collation) document.collation = collation;
  return {
    name: '_id_',
    fields: [{ path: '_id', direction: 1 }],
    unique: true,
    sparse: false,
    hidden: false,
    partialFilter: null,
    collation,
    expireAfterSeconds: null,
    document,
  };
}

/** Whether two specifications agree in everything that makes an index what it is, so that MongoDB sees one index in both. */
export function sameSignature(a: IndexSpec, b: IndexSpec): boolean {
  if (a.unique !== b.unique || a.sparse !== b.sparse) return false;
  return equalParts(a, b, ['key', 'collation', 'partialFilterExpression']);
}

/** Whether two specifications that have the same signature agree in all their options too. */
export function sameOptions(a: IndexSpec, b: IndexSpec): boolean {
  return a.expireAfterSeconds === b.expireAfterSeconds;
}

/** `field_1_other_-1`: the name drivers give to an index by default. */
export function defaultIndexName(fields: readonly IndexField[]): string {
  return fields.map(({ path, direction }) => `${path}_${direction}`).join('_');
}

function equalParts(a: IndexSpec, b: IndexSpec, parts: readonly string[]): boolean {
  const pick = (spec: IndexSpec) =>
    toBytes(Object.fromEntries(parts.map((part) => [part, spec.document[part] ?? null])));
  return Buffer.compare(pick(a), pick(b)) === 0;
}

function refuseUnknownOption(option: string, given: Document): void {
  if (option in OPTIONS) return;
  if (option === 'weights' || option === 'textIndexVersion' || option === 'default_language') {
    throw cannotCreate('Text indexes are not supported by this server.');
  }
  if (option === 'wildcardProjection')
    throw cannotCreate('Wildcard indexes are not supported by this server.');
  throw new CommandError(
    'InvalidIndexSpecificationOption',
    `The field '${option}' is not valid for an index specification. Specification: ${JSON.stringify(Object.keys(given))}`,
  );
}

function parseFields(key: Document): IndexField[] {
  const paths = keysOf(key);
  if (paths.length === 0) throw cannotCreate('Index keys cannot be an empty object.');
  if (paths.length > MAX_FIELDS)
    throw cannotCreate(`An index may have ${MAX_FIELDS} fields, this one has ${paths.length}.`);
  return paths.map((path) => ({ path: checkedPath(path), direction: directionOf(path, key[path]) }));
}

function checkedPath(path: string): string {
  if (path.includes('$**')) throw cannotCreate('Wildcard indexes are not supported by this server.');
  const parts = path.split('.');
  if (parts.includes('')) throw cannotCreate('Index keys cannot contain an empty field.');
  if (parts.some((part) => part.startsWith('$') && !['$id', '$ref', '$db'].includes(part))) {
    throw cannotCreate("Index key contains an illegal field name: field name starts with '$'.");
  }
  return path;
}

function directionOf(path: string, value: unknown): 1 | -1 {
  if (typeof value === 'string') {
    const message = REFUSED_KINDS.has(value)
      ? `Index type '${value}' of field '${path}' is not supported by this server.`
      : `Unknown index plugin '${value}'`;
    throw cannotCreate(message);
  }
  const number = numberOf(value);
  if (number === undefined || Number.isNaN(number)) {
    throw cannotCreate('Values in v:2 index key pattern cannot be of this type. Only numbers are allowed.');
  }
  if (number === 0) throw cannotCreate('Values in the index key pattern cannot be 0.');
  return number > 0 ? 1 : -1;
}

function collationOf(given: unknown, fallback: Collation | null): Collation | null {
  if (given === undefined) return fallback;
  if (!isDocument(given)) throw new CommandError('TypeMismatch', "The field 'collation' must be an object");
  return isSimpleCollation(given as Collation) ? null : (given as Collation);
}

function parseExpiry(value: unknown, fields: readonly IndexField[]): number | null {
  if (value === undefined) return null;
  const seconds = numberOf(value);
  if (seconds === undefined)
    throw new CommandError('TypeMismatch', "TTL index 'expireAfterSeconds' option must be numeric");
  if (!(seconds >= 0 && seconds <= 2_147_483_647)) {
    throw cannotCreate(
      "TTL index 'expireAfterSeconds' option must be within an acceptable range, from 0 to 2147483647",
    );
  }
  if (fields.length > 1)
    throw cannotCreate('TTL indexes are single-field indexes, compound indexes do not support TTL');
  if (fields[0]!.path === '_id')
    throw cannotCreate("The field 'expireAfterSeconds' is not valid for an _id index specification");
  return seconds;
}

function parsePartialFilter(given: Document, collation: Collation | null): Document | null {
  const filter = given.partialFilterExpression;
  if (filter === undefined) return null;
  if (!isDocument(filter))
    throw new CommandError('TypeMismatch', "The field 'partialFilterExpression' must be an object");
  if (given.sparse === true) throw cannotCreate("cannot mix 'partialFilterExpression' and 'sparse' options");
  compileFilter(filter, { collation: collation ?? undefined });
  return filter;
}

function flag(given: Document, option: string): boolean {
  const value = given[option];
  if (value === undefined) return false;
  if (typeof value === 'boolean') return value;
  const number = numberOf(value);
  if (number === undefined)
    throw new CommandError('TypeMismatch', `The field '${option}' has a value that is no boolean`);
  return number !== 0;
}

function documentOfSpec(given: Document, spec: Omit<IndexSpec, 'document'>): Document {
  const document: Document = { v: 2, key: given.key, name: spec.name };
  if (spec.unique) document.unique = true;
  if (spec.sparse) document.sparse = true;
  if (spec.hidden) document.hidden = true;
  if (spec.expireAfterSeconds !== null) document.expireAfterSeconds = spec.expireAfterSeconds;
  if (spec.partialFilter) document.partialFilterExpression = spec.partialFilter;
  if (spec.collation) document.collation = spec.collation;
  if (given.background !== undefined) document.background = given.background;
  return document;
}

const cannotCreate = (message: string) => new CommandError('CannotCreateIndex', message);
