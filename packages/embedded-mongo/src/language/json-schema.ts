/** @module Validates documents against the part of JSON Schema that MongoDB's `$jsonSchema` has. */
import { CommandError } from '../command-error.ts';
import { spend } from '../pace.ts';
import { compareBson, equalBson, typeNameOf } from './compare.ts';
import { plainValue } from './documents.ts';
import { type Document, getField, isDocument, keysOf } from './fields.ts';
import { exactOf, isNumber, multiplyNumbers, type NumberValue, toNumber } from './numbers.ts';
import { compileRegex } from './regex.ts';
import { typeNames } from './type-codes.ts';
import { valueKey } from './value-key.ts';

/** One rule that a document breaks, in the words of MongoDB's validation errors. */
export interface SchemaFailure {
  operatorName: string;
  specifiedAs: Document;
  reason: string;
  /** The dotted path of the value; empty for the document itself. */
  path: string;
}

/** Finds what a value breaks; empty when it is valid. */
export type SchemaCheck = (value: unknown) => SchemaFailure[];

type Rule = (value: unknown, path: string) => SchemaFailure[];

/** Compiles a schema. @throws CommandError FailedToParse for an unknown keyword, TypeMismatch for a wrong operand */
export function compileJsonSchema(schema: unknown): SchemaCheck {
  const rule = compileSchema(plainValue(schema));
  return (value) => rule(value, '');
}

type Keyword = (operand: unknown, schema: Document) => Rule;

const KEYWORDS: ReadonlyMap<string, Keyword> = new Map<string, Keyword>([
  ['bsonType', (operand) => typeRule('bsonType', operand, typeNames(operand))],
  ['type', (operand) => typeRule('type', operand, jsonTypes(operand))],
  ['required', requiredRule],
  ['properties', propertiesRule],
  ['patternProperties', patternPropertiesRule],
  ['additionalProperties', additionalPropertiesRule],
  ['dependencies', dependenciesRule],
  ['enum', enumRule],
  ['minimum', limitRule('minimum', (order) => order >= 0)],
  ['maximum', limitRule('maximum', (order) => order <= 0)],
  ['exclusiveMinimum', () => valid],
  ['exclusiveMaximum', () => valid],
  ['multipleOf', multipleRule],
  ['minLength', countRule('minLength', lengthOf, (count, limit) => count >= limit)],
  ['maxLength', countRule('maxLength', lengthOf, (count, limit) => count <= limit)],
  ['pattern', patternRule],
  ['items', itemsRule],
  ['additionalItems', additionalItemsRule],
  ['minItems', countRule('minItems', itemCount, (count, limit) => count >= limit)],
  ['maxItems', countRule('maxItems', itemCount, (count, limit) => count <= limit)],
  ['uniqueItems', uniqueRule],
  ['minProperties', countRule('minProperties', propertyCount, (count, limit) => count >= limit)],
  ['maxProperties', countRule('maxProperties', propertyCount, (count, limit) => count <= limit)],
  ['allOf', groupRule('allOf', (valids, total) => valids === total)],
  ['anyOf', groupRule('anyOf', (valids) => valids > 0)],
  ['oneOf', groupRule('oneOf', (valids) => valids === 1)],
  ['not', notRule],
  ['title', () => valid],
  ['description', () => valid],
]);

const valid: Rule = () => [];

function compileSchema(schema: unknown): Rule {
  if (!isDocument(schema)) throw new CommandError('TypeMismatch', '$jsonSchema must be an object');
  const rules = keysOf(schema).map((keyword) => {
    const compile = KEYWORDS.get(keyword);
    if (compile !== undefined) return compile(schema[keyword], schema);
    throw new CommandError('FailedToParse', `Unknown $jsonSchema keyword: ${keyword}`);
  });
  return (value, path) => {
    spend(rules.length);
    return rules.flatMap((rule) => rule(value, path));
  };
}

function failing(operatorName: string, operand: unknown, path: string, reason: string): SchemaFailure[] {
  return [{ operatorName, specifiedAs: { [operatorName]: operand }, reason, path }];
}

function typeRule(keyword: string, operand: unknown, names: ReadonlySet<string>): Rule {
  return (value, path) =>
    names.has(typeNameOf(value)) ? [] : failing(keyword, operand, path, 'type did not match');
}

const JSON_TYPES: Readonly<Record<string, string>> = { boolean: 'bool', number: 'number', integer: '' };

