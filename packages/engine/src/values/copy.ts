/** @module A copy of what was received, so that nothing that happens to the original later changes a plan. */

/** Values nested deeper than this are refused: no form, model or database makes them, and they exhaust the stack. */
export const MAX_DEPTH = 128;

/** More parts than any workflow has; reached only by values that contain their parts over and over. */
const MAX_PARTS = 10_000_000;

/**
 * A deep copy of lists and plain objects, without own `__proto__` keys; everything else is the same in the copy.
 *
 * @param maxDepth levels of nesting
 * @throws RangeError with a message for people when the value is too deep, contains itself, or is too large; and whatever
 *   a getter in it throws
 */
export function copyPlain<T>(value: T, maxDepth = MAX_DEPTH): T {
  return copyPart(value, maxDepth, { parts: 0 }, maxDepth) as T;
}

function copyPart(value: unknown, depthLeft: number, count: { parts: number }, maxDepth: number): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (depthLeft <= 0) throw new RangeError(`nested more than ${maxDepth} levels deep`);
  if (++count.parts > MAX_PARTS) throw new RangeError(`made of more than ${MAX_PARTS} parts`);
  if (Array.isArray(value)) return value.map((item) => copyPart(item, depthLeft - 1, count, maxDepth));
  if (!isPlainObject(value)) return value;
  const copy: Record<string, unknown> = {};
  for (const key of Object.keys(value)) {
    if (key !== '__proto__') copy[key] = copyPart(value[key], depthLeft - 1, count, maxDepth);
  }
  return copy;
}

/** Whether a value is an object as JSON makes them: no class instance such as a Date or an ObjectId. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
