/** @module Compiles updates: replacement documents, operator documents and pipelines. */
import { CommandError } from '../command-error.ts';
import { type ArrayFilters, checkIdentifiers, compileArrayFilters } from './array-filters.ts';
import { type Collation, stringOrder } from './collation.ts';
import { equalBson, typeNameOf } from './compare.ts';
import { describeField, describeValue } from './describe-value.ts';
import { plainOf, plainValue } from './documents.ts';
import { type Document, fieldOf, getField, isDocument, keysOf, MISSING, withField } from './fields.ts';
import { compileFilter } from './filter.ts';
import { isIdentical } from './identical.ts';
import { compileArrayOperator } from './update-arrays.ts';
import { changeAt, comparePaths, expandPath, isPositional, type Positions, valueAt } from './update-paths.ts';
import { compileUpdatePipeline } from './update-pipeline.ts';
import { describeId, type FieldOperator, valueOperators } from './update-values.ts';

/** What an update may depend on. */
export interface UpdateOptions {
  arrayFilters?: readonly Document[] | undefined;
  /** The filter that found the documents: finds the index of `$` when `apply` is not given one. */
  filter?: Document | undefined;
  collation?: Collation | undefined;
  /** Variables of a pipeline (`let` of the command), by name without `$$`. */
  variables?: Document | undefined;
}

/** How an update is applied to one document. */
export interface ApplyOptions {
  /** `insert` for the new document of an upsert, to which `$setOnInsert` applies. */
  mode: 'update' | 'insert';
  now: Date;
  /** The index that `$` stands for, from `Filter.arrayIndex`. */
  arrayIndex?: number | undefined;
}

/** A compiled update. */
export interface Update {
  kind: 'replacement' | 'operators' | 'pipeline';
  /**
   * The document after the update, or the very same object when nothing changed. The given one is not modified.
   *
   * @throws CommandError ImmutableField, PathNotViable, TypeMismatch, BadValue when the update does not fit the document
   */
  apply(document: Document, options: ApplyOptions): Document;
}

/**
 * Compiles an update.
 *
 * @throws CommandError FailedToParse for an unknown operator, ConflictingUpdateOperators for paths within one another,
 *   and what single operators refuse
 */
export function compileUpdate(update: Document | readonly Document[], options: UpdateOptions = {}): Update {
  if (Array.isArray(update)) return pipelineUpdate(plainValue(update) as Document[], options);
  const document = plainOf(update as Document);
  const first = keysOf(document)[0];
  return first?.startsWith('$') ? operatorUpdate(document, options) : replacement(document, options);
}

function pipelineUpdate(pipeline: readonly Document[], options: UpdateOptions): Update {
  if (options.arrayFilters !== undefined && options.arrayFilters.length > 0) {
    throw new CommandError('FailedToParse', 'arrayFilters may not be specified for pipeline-syle updates');
  }
  const compiled = compileUpdatePipeline(pipeline, options);
  return {
    kind: 'pipeline',
    apply: (document, { now }) => unlessSame(document, keepingId(document, compiled(document, now))),
  };
}

function replacement(document: Document, options: UpdateOptions): Update {
  if (options.arrayFilters !== undefined && options.arrayFilters.length > 0) {
    throw new CommandError('FailedToParse', 'Cannot use arrayFilters with a replacement document');
  }
  for (const key of keysOf(document)) {
    if (key.startsWith('$')) {
      throw new CommandError(
        'DollarPrefixedFieldName',
        `The dollar ($) prefixed field '${key}' in '${key}' is not allowed in the context of an update's replacement document. Consider using an aggregation pipeline with $replaceWith.`,
      );
    }
  }
  return {
    kind: 'replacement',
    apply: (current) => unlessSame(current, keepingId(current, document)),
  };
}

/** Keeps the `_id` of the old document, as the first field. */
function keepingId(before: Document, after: Document): Document {
  const id = fieldOf(before, '_id');
  const newId = fieldOf(after, '_id');
  if (id === MISSING) return newId === MISSING ? after : idFirst(after);
  if (newId !== MISSING && !equalBson(id, newId)) {
    throw new CommandError(
      'ImmutableField',
      `After applying the update, the (immutable) field '_id' was found to have been altered to _id: ${describeValue(newId)}`,
    );
  }
  return idFirst(withField(after, '_id', id));
}

