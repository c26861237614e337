/** @module Expression operators on arrays and sets, and the accumulators used as expressions. */
import { CommandError } from '../command-error.ts';
import { StageMemory } from '../memory.ts';
import { spend } from '../pace.ts';
import { ACCUMULATORS, distinct, percentiles } from './accumulators.ts';
import { compareValues, type StringOrder } from './compare.ts';
import {
  type Compiled,
  type Compiler,
  isTruthy,
  type OperatorCompiler,
  type OperatorTable,
  type Scope,
} from './expression-parts.ts';
import { type Document, documentOf, getField, isDocument, keysOf } from './fields.ts';
import { isNumber, toNumber } from './numbers.ts';
import {
  arrayArgument,
  compileArguments,
  isNil,
  namedOperator,
  namedParts,
  operator,
  strictOperator,
  wholeArgument,
} from './operator-arguments.ts';
import { sortDocuments } from './sort.ts';
import { valueKeys } from './value-key.ts';

const MANY = Number.POSITIVE_INFINITY;

/** `$map`, `$filter`, `$size`, `$setUnion`, and `$sum` over an array. */
export const arrayOperators: OperatorTable = {
  $isArray: operator([1, 1], ([value]) => Array.isArray(value)),
  $size: operator([1, 1], ([value], name) => arrayArgument(value, name).length),
  $arrayElemAt: strictOperator([2, 2], ([array, index], name) =>
    arrayArgument(array, name).at(wholeArgument(index, name)),
  ),
  $concatArrays: strictOperator([0, MANY], (values, name) =>
    values.flatMap((value) => arrayArgument(value, name)),
  ),
  $in: operator([2, 2], ([value, array], name, { strings }) =>
    arrayArgument(array, name).some((item) => compareValues(item, value, strings) === 0),
  ),
  $indexOfArray: operator([2, 4], ([array, value, start, end], name, { strings }) => {
    if (isNil(array)) return null;
    const items = arrayArgument(array, name);
    const to = isNil(end) ? items.length : wholeArgument(end, name);
    for (let at = isNil(start) ? 0 : wholeArgument(start, name); at < Math.min(to, items.length); at++) {
      if (compareValues(items[at], value, strings) === 0) return at;
    }
    return -1;
  }),
  $reverseArray: strictOperator([1, 1], ([array], name) => arrayArgument(array, name).toReversed()),
  $slice: strictOperator([2, 3], ([array, ...range], name) =>
    sliceOf(arrayArgument(array, name), range, name),
  ),
  $range: operator([2, 3], ([from, to, by], name) => rangeOf(from, to, by ?? 1, name)),
  $zip: namedOperator({ required: ['inputs'], optional: ['useLongestLength', 'defaults'] }, zip),
  $map: compileMap,
  $filter: compileFilterOperator,
  $reduce: compileReduce,
  $sortArray: (argument, compiler, name) => {
    const parts = namedParts(argument, { required: ['input', 'sortBy'] }, name);
    const input = compiler.compile(parts.input);
    return (scope) => {
      const array = input(scope);
      return isNil(array) ? null : sorted(arrayArgument(array, name), parts.sortBy, compiler.strings);
    };
  },
  $arrayToObject: strictOperator([1, 1], ([array], name) =>
    documentOf(arrayArgument(array, name).map(entryOf)),
  ),
  $firstN: firstOrLast((array, count) => array.slice(0, count)),
  $lastN: firstOrLast((array, count) => array.slice(-count)),
  $minN: firstOrLast((array, count, strings) =>
    array
      .filter(isPresent)
      .sort((a, b) => compareValues(a, b, strings))
      .slice(0, count),
  ),
  $maxN: firstOrLast((array, count, strings) =>
    array
      .filter(isPresent)
      .sort((a, b) => compareValues(b, a, strings))
      .slice(0, count),
  ),
  $first: strictOperator([1, 1], ([array], name) => arrayArgument(array, name)[0]),
  $last: strictOperator([1, 1], ([array], name) => arrayArgument(array, name).at(-1)),
  $setUnion: strictOperator([0, MANY], (values, name, { strings }) =>
    distinct(
      values.flatMap((value) => arrayArgument(value, name)),
      strings,
    ),
  ),
  $setIntersection: strictOperator([0, MANY], (values, name, { strings }) => {
    const keyOf = valueKeys(strings);
    const [first = [], ...others] = values.map((value) => arrayArgument(value, name));
    const keys = others.map((array) => new Set(array.map(keyOf)));
    return distinct(
      first.filter((item) => keys.every((set) => set.has(keyOf(item)))),
      strings,
    );
  }),
  $setDifference: strictOperator([2, 2], ([left, right], name, { strings }) => {
    const keyOf = valueKeys(strings);
    const keys = new Set(arrayArgument(right, name).map(keyOf));
    return distinct(
      arrayArgument(left, name).filter((item) => !keys.has(keyOf(item))),
      strings,
    );
  }),
  $setEquals: operator([2, MANY], (values, name, { strings }) => {
    const keyOf = valueKeys(strings);
    const [first, ...others] = values.map((value) => new Set(arrayArgument(value, name).map(keyOf)));
    return others.every((set) => set.size === first!.size && [...set].every((key) => first!.has(key)));
  }),
  $setIsSubset: operator([2, 2], ([left, right], name, { strings }) => {
    const keyOf = valueKeys(strings);
    const keys = new Set(arrayArgument(right, name).map(keyOf));
    return arrayArgument(left, name).every((item) => keys.has(keyOf(item)));
  }),
  $anyElementTrue: operator([1, 1], ([array], name) => arrayArgument(array, name).some(isTruthy)),
  $allElementsTrue: operator([1, 1], ([array], name) => arrayArgument(array, name).every(isTruthy)),
  $sum: accumulating,
  $avg: accumulating,
  $min: accumulating,
  $max: accumulating,
  $stdDevPop: accumulating,
  $stdDevSamp: accumulating,
  $median: namedOperator(
    { required: ['input', 'method'] },
    ({ input }) => percentiles(listOf(input), [0.5])[0],
  ),
  $percentile: namedOperator({ required: ['input', 'p', 'method'] }, ({ input, p }, name) =>
    percentiles(
      listOf(input),
      arrayArgument(p, name).map((share) => (isNumber(share) ? toNumber(share) : 0)),
    ),
  ),
};

