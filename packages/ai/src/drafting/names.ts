/** @module Names and texts out of a model's answer: bounded, and usable where they go. */

const FORBIDDEN = new Set(['__proto__', 'prototype', 'constructor']);
const MAX_NAME = 64;

/** A text without control characters, trimmed and shortened; `undefined` when there is none. */
export function cleanText(value: unknown, maxLength: number): string | undefined {
  if (typeof value !== 'string') return undefined;
  // Control characters have no place in what people read.
  const text = value
    .slice(0, maxLength * 2)
    .replace(/[\p{Cc}\p{Cf}]+/gu, ' ')
    .trim();
  return text === '' ? undefined : text.slice(0, maxLength);
}

/** A name that references can use; `undefined` when nothing of it is left. */
export function cleanName(value: unknown): string | undefined {
  const text = typeof value === 'number' ? String(value) : cleanText(value, MAX_NAME);
  const name = text?.replace(/[^\p{L}\p{N}\p{M}_$-]+/gu, '_');
  return name === undefined || FORBIDDEN.has(name) || /^_+$/.test(name) ? undefined : name;
}

/** Texts of a list, or of a single text, each cleaned, doubles left out. */
export function cleanTexts(value: unknown, maxCount: number, maxLength: number): string[] {
  const list: unknown[] = Array.isArray(value) ? value.slice(0, maxCount * 4) : [value];
  const texts = list.flatMap((one) => cleanText(one, maxLength) ?? []);
  return [...new Set(texts)].slice(0, maxCount);
}

/** A name that is not used yet; it is used from now on. */
export function freeName(wanted: string, used: Set<string>): string {
  let name = wanted;
  for (let number = 2; used.has(name); number++) name = `${wanted}_${number}`;
  used.add(name);
  return name;
}
