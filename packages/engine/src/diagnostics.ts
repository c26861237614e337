/** @module What is wrong with a definition, said so that a person, an editor and a model can each act on it. */

/** Every code of {@link Diagnostic}; `docs/errors.md` has a section for each. */
export const DIAGNOSTIC_CODES = [
  'DEFINITION_SHAPE',
  'STEP_SHAPE',
  'STEP_TYPE_MISSING',
  'STEP_TYPE_UNKNOWN',
  'STEP_ID_DUPLICATE',
  'CONFIG_INVALID',
  'CONFIG_INCOMPLETE',
  'FIELD_UNKNOWN',
  'OPERATOR_NOT_ALLOWED',
  'OUTPUT_NAME_RESERVED',
  'OUTPUT_NAME_UNUSABLE',
  'TEMPLATE_UNREADABLE',
  'REFERENCE_BARE',
  'REFERENCE_UNKNOWN',
  'REFERENCE_TOO_EARLY',
  'INPUT_NOT_DECLARED',
  'EDGE_SHAPE',
  'EDGE_END_UNKNOWN',
  'EDGE_CONDITION_INVALID',
  'GRAPH_CYCLE',
  'STEP_UNREACHABLE',
  'LIMIT_STEPS',
] as const;

/** A code of {@link DIAGNOSTIC_CODES}. */
export type DiagnosticCode = (typeof DIAGNOSTIC_CODES)[number];

/**
 * One finding of {@link compile}.
 *
 * An `error` keeps a definition from being stored or drafted; a `warning` says that running it will probably not do what
 * was meant (a field left blank, a name that nothing sets).
 */
export interface Diagnostic {
  code: DiagnosticCode;
  severity: 'error' | 'warning';
  /** The step it is about; `null` for the definition as a whole. */
  stepId: string | null;
  /** Where in the definition, e.g. `steps.2.filter.email`. */
  path: string;
  /** One sentence that says what is wrong. */
  message: string;
  /** What was found there, shortened; absent when nothing was. */
  got?: unknown;
  /** What should be there. */
  expected?: string;
  /** What to do about it, when the engine can tell. */
  suggestion?: string;
}

/**
 * The candidate most like `name`, if one is like it enough to be meant.
 *
 * @param name what was written
 * @param candidates what could have been meant
 * @returns the nearest candidate within a third of its length in edits (Levenshtein), else `undefined`
 */
export function nearest(name: string, candidates: Iterable<string>): string | undefined {
  const wanted = name.toLowerCase();
  let best: string | undefined;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    const other = candidate.toLowerCase();
    // Longer names are no typing mistakes of each other, and the table below grows with both.
    if (Math.abs(other.length - wanted.length) > 4 || other.length > 64) continue;
    const distance = editDistance(wanted, other);
    if (distance < bestDistance && distance <= Math.max(2, Math.floor(other.length / 3))) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return bestDistance < wanted.length ? best : undefined;
}

/** Enough for a person or a model to see the pattern; looking for the like of every name in a broken definition of 100,000 steps would take minutes. */
const MAX_SUGGESTIONS = 50;
const MAX_CANDIDATES = 2_000;

/** A {@link nearest} for one compilation: gives up after 50 searches, and after 2,000 candidates in each. */
export function suggester(): typeof nearest {
  let left = MAX_SUGGESTIONS;
  return (name, candidates) => (left-- > 0 ? nearest(name, firstOf(candidates, MAX_CANDIDATES)) : undefined);
}

function* firstOf<T>(items: Iterable<T>, count: number): Generator<T> {
  for (const item of items) {
    if (count-- <= 0) return;
    yield item;
  }
}

/** A value short enough to stand in a diagnostic. */
export function shorten(value: unknown): unknown {
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return value;
  if (typeof value === 'string') return value.length > 80 ? `${value.slice(0, 77)}…` : value;
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'object')
    return `an object with ${Object.keys(value).slice(0, 8).join(', ') || 'no fields'}`;
  return value === undefined ? undefined : String(value).slice(0, 80);
}

function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = previous[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      current.push(Math.min(previous[j]! + 1, current[j - 1]! + 1, substitution));
    }
    previous = current;
  }
  return previous[b.length]!;
}
