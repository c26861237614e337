/** @module Compiles the validator of a collection: a schema, a filter, or both. */
import { plainOf } from './documents.ts';
import { type Document, keysOf } from './fields.ts';
import { compileFilter } from './filter.ts';
import { compileJsonSchema } from './json-schema.ts';

/** Checks a document: null when it is valid, otherwise the `details` of MongoDB's validation error. */
export type Validator = (document: Document) => Document | null;

/** Compiles a validator. @throws CommandError as filters and schemas do */
export function compileValidator(validator: Document): Validator {
  const plain = plainOf(validator);
  const filter = compileFilter(plain);
  const isSchemaOnly = keysOf(plain).length === 1 && keysOf(plain)[0] === '$jsonSchema';
  const schema = isSchemaOnly ? compileJsonSchema(plain.$jsonSchema) : undefined;
  return (document) => {
    if (filter.matches(document)) return null;
    const failures = schema?.(document) ?? [];
    if (failures.length === 0)
      return {
        operatorName: keysOf(plain)[0] ?? '$expr',
        specifiedAs: plain,
        reason: 'the filter did not match',
      };
    return {
      operatorName: '$jsonSchema',
      schemaRulesNotSatisfied: failures.map(({ operatorName, specifiedAs, reason, path }) => ({
        operatorName,
        specifiedAs,
        reason,
        ...(path === '' ? {} : { path }),
      })),
    };
  };
}
