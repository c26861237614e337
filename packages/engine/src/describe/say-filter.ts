/** @module Selections and documents as people say them. */

import { isPlainObject } from '../values/copy.ts';
import type { Template } from '../values/template.ts';
import { joinWords, quote, sayValue } from './say-value.ts';

const MOST = 8;

/** ` whose email is the caller's "email"`; nothing for a selection of everything. */
export function sayFilter({ source }: Template): string {
  if (!isPlainObject(source))
    return source === undefined || source === null ? '' : ` selected by ${sayValue(source)}`;
  const parts = Object.entries(source).slice(0, MOST).map(sayCondition);
  return parts.length === 0 ? '' : ` whose ${joinWords(parts, 'and')}`;
}

/** ` with name, email and password (hashed)`: names only, because values may be secret. */
export function sayFields({ source }: Template): string {
  if (!isPlainObject(source))
    return source === undefined || source === null ? '' : ` from ${sayValue(source)}`;
  const names = Object.keys(source).flatMap((name) =>
    name.startsWith('$') && isPlainObject(source[name]) ? Object.keys(source[name] as object) : [name],
  );
  const shown = names.slice(0, MOST).map((name) => (name === 'password' ? 'password (hashed)' : name));
  const all = names.length > MOST ? [...shown, `${names.length - MOST} more`] : shown;
  return all.length === 0 ? '' : ` with ${joinWords(all, 'and')}`;
}

function sayCondition([field, value]: [string, unknown]): string {
  if (field.startsWith('$'))
    return `${field.slice(1)} of ${Array.isArray(value) ? value.length : 1} conditions holds`;
  if (!isPlainObject(value))
    return `${field} is ${/password|secret|token/i.test(field) ? 'a secret' : sayValue(value)}`;
  const parts = Object.entries(value).map(
    ([operator, other]) => `${OPERATORS[operator] ?? operator} ${sayValue(other)}`,
  );
  return `${field} ${parts.length === 0 ? 'is an empty object' : joinWords(parts, 'and')}`;
}

const OPERATORS: Readonly<Record<string, string>> = {
  $eq: 'is',
  $ne: 'is not',
  $gt: 'is greater than',
  $gte: 'is at least',
  $lt: 'is less than',
  $lte: 'is at most',
  $in: 'is one of',
  $nin: 'is none of',
  $exists: 'exists:',
  $regex: 'matches',
};

/** A collection by its name; one without a name belongs to a step that is not finished. */
export function sayCollection(collection: string): string {
  return collection === '' ? 'a collection that is not chosen yet' : quote(collection);
}
