/** @module Names that come from the data, made fit for a terminal. */

/** Without control characters, without what follows `mongodb://`, and no longer than 80 characters. */
export function printable(text: string): string {
  const visible = text.replace(/\p{C}/gu, '\uFFFD').replace(/mongodb(\+srv)?:\/\/\S*/gi, 'mongodb://…');
  return visible.length > 80 ? `${visible.slice(0, 79)}…` : visible;
}
