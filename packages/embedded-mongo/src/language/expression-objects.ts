/** @module Expression operators on embedded documents. */
import { Binary } from 'bson';
import { CommandError } from '../command-error.ts';
import { ACCUMULATORS } from './accumulators.ts';
import { compareStrings } from './compare.ts';
import { toBytes } from './documents.ts';
import type { Compiled, Compiler, OperatorTable } from './expression-parts.ts';
import { type Document, fieldOf, isDocument, keysOf, MISSING, withField, withoutField } from './fields.ts';
import {
  documentArgument,
  isNil,
  namedParts,
  operator,
  strictOperator,
  typeOf,
} from './operator-arguments.ts';

/** `$mergeObjects`, `$objectToArray`, `$getField` and the like. */
export const objectOperators: OperatorTable = {
  $mergeObjects: operator([0, Number.POSITIVE_INFINITY], (values, name) => {
    const list = values.length === 1 && Array.isArray(values[0]) ? values[0] : values;
    const documents = list.filter((value) => !isNil(value)).map((value) => documentArgument(value, name));
    return ACCUMULATORS.get('$mergeObjects')!(documents, compareStrings);
  }),
  $objectToArray: strictOperator([1, 1], ([value], name) => {
    const document = documentArgument(value, name);
    return keysOf(document).map((k) => ({ k, v: document[k] }));
  }),
  $bsonSize: strictOperator([1, 1], ([value], name) => toBytes(documentArgument(value, name)).length),
  $binarySize: strictOperator([1, 1], ([value], name) => {
    if (typeof value === 'string') return Buffer.byteLength(value);
    if (value instanceof Binary) return value.length();
    throw new CommandError(
      'Location51276',
      `${name} requires a string or BinData argument, found: ${typeOf(value)}`,
    );
  }),
  $getField: (argument, compiler, name) => {
    const { field, input } = fieldParts(argument, name);
    const key = compiler.compile(field);
    const source = compiler.compile(input);
    return (scope) => {
      const document = source(scope);
      if (!isDocument(document)) return isNil(document) ? document : undefined;
      const value = fieldOf(document, fieldName(key(scope), name));
      return value === MISSING ? undefined : value;
    };
  },
  $setField: (argument, compiler, name) => {
    const parts = namedParts(argument, { required: ['field', 'input'], optional: ['value'] }, name);
    const value = compiler.compile(parts.value);
    return changed(parts, compiler, name, (document, key, scope) => {
      const result = value(scope);
      return result === undefined ? withoutField(document, key) : withField(document, key, result);
    });
  },
  $unsetField: (argument, compiler, name) => {
    const parts = namedParts(argument, { required: ['field', 'input'] }, name);
    return changed(parts, compiler, name, (document, key) => withoutField(document, key));
  },
};

function fieldParts(argument: unknown, name: string): Document {
  const isShort = !isDocument(argument) || keysOf(argument)[0]?.startsWith('$');
  if (isShort) return { field: argument, input: '$$CURRENT' };
  return { input: '$$CURRENT', ...namedParts(argument, { required: ['field'], optional: ['input'] }, name) };
}

function changed(
  parts: Document,
  compiler: Compiler,
  name: string,
  change: (document: Document, key: string, scope: Parameters<Compiled>[0]) => Document,
): Compiled {
  const key = compiler.compile(parts.field);
  const input = compiler.compile(parts.input);
  return (scope) => {
    const document = input(scope);
    return isNil(document)
      ? null
      : change(documentArgument(document, name), fieldName(key(scope), name), scope);
  };
}

function fieldName(value: unknown, name: string): string {
  if (typeof value === 'string') return value;
  throw new CommandError('Location5654602', `${name} requires 'field' to evaluate to type String`);
}
