/** @module Expression operators that compare, combine truth values and choose. */
import { CommandError } from '../command-error.ts';
import { compareValues } from './compare.ts';
import {
  type Compiled,
  type Compiler,
  isTruthy,
  type OperatorCompiler,
  type OperatorTable,
} from './expression-parts.ts';
import { type Document, getField, isDocument, keysOf } from './fields.ts';
import { compileArguments, isNil, namedParts, operator, typeOf } from './operator-arguments.ts';

const MANY = Number.POSITIVE_INFINITY;

/** `$eq` and its kin, `$and`, `$or`, `$not`, `$cond`, `$ifNull`, `$switch`, `$let`. */
export const logicOperators: OperatorTable = {
  $eq: comparison((order) => order === 0),
  $ne: comparison((order) => order !== 0),
  $gt: comparison((order) => order > 0),
  $gte: comparison((order) => order >= 0),
  $lt: comparison((order) => order < 0),
  $lte: comparison((order) => order <= 0),
  $cmp: comparison((order) => Math.sign(order)),
  $and: (argument, compiler, name) => {
    const parts = compileArguments(argument, [0, MANY], compiler, name);
    return (scope) => parts.every((part) => isTruthy(part(scope)));
  },
  $or: (argument, compiler, name) => {
    const parts = compileArguments(argument, [0, MANY], compiler, name);
    return (scope) => parts.some((part) => isTruthy(part(scope)));
  },
  $not: operator([1, 1], ([value]) => !isTruthy(value)),
  $cond: compileCondition,
  $ifNull: (argument, compiler, name) => {
    const parts = compileArguments(argument, [2, MANY], compiler, name);
    return (scope) => {
      let value: unknown;
      for (const part of parts) {
        value = part(scope);
        if (!isNil(value)) return value;
      }
      return value;
    };
  },
  $switch: compileSwitch,
  $let: compileLet,
};

/** Unlike in filters, missing is less than null here and arrays compare as wholes. */
function comparison(holds: (order: number) => unknown): OperatorCompiler {
  return operator([2, 2], ([left, right], _name, { strings }) => {
    if (left === undefined || right === undefined) return holds(missingOrder(left, right));
    return holds(compareValues(left, right, strings));
  });
}

function missingOrder(left: unknown, right: unknown): number {
  if (left === undefined && right === undefined) return 0;
  const other = left === undefined ? right : left;
  const lowest = typeOf(other) === 'minKey' ? 1 : -1;
  return left === undefined ? lowest : -lowest;
}

function compileCondition(argument: unknown, compiler: Compiler, name: string): Compiled {
  const [test, yes, no] = Array.isArray(argument)
    ? compileArguments(argument, [3, 3], compiler, name)
    : conditionParts(argument, name).map((part) => compiler.compile(part));
  return (scope) => (isTruthy(test!(scope)) ? yes!(scope) : no!(scope));
}

function conditionParts(argument: unknown, name: string): unknown[] {
  const parts = namedPartsAllowingNull(argument, ['if', 'then', 'else'], name);
  return [parts.if, parts.then, parts.else];
}

function namedPartsAllowingNull(argument: unknown, required: readonly string[], name: string): Document {
  if (!isDocument(argument)) {
    throw new CommandError(
      'Location16020',
      `Expression ${name} takes exactly 3 arguments. 1 were passed in.`,
    );
  }
  for (const key of keysOf(argument)) {
    if (!required.includes(key))
      throw new CommandError('Location17083', `Unrecognized parameter to ${name}: ${key}`);
  }
  for (const key of required) {
    if (!Object.hasOwn(argument, key))
      throw new CommandError(
        `Location${17080 + required.indexOf(key)}`,
        `Missing '${key}' parameter to ${name}`,
      );
  }
  return argument;
}

function compileSwitch(argument: unknown, compiler: Compiler, name: string): Compiled {
  const parts = namedParts(argument, { required: ['branches'], optional: ['default'] }, name);
  if (!Array.isArray(parts.branches) || parts.branches.length === 0) {
    throw new CommandError('Location40068', '$switch requires at least one branch.');
  }
  const branches = parts.branches.map((branch: unknown) => {
    const { case: test, then } = namedParts(branch, { required: ['case', 'then'] }, name);
    return { test: compiler.compile(test), result: compiler.compile(then) };
  });
  const otherwise = Object.hasOwn(parts, 'default') ? compiler.compile(parts.default) : undefined;
  return (scope) => {
    for (const { test, result } of branches) if (isTruthy(test(scope))) return result(scope);
    if (otherwise !== undefined) return otherwise(scope);
    throw new CommandError(
      'Location40066',
      '$switch could not find a matching branch for an input, and no default was specified.',
    );
  };
}

function compileLet(argument: unknown, compiler: Compiler, name: string): Compiled {
  const parts = namedParts(argument, { required: ['vars', 'in'] }, name);
  const body = compiler.compile(parts.in);
  const variables = compileVariables(parts.vars, compiler, name);
  return (scope) => body({ root: scope.root, variables: { ...scope.variables, ...variables(scope) } });
}

/** Compiles the variables of `$let` or of `$lookup`. @throws CommandError FailedToParse for a name that may not be set */
export function compileVariables(
  definitions: unknown,
  compiler: Compiler,
  name: string,
): (scope: Parameters<Compiled>[0]) => Record<string, unknown> {
  if (!isDocument(definitions))
    throw new CommandError('FailedToParse', `invalid parameter: expected an object (${name} vars)`);
  const compiled = keysOf(definitions).map((key) => {
    if (!/^[a-z\u0080-\uffff][\w\u0080-\uffff]*$/.test(key) && key !== 'CURRENT') {
      throw new CommandError(
        'FailedToParse',
        `'${key}' starts with an invalid character for a user variable name`,
      );
    }
    return [key, compiler.compile(getField(definitions, key))] as const;
  });
  return (scope) => Object.fromEntries(compiled.map(([key, part]) => [key, part(scope)]));
}
