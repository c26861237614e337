/** @module Values and names in sentences. */
import { isPlainObject } from '@orchestrix/engine';

const MAX_SHOWN = 80;

/** A name in quotation marks, shortened. */
export function quote(name: string): string {
  return `"${name.length > MAX_SHOWN ? `${name.slice(0, MAX_SHOWN - 1)}…` : name}"`;
}

/** A value as it stands in a sentence. */
export function shownValue(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  if (text.length <= MAX_SHOWN) return text;
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (isPlainObject(value)) return 'another value';
  return `${text.slice(0, MAX_SHOWN - 1)}…`;
}

/** Whether two JSON values are the same; the order of an object's fields does not matter. */
export function sameValue(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  if (Array.isArray(one) && Array.isArray(other)) {
    return one.length === other.length && one.every((item, index) => sameValue(item, other[index]));
  }
  if (!isPlainObject(one) || !isPlainObject(other)) return false;
  const [keys, others] = [defined(one), defined(other)];
  return (
    keys.length === others.length &&
    keys.every((key) => Object.hasOwn(other, key) && sameValue(one[key], other[key]))
  );
}

function defined(value: Record<string, unknown>): string[] {
  return Object.keys(value).filter((key) => value[key] !== undefined);
}
