/** @module What the compiled parts of an expression are, and what all of them need. */
import type { StringOrder } from './compare.ts';
import { getField, isDocument } from './fields.ts';
import { isNumber, toNumber } from './numbers.ts';

/** What an expression sees: the document, and the variables by name without `$$`. `undefined` means missing. */
export interface Scope {
  readonly root: unknown;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** A compiled part of an expression. */
export type Compiled = (scope: Scope) => unknown;

/** What compiling needs besides the expression itself. */
export interface Compiler {
  readonly strings: StringOrder;
  readonly now: Date;
  compile(expression: unknown): Compiled;
}

/** Compiles one operator's argument. */
export type OperatorCompiler = (argument: unknown, compiler: Compiler, name: string) => Compiled;

/** A group of operators by name. */
export type OperatorTable = Readonly<Record<string, OperatorCompiler>>;

/** Whether a value counts as true: everything but false, zero, null and missing. */
export function isTruthy(value: unknown): boolean {
  if (value === undefined || value === null || value === false) return false;
  return !isNumber(value) || toNumber(value) !== 0;
}

/** The value at a path: through an array, the values of its elements, those that lack it left out. */
export function valueAtPath(value: unknown, segments: readonly string[], at: number): unknown {
  if (at === segments.length) return value;
  if (isDocument(value)) return valueAtPath(getField(value, segments[at]!), segments, at + 1);
  if (!Array.isArray(value)) return undefined;
  const found: unknown[] = [];
  for (const item of value) {
    if (!isDocument(item) && !Array.isArray(item)) continue;
    const inner = valueAtPath(item, segments, at);
    if (inner !== undefined) found.push(inner);
  }
  return found;
}
