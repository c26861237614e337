/** @module A value that a guard lets pass when it is compared with another. */

const DAY_MS = 86_400_000;

/**
 * A value that stands to `other` as a guard asks for; `undefined` when the comparison asks for nothing in particular.
 *
 * @param is the guard's comparison
 * @param other what it is compared with; `undefined` when that is not known
 */
export function comparedValue(is: unknown, other: unknown): unknown {
  if (is === 'true' || is === 'false') return is === 'true';
  if (other === undefined || other === null) return undefined;
  if (is === 'equal') return other;
  if (is === 'oneOf') return Array.isArray(other) ? other[0] : String(other).split(',')[0]?.trim();
  if (is === 'greater') return shifted(other, 1);
  if (is === 'less') return shifted(other, -1);
  return undefined;
}

/** The other side's value, so that `value` stands to it as a guard asks for. */
export function comparisonFor(is: unknown, value: unknown): unknown {
  if (is === 'greater') return comparedValue('less', value);
  if (is === 'less') return comparedValue('greater', value);
  return is === 'equal' ? comparedValue(is, value) : undefined;
}

/** A little more or less: by one, or by a day for a date. */
function shifted(value: unknown, by: 1 | -1): unknown {
  if (typeof value === 'string' && /^\d{4}-\d\d/.test(value)) {
    const time = Date.parse(value);
    if (Number.isNaN(time)) return undefined;
    return new Date(time + by * DAY_MS).toISOString().slice(0, value.length <= 10 ? 10 : undefined);
  }
  const number = typeof value === 'number' || textHasNumber(value) ? Number(value) : Number.NaN;
  return Number.isFinite(number) ? number + by : undefined;
}

function textHasNumber(value: unknown): boolean {
  return typeof value === 'string' && value.trim() !== '';
}