function idFirst(document: Document): Document {
  if (keysOf(document)[0] === '_id' || !Object.hasOwn(document, '_id')) return document;
  let result: Document = { _id: document._id };
  for (const key of keysOf(document)) if (key !== '_id') result = withField(result, key, document[key]);
  return result;
}

function unlessSame(before: Document, after: Document): Document {
  return isIdentical(before, after) ? before : after;
}

type FieldUpdate =
  | { path: string[]; operator: string; field: FieldOperator; from?: undefined }
  | { path: string[]; operator: '$rename'; from: string[] };

function operatorUpdate(document: Document, options: UpdateOptions): Update {
  const strings = stringOrder(options.collation);
  const arrayOptions = {
    strings,
    ...(options.collation === undefined ? {} : { collation: options.collation }),
  };
  const updates = keysOf(document).flatMap((operator) => {
    const fields = fieldsOf(operator, document[operator]);
    return keysOf(fields).map((name): FieldUpdate => {
      const path = checkedPath(name);
      const operand = fields[name];
      if (operator === '$rename') return renameUpdate(path, operand);
      const field =
        compileArrayOperator(operator, operand, name, arrayOptions) ??
        valueOperators.get(operator)?.(operand, name, strings);
      if (field !== undefined) return { path, operator, field };
      throw new CommandError(
        'FailedToParse',
        `Unknown modifier: ${operator}. Expected a valid update modifier or pipeline-style update specified as an array`,
      );
    });
  });
  const filters = compileArrayFilters((options.arrayFilters ?? []).map(plainOf), arrayOptions);
  checkConflicts(
    updates.flatMap((update) => (update.from === undefined ? [update.path] : [update.path, update.from])),
  );
  checkIdentifiers(
    updates.map(({ path }) => path),
    filters,
  );
  updates.sort((a, b) => comparePaths(a.path, b.path));
  const locate = indexFinder(updates, options);
  return {
    kind: 'operators',
    apply: (current, apply) =>
      applyAll(current, updates, filters, { ...apply, arrayIndex: apply.arrayIndex ?? locate(current) }),
  };
}

const OPERATORS = new Set([
  ...valueOperators.keys(),
  '$rename',
  '$push',
  '$addToSet',
  '$pull',
  '$pullAll',
  '$pop',
]);

function fieldsOf(operator: string, fields: unknown): Document {
  if (!OPERATORS.has(operator)) {
    throw new CommandError(
      'FailedToParse',
      `Unknown modifier: ${operator}. Expected a valid update modifier or pipeline-style update specified as an array`,
    );
  }
  if (isDocument(fields)) return fields;
  throw new CommandError(
    'FailedToParse',
    `Modifiers operate on fields but we found type ${typeNameOf(fields)} instead. For example: {$mod: {<field>: ...}} not {${operator}: ${describeValue(fields)}}`,
  );
}

function checkedPath(path: string): string[] {
  if (path === '') throw new CommandError('EmptyFieldName', 'An empty update path is not valid.');
  const segments = path.split('.');
  if (segments.includes('')) {
    throw new CommandError(
      'EmptyFieldName',
      `The update path '${path}' contains an empty field name, which is not allowed.`,
    );
  }
  if (isPositional(segments[0]!)) {
    throw new CommandError(
      'BadValue',
      `Cannot have positional (i.e. '$') element in the first position in path '${path}'`,
    );
  }
  return segments;
}

/**
 * A name with a dollar is refused at the top of a document that is there already, as MongoDB does; below, and in a
 * document that an upsert makes, it is a name like any other.
 */
function refuseDollar({ path, operator }: FieldUpdate): void {
  const [name = ''] = path;
  if (!name.startsWith('$') || operator === '$unset' || REFERENCE.has(name)) return;
  throw new CommandError(
    'DollarPrefixedFieldName',
    `The dollar ($) prefixed field '${name}' in '${path.join('.')}' is not allowed in the context of an update's replacement document. Consider using an aggregation pipeline with $replaceWith.`,
  );
}

