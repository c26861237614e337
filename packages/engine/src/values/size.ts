/** @module How large a value is, near enough to stop a run before it fills the memory. */

/**
 * The approximate size of a value in bytes (texts two bytes a character, numbers eight, a little for every field).
 * Stops counting once `limit` is passed, so that a huge value costs no more than the limit. Shared parts count each
 * time; a value that contains itself counts as over the limit.
 */
export function sizeOf(value: unknown, limit: number): number {
  if (typeof value !== 'object' || value === null) return leafSize(value);
  let size = 0;
  const open: unknown[] = [value];
  while (open.length > 0 && size <= limit) {
    const current = open.pop();
    if (typeof current !== 'object' || current === null) {
      size += leafSize(current);
    } else if (ArrayBuffer.isView(current)) {
      size += current.byteLength;
    } else if (Array.isArray(current)) {
      size += 16;
      for (const item of current) open.push(item);
    } else {
      size += 16;
      for (const key in current) {
        if (!Object.hasOwn(current, key)) continue;
        size += key.length * 2;
        open.push((current as Record<string, unknown>)[key]);
      }
    }
  }
  return size;
}

function leafSize(value: unknown): number {
  return typeof value === 'string' ? value.length * 2 : 8;
}
