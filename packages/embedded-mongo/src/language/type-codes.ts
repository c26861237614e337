/** @module The names and numbers by which `$type` and schemas call BSON types. */
import { CommandError } from '../command-error.ts';
import { isNumber, toNumber } from './numbers.ts';

const NUMBERS: ReadonlyMap<number, string> = new Map([
  [1, 'double'],
  [2, 'string'],
  [3, 'object'],
  [4, 'array'],
  [5, 'binData'],
  [6, 'undefined'],
  [7, 'objectId'],
  [8, 'bool'],
  [9, 'date'],
  [10, 'null'],
  [11, 'regex'],
  [12, 'dbPointer'],
  [13, 'javascript'],
  [14, 'symbol'],
  [15, 'javascriptWithScope'],
  [16, 'int'],
  [17, 'timestamp'],
  [18, 'long'],
  [19, 'decimal'],
  [-1, 'minKey'],
  [255, 'minKey'],
  [127, 'maxKey'],
]);

const NAMES = new Set(NUMBERS.values());
const ALL_NUMBERS = ['int', 'long', 'double', 'decimal'];

/**
 * The type names that a `$type` operand stands for: a name, a number, `number`, or a list of them.
 *
 * @throws CommandError BadValue for an unknown name or number
 */
export function typeNames(operand: unknown): Set<string> {
  const operands = Array.isArray(operand) ? operand : [operand];
  return new Set(operands.flatMap(namesOf));
}

function namesOf(operand: unknown): string[] {
  if (operand === 'number') return ALL_NUMBERS;
  if (typeof operand === 'string') {
    if (NAMES.has(operand)) return [operand];
    throw new CommandError('BadValue', `Unknown type name alias: ${operand}`);
  }
  if (!isNumber(operand))
    throw new CommandError('TypeMismatch', 'type must be represented as a number or a string');
  const name = NUMBERS.get(toNumber(operand));
  if (name === undefined)
    throw new CommandError('BadValue', `Invalid numerical type code: ${toNumber(operand)}`);
  return [name];
}

/** The name of a type's number; `undefined` when there is none. */
export function typeNameOfCode(code: number): string | undefined {
  return NUMBERS.get(code);
}
