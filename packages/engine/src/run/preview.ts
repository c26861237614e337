/** @module The beginning of a large value: enough for a person who watches, small enough to send to everybody. */

/** Items of a list, and characters of a text, that are shown. */
const MAX_ITEMS = 20;
const MAX_TEXT = 2_000;
/** Deeper parts are not shown. */
const MAX_DEPTH = 6;

/** A shortened copy of what is large; what is small stays what it is. */
export function preview(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return value.length > MAX_TEXT ? `${value.slice(0, MAX_TEXT)}…` : value;
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= MAX_DEPTH) return '[…]';
  if (Array.isArray(value)) {
    const shown = value.slice(0, MAX_ITEMS).map((item) => preview(item, depth + 1));
    return value.length > MAX_ITEMS ? [...shown, `… and ${value.length - MAX_ITEMS} more`] : shown;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return value;
  const entries = Object.entries(value);
  return Object.fromEntries(
    entries.slice(0, MAX_ITEMS * 5).map(([key, inner]) => [key, preview(inner, depth + 1)]),
  );
}
