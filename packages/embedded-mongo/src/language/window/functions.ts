/** @module Compiles the functions of `$setWindowFields`: accumulators over a window, ranks, neighbours and fillings. */
import { CommandError } from '../../command-error.ts';
import { StageMemory } from '../../memory.ts';
import { isTurnOver, PAUSE } from '../../pace.ts';
import { compareBson } from '../compare.ts';
import { compileExpression, type Evaluate } from '../expression.ts';
import { type Document, isDocument, keysOf } from '../fields.ts';
import { compileGroupAccumulator, type GroupAccumulator } from '../group-accumulators.ts';
import { isNumber, toNumber } from '../numbers.ts';
import { namedParts } from '../operator-arguments.ts';
import type { SortField } from '../sort.ts';
import type { StageContext } from '../stage.ts';
import { compileBounds, splitWindow, type WindowBounds } from './bounds.ts';
import { carryForward, interpolate, movingAverage } from './fillings.ts';
import type { Partition, WindowFunction } from './partitions.ts';
import { compileSlope } from './slopes.ts';

/** Compiles one output, `{$function: argument, window: …}`. @throws CommandError FailedToParse and others */
export function compileWindowFunction(
  spec: unknown,
  sort: readonly SortField[],
  context: StageContext,
): WindowFunction {
  if (!isDocument(spec)) throw refusal('the window function must be an object');
  const { operator, window } = splitWindow(spec);
  const [name, another] = keysOf(operator);
  if (name === undefined || another !== undefined)
    throw refusal('a window function is one operator and its window');
  const argument = operator[name];
  const ranking = RANKINGS.get(name);
  if (ranking) {
    refuseWindow(name, window);
    checkRanking(name, argument, sort);
    return atOnce(ranking);
  }
  switch (name) {
    case '$shift':
      refuseWindow(name, window);
      return compileShift(argument, sort, context);
    case '$expMovingAvg':
      refuseWindow(name, window);
      requireSort(name, sort);
      return compileMovingAverage(argument, context);
    case '$locf': {
      refuseWindow(name, window);
      const evaluate = compileExpression(argument, context);
      return atOnce(({ documents }) => carryForward(documents.map((document) => evaluate(document))));
    }
    case '$linearFill': {
      refuseWindow(name, window);
      requireOneField(name, sort);
      const evaluate = compileExpression(argument, context);
      return atOnce(({ documents, places }) =>
        interpolate(
          documents.map((document) => evaluate(document)),
          places,
        ),
      );
    }
    case '$derivative':
    case '$integral':
    case '$covariancePop':
    case '$covarianceSamp':
      return compileSlope(name, argument, compileBounds(window, sort), sort, context);
    default:
      return overWindow(accumulatorOf(name, argument, context), compileBounds(window, sort));
  }
}

const refusal = (message: string) => new CommandError('FailedToParse', `$setWindowFields: ${message}`);

function accumulatorOf(name: string, argument: unknown, context: StageContext): GroupAccumulator {
  try {
    return compileGroupAccumulator('output', { [name]: argument }, context);
  } catch (error) {
    if (!(error instanceof CommandError) || error.code !== 15952) throw error;
    throw new CommandError('FailedToParse', `Unrecognized window function, ${name}`);
  }
}

/** A window that only grows is added to; any other is gone through anew for each document. */
function overWindow(start: GroupAccumulator, bounds: WindowBounds): WindowFunction {
  return function* (partition) {
    const { documents } = partition;
    const values: unknown[] = [];
    let accumulator = start(new StageMemory('$setWindowFields'));
    let added = 0;
    let isFresh = true;
    let result: unknown;
    for (let at = 0; at < documents.length; at++) {
      const [from, to] = bounds.find(partition, at);
      if (!bounds.startsAtFirst) {
        accumulator = start(new StageMemory('$setWindowFields'));
        added = from;
        isFresh = true;
      }
      for (; added < to; added++) {
        accumulator.add(documents[added]!);
        isFresh = true;
        if (isTurnOver()) yield PAUSE;
      }
      if (isFresh) result = accumulator.result() ?? null;
      isFresh = false;
      values.push(result);
      if (isTurnOver()) yield PAUSE;
    }
    return values;
  };
}

