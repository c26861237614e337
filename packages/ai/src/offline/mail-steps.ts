/** @module Mail steps, made of wishes. */
import type { Field } from './field.ts';
import type { MailWish } from './mail.ts';
import { labelOf } from './names.ts';
import { fromInput, type Step } from './steps.ts';

/** What is known when the mails are written. */
export interface MailContext {
  /** What the mail is about: `order`. */
  noun: string;
  fields: readonly Field[];
  /** Where the person's address is when the caller does not send one. */
  address: string | null;
}

/** The mails as steps, or the question that has to be answered first. */
export function mailSteps(wishes: readonly MailWish[], context: MailContext): Step[] | string {
  const steps: Step[] = [];
  for (const wish of wishes) {
    const to = recipient(wish, context);
    if (to === null) return 'To which address should the mail be sent?';
    steps.push({
      id: steps.length === 0 ? 'send_mail' : `send_mail_${steps.length + 1}`,
      type: 'emailSend',
      to,
      subject: wish.subject ?? subjectOf(wish, context.noun),
      body: wish.body === null ? bodyOf(wish, context) : filled(wish.body, context.fields),
    });
  }
  return steps;
}

function recipient(wish: MailWish, { fields, address }: MailContext): string | null {
  if (wish.address !== null) return wish.address;
  const sent = fields.find(({ type, constant }) => type === 'email' && constant === undefined);
  if (/\b(?:admin|boss|support|sales|owner|team|staff|manager|approver)\b/i.test(wish.text) && !wish.toPerson)
    return null;
  return sent ? fromInput(sent.name) : address;
}

function subjectOf({ kind }: MailWish, noun: string): string {
  if (kind === 'welcome') return 'Welcome';
  if (kind === 'confirmation') return `Your ${labelOf(noun).toLowerCase()} was received`;
  return `New ${labelOf(noun).toLowerCase()}`;
}

function bodyOf(wish: MailWish, { noun, fields }: MailContext): string {
  const shown = fields.filter(
    ({ name, constant }) => constant === undefined && !/password|secret|token|pin\b/i.test(name),
  );
  const name = shown.find((field) => /^(?:name|fullName|firstName)$/.test(field.name));
  const hello = name ? `Hello ${fromInput(name.name)},` : 'Hello,';
  if (wish.kind === 'welcome') return `${hello}\nwelcome! Your account is ready.`;
  const lines = shown.map((field) => `${labelOf(field.name)}: ${fromInput(field.name)}`);
  if (wish.kind === 'confirmation')
    return [hello, `we received your ${labelOf(noun).toLowerCase()}.`, ...lines].join('\n');
  return [`${labelOf(noun) || 'Message'}:`, ...lines].join('\n');
}

/** Braces of the author around a field's name become references. */
function filled(text: string, fields: readonly Field[]): string {
  return text.replace(/\{{1,2} ?(?:input\.)?(\w+) ?\}{1,2}/g, (whole, name: string) =>
    fields.some((field) => field.name === name) && !/password/i.test(name)
      ? fromInput(name)
      : whole.replace(/[{}]/g, ''),
  );
}
