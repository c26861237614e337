/** @module The query operators that look at single bits of integers and binary data. */
import type { Binary } from 'bson';
import { CommandError } from '../command-error.ts';
import type { Test } from './conditions.ts';
import { bsonClass } from './fields.ts';
import { isNumber, toInt64, toNumber } from './numbers.ts';

/** MongoDB's names of the bit tests. */
export type BitOperator = '$bitsAllSet' | '$bitsAllClear' | '$bitsAnySet' | '$bitsAnyClear';

/** Tests bits of a value. @throws CommandError for a mask that is no whole number, list of positions or binary */
export function bitTest(operator: BitOperator, operand: unknown): Test {
  const positions = positionsOf(operator, operand);
  const wanted = operator.endsWith('Set');
  const all = operator.startsWith('$bitsAll');
  return (value) => {
    const bit = bitReader(value);
    if (bit === undefined) return false;
    const holds = (position: number) => bit(position) === wanted;
    return all ? positions.every(holds) : positions.some(holds);
  };
}

function positionsOf(operator: string, operand: unknown): number[] {
  if (isNumber(operand)) {
    const mask = toInt64(operand);
    if (mask === undefined || mask < 0n) {
      throw new CommandError('FailedToParse', `Expected a non-negative whole number in: ${operator}`);
    }
    return Array.from({ length: 63 }, (_, position) => position).filter(
      (at) => ((mask >> BigInt(at)) & 1n) === 1n,
    );
  }
  if (bsonClass(operand) === 'Binary') {
    const bit = bitReader(operand)!;
    const length = (operand as Binary).value().length * 8;
    return Array.from({ length }, (_, position) => position).filter(bit);
  }
  if (!Array.isArray(operand)) {
    throw new CommandError(
      'BadValue',
      `${operator} takes an Array, a number, or a BinData but received something else`,
    );
  }
  return operand.map((item) => {
    const position = isNumber(item) ? toNumber(item) : -1;
    if (!Number.isInteger(position) || position < 0) {
      throw new CommandError(
        'BadValue',
        `Failed to parse bit position. Expected a non-negative number in: ${operator}`,
      );
    }
    return position;
  });
}

function bitReader(value: unknown): ((position: number) => boolean) | undefined {
  if (isNumber(value)) {
    const whole = toInt64(value);
    if (whole === undefined) return undefined;
    // Beyond 63 the sign goes on, as in two's complement.
    return (position) => ((whole >> BigInt(Math.min(position, 63))) & 1n) === 1n;
  }
  if (bsonClass(value) !== 'Binary') return undefined;
  const bytes = (value as Binary).value();
  return (position) => (((bytes[position >> 3] ?? 0) >> (position & 7)) & 1) === 1;
}
