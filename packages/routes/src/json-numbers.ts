/** @module Numbers in JSON that no number here can keep: they are refused, not changed. */
import { routeError } from './errors.ts';

/** What could be such a number; texts may look like one, too. */
const SUSPECT = /\d{16}|\d[eE]/;

/**
 * Refuses whole numbers that would be rounded and numbers that are too large or too small for a double; digits behind a point are
 * approximated as everywhere.
 *
 * @param text JSON that can be parsed
 * @throws OrchestrixError `NUMBER_NOT_KEPT` naming the field
 */
export function refuseLossyNumbers(text: string): void {
  if (!SUSPECT.test(text)) return;
  const marks = new Set<unknown>();
  const marked: unknown = JSON.parse(text, (_key, value: unknown, context?: { source?: string }) => {
    if (typeof value !== 'number' || context?.source === undefined || isKept(context.source, value))
      return value;
    const mark = { source: context.source };
    marks.add(mark);
    return mark;
  });
  if (marks.size === 0) return;
  const path = findMark(marked, marks);
  throw routeError('NUMBER_NOT_KEPT', [
    { path: ['body', ...path].join('.'), message: 'is a number that would be changed: send it as a text' },
  ]);
}

function isKept(source: string, value: number): boolean {
  if (!Number.isFinite(value)) return false;
  if (value === 0) return !/[1-9]/.test(source.replace(/[eE].*$/s, ''));
  if (!/^-?\d+$/.test(source) || Number.isSafeInteger(value)) return true;
  return BigInt(source) === BigInt(value);
}

/** Where the first mark stands. A list of its own instead of calls: the nesting is the caller's. */
function findMark(root: unknown, marks: ReadonlySet<unknown>): string[] {
  const open: { value: unknown; path: string[] }[] = [{ value: root, path: [] }];
  for (let next = open.pop(); next; next = open.pop()) {
    const { value, path } = next;
    if (marks.has(value)) return path;
    if (typeof value !== 'object' || value === null) continue;
    for (const [key, inner] of Object.entries(value).reverse())
      if (typeof inner === 'object') open.push({ value: inner, path: [...path, key] });
  }
  return [];
}
