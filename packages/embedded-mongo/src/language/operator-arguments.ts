/** @module Builds expression operators out of ordinary functions, checking how many arguments they take. */
import { CommandError } from '../command-error.ts';
import { spend } from '../pace.ts';
import { argumentCode } from './argument-codes.ts';
import { typeNameOf } from './compare.ts';
import type { Compiled, Compiler, OperatorCompiler } from './expression-parts.ts';
import { type Document, getField, isDocument, keysOf, MISSING } from './fields.ts';
import { isNumber, type NumberValue, toNumber } from './numbers.ts';

/** The smallest and the greatest number of arguments. */
export type Arity = readonly [least: number, most: number];

/** An operator whose arguments are all evaluated first. */
export function operator(
  arity: Arity,
  run: (values: unknown[], name: string, compiler: Compiler) => unknown,
): OperatorCompiler {
  return (argument, compiler, name) => {
    const parts = compileArguments(argument, arity, compiler, name);
    return (scope) => {
      spend();
      return run(
        parts.map((part) => part(scope)),
        name,
        compiler,
      );
    };
  };
}

/** Like {@link operator}, but null when any argument is null or missing. */
export function strictOperator(
  arity: Arity,
  run: (values: unknown[], name: string, compiler: Compiler) => unknown,
): OperatorCompiler {
  return operator(arity, (values, name, compiler) =>
    values.some(isNil) ? null : run(values, name, compiler),
  );
}

/** An operator whose argument is a document of named parts. @throws CommandError for an unknown or a lacking part */
export function namedOperator(
  shape: { required: readonly string[]; optional?: readonly string[] },
  run: (values: Document, name: string, compiler: Compiler) => unknown,
): OperatorCompiler {
  return (argument, compiler, name) => {
    const parts = namedParts(argument, shape, name);
    const compiled = keysOf(parts).map((key) => [key, compiler.compile(parts[key])] as const);
    return (scope) => {
      spend();
      return run(Object.fromEntries(compiled.map(([key, part]) => [key, part(scope)])), name, compiler);
    };
  };
}

/** Checks a document of named parts without compiling them. */
export function namedParts(
  argument: unknown,
  shape: { required: readonly string[]; optional?: readonly string[] },
  name: string,
): Document {
  if (!isDocument(argument))
    throw new CommandError('FailedToParse', `${name} only supports an object as its argument`);
  for (const key of keysOf(argument)) {
    if (!shape.required.includes(key) && !shape.optional?.includes(key)) {
      throw new CommandError('FailedToParse', `Unrecognized argument to ${name}: ${key}`);
    }
  }
  for (const key of shape.required) {
    if (getField(argument, key) === undefined) {
      throw new CommandError('FailedToParse', `Missing '${key}' parameter to ${name}`);
    }
  }
  return argument;
}

/** Compiles the arguments of an operator: an array's items, or the one value. @throws CommandError Location16020 */
export function compileArguments(
  argument: unknown,
  arity: Arity,
  compiler: Compiler,
  name: string,
): Compiled[] {
  const list = Array.isArray(argument) ? argument : [argument];
  const [least, most] = arity;
  if (list.length < least || list.length > most) {
    const wanted = least === most ? `exactly ${least}` : `at least ${least}, and at most ${most},`;
    throw new CommandError(
      'Location16020',
      `Expression ${name} takes ${wanted} arguments. ${list.length} were passed in.`,
    );
  }
  return list.map((item) => compiler.compile(item));
}

/** Whether a value is null or missing. */
export function isNil(value: unknown): value is null | undefined {
  return value === null || value === undefined;
}

/** A number argument. @throws CommandError TypeMismatch */
export function numberArgument(value: unknown, name: string): NumberValue {
  if (isNumber(value)) return value;
  throw new CommandError('TypeMismatch', `${name} only supports numeric types, not ${typeOf(value)}`);
}

/** A whole-number argument. @throws CommandError TypeMismatch */
export function wholeArgument(value: unknown, name: string): number {
  const number = isNumber(value) ? toNumber(value) : Number.NaN;
  if (Number.isInteger(number)) return number;
  throw new CommandError('TypeMismatch', `${name} requires an integral value, found ${typeOf(value)}`);
}

/** Characters of a text that cost as much to go through as one operator. */
const CHARACTERS_PER_UNIT = 128;

/** A string argument. @throws CommandError the operator's own code, or TypeMismatch */
export function stringArgument(value: unknown, name: string): string {
  if (typeof value === 'string') {
    spend(value.length / CHARACTERS_PER_UNIT);
    return value;
  }
  throw new CommandError(
    argumentCode('string', name),
    `${name} requires a string argument, found: ${typeOf(value)}`,
  );
}

/** Items of an array that cost as much to go through as one operator. */
const ITEMS_PER_UNIT = 8;

/** An array argument. @throws CommandError the operator's own code, or TypeMismatch */
export function arrayArgument(value: unknown, name: string): unknown[] {
  if (Array.isArray(value)) {
    spend(value.length / ITEMS_PER_UNIT);
    return value;
  }
  throw new CommandError(
    argumentCode('array', name),
    `The argument to ${name} must be an array, but was of type: ${typeOf(value)}`,
  );
}

/** A document argument. @throws CommandError the operator's own code, or TypeMismatch */
export function documentArgument(value: unknown, name: string): Document {
  if (isDocument(value)) return value;
  throw new CommandError(
    argumentCode('document', name),
    `${name} requires an object, found: ${typeOf(value)}`,
  );
}

/** The type name of an expression's value. */
export function typeOf(value: unknown): string {
  return typeNameOf(value === undefined ? MISSING : value);
}
