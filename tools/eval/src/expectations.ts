/** @module What checks expect, in one word each. They are strict about what was asked for and leave open what was not. */
import { strict as assert, fail } from 'node:assert';
import type { Document } from '@orchestrix/engine';
import type { CaseContext, Reply } from './case.ts';
import { fieldOf, hasFields, isSame } from './names.ts';

/** How an API says that it does not do something. */
const REFUSALS: readonly number[] = [400, 401, 403, 404, 409, 410, 422];

/** The call was accepted, with this status if one was asked for. */
export function accepted({ status, body }: Reply, expected?: number): void {
  const good = expected === undefined ? status >= 200 && status < 300 : status === expected;
  if (!good) fail(`expected ${expected ?? 'a 2xx'}, got ${status} ${shown(body)}`);
}

/** The call was refused, with this status if one was asked for. */
export function refused({ status, body }: Reply, why: string, ...expected: number[]): void {
  const allowed = expected.length > 0 ? expected : REFUSALS;
  if (!allowed.includes(status)) fail(`expected a refusal (${why}), got ${status} ${shown(body)}`);
}

/** Each of these calls is refused. */
export async function refuses(
  context: CaseContext,
  inputs: Readonly<Record<string, Document>>,
): Promise<void> {
  for (const [why, input] of Object.entries(inputs)) refused(await context.call(input), why);
}

/** There is exactly one document with these values. */
export async function storedOnce(context: CaseContext, match: Document): Promise<Document> {
  const found = await context.stored(match);
  if (found.length === 1) return found[0]!;
  const all = await context.stored();
  return fail(`expected one document ${shown(match)}, got ${found.length} among ${shown(all)}`);
}

/** The number of documents in a collection. */
export async function counts(context: CaseContext, collection: string, expected: number): Promise<void> {
  const found = await context.documents(collection);
  if (found.length !== expected)
    fail(`expected ${expected} documents in "${collection}", got ${found.length}: ${shown(found)}`);
}

/** Exactly one mail went to this address, and it says all this. */
export function mailed(context: CaseContext, to: string, ...texts: string[]): void {
  const mails = context.mails();
  const mine = mails.filter((mail) => mail.to.includes(to));
  if (mine.length !== 1) fail(`expected one mail to ${to}, got ${shown(mails)}`);
  const [mail] = mine;
  for (const text of texts) {
    if (!`${mail!.subject} ${mail!.html}`.includes(text))
      fail(`expected the mail to say "${text}": ${shown(mail)}`);
  }
}

/** No mail went out. */
export function mailedNobody(context: CaseContext): void {
  if (context.mails().length > 0) fail(`expected no mail, got ${shown(context.mails())}`);
}

/** The answer contains these texts or numbers somewhere. */
export function says({ body }: Reply, ...values: (string | number)[]): void {
  for (const value of values) {
    if (!JSON.stringify(body ?? null).includes(String(value)))
      fail(`expected ${value} in the answer ${shown(body)}`);
  }
}

/** The answer contains none of these. */
export function hides({ body }: Reply, ...values: (string | number)[]): void {
  for (const value of values) {
    if (JSON.stringify(body ?? null).includes(String(value)))
      fail(`did not expect ${value} in the answer ${shown(body)}`);
  }
}

/** The list in an answer: the body itself, or the longest list of objects in it. */
export function listIn({ body }: Reply): Document[] {
  const lists = listsIn(body, 0).filter((list) =>
    list.every((item) => typeof item === 'object' && item !== null),
  );
  if (lists.length === 0) fail(`expected a list in the answer ${shown(body)}`);
  return lists.sort((a, b) => b.length - a.length)[0] as Document[];
}

/** The answer's list has these values of one field, in this order. */
export function listed(reply: Reply, field: string, expected: readonly unknown[]): void {
  const values = listIn(reply).map((item) => fieldOf(item, field));
  if (!isSame(values, expected)) fail(`expected ${field} ${shown(expected)}, got ${shown(values)}`);
}

/** The answer's list has these values of one field, in any order. */
export function listedInAnyOrder(reply: Reply, field: string, expected: readonly unknown[]): void {
  const values = listIn(reply).map((item) => fieldOf(item, field));
  const sorted = (list: readonly unknown[]) => [...list].map(String).sort();
  if (!isSame(sorted(values), sorted(expected)))
    fail(`expected ${field} ${shown(expected)}, got ${shown(values)}`);
}

/** A document has these values. */
export function has(document: Document | undefined, match: Document): void {
  if (!document || !hasFields(document, match)) fail(`expected ${shown(match)} in ${shown(document)}`);
}

/** A password is stored, but only as a hash. */
export function hashed(document: Document, plain: string): void {
  const text = JSON.stringify(document);
  if (text.includes(plain)) fail('the password is stored as it is');
  assert.match(text, /\$2[aby]\$\d\d\$/, 'no password hash is stored');
}

/** The token in an answer. */
export function tokenIn({ body }: Reply): string {
  const [token] = /eyJ[\w-]+\.[\w-]+\.[\w-]+/.exec(JSON.stringify(body ?? null)) ?? [];
  return token ?? fail(`expected a token in the answer ${shown(body)}`);
}

/** A value for people, cut where it gets long. */
export function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length <= MAX_SHOWN ? text : `${text.slice(0, MAX_SHOWN)}…`;
}

const MAX_SHOWN = 400;

function listsIn(value: unknown, depth: number): unknown[][] {
  if (Array.isArray(value)) return [value];
  if (typeof value !== 'object' || value === null || depth > 4) return [];
  // What a run did is beside the point; its result is not.
  return Object.entries(value).flatMap(([key, inner]) => (key === 'steps' ? [] : listsIn(inner, depth + 1)));
}