function isPresent(value: unknown): boolean {
  return !isNil(value);
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [value];
}

/** Over one argument that is an array, its items; over several, the arguments. */
function accumulating(argument: unknown, compiler: Compiler, name: string): Compiled {
  const accumulate = ACCUMULATORS.get(name)!;
  const parts = compileArguments(argument, [0, MANY], compiler, name);
  return (scope) => {
    const values = parts.map((part) => part(scope));
    return accumulate(values.length === 1 && Array.isArray(values[0]) ? values[0] : values, compiler.strings);
  };
}

function sliceOf(array: readonly unknown[], range: readonly unknown[], name: string): unknown[] {
  const [first, second] = range.map((value) => wholeArgument(value, name));
  if (second === undefined) return first! < 0 ? array.slice(first) : array.slice(0, first);
  if (second <= 0) throw new CommandError('Location28729', 'Third argument to $slice must be positive');
  const start = first! < 0 ? Math.max(0, array.length + first!) : first!;
  return array.slice(start, start + second);
}

function rangeOf(from: unknown, to: unknown, by: unknown, name: string): number[] {
  const start = wholeArgument(from, name);
  const end = wholeArgument(to, name);
  const step = wholeArgument(by, name);
  if (step === 0) throw new CommandError('Location34449', '$range requires a non-zero step value');
  const memory = new StageMemory(name);
  const count = Math.max(0, Math.ceil((end - start) / step));
  memory.hold(count * RANGE_VALUE_BYTES);
  spend(count / VALUES_PER_UNIT);
  const values = new Array<number>(count);
  for (let at = 0; at < count; at++) values[at] = start + at * step;
  return values;
}

/** What a number takes in an array, as MongoDB counts it. */
const RANGE_VALUE_BYTES = 16;
/** Numbers that are made as quickly as one operator runs. */
const VALUES_PER_UNIT = 32;

