/** @module How values look inside a longer text. */

/**
 * A value as text: null and missing become empty, objects become JSON, identifiers and dates what their JSON form says.
 */
export function toText(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string') return value;
  if (typeof value !== 'object') return String(value);
  const json = safeJson(value);
  // An ObjectId or a Date has a JSON form that is one string; quotes around it would only be in the way.
  if (json.startsWith('"')) return JSON.parse(json) as string;
  return json;
}

/** Escapes the five characters that mean something in HTML, for use in text and in attribute values. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => HTML_ESCAPES[character]!);
}

const HTML_ESCAPES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function safeJson(value: object): string {
  try {
    return JSON.stringify(value, (_, v) => (typeof v === 'bigint' ? v.toString() : v)) ?? '';
  } catch {
    return '[circular]';
  }
}