function jsonTypes(operand: unknown): Set<string> {
  const names = (Array.isArray(operand) ? operand : [operand]).map((name: unknown) => {
    const known = ['object', 'array', 'number', 'boolean', 'string', 'null'];
    if (typeof name === 'string' && known.includes(name)) return JSON_TYPES[name] ?? name;
    const hint =
      name === 'integer'
        ? "$jsonSchema type 'integer' is not currently supported."
        : 'Unknown type name alias';
    throw new CommandError('BadValue', `${hint}: ${String(name)}`);
  });
  return typeNames(names);
}

function stringList(keyword: string, operand: unknown): string[] {
  if (Array.isArray(operand) && operand.length > 0 && operand.every((item) => typeof item === 'string'))
    return operand;
  throw new CommandError(
    'FailedToParse',
    `$jsonSchema keyword '${keyword}' must be a non-empty array of strings`,
  );
}

function subschemas(keyword: string, operand: unknown): [string, Rule][] {
  if (!isDocument(operand))
    throw new CommandError('TypeMismatch', `$jsonSchema keyword '${keyword}' must be an object`);
  return keysOf(operand).map((key) => [key, compileSchema(operand[key])]);
}

function requiredRule(operand: unknown): Rule {
  const names = stringList('required', operand);
  return (value, path) => {
    if (!isDocument(value)) return [];
    const lacking = names.filter((name) => !Object.hasOwn(value, name));
    return lacking.length === 0
      ? []
      : failing('required', operand, path, `required properties are missing: ${lacking.join(', ')}`);
  };
}

function propertiesRule(operand: unknown): Rule {
  const rules = subschemas('properties', operand);
  return (value, path) => {
    if (!isDocument(value)) return [];
    return rules.flatMap(([key, rule]) =>
      Object.hasOwn(value, key) ? rule(value[key], join(path, key)) : [],
    );
  };
}

function patternPropertiesRule(operand: unknown): Rule {
  const rules = subschemas('patternProperties', operand).map(
    ([key, rule]) => [compileRegex(key), rule] as const,
  );
  return (value, path) => {
    if (!isDocument(value)) return [];
    return keysOf(value).flatMap((key) =>
      rules.flatMap(([pattern, rule]) => (pattern.test(key) ? rule(value[key], join(path, key)) : [])),
    );
  };
}

function additionalPropertiesRule(operand: unknown, schema: Document): Rule {
  const named = new Set(isDocument(schema.properties) ? keysOf(schema.properties) : []);
  const patterns = isDocument(schema.patternProperties)
    ? keysOf(schema.patternProperties).map((key) => compileRegex(key))
    : [];
  const rule = booleanOrSchema('additionalProperties', operand);
  return (value, path) => {
    if (!isDocument(value)) return [];
    const extra = keysOf(value).filter(
      (key) => !named.has(key) && !patterns.some((pattern) => pattern.test(key)),
    );
    if (rule !== false) return rule === true ? [] : extra.flatMap((key) => rule(value[key], join(path, key)));
    return extra.length === 0
      ? []
      : failing(
          'additionalProperties',
          operand,
          path,
          `additional properties are not allowed: ${extra.join(', ')}`,
        );
  };
}

function booleanOrSchema(keyword: string, operand: unknown): boolean | Rule {
  if (typeof operand === 'boolean') return operand;
  if (isDocument(operand)) return compileSchema(operand);
  throw new CommandError('TypeMismatch', `$jsonSchema keyword '${keyword}' must be an object or a boolean`);
}

function dependenciesRule(operand: unknown): Rule {
  if (!isDocument(operand))
    throw new CommandError('TypeMismatch', "$jsonSchema keyword 'dependencies' must be an object");
  const rules = keysOf(operand).map((key) => {
    const dependency = operand[key];
    return [key, Array.isArray(dependency) ? requiredRule(dependency) : compileSchema(dependency)] as const;
  });
  return (value, path) =>
    isDocument(value)
      ? rules.flatMap(([key, rule]) => (Object.hasOwn(value, key) ? rule(value, path) : []))
      : [];
}

function enumRule(operand: unknown): Rule {
  if (!Array.isArray(operand) || operand.length === 0) {
    throw new CommandError('FailedToParse', "$jsonSchema keyword 'enum' must be a non-empty array");
  }
  return (value, path) =>
    operand.some((item) => equalBson(item, value))
      ? []
      : failing('enum', operand, path, 'value was not found in enum');
}

function limitRule(keyword: 'minimum' | 'maximum', holds: (order: number) => boolean): Keyword {
  const exclusiveKey = keyword === 'minimum' ? 'exclusiveMinimum' : 'exclusiveMaximum';
  return (operand, schema) => {
    const limit = numberOperand(keyword, operand);
    const exclusive = getField(schema, exclusiveKey) === true;
    return (value, path) => {
      if (!isNumber(value)) return [];
      const order = compareBson(value, limit);
      return holds(order) && !(exclusive && order === 0)
        ? []
        : failing(keyword, operand, path, 'comparison failed');
    };
  };
}