function zip({ inputs, useLongestLength, defaults }: Document, name: string): unknown {
  const arrays = arrayArgument(inputs, name);
  if (arrays.some(isNil)) return null;
  const columns = arrays.map((array) => arrayArgument(array, name));
  const lengths = columns.map((column) => column.length);
  const length = useLongestLength === true ? Math.max(...lengths) : Math.min(...lengths);
  const fallback = Array.isArray(defaults) ? defaults : [];
  return Array.from({ length }, (_, row) =>
    columns.map((column, index) => (row < column.length ? column[row] : (fallback[index] ?? null))),
  );
}

function bind(scope: Scope, variables: Record<string, unknown>): Scope {
  spend();
  return { root: scope.root, variables: { ...scope.variables, ...variables } };
}

function compileMap(argument: unknown, compiler: Compiler, name: string): Compiled {
  const parts = namedParts(argument, { required: ['input', 'in'], optional: ['as', 'arrayIndexAs'] }, name);
  const input = compiler.compile(parts.input);
  const body = compiler.compile(parts.in);
  const variable = String(parts.as ?? 'this');
  return (scope) => {
    const array = input(scope);
    if (isNil(array)) return null;
    return arrayArgument(array, name).map((item) => body(bind(scope, { [variable]: item })) ?? null);
  };
}

function compileFilterOperator(argument: unknown, compiler: Compiler, name: string): Compiled {
  const parts = namedParts(argument, { required: ['input', 'cond'], optional: ['as', 'limit'] }, name);
  const input = compiler.compile(parts.input);
  const condition = compiler.compile(parts.cond);
  const limit = compiler.compile(parts.limit ?? null);
  const variable = String(parts.as ?? 'this');
  return (scope) => {
    const array = input(scope);
    if (isNil(array)) return null;
    const most = limit(scope);
    const kept = arrayArgument(array, name).filter((item) =>
      isTruthy(condition(bind(scope, { [variable]: item }))),
    );
    return isNil(most) ? kept : kept.slice(0, wholeArgument(most, name));
  };
}

function compileReduce(argument: unknown, compiler: Compiler, name: string): Compiled {
  const shape = { required: ['input', 'in'], optional: ['initialValue'] };
  const parts = namedParts(argument, shape, name);
  if (!Object.hasOwn(parts, 'initialValue')) {
    throw new CommandError('Location40079', "$reduce requires 'initialValue' to be specified");
  }
  const input = compiler.compile(parts.input);
  const initial = compiler.compile(parts.initialValue);
  const body = compiler.compile(parts.in);
  return (scope) => {
    const array = input(scope);
    if (isNil(array)) return null;
    return arrayArgument(array, name).reduce(
      (value, item) => body(bind(scope, { value, this: item })),
      initial(scope),
    );
  };
}

function sorted(array: readonly unknown[], sortBy: unknown, strings: StringOrder): unknown[] {
  if (isNumber(sortBy)) {
    const direction = toNumber(sortBy);
    return array.toSorted((a, b) => direction * compareValues(a, b, strings));
  }
  if (!isDocument(sortBy))
    throw new CommandError('BadValue', '$sortArray requires sortBy to be 1, -1 or an object');
  const wrapped = array.map((item) => ({ item, document: isDocument(item) ? item : {} }));
  const spec = documentOf(keysOf(sortBy).map((key): [string, unknown] => [`document.${key}`, sortBy[key]]));
  return sortDocuments(wrapped, spec).map(({ item }) => item);
}

function entryOf(entry: unknown): readonly [string, unknown] {
  if (Array.isArray(entry) && entry.length === 2 && typeof entry[0] === 'string') return [entry[0], entry[1]];
  if (isDocument(entry) && keysOf(entry).length === 2 && typeof getField(entry, 'k') === 'string') {
    return [entry.k as string, entry.v];
  }
  throw new CommandError(
    'Location40386',
    '$arrayToObject requires pairs [key, value] or documents {k, v} with string keys',
  );
}

function firstOrLast(
  pick: (array: unknown[], count: number, strings: StringOrder) => unknown[],
): OperatorCompiler {
  return namedOperator({ required: ['input', 'n'] }, ({ input, n }, name, { strings }) => {
    const count = wholeArgument(n, name);
    if (count <= 0) throw new CommandError('Location5787908', `'n' must be greater than 0, found ${count}`);
    return pick([...arrayArgument(input, name)], count, strings);
  });
}
