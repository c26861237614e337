/** @module Compiles MongoDB filters into functions over documents. */
import { CommandError } from '../command-error.ts';
import { type Collation, stringOrder } from './collation.ts';
import type { StringOrder } from './compare.ts';
import { plainOf, plainValue } from './documents.ts';
import { compileExpression } from './expression.ts';
import { isTruthy } from './expression-parts.ts';
import {
  type Condition,
  compileConditions,
  isOperatorDocument,
  isReferenceField,
  literalCondition,
  matchesValue,
} from './field-conditions.ts';
import { type Document, isDocument, keysOf } from './fields.ts';
import { compileJsonSchema } from './json-schema.ts';
import { splitPath, walkPath } from './paths.ts';

/** What a filter may depend on. */
export interface FilterOptions {
  collation?: Collation;
  /** What `$$NOW` is in `$expr`; the moment of compiling when left out. */
  now?: Date;
  /** Variables for `$expr`, such as those of `$lookup`'s `let`. */
  variables?: Document;
}

/** A compiled filter. */
export interface Filter {
  /** Whether a document matches. */
  matches(document: Document): boolean;
  /** The index that the positional `$` stands for in a matching document; `undefined` when no array was looked into. */
  arrayIndex(document: Document): number | undefined;
}

/**
 * Compiles a filter.
 *
 * @throws CommandError BadValue for unknown operators and malformed operands; CommandNotSupported for `$where`, `$text`
 *   and the geo operators
 */
export function compileFilter(filter: Document, options: FilterOptions = {}): Filter {
  const strings = stringOrder(options.collation);
  const node = compileClauses(plainOf(filter), { strings, filter: options });
  return { matches: (document) => node.matches(document), arrayIndex: (document) => node.locate(document) };
}

/**
 * Compiles what `$pull` and `$elemMatch` say about one array element: an operator document tests the element itself,
 * another document tests its fields, any other value is compared.
 *
 * @throws CommandError as {@link compileFilter}
 */
export function compileElementTest(
  condition: unknown,
  options: FilterOptions = {},
): (element: unknown) => boolean {
  const context = { strings: stringOrder(options.collation), filter: options };
  return elementTest(plainValue(condition), context);
}

interface Node {
  matches(document: Document): boolean;
  locate(document: Document): number | undefined;
}

interface CompileContext {
  strings: StringOrder;
  filter: FilterOptions;
}

function compileClauses(filter: Document, context: CompileContext): Node {
  const nodes = keysOf(filter).flatMap((key) => compileClause(key, filter[key], context));
  return allOf(nodes);
}

function compileClause(key: string, operand: unknown, context: CompileContext): Node[] {
  if (!key.startsWith('$') || isReferenceField(key)) return fieldNodes(key, operand, context);
  switch (key) {
    case '$and':
      return [allOf(branches(key, operand, context))];
    case '$or':
      return [anyOf(branches(key, operand, context))];
    case '$nor':
      return [noneOf(branches(key, operand, context))];
    case '$comment':
      return [];
    case '$expr': {
      const { now, variables } = context.filter;
      const evaluate = compileExpression(operand, { now, collation: context.filter.collation, variables });
      return [testNode((document) => isTruthy(evaluate(document)))];
    }
    case '$jsonSchema': {
      const schema = compileJsonSchema(operand);
      return [testNode((document) => schema(document).length === 0)];
    }
    case '$alwaysTrue':
      return [testNode(() => true)];
    case '$alwaysFalse':
      return [testNode(() => false)];
    case '$sampleRate':
      return [sampleNode(operand)];
    case '$text':
      throw new CommandError('IndexNotFound', 'text index required for $text query');
    case '$where':
      throw new CommandError(
        'CommandNotSupported',
        '$where is not supported by this server: it runs no JavaScript',
      );
    default:
      throw new CommandError(
        'BadValue',
        `unknown top level operator: ${key}. If you have a field name that starts with a '$' symbol, consider using $getField or $setField.`,
      );
  }
}

function sampleNode(rate: unknown): Node {
  if (typeof rate !== 'number' || rate < 0 || rate > 1) {
    throw new CommandError('BadValue', 'argument to $sampleRate must be in [0, 1]');
  }
  return testNode(() => Math.random() < rate);
}

