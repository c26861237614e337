/** @module Expression operators on strings. */
import type { BSONRegExp } from 'bson';
import { CommandError } from '../command-error.ts';
import { compareStrings } from './compare.ts';
import type { OperatorCompiler, OperatorTable } from './expression-parts.ts';
import { bsonClass, type Document } from './fields.ts';
import { isNumber, toNumber } from './numbers.ts';
import {
  isNil,
  namedOperator,
  operator,
  strictOperator,
  stringArgument,
  typeOf,
  wholeArgument,
} from './operator-arguments.ts';
import { compileRegex, type Pattern, type PatternMatch } from './regex.ts';

const MANY = Number.POSITIVE_INFINITY;

/** `$concat`, `$substrCP`, `$regexMatch` and the like. */
export const stringOperators: OperatorTable = {
  $concat: strictOperator([0, MANY], (values, name) =>
    values.map((value) => stringArgument(value, name)).join(''),
  ),
  $toLower: operator([1, 1], ([value]) => asciiCase(coerced(value), 'lower')),
  $toUpper: operator([1, 1], ([value]) => asciiCase(coerced(value), 'upper')),
  $strcasecmp: operator([2, 2], ([a, b]) =>
    Math.sign(compareStrings(asciiCase(coerced(a), 'upper'), asciiCase(coerced(b), 'upper'))),
  ),
  $strLenCP: operator([1, 1], ([value], name) => [...stringArgument(value, name)].length),
  $strLenBytes: operator([1, 1], ([value], name) => Buffer.byteLength(stringArgument(value, name))),
  $substr: operator([3, 3], substringOfBytes),
  $substrBytes: operator([3, 3], substringOfBytes),
  $substrCP: operator([3, 3], ([value, start, length], name) => {
    const from = wholeArgument(start, name);
    const characters = [...coerced(value)];
    return characters.slice(from, from + wholeArgument(length, name)).join('');
  }),
  $indexOfCP: indexOf((text) => [...text]),
  $indexOfBytes: indexOf((text) => [...Buffer.from(text).toString('latin1')]),
  $split: strictOperator([2, 2], ([text, separator], name) => {
    const by = stringArgument(separator, name);
    if (by === '') throw new CommandError('Location40087', '$split requires a non-empty separator');
    return stringArgument(text, name).split(by);
  }),
  $trim: trimming('both'),
  $ltrim: trimming('left'),
  $rtrim: trimming('right'),
  $replaceOne: replacing((text, find, replacement) => {
    const at = text.indexOf(find);
    return at < 0 ? text : text.slice(0, at) + replacement + text.slice(at + find.length);
  }),
  $replaceAll: replacing((text, find, replacement) => text.split(find).join(replacement)),
  $regexMatch: patternOperator((text, regex) => regex.test(text), false),
  $regexFind: patternOperator((text, regex) => {
    const match = regex.find(text);
    return match === null ? null : describeMatch(match, characterIndex(text)(match.index));
  }, null),
  $regexFindAll: patternOperator((text, regex) => {
    const indexOfCharacter = characterIndex(text);
    return regex.findAll(text).map((match) => describeMatch(match, indexOfCharacter(match.index)));
  }, []),
};

/** Strings as `$toLower` and `$substr` take them: null is empty, numbers and dates are written out. */
function coerced(value: unknown): string {
  if (isNil(value)) return '';
  if (typeof value === 'string') return value;
  if (isNumber(value)) return typeof value === 'object' ? String(value) : String(toNumber(value));
  if (value instanceof Date) return value.toISOString();
  if (bsonClass(value) === 'BSONSymbol') return String(value);
  throw new CommandError('Location16007', `can't convert from BSON type ${typeOf(value)} to String`);
}

/** Letters outside of ASCII keep their case, as in MongoDB. */
function asciiCase(text: string, to: 'lower' | 'upper'): string {
  return to === 'lower'
    ? text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())
    : text.replace(/[a-z]+/g, (letters) => letters.toUpperCase());
}

