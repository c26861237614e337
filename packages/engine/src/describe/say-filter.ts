/** @module Selections, documents and changes as people say them. */

import { isPlainObject } from '../values/copy.ts';
import type { Template } from '../values/template.ts';
import { joinFew, joinWords, quote, refers, sayField, sayValue, shorten } from './say-value.ts';

const MOST = 8;
/** Conditions within conditions: deeper ones are only counted. */
const MAX_DEPTH = 2;

/** ` whose email is the caller's "email"`; nothing for a selection of everything. */
export function sayFilter({ source }: Template): string {
  if (isNothing(source)) return '';
  return isPlainObject(source) ? ` whose ${sayConditions(source, 0)}` : ` selected by ${sayValue(source)}`;
}

/** ` with name and email`: names only, because values may be secret. */
export function sayFields({ source }: Template): string {
  if (isNothing(source)) return '';
  return isPlainObject(source) ? ` with ${namesOf(source)}` : ` from ${sayValue(source)}`;
}

/** Like {@link sayFields} for a document that is stored: its password becomes a hash. */
export function sayDocument({ source }: Template): string {
  if (isNothing(source)) return '';
  return isPlainObject(source) ? ` with ${storedNamesOf(source)}` : ` from ${sayValue(source)}`;
}

/** `sets name and adds to visits`. */
export function sayChange({ source }: Template): string {
  if (isNothing(source)) return 'nothing is given yet';
  if (!isPlainObject(source)) return `sets what ${sayValue(source)} holds`;
  const plain = Object.entries(source).filter(([name]) => !name.startsWith('$'));
  const set = { ...(isPlainObject(source.$set) ? source.$set : {}), ...Object.fromEntries(plain) };
  const others = Object.entries(source).filter(([name]) => name.startsWith('$') && name !== '$set');
  const parts = [
    ...(Object.keys(set).length > 0 ? [`sets ${storedNamesOf(set)}`] : []),
    ...others.map(
      ([operator, fields]) =>
        `${CHANGES[operator] ?? `applies ${shorten(operator)} to`} ${isPlainObject(fields) ? namesOf(fields) : sayValue(fields)}`,
    ),
  ];
  return parts.length === 0 ? `sets what ${sayValue(source.$set)} holds` : joinWords(parts, 'and');
}

/** A collection by its name; one without a name belongs to a step that is not finished. */
export function sayCollection(collection: string): string {
  return collection === '' ? 'a collection that is not chosen yet' : quote(collection);
}

/** Why reading or changing what a filter selects can fail. */
export function filterFailures(collection: string, filter: Template): string[] {
  return [
    ...(collection === '' ? ['no collection is chosen'] : []),
    ...(refers(filter) ? ['a value of its filter is missing'] : []),
  ];
}

/** Whether a filter, a document or a change has nothing in it. */
export function isNothing(source: unknown): boolean {
  if (source === undefined || source === null || source === '') return true;
  return isPlainObject(source) && Object.keys(source).length === 0;
}

function sayConditions(source: Record<string, unknown>, depth: number): string {
  return joinFew(
    Object.entries(source).map(([field, value]) => sayCondition(field, value, depth)),
    MOST,
  );
}

function sayCondition(field: string, value: unknown, depth: number): string {
  if (field.startsWith('$')) return sayLogical(field, value, depth);
  const name = shorten(field);
  if (!isPlainObject(value)) return `${name} is ${sayField(field, value)}`;
  const entries = Object.entries(value);
  if (entries.length === 0) return `${name} is an empty object`;
  if (!entries.some(([operator]) => operator.startsWith('$')))
    return `${name} is an object with ${namesOf(value)}`;
  const parts = entries.map(([operator, other]) => sayOperator(field, operator, other));
  return `${name} ${joinFew(parts, MOST)}`;
}

function sayLogical(operator: string, value: unknown, depth: number): string {
  const list = Array.isArray(value) ? value.filter(isPlainObject) : [];
  const join = LOGICAL[operator];
  if (join === undefined || list.length === 0 || list.length > MOST || depth >= MAX_DEPTH)
    return `further conditions (${shorten(operator)}) hold`;
  const parts = list.map((one) => sayConditions(one, depth + 1));
  const all = joinWords(parts, join);
  return operator === '$nor' ? `neither holds: (${all})` : parts.length === 1 ? all : `(${all})`;
}

function sayOperator(field: string, operator: string, other: unknown): string {
  if (operator === '$exists') return other === false || other === 0 ? 'is not there' : 'is there';
  return `${OPERATORS[operator] ?? shorten(operator)} ${sayField(field, other)}`;
}

function namesOf(source: Record<string, unknown>): string {
  const names = Object.keys(source).map((name) => shorten(name));
  return names.length === 0 ? 'no fields' : joinFew(names, MOST);
}

function storedNamesOf(source: Record<string, unknown>): string {
  const names = Object.keys(source).map((name) =>
    name === 'password' ? 'password (hashed)' : shorten(name),
  );
  return joinFew(names, MOST);
}

const LOGICAL: Readonly<Record<string, 'and' | 'or'>> = { $and: 'and', $or: 'or', $nor: 'or' };

const OPERATORS: Readonly<Record<string, string>> = {
  $eq: 'is',
  $ne: 'is not',
  $gt: 'is greater than',
  $gte: 'is at least',
  $lt: 'is less than',
  $lte: 'is at most',
  $in: 'is one of',
  $nin: 'is none of',
  $regex: 'matches',
  $options: 'with the options',
};

const CHANGES: Readonly<Record<string, string>> = {
  $inc: 'adds to',
  $mul: 'multiplies',
  $unset: 'removes',
  $push: 'appends to',
  $addToSet: 'appends, if not there yet, to',
  $pull: 'takes values out of',
  $rename: 'renames',
  $min: 'lowers',
  $max: 'raises',
  $currentDate: 'sets to the current date',
};