function branches(key: string, operand: unknown, context: CompileContext): Node[] {
  if (!Array.isArray(operand)) throw new CommandError('BadValue', `${key} must be an array`);
  if (operand.length === 0) throw new CommandError('BadValue', '$and/$or/$nor must be a nonempty array');
  return operand.map((branch) => {
    if (!isDocument(branch))
      throw new CommandError('BadValue', '$or/$and/$nor entries need to be full objects');
    return compileClauses(branch, context);
  });
}

function fieldNodes(path: string, operand: unknown, context: CompileContext): Node[] {
  const element = (condition: unknown) => elementTest(condition, context);
  const conditions = isOperatorDocument(operand)
    ? compileConditions(path, operand, { strings: context.strings, element })
    : [literalCondition(operand, context.strings)];
  const segments = splitPath(path);
  return conditions.map((condition) => conditionNode(segments, condition));
}

function elementTest(condition: unknown, context: CompileContext): (element: unknown) => boolean {
  if (!isDocument(condition)) {
    const literal = literalCondition(condition, context.strings);
    return (element) => matchesValue(literal, element);
  }
  if (isOperatorDocument(condition) && !isClauseKey(keysOf(condition)[0]!)) {
    const element = (inner: unknown) => elementTest(inner, context);
    const conditions = compileConditions('', condition, { strings: context.strings, element });
    return (value) => conditions.every((one) => matchesValue(one, value));
  }
  const node = compileClauses(condition, context);
  return (element) => {
    if (isDocument(element)) return node.matches(element);
    return Array.isArray(element) && node.matches({ ...element } as unknown as Document);
  };
}

function isClauseKey(key: string): boolean {
  return key === '$and' || key === '$or' || key === '$nor' || key === '$expr' || key === '$jsonSchema';
}

function conditionNode(segments: readonly string[], condition: Condition): Node {
  const matches = pathTest(segments, condition);
  return { matches, locate: (document) => locate(document, segments, condition) };
}

/** A function of its own for the commonest shape, one top-level field, because whole collections are scanned with it. */
function pathTest(segments: readonly string[], condition: Condition): (document: Document) => boolean {
  if ('none' in condition) {
    const tests = condition.none.map((inner) => pathTest(segments, inner));
    return (document) => !tests.every((test) => test(document));
  }
  const { leaf, test, negated } = condition;
  const [field] = segments;
  if (segments.length === 1 && field !== undefined && !(field in Object.prototype)) {
    return (document) => {
      const value = document[field];
      const found =
        value === undefined || typeof value === 'object'
          ? walkPath(document, segments, leaf, test)
          : test(value);
      return found !== negated;
    };
  }
  return (document) => walkPath(document, segments, leaf, test) !== negated;
}

function locate(document: Document, segments: readonly string[], condition: Condition): number | undefined {
  if ('none' in condition || condition.negated) return undefined;
  let position: number | undefined;
  walkPath(document, segments, condition.leaf, (value, index) => {
    if (!condition.test(value)) return false;
    position = index ?? condition.locate?.(value);
    return true;
  });
  return position;
}

function testNode(matches: (document: Document) => boolean): Node {
  return { matches, locate: () => undefined };
}

function allOf(nodes: readonly Node[]): Node {
  const [only] = nodes;
  if (nodes.length === 1 && only !== undefined) return only;
  return {
    matches(document) {
      for (const node of nodes) if (!node.matches(document)) return false;
      return true;
    },
    // A later condition on an array wins, as the server evaluates them in turn.
    locate: (document) =>
      nodes.reduce<number | undefined>((found, node) => node.locate(document) ?? found, undefined),
  };
}

function anyOf(nodes: readonly Node[]): Node {
  return {
    matches: (document) => nodes.some((node) => node.matches(document)),
    locate: (document) => nodes.find((node) => node.matches(document))?.locate(document),
  };
}

function noneOf(nodes: readonly Node[]): Node {
  return testNode((document) => !nodes.some((node) => node.matches(document)));
}
