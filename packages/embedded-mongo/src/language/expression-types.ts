/** @module Expression operators that name and convert types. */
import { type Binary, BSONError, Decimal128, ObjectId, type Timestamp } from 'bson';
import { CommandError, type MongoCodeName } from '../command-error.ts';
import { doubleValue } from './bson-reader.ts';
import { decimalValueOf, type ExactDecimal } from './decimals.ts';
import type { OperatorCompiler, OperatorTable } from './expression-parts.ts';
import { bsonClass, type Document } from './fields.ts';
import { decimalOf, exactOf, integerValue, isNumber, type NumberValue, toNumber } from './numbers.ts';
import { isNil, namedParts, operator, typeOf } from './operator-arguments.ts';
import { typeNameOfCode } from './type-codes.ts';

/** `$type`, `$convert`, `$toString` and the like. */
export const typeOperators: OperatorTable = {
  $type: operator([1, 1], ([value]) => typeOf(value)),
  $isNumber: operator([1, 1], ([value]) => isNumber(value)),
  $toString: converting('string'),
  $toInt: converting('int'),
  $toLong: converting('long'),
  $toDouble: converting('double'),
  $toDecimal: converting('decimal'),
  $toBool: converting('bool'),
  $toDate: converting('date'),
  $toObjectId: converting('objectId'),
  $convert: (argument, compiler, name) => {
    const shape = { required: ['to'], optional: ['input', 'onError', 'onNull', 'format', 'base'] };
    const parts = namedParts(argument, shape, name);
    const input = compiler.compile(parts.input);
    const to = compiler.compile(parts.to);
    const onNull = compiler.compile(parts.onNull ?? null);
    const onError = Object.hasOwn(parts, 'onError') ? compiler.compile(parts.onError) : undefined;
    return (scope) => {
      const value = input(scope);
      const target = targetOf(to(scope));
      if (isNil(value)) return onNull(scope);
      if (target === null) return null;
      try {
        return convert(value, target);
      } catch (error) {
        if (onError === undefined || !(error instanceof CommandError)) throw error;
        return onError(scope);
      }
    };
  },
};

function converting(target: string): OperatorCompiler {
  return operator([1, 1], ([value]) => (isNil(value) ? null : convert(value, target)));
}

function targetOf(to: unknown): string | null {
  if (isNil(to)) return null;
  if (typeof to === 'string') return to;
  const target = isNumber(to) ? typeNameOfCode(toNumber(to)) : (to as Document).type;
  if (isNumber(target) || typeof target === 'string')
    return typeof target === 'string' ? target : targetOf(target);
  throw new CommandError('FailedToParse', "$convert's 'to' argument must be a string or number");
}

/** Converts a value to a type by MongoDB's rules. @throws CommandError ConversionFailure */
export function convert(value: unknown, target: string): unknown {
  switch (target) {
    case 'string':
      return toText(value);
    case 'int':
      return toInteger(value, target);
    case 'long':
      return BigInt(toInteger(value, target));
    case 'double':
      return doubleValue(toNumber(toNumeric(value, target)));
    case 'decimal':
      return toDecimal(value);
    case 'bool':
      return isNumber(value) ? toNumber(value) !== 0 : value !== false;
    case 'date':
      return toDate(value);
    case 'objectId':
      return toObjectId(value);
    default:
      throw new CommandError('BadValue', `Unknown type name: ${target}`);
  }
}

function failure(value: unknown, target: string, reason = ''): CommandError {
  const code: MongoCodeName = 'ConversionFailure';
  const detail = reason === '' ? ' with no onError value' : `: ${reason}`;
  return new CommandError(
    code,
    `Unsupported conversion from ${typeOf(value)} to ${target} in $convert${detail}`,
  );
}

function toText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return String(value);
  if (isNumber(value))
    return typeof value === 'object' && bsonClass(value) === 'Decimal128' ? String(value) : numberText(value);
  if (value instanceof Date) return value.toISOString();
  if (bsonClass(value) === 'ObjectId') return (value as ObjectId).toHexString();
  if (bsonClass(value) === 'BSONSymbol') return String(value);
  if (bsonClass(value) === 'Binary') return binaryText(value as Binary);
  throw failure(value, 'string');
}

function numberText(value: NumberValue): string {
  if (typeof value === 'bigint') return value.toString();
  const number = toNumber(value);
  if (Object.is(number, -0)) return '-0';
  return String(number).replace(/e([+-])(\d)$/, 'e$10$2');
}

