/** @module Compiles the accumulators of `$group` and `$bucket`. */
import { CommandError } from '../command-error.ts';
import type { StageMemory } from '../memory.ts';
import { ACCUMULATORS, percentiles } from './accumulators.ts';
import { stringOrder } from './collation.ts';
import { compareValues } from './compare.ts';
import { compileExpression, type Evaluate, type ExpressionOptions } from './expression.ts';
import { type Document, isDocument, keysOf } from './fields.ts';
import { isNumber, toNumber } from './numbers.ts';
import { namedParts } from './operator-arguments.ts';
import { runningAccumulator } from './running-accumulators.ts';
import { sortDocuments } from './sort.ts';

/** Makes the value of one output field out of the documents of a group, which come one by one. */
export interface RunningAccumulator {
  add(document: Document): void;
  result(): unknown;
}

/** Starts an accumulator for one group; what it holds is counted. */
export type GroupAccumulator = (memory: StageMemory) => RunningAccumulator;

/** Compiles `{$operator: argument}`. @throws CommandError Location15952 for an unknown accumulator */
export function compileGroupAccumulator(
  field: string,
  spec: unknown,
  options: ExpressionOptions,
): GroupAccumulator {
  if (!isDocument(spec) || keysOf(spec).length === 0) {
    throw new CommandError('Location40234', `The field '${field}' must be an accumulator object`);
  }
  const [operator, another] = keysOf(spec) as [string, string?];
  if (another !== undefined) {
    throw new CommandError('Location40238', `The field '${field}' must specify one accumulator`);
  }
  if (field.includes('.'))
    throw new CommandError('Location40235', `The field name '${field}' cannot contain '.'`);
  return compileAccumulator(operator, spec[operator], options);
}

function compileAccumulator(
  operator: string,
  argument: unknown,
  options: ExpressionOptions,
): GroupAccumulator {
  const strings = stringOrder(options.collation);
  const running = runningAccumulator(operator, strings);
  const simple = ACCUMULATORS.get(operator);
  if (running !== undefined || simple !== undefined) {
    const evaluate = compileExpression(argument, options);
    if (running === undefined) return collecting(evaluate, (values) => simple!(values, strings));
    return () => {
      const { add, result } = running();
      return { add: (document) => add(evaluate(document)), result };
    };
  }
  switch (operator) {
    case '$count':
      if (!isDocument(argument) || keysOf(argument).length > 0) {
        throw new CommandError('TypeMismatch', '$count takes no arguments, i.e. $count:{}');
      }
      return () => {
        let count = 0;
        return {
          add: () => {
            count++;
          },
          result: () => count,
        };
      };
    case '$firstN':
      return several(operator, argument, options, (values, n) => values.slice(0, n));
    case '$lastN':
      return several(operator, argument, options, (values, n) => values.slice(-n));
    case '$minN':
      return several(operator, argument, options, (values, n) =>
        values
          .filter(isPresent)
          .sort((a, b) => compareValues(a, b, strings))
          .slice(0, n),
      );
    case '$maxN':
      return several(operator, argument, options, (values, n) =>
        values
          .filter(isPresent)
          .sort((a, b) => compareValues(b, a, strings))
          .slice(0, n),
      );
    case '$top':
    case '$bottom':
    case '$topN':
    case '$bottomN':
      return ranked(operator, argument, options);
    case '$median':
    case '$percentile':
      return shares(operator, argument, options);
    case '$accumulator':
      throw new CommandError(
        'CommandNotSupported',
        '$accumulator is not supported by this server: it runs no JavaScript',
      );
    default:
      throw new CommandError('Location15952', `unknown group operator '${operator}'`);
  }
}

/** An accumulator that needs all values of its group at once. */
function collecting(
  evaluate: (document: Document) => unknown,
  finish: (values: unknown[]) => unknown,
): GroupAccumulator {
  return (memory) => {
    const values: unknown[] = [];
    return {
      add: (document) => {
        const value = evaluate(document);
        memory.holdValue(value);
        values.push(value);
      },
      result: () => finish(values),
    };
  };
}

function isPresent(value: unknown): boolean {
  return value !== null && value !== undefined;
}

function several(
  operator: string,
  argument: unknown,
  options: ExpressionOptions,
  pick: (values: unknown[], n: number) => unknown[],
): GroupAccumulator {
  const parts = namedParts(argument, { required: ['input', 'n'] }, operator);
  const input = compileExpression(parts.input, options);
  const count = compileExpression(parts.n, options);
  return collecting(
    (document) => input(document) ?? null,
    (values) => pick(values, countOf(count, operator)),
  );
}

function countOf(count: Evaluate, operator: string): number {
  const value = count({});
  const n = isNumber(value) ? toNumber(value) : 0;
  if (Number.isInteger(n) && n > 0) return n;
  throw new CommandError('Location5787902', `The field 'n' of ${operator} must be a positive integer`);
}

function ranked(operator: string, argument: unknown, options: ExpressionOptions): GroupAccumulator {
  const takesMany = operator.endsWith('N');
  const parts = namedParts(
    argument,
    { required: takesMany ? ['output', 'sortBy', 'n'] : ['output', 'sortBy'] },
    operator,
  );
  if (!isDocument(parts.sortBy))
    throw new CommandError('Location5788005', `${operator} requires 'sortBy' to be an object`);
  const sortBy = parts.sortBy;
  const output = compileExpression(parts.output, options);
  const count = compileExpression(parts.n ?? 1, options);
  const order = options.collation === undefined ? {} : { collation: options.collation };
  return collecting(
    (document) => document,
    (documents) => {
      const sorted = sortDocuments(documents as Document[], sortBy, order);
      const n = countOf(count, operator);
      const chosen = operator.startsWith('$top') ? sorted.slice(0, n) : sorted.slice(-n);
      const values = chosen.map((document) => output(document) ?? null);
      return takesMany ? values : values[0];
    },
  );
}

function shares(operator: string, argument: unknown, options: ExpressionOptions): GroupAccumulator {
  const required = operator === '$median' ? ['input', 'method'] : ['input', 'p', 'method'];
  const parts = namedParts(argument, { required }, operator);
  const input = compileExpression(parts.input, options);
  const list = compileExpression(operator === '$median' ? [0.5] : parts.p, options)({});
  if (!Array.isArray(list))
    throw new CommandError('Location7750301', "$percentile requires 'p' to be an array of numbers");
  const wanted = list.map((share) => (isNumber(share) ? toNumber(share) : Number.NaN));
  return collecting(input, (values) => {
    const found = percentiles(values, wanted);
    return operator === '$median' ? found[0] : found;
  });
}
