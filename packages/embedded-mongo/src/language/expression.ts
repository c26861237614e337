/** @module Compiles aggregation expressions into functions over documents. */
import { CommandError } from '../command-error.ts';
import type { Collation } from './collation.ts';
import { stringOrder } from './collation.ts';
import { plainValue } from './documents.ts';
import { arithmeticOperators } from './expression-arithmetic.ts';
import { arrayOperators } from './expression-arrays.ts';
import { dateOperators } from './expression-dates.ts';
import { logicOperators } from './expression-logic.ts';
import { objectOperators } from './expression-objects.ts';
import { type Compiled, type Compiler, type OperatorCompiler, valueAtPath } from './expression-parts.ts';
import { stringOperators } from './expression-strings.ts';
import { typeOperators } from './expression-types.ts';
import { type Document, documentOf, isDocument, keysOf } from './fields.ts';

/** What an expression may depend on. */
export interface ExpressionOptions {
  /** `$$NOW`; the moment of compiling when left out. */
  now?: Date | undefined;
  collation?: Collation | undefined;
  /** Variables from outside, by name without `$$`. */
  variables?: Document | undefined;
}

/** A compiled expression: the value for a document, `undefined` when it is missing. */
export type Evaluate = (document: unknown, variables?: Readonly<Record<string, unknown>>) => unknown;

/**
 * Compiles an expression.
 *
 * @throws CommandError for an unknown operator or wrong arguments; calling the result throws for values it cannot take
 */
export function compileExpression(expression: unknown, options: ExpressionOptions = {}): Evaluate {
  const outer = options.variables ?? {};
  const compiled = compilerFor(options).compile(plainValue(expression));
  return (document, variables) =>
    compiled({ root: document, variables: variables === undefined ? outer : { ...outer, ...variables } });
}

/** What compiles the parts of expressions; their scope is given with each call. */
export function compilerFor(options: ExpressionOptions): Compiler {
  const compiler: Compiler = {
    strings: stringOrder(options.collation),
    now: options.now ?? new Date(),
    compile: (part) => compilePart(part, compiler),
  };
  return compiler;
}

const OPERATORS: ReadonlyMap<string, OperatorCompiler> = new Map(
  Object.entries({
    ...logicOperators,
    ...arithmeticOperators,
    ...stringOperators,
    ...arrayOperators,
    ...objectOperators,
    ...typeOperators,
    ...dateOperators,
    $literal: (argument: unknown) => () => argument,
  }),
);

const SCRIPTS = new Set(['$function', '$accumulator', '$where']);

function compilePart(expression: unknown, compiler: Compiler): Compiled {
  if (typeof expression === 'string') {
    return expression.startsWith('$') ? compilePath(expression, compiler) : () => expression;
  }
  if (Array.isArray(expression)) {
    const items = expression.map((item) => compilePart(item, compiler));
    return (scope) => items.map((item) => item(scope) ?? null);
  }
  return isDocument(expression) ? compileDocument(expression, compiler) : () => expression;
}

function compileDocument(expression: Document, compiler: Compiler): Compiled {
  const keys = keysOf(expression);
  const [first] = keys;
  if (first?.startsWith('$')) {
    if (keys.length > 1) {
      throw new CommandError(
        'Location15983',
        `An object representing an expression must have exactly one field: ${keys.join(', ')}`,
      );
    }
    return compileOperator(first, expression[first], compiler);
  }
  const fields = keys.map((key) => {
    if (key.includes('.')) {
      throw new CommandError(
        'Location16412',
        `FieldPath field names may not contain '.'. Consider using $getField or $setField.`,
      );
    }
    return [key, compilePart(expression[key], compiler)] as const;
  });
  return (scope) => {
    const entries: [string, unknown][] = [];
    for (const [key, part] of fields) {
      const value = part(scope);
      if (value !== undefined) entries.push([key, value]);
    }
    return documentOf(entries);
  };
}

/** Whether a value is written as an operator that there is not. */
export function isUnknownOperator(expression: unknown): boolean {
  const [name, more] = isDocument(expression) ? keysOf(expression) : [];
  if (name === undefined || more !== undefined || !name.startsWith('$')) return false;
  return !OPERATORS.has(name) && !SCRIPTS.has(name);
}

function compileOperator(name: string, argument: unknown, compiler: Compiler): Compiled {
  const operator = OPERATORS.get(name);
  if (operator !== undefined) return operator(argument, compiler, name);
  if (SCRIPTS.has(name)) {
    throw new CommandError(
      'CommandNotSupported',
      `${name} is not supported by this server: it runs no JavaScript`,
    );
  }
  throw new CommandError('InvalidPipelineOperator', `Unrecognized expression '${name}'`);
}

function compilePath(path: string, compiler: Compiler): Compiled {
  if (!path.startsWith('$$')) {
    const segments = checkedSegments(path.slice(1));
    return ({ root }) => valueAtPath(root, segments, 0);
  }
  const [name = '', ...rest] = path.slice(2).split('.');
  const variable = compileVariable(name, compiler);
  if (rest.length === 0) return variable;
  return (scope) => valueAtPath(variable(scope), rest, 0);
}

function checkedSegments(path: string): string[] {
  const segments = path.split('.');
  if (segments.includes('')) {
    throw new CommandError(
      'Location40353',
      path === ''
        ? "'$' by itself is not a valid FieldPath"
        : 'FieldPath must not end with or contain an empty field name',
    );
  }
  return segments;
}

function compileVariable(name: string, compiler: Compiler): Compiled {
  switch (name) {
    case 'ROOT':
      return ({ root, variables }) => ('ROOT' in variables ? variables.ROOT : root);
    case 'CURRENT':
      return ({ root }) => root;
    case 'NOW':
      return () => compiler.now;
    case 'REMOVE':
      return () => undefined;
    case 'KEEP':
    case 'PRUNE':
    case 'DESCEND':
      return () => `$$${name}`;
    case 'CLUSTER_TIME':
    case 'USER_ROLES':
    case 'SEARCH_META':
      throw new CommandError('Location51144', `Builtin variable '$$${name}' is not available`);
    case '':
      throw new CommandError('FailedToParse', 'empty variable names are not allowed');
    default:
      return ({ variables }) => {
        if (name in variables) return variables[name];
        throw new CommandError('Location17276', `Use of undefined variable: ${name}`);
      };
  }
}