function substringOfBytes([value, start, length]: unknown[], name: string): string {
  const bytes = Buffer.from(coerced(value));
  const from = wholeArgument(start, name);
  const count = wholeArgument(length, name);
  if (from < 0) return '';
  const end = count < 0 ? bytes.length : Math.min(bytes.length, from + count);
  for (const [at, code, what] of [
    [from, 'Location28656', 'starting'],
    [end, 'Location28657', 'ending'],
  ] as const) {
    if (((bytes[at] ?? 0) & 0xc0) === 0x80) {
      throw new CommandError(code, `${name}: Invalid range, ${what} in the middle of a UTF-8 character.`);
    }
  }
  return bytes.toString('utf8', from, end);
}

function indexOf(unitsOf: (text: string) => string[]): OperatorCompiler {
  return operator([2, 4], ([text, search, start, end], name) => {
    if (isNil(text)) return null;
    const units = unitsOf(stringArgument(text, name));
    const wanted = unitsOf(stringArgument(search, name));
    const from = isNil(start) ? 0 : wholeArgument(start, name);
    const to = Math.min(units.length, isNil(end) ? units.length : wholeArgument(end, name));
    for (let at = from; at + wanted.length <= to; at++) {
      if (wanted.every((unit, offset) => units[at + offset] === unit)) return at;
    }
    return -1;
  });
}

function trimming(side: 'both' | 'left' | 'right'): OperatorCompiler {
  return namedOperator({ required: ['input'], optional: ['chars'] }, (parts, name) => {
    if (isNil(parts.input) || ('chars' in parts && isNil(parts.chars))) return null;
    const characters = [...stringArgument(parts.input, name)];
    const chars = isNil(parts.chars) ? WHITESPACE : new Set(stringArgument(parts.chars, name));
    let start = 0;
    let end = characters.length;
    if (side !== 'right') while (start < end && chars.has(characters[start]!)) start++;
    if (side !== 'left') while (end > start && chars.has(characters[end - 1]!)) end--;
    return characters.slice(start, end).join('');
  });
}

const WHITESPACE = new Set(
  '\0 \t\n\v\f\r\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a',
);

function replacing(run: (text: string, find: string, replacement: string) => string): OperatorCompiler {
  return namedOperator(
    { required: ['input', 'find', 'replacement'] },
    ({ input, find, replacement }, name) => {
      if (isNil(input) || isNil(find) || isNil(replacement)) return null;
      return run(stringArgument(input, name), stringArgument(find, name), stringArgument(replacement, name));
    },
  );
}

function patternOperator(
  run: (text: string, regex: Pattern) => unknown,
  whenNull: unknown,
): OperatorCompiler {
  return namedOperator({ required: ['input', 'regex'], optional: ['options'] }, (parts, name) => {
    if (isNil(parts.input) || isNil(parts.regex)) return whenNull;
    return run(stringArgument(parts.input, name), patternOf(parts, name));
  });
}

function patternOf(parts: Document, name: string): Pattern {
  const options = isNil(parts.options) ? undefined : stringArgument(parts.options, name);
  if (typeof parts.regex === 'string') return compileRegex(parts.regex, options ?? '');
  if (bsonClass(parts.regex) !== 'BSONRegExp') {
    throw new CommandError('Location51105', `${name} needs 'regex' to be of type string or regex`);
  }
  const regex = parts.regex as BSONRegExp;
  if (options !== undefined && regex.options !== '') {
    throw new CommandError(
      'Location51107',
      `${name}: found regex option(s) specified in both 'regex' and 'option' fields`,
    );
  }
  return compileRegex(regex.pattern, options ?? regex.options);
}

function describeMatch({ text, captures }: PatternMatch, idx: number): Document {
  return { match: text, idx, captures };
}

/** Turns places in UTF-16 units, which must not go back, into places in characters. */
function characterIndex(text: string): (unit: number) => number {
  let at = 0;
  let characters = 0;
  return (unit) => {
    while (at < unit) {
      at += text.codePointAt(at)! > 0xffff ? 2 : 1;
      characters++;
    }
    return characters;
  };
}
