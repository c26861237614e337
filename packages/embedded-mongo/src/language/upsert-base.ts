/** @module The document that an upsert starts from: what its filter says must be equal. */
import { CommandError } from '../command-error.ts';
import { plainOf } from './documents.ts';
import { isOperatorDocument } from './field-conditions.ts';
import { bsonClass, type Document, isDocument, keysOf } from './fields.ts';
import { changeAt } from './update-paths.ts';

/**
 * The document that follows from a filter's equalities: plain values, `$eq`, `$all` and `$in` with one value, and the
 * same inside `$and` and a one-branch `$or`.
 *
 * @throws CommandError NotSingleValueField when two equalities are about the same field
 */
export function documentFromFilter(filter: Document): Document {
  const equalities = new Map<string, unknown>();
  collect(plainOf(filter), equalities);
  let document: Document = {};
  for (const [path, value] of equalities) {
    checkConflict(path, equalities);
    document = changeAt(document, path.split('.'), () => value, 'create');
  }
  return document;
}

function collect(filter: Document, equalities: Map<string, unknown>): void {
  for (const key of keysOf(filter)) {
    const operand = filter[key];
    if (key === '$and' || (key === '$or' && Array.isArray(operand) && operand.length === 1)) {
      if (Array.isArray(operand))
        for (const branch of operand) if (isDocument(branch)) collect(branch, equalities);
    } else if (!key.startsWith('$')) {
      collectField(key, operand, equalities);
    }
  }
}

function collectField(path: string, operand: unknown, equalities: Map<string, unknown>): void {
  for (const value of equalValues(operand)) {
    if (equalities.has(path)) {
      throw new CommandError(
        'NotSingleValueField',
        `cannot infer query fields to set, path '${path}' is matched twice`,
      );
    }
    equalities.set(path, value);
  }
}

function equalValues(operand: unknown): unknown[] {
  if (!isOperatorDocument(operand)) return bsonClass(operand) === 'BSONRegExp' ? [] : [operand];
  return keysOf(operand).flatMap((operator) => {
    const value = operand[operator];
    if (operator === '$eq') return [value];
    const isSingle =
      (operator === '$in' || operator === '$all') && Array.isArray(value) && value.length === 1;
    return isSingle ? equalValues(value[0]) : [];
  });
}

function checkConflict(path: string, equalities: ReadonlyMap<string, unknown>): void {
  const segments = path.split('.');
  for (let length = 1; length < segments.length; length++) {
    const outer = segments.slice(0, length).join('.');
    if (!equalities.has(outer)) continue;
    throw new CommandError(
      'NotSingleValueField',
      `cannot infer query fields to set, both paths '${path}' and '${outer}' are matched`,
    );
  }
}