/** A function that goes through a partition once. */
function atOnce(run: (partition: Partition) => unknown[]): WindowFunction {
  return function* (partition) {
    if (isTurnOver(partition.documents.length)) yield PAUSE;
    return run(partition);
  };
}

const RANKINGS = new Map<string, (partition: Partition) => unknown[]>([
  ['$documentNumber', ({ documents }) => documents.map((_, at) => at + 1)],
  ['$rank', ({ places }) => ranked(places, (_rank, at) => at + 1)],
  ['$denseRank', ({ places }) => ranked(places, (rank) => rank + 1)],
]);

function ranked(places: readonly unknown[], next: (rank: number, at: number) => number): number[] {
  let rank = 0;
  return places.map((place, at) => {
    if (at === 0 || compareBson(place, places[at - 1]) !== 0) rank = next(rank, at);
    return rank;
  });
}

function checkRanking(name: string, argument: unknown, sort: readonly SortField[]): void {
  if (!isDocument(argument) || keysOf(argument).length > 0) {
    throw new CommandError('Location5371603', `${name} must be specified with '{}' as the value`);
  }
  if (name === '$documentNumber') requireSort(name, sort);
  else requireOneField(name, sort);
}

function requireSort(name: string, sort: readonly SortField[]): void {
  if (sort.length > 0) return;
  throw new CommandError('Location5371602', `${name} must be specified with a top level sortBy expression`);
}

function requireOneField(name: string, sort: readonly SortField[]): void {
  if (sort.length === 1) return;
  throw new CommandError(
    'Location5371602',
    `${name} must be specified with a top level sortBy expression with exactly one element`,
  );
}

function refuseWindow(name: string, window: unknown): void {
  if (window !== undefined)
    throw new CommandError('Location5371601', `${name} does not accept a 'window' field`);
}

function compileShift(argument: unknown, sort: readonly SortField[], context: StageContext): WindowFunction {
  requireSort('$shift', sort);
  const parts = namedParts(argument, { required: ['output', 'by'], optional: ['default'] }, '$shift');
  const by = isNumber(parts.by) ? toNumber(parts.by) : Number.NaN;
  if (!Number.isInteger(by)) throw refusal("$shift's 'by' must be an integer");
  const output = compileExpression(parts.output, context);
  const fallback = compileExpression(parts.default ?? null, context)({}) ?? null;
  return atOnce(({ documents }) =>
    documents.map((_, at) => {
      const other = documents[at + by];
      return other === undefined ? fallback : (output(other) ?? null);
    }),
  );
}

function compileMovingAverage(argument: unknown, context: StageContext): WindowFunction {
  const parts = namedParts(argument, { required: ['input'], optional: ['N', 'alpha'] }, '$expMovingAvg');
  const input: Evaluate = compileExpression(parts.input, context);
  const { N: count, alpha } = parts;
  if ((count === undefined) === (alpha === undefined)) {
    throw refusal("$expMovingAvg takes exactly one of 'N' and 'alpha'");
  }
  const weight = count === undefined ? numberOf(alpha) : 2 / (numberOf(count) + 1);
  const isValid =
    count === undefined ? weight > 0 && weight < 1 : Number.isInteger(numberOf(count)) && numberOf(count) > 0;
  if (!isValid) throw refusal("$expMovingAvg needs a positive whole 'N', or an 'alpha' between 0 and 1");
  return atOnce(({ documents }) =>
    movingAverage(
      documents.map((document: Document) => input(document)),
      weight,
    ),
  );
}

const numberOf = (value: unknown) => (isNumber(value) ? toNumber(value) : Number.NaN);