function numberOperand(keyword: string, operand: unknown): NumberValue {
  if (isNumber(operand)) return operand;
  throw new CommandError('TypeMismatch', `$jsonSchema keyword '${keyword}' must be a number`);
}

function multipleRule(operand: unknown): Rule {
  const unit = numberOperand('multipleOf', operand);
  if (toNumber(unit) <= 0)
    throw new CommandError('FailedToParse', "$jsonSchema keyword 'multipleOf' must have a positive value");
  return (value, path) => {
    if (!isNumber(value) || typeof exactOf(value) === 'number') return [];
    const times = Math.round(toNumber(value) / toNumber(unit));
    const nearest = multiplyNumbers(unit, times);
    const isMultiple = nearest !== undefined && compareBson(nearest, value) === 0;
    return isMultiple
      ? []
      : failing('multipleOf', operand, path, 'considered value is not a multiple of the specified value');
  };
}

function countRule(
  keyword: string,
  count: (value: unknown) => number | undefined,
  holds: (count: number, limit: number) => boolean,
): Keyword {
  return (operand) => {
    const limit = toNumber(numberOperand(keyword, operand));
    if (!Number.isInteger(limit) || limit < 0) {
      throw new CommandError(
        'FailedToParse',
        `$jsonSchema keyword '${keyword}' must be a non-negative integer`,
      );
    }
    return (value, path) => {
      const size = count(value);
      return size === undefined || holds(size, limit)
        ? []
        : failing(keyword, operand, path, `specified ${keyword} was not satisfied`);
    };
  };
}

function lengthOf(value: unknown): number | undefined {
  return typeof value === 'string' ? [...value].length : undefined;
}

function itemCount(value: unknown): number | undefined {
  return Array.isArray(value) ? value.length : undefined;
}

function propertyCount(value: unknown): number | undefined {
  return isDocument(value) ? keysOf(value).length : undefined;
}

function patternRule(operand: unknown): Rule {
  if (typeof operand !== 'string')
    throw new CommandError('TypeMismatch', "$jsonSchema keyword 'pattern' must be a string");
  const pattern = compileRegex(operand);
  return (value, path) =>
    typeof value !== 'string' || pattern.test(value)
      ? []
      : failing('pattern', operand, path, 'regular expression did not match');
}

function itemsRule(operand: unknown): Rule {
  if (Array.isArray(operand)) {
    const rules = operand.map(compileSchema);
    return (value, path) =>
      Array.isArray(value)
        ? rules.flatMap((rule, at) => (at < value.length ? rule(value[at], join(path, String(at))) : []))
        : [];
  }
  const rule = compileSchema(operand);
  return (value, path) =>
    Array.isArray(value) ? value.flatMap((item, at) => rule(item, join(path, String(at)))) : [];
}

function additionalItemsRule(operand: unknown, schema: Document): Rule {
  const rule = booleanOrSchema('additionalItems', operand);
  const first = Array.isArray(schema.items) ? schema.items.length : Number.POSITIVE_INFINITY;
  return (value, path) => {
    if (!Array.isArray(value) || rule === true || value.length <= first) return [];
    if (rule === false) return failing('additionalItems', operand, path, 'additional items are not allowed');
    return value.slice(first).flatMap((item, at) => rule(item, join(path, String(first + at))));
  };
}

function uniqueRule(operand: unknown): Rule {
  if (typeof operand !== 'boolean')
    throw new CommandError('TypeMismatch', "$jsonSchema keyword 'uniqueItems' must be a boolean");
  return (value, path) => {
    if (!operand || !Array.isArray(value)) return [];
    const isUnique = new Set(value.map(valueKey)).size === value.length;
    return isUnique ? [] : failing('uniqueItems', operand, path, 'found a duplicate item');
  };
}

function groupRule(keyword: string, holds: (valids: number, total: number) => boolean): Keyword {
  return (operand) => {
    if (!Array.isArray(operand) || operand.length === 0) {
      throw new CommandError('FailedToParse', `$jsonSchema keyword '${keyword}' must be a non-empty array`);
    }
    const rules = operand.map(compileSchema);
    return (value, path) => {
      const valids = rules.filter((rule) => rule(value, path).length === 0).length;
      return holds(valids, rules.length)
        ? []
        : failing(keyword, operand, path, `${valids} of ${rules.length} schemas matched`);
    };
  };
}

function notRule(operand: unknown): Rule {
  const rule = compileSchema(operand);
  return (value, path) =>
    rule(value, path).length > 0 ? [] : failing('not', operand, path, 'child expression matched');
}

function join(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`;
}