const REFERENCE = new Set(['$ref', '$id', '$db']);

function renameUpdate(from: string[], operand: unknown): FieldUpdate {
  if (typeof operand !== 'string') {
    throw new CommandError(
      'BadValue',
      `The 'to' field for $rename must be a string: ${describeField(from.join('.'), operand)}`,
    );
  }
  const path = checkedPath(operand);
  if (operand === from.join('.')) {
    throw new CommandError(
      'BadValue',
      `The source and target field for $rename must differ: ${describeField(operand, operand)}`,
    );
  }
  for (const [which, segments] of [['source', from] as const, ['destination', path] as const]) {
    if (segments.some(isPositional)) {
      throw new CommandError(
        'BadValue',
        `The ${which} field for $rename may not be dynamic: ${segments.join('.')}`,
      );
    }
  }
  return { path, operator: '$rename', from };
}

function checkConflicts(paths: readonly (readonly string[])[]): void {
  const seen: (readonly string[])[] = [];
  for (const path of paths) {
    const other = seen.find((earlier) => isWithin(earlier, path) || isWithin(path, earlier));
    if (other !== undefined) {
      const shorter = other.length < path.length ? other : path;
      throw new CommandError(
        'ConflictingUpdateOperators',
        `Updating the path '${path.join('.')}' would create a conflict at '${shorter.join('.')}'`,
      );
    }
    seen.push(path);
  }
}

function isWithin(outer: readonly string[], inner: readonly string[]): boolean {
  return outer.length <= inner.length && outer.every((segment, at) => segment === inner[at]);
}

function indexFinder(
  updates: readonly FieldUpdate[],
  options: UpdateOptions,
): (document: Document) => number | undefined {
  const { filter, collation } = options;
  if (filter === undefined || !updates.some(({ path }) => path.includes('$'))) return () => undefined;
  const compiled = compileFilter(filter, collation === undefined ? {} : { collation });
  return (document) => compiled.arrayIndex(document);
}

function applyAll(
  before: Document,
  updates: readonly FieldUpdate[],
  filters: ArrayFilters,
  options: ApplyOptions,
): Document {
  const positions: Positions = { arrayIndex: options.arrayIndex, filters };
  let document = before;
  for (const update of updates) {
    if (update.operator === '$setOnInsert' && options.mode !== 'insert') continue;
    if (options.mode === 'update') refuseDollar(update);
    document =
      update.from === undefined
        ? applyField(document, before, update, positions, options)
        : rename(document, update.from, update.path);
  }
  if (document !== before) checkId(before, document);
  return options.mode === 'insert' ? idFirst(document) : document;
}

function applyField(
  document: Document,
  before: Document,
  { path, field }: { path: string[]; field: FieldOperator },
  positions: Positions,
  { now }: ApplyOptions,
): Document {
  let result = document;
  for (const segments of expandPath(document, path, positions)) {
    const context = { document: before, path: segments.join('.'), now };
    result = changeAt(result, segments, (current) => field.change(current, context), field.reach);
  }
  return result;
}

function rename(document: Document, from: readonly string[], to: readonly string[]): Document {
  refuseArrays(document, from, 'source');
  const value = valueAt(document, from);
  if (value === MISSING) return document;
  refuseArrays(document, to, 'destination');
  const without = changeAt(document, from, () => MISSING, 'existing');
  return changeAt(without, to, () => value, 'create');
}

function refuseArrays(document: Document, path: readonly string[], which: string): void {
  for (let length = 1; length < path.length; length++) {
    if (!Array.isArray(valueAt(document, path.slice(0, length)))) continue;
    throw new CommandError(
      'BadValue',
      `The ${which} field cannot be an array element, '${path.join('.')}' in doc with ${describeId(document).slice(1, -1)} has an array field called '${path[length - 1]}'`,
    );
  }
}

function checkId(before: Document, after: Document): void {
  const id = fieldOf(before, '_id');
  if (id === MISSING || isIdentical(id, getField(after, '_id'))) return;
  throw new CommandError(
    'ImmutableField',
    "Performing an update on the path '_id' would modify the immutable field '_id'",
  );
}
