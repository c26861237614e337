/** @module How the demo prints what happens. */

const USE_COLOUR = process.stdout.isTTY === true && process.env.NO_COLOR === undefined;
const paint = (code: number, text: string) => (USE_COLOUR ? `\u001b[${code}m${text}\u001b[0m` : text);

/** A heading: what comes next and why. */
export function heading(text: string): void {
  console.log(`\n${paint(1, `── ${text}`)}`);
}

/** A request as it is sent. */
export function request(method: string, path: string, body: unknown): void {
  console.log(`${paint(36, `→ ${method} ${path}`)}${body === undefined ? '' : `\n${indent(body)}`}`);
}

/** An answer as it came. */
export function answer(status: number, body: unknown, ms: number): void {
  console.log(
    `${paint(status < 400 ? 32 : 33, `← ${status}`)} ${paint(2, `(${ms.toFixed(1)} ms)`)}\n${indent(body)}`,
  );
}

/** One event of a live log. */
export function event(text: string): void {
  console.log(paint(35, `  ◆ ${text}`));
}

/** A plain line. */
export function line(text: string): void {
  console.log(text);
}

function indent(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value, shorten, 2);
  return text.replace(/^/gm, '    ');
}

/** Secrets are of no use to a reader, and what is printed ends up in places where they should not be. */
function shorten(key: string, value: unknown): unknown {
  if (key === 'password') return '…';
  return key === 'token' && typeof value === 'string' ? `${value.slice(0, 12)}…` : value;
}
