/** @module How large a value is, near enough to stop a run before it fills the memory. */

/** What {@link sizeOf} returns for a value that is nested too deep. */
export const TOO_DEEP = -1;

/**
 * The approximate size of a value in bytes (texts two bytes a character, numbers eight, a little for every field).
 * Stops counting once `limit` is passed, so that a huge value costs no more than the limit. Shared parts count each
 * time; a value that contains itself counts as over the limit.
 *
 * @param maxDepth levels of objects and lists; one more gives {@link TOO_DEEP}
 */
export function sizeOf(value: unknown, limit: number, maxDepth = Number.POSITIVE_INFINITY): number {
  if (!isContainer(value)) return leafSize(value);
  let size = 0;
  // Level by level: the depth is known without keeping it for every part.
  let level: object[] = [value];
  for (let depth = 1; level.length > 0; depth++) {
    if (depth > maxDepth) return TOO_DEEP;
    const next: object[] = [];
    for (const container of level) {
      size += sizeOfParts(container, limit - size, next);
      if (size > limit) return size;
    }
    level = next;
  }
  return size;
}

/** The size of one container without the containers in it, which are added to `inner`. */
function sizeOfParts(container: object, limit: number, inner: object[]): number {
  if (ArrayBuffer.isView(container)) return container.byteLength;
  let size = 16;
  const add = (part: unknown) => {
    if (isContainer(part)) {
      size += 16;
      inner.push(part);
    } else size += leafSize(part);
  };
  if (Array.isArray(container)) {
    // Every item takes eight at least, a hole too: a list of a thousand million of them need not be looked at.
    if (container.length * 8 > limit) return limit + 1;
    for (let i = 0; i < container.length && size <= limit; i++) add(container[i]);
  } else if (container instanceof Map) {
    for (const [key, part] of container) {
      add(key);
      add(part);
    }
  } else if (container instanceof Set) {
    for (const part of container) add(part);
  } else {
    for (const key in container) {
      if (!Object.hasOwn(container, key)) continue;
      size += key.length * 2;
      add((container as Record<string, unknown>)[key]);
      if (size > limit) break;
    }
  }
  return size;
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function leafSize(value: unknown): number {
  return typeof value === 'string' ? value.length * 2 : 8;
}
