/** @module Takes secrets out of what is about to be logged. */
import { isSecretName } from '@orchestrix/engine';

/** What stands where a secret was. */
export const REDACTED = '[redacted]';

const SECRET_TEXTS: ReadonlyArray<readonly [RegExp, string]> = [
  [/\b(bearer|basic)\s+[\w.~+/=-]+/gi, `$1 ${REDACTED}`],
  // Greedy up to the last @ before a blank or quote: an unescaped password may itself hold one, and hosts do not.
  [/\b(mongodb(?:\+srv)?|smtps?|https?|postgres(?:ql)?):\/\/[^\s"'<>]*@/gi, `$1://${REDACTED}@`],
  [/\beyJ[\w-]{5,}\.[\w-]+\.[\w-]*/g, REDACTED],
  [/([?&](?:token|access_token|api_?key|key|password|secret)=)[^&\s"'#]+/gi, `$1${REDACTED}`],
];

/** What each of them needs; most texts hold none of it, and one look is a quarter of the price of four. */
const MAY_HOLD_SECRET = /bearer|basic|:\/\/|eyJ|[?&]/i;

const MAX_DEPTH = 8;
const MAX_ITEMS = 100;
const MAX_TEXT = 20_000;

/** A text without bearer tokens, JSON web tokens, credentials in addresses and secret query parameters. */
export function redactText(text: string): string {
  let result = text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text;
  if (!MAY_HOLD_SECRET.test(result)) return result;
  for (const [pattern, replacement] of SECRET_TEXTS) result = result.replace(pattern, replacement);
  return result;
}

/**
 * A copy that JSON can hold, with the values of secret-sounding keys and the secrets inside texts replaced. Deep and long
 * values are cut, cycles are named, errors become `{name, message, code?, stack, cause?}`.
 */
export function redact(value: unknown): unknown {
  return copy(value, 0, new Set());
}

function copy(value: unknown, depth: number, above: ReadonlySet<object>): unknown {
  if (typeof value === 'string') return redactText(value);
  if (typeof value === 'bigint' || typeof value === 'symbol' || typeof value === 'function')
    return String(value);
  if (typeof value !== 'object' || value === null) return value;
  if (above.has(value)) return '[circular]';
  if (depth >= MAX_DEPTH) return '[deep]';
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString();

  const path = new Set(above).add(value);
  if (value instanceof Error) return copyError(value, depth, path);
  if (Array.isArray(value)) return value.slice(0, MAX_ITEMS).map((item) => copy(item, depth + 1, path));
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  return copyEntries(Object.entries(value), depth, path);
}

function copyEntries(
  entries: ReadonlyArray<readonly [string, unknown]>,
  depth: number,
  path: ReadonlySet<object>,
): Record<string, unknown> {
  const result: Record<string, unknown> = Object.create(null);
  for (const [key, value] of entries.slice(0, MAX_ITEMS)) {
    const hidden =
      isSecretName(key) &&
      !(typeof value === 'number' && /tokens$/i.test(key)) &&
      value !== undefined &&
      value !== null &&
      typeof value !== 'boolean';
    result[key] = hidden ? REDACTED : copy(value, depth + 1, path);
  }
  return result;
}

function copyError(error: Error, depth: number, path: ReadonlySet<object>): Record<string, unknown> {
  const { code, cause } = error as Error & { code?: unknown };
  return {
    name: error.name,
    message: redactText(error.message),
    ...(code !== undefined && { code: copy(code, depth + 1, path) }),
    ...(error.stack && { stack: redactText(error.stack) }),
    ...(cause !== undefined && { cause: copy(cause, depth + 1, path) }),
  };
}