function binaryText(binary: Binary): string {
  const isUuid = binary.sub_type === 4 && binary.value().length === 16;
  return isUuid ? binary.toUUID().toHexString() : Buffer.from(binary.value()).toString('base64');
}

function toInteger(value: unknown, target: 'int' | 'long'): number | bigint {
  const numeric = toNumeric(value, target);
  if (typeof value === 'string' && !/^[+-]?\d+$/.test(value))
    throw failure(value, target, `Failed to parse number '${value}'`);
  const exact = exactOf(numeric);
  if (typeof exact === 'number')
    throw failure(value, target, 'Attempt to convert NaN or infinity to an integer type');
  const whole = integerValue(truncatedInteger(exact));
  if (whole === undefined || (target === 'int' && typeof whole === 'bigint')) {
    throw failure(value, target, 'Conversion would overflow target type');
  }
  return whole;
}

function truncatedInteger(value: ExactDecimal): bigint {
  if (value.exponent >= 0)
    return value.exponent > 40 ? 10n ** 40n : value.coefficient * 10n ** BigInt(value.exponent);
  return value.coefficient / 10n ** BigInt(-value.exponent);
}

function toNumeric(value: unknown, target: string): NumberValue {
  if (isNumber(value)) return value;
  if (typeof value === 'boolean') return Number(value);
  if (value instanceof Date && target !== 'int') return BigInt(value.getTime());
  if (typeof value !== 'string') throw failure(value, target);
  if (/^[+-]?\d+$/.test(value)) return BigInt(value.replace('+', ''));
  if (!/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(value)) {
    if (/^[+-]?(?:nan|inf(?:inity)?)$/i.test(value)) return specialNumber(value);
    throw failure(value, target, `Failed to parse number '${value}' in $convert`);
  }
  return Number(value);
}

function specialNumber(text: string): number {
  if (/nan/i.test(text)) return Number.NaN;
  return text.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}

function toDecimal(value: unknown): Decimal128 {
  if (bsonClass(value) === 'Decimal128') return value as Decimal128;
  if (typeof value !== 'string') return decimalOf(toNumeric(value, 'decimal'));
  try {
    const decimal = Decimal128.fromStringWithRounding(value);
    decimalValueOf(decimal);
    return decimal;
  } catch (error) {
    if (error instanceof BSONError) throw failure(value, 'decimal', `Failed to parse number '${value}'`);
    throw error;
  }
}

function toDate(value: unknown): Date {
  if (value instanceof Date) return value;
  const instant = instantOf(value);
  if (instant !== undefined) return instant;
  if (typeof value === 'string') return parseDate(value);
  if (!isNumber(value) || typeOf(value) === 'int') throw failure(value, 'date');
  const date = new Date(Math.trunc(toNumber(value)));
  if (Number.isNaN(date.getTime())) throw failure(value, 'date', 'out of range');
  return date;
}

/** The moment that a date, ObjectId or Timestamp holds; `undefined` for other values. */
export function instantOf(value: unknown): Date | undefined {
  if (value instanceof Date) return value;
  if (bsonClass(value) === 'ObjectId') return (value as ObjectId).getTimestamp();
  if (bsonClass(value) === 'Timestamp') return new Date((value as Timestamp).t * 1000);
  return undefined;
}

/** Reads a date as `$toDate` does; without a zone it is UTC. @throws CommandError ConversionFailure */
export function parseDate(text: string): Date {
  const hasZone = /(?:[zZ]|[+-]\d{2}:?\d{2}|GMT|UTC)\s*$/.test(text.replace(/^\d{4}-\d{2}-\d{2}$/, '$&Z'));
  const isIso = /^\d{4}-\d{2}(-\d{2})?([T ]\d{2}:\d{2}.*)?$/.test(text);
  const full = hasZone || /^\d{4}-\d{2}(-\d{2})?$/.test(text) ? text : `${text}${isIso ? 'Z' : ' UTC'}`;
  const date = new Date(isIso ? full.replace(' ', 'T') : full);
  if (/^[\d\s]*$/.test(text) || Number.isNaN(date.getTime())) {
    throw new CommandError('ConversionFailure', `Error parsing date string '${text}'`);
  }
  return date;
}

function toObjectId(value: unknown): ObjectId {
  if (bsonClass(value) === 'ObjectId') return value as ObjectId;
  if (typeof value !== 'string') throw failure(value, 'objectId');
  if (/^[0-9a-fA-F]{24}$/.test(value)) return new ObjectId(value);
  throw failure(
    value,
    'objectId',
    `Failed to parse objectId '${value}' in $convert with no onError value: Invalid string length for parsing to OID, expected 24 but found ${value.length}`,
  );
}
