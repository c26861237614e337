/** @module Checks a mail and completes it to what nodemailer sends. */
import type { MailMessage } from '@orchestrix/engine';
import type { SendMailOptions } from 'nodemailer';
import addressparser from 'nodemailer/lib/addressparser';
import { htmlToText } from './html-text.ts';
import { MailInvalidError } from './mail-error.ts';

/**
 * The mail with its sender and its text part, ready for nodemailer. Neither files nor addresses named in it are read.
 *
 * @throws MailInvalidError when `to` or `subject` cannot be sent as they are
 */
export async function composeMail(message: MailMessage, from: string): Promise<SendMailOptions> {
  const { to, subject, html, recipients, cc, bcc, replyTo, fromName, attachments } = message;
  const headers = { to, cc, bcc, replyTo };
  for (const [field, value] of Object.entries(headers)) if (value !== undefined) checkAddresses(field, value);
  checkLine('subject', subject);
  if (fromName !== undefined) checkLine('fromName', fromName);
  const [sender] = addressparser(from, { flatten: true });
  return {
    ...headers,
    from: fromName === undefined ? from : { name: fromName, address: sender!.address },
    // Who gets the mail is decided by addresses, never by what a header can be read as.
    ...(recipients ? { envelope: { from: sender!.address, to: checkRecipients(recipients) } } : {}),
    subject,
    html,
    text: await htmlToText(html),
    ...(attachments
      ? {
          attachments: attachments.map(({ filename, content, encoding, contentType }) => ({
            filename,
            content,
            encoding: encoding === 'base64' ? 'base64' : 'utf-8',
            ...(contentType === undefined ? {} : { contentType }),
          })),
        }
      : {}),
    xMailer: false,
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}

/**
 * Checks that a text is one or more addresses (`ann@example.org`, `Ann <ann@example.org>`, comma-separated).
 *
 * @param field how the error calls it
 * @throws MailInvalidError naming the field and what is wrong in it
 */
export function checkAddresses(field: string, value: string): void {
  checkLine(field, value);
  const mailboxes = addressparser(value, { flatten: true });
  if (mailboxes.length === 0) throw new MailInvalidError(`'${field}' holds no address`);
  for (const { name, address } of mailboxes) {
    if (!isAddress(address))
      throw new MailInvalidError(`'${field}' is no address: ${address || name || value}`);
  }
}

function checkRecipients(recipients: readonly string[]): string[] {
  const wrong = recipients.find((one) => !isAddress(one) || /[\s<>,;"]/.test(one));
  if (wrong !== undefined) throw new MailInvalidError(`A recipient is no address: ${wrong}`);
  if (recipients.length === 0) throw new MailInvalidError('The mail has no recipient');
  return [...recipients];
}

/** A line break in a header ends the header: whoever can write one can write the next header, or the body. */
function checkLine(field: string, value: string): void {
  if (typeof value !== 'string') throw new MailInvalidError(`'${field}' must be a text`);
  if (/[\r\n\0]/.test(value)) throw new MailInvalidError(`'${field}' must not contain a line break`);
}

/** Something before and after the last `@`, and nothing that could end the SMTP command; the rest is the server's to judge. */
function isAddress(text: string): boolean {
  const at = text.lastIndexOf('@');
  if (at < 1 || at === text.length - 1) return false;
  return !/[\s<>]/.test(text.slice(at + 1)) && (text.startsWith('"') || !/[\s<>]/.test(text.slice(0, at)));
}
