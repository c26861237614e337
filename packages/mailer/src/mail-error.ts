/** @module What a mail can fail with, and whether sending it again may help. */
import { OrchestrixError, TerminalError } from '@orchestrix/engine';
import type { NodemailerError } from 'nodemailer';
import { DELIVERY_WORDS, type Delivery } from './handover.ts';

/**
 * Thrown when the mail itself is wrong, before any server was asked.
 *
 * - `to` or `from` holds no address, or something that is none
 * - `to` or `subject` contains a line break, which would let its author write headers
 * - too many recipients
 */
export class MailInvalidError extends TerminalError {
  constructor(message: string) {
    super(message, { code: 'MAIL_INVALID', status: 422 });
  }
}

/**
 * Thrown when the server refused for good (a 5xx reply): the message is the server's own text.
 *
 * - the recipient does not exist or relaying is denied
 * - the server's user name or password is wrong
 * - the server took the mail for some of its recipients only (`details.rejected`); sending again would double it for the others
 */
export class MailRefusedError extends TerminalError {}

/**
 * Thrown when the mail was not delivered but may be later.
 *
 * - the server cannot be reached, does not answer in time, or ended the connection
 * - it refused for now (a 4xx reply)
 */
export class MailFailedError extends OrchestrixError {}

/** What `details` of {@link MailRefusedError} and {@link MailFailedError} hold, as far as it is known. */
export interface MailErrorDetails {
  /** The server's reply code, such as 550. */
  responseCode?: number;
  /** The SMTP command that was refused, such as `RCPT TO`; the name only, never its arguments. */
  command?: string;
  /** Whether the mail may have gone out; with {@link MailFailedError}. */
  delivery?: Delivery;
  /** Recipients that the server did not take. */
  rejected?: string[];
}

/**
 * The package's error for whatever nodemailer threw. The original is not kept as `cause`: its fields repeat what was sent.
 *
 * @param thrown what nodemailer rejected with
 * @param secrets texts that must not appear in the message
 * @param delivery what is known of the mail without the server's answer
 */
export function toMailError(
  thrown: unknown,
  secrets: readonly string[],
  delivery: Delivery = 'not-sent',
): OrchestrixError {
  if (thrown instanceof OrchestrixError) return thrown;
  const error: Partial<NodemailerError> = thrown instanceof Error ? thrown : {};
  const message = withoutSecrets(error.message || 'The mail could not be sent', secrets);
  if (error.code === 'EMAXRECIPIENTS') return new MailInvalidError(message);

  const details: MailErrorDetails = {};
  if (error.responseCode !== undefined) details.responseCode = error.responseCode;
  if (error.command !== undefined) details.command = withoutSecrets(error.command, secrets);
  if (error.rejected !== undefined) details.rejected = error.rejected;
  if (error.permanent) return new MailRefusedError(message, { code: 'MAIL_REFUSED', status: 422, details });
  // A reply, whatever it says, means that the server did not take the mail.
  details.delivery = error.responseCode === undefined ? delivery : 'not-sent';
  return new MailFailedError(`${withoutEnd(message)}. ${DELIVERY_WORDS[details.delivery]}`, {
    code: 'MAIL_FAILED',
    status: 502,
    details,
  });
}

/**
 * The spellings under which a login can come back in a server's text: plain, and as the base64 of AUTH LOGIN and AUTH PLAIN.
 */
export function secretsOf(user: string | undefined, pass: string | undefined): string[] {
  if (!pass) return [];
  const base64 = (text: string) => Buffer.from(text, 'utf8').toString('base64');
  return [base64(`\0${user ?? ''}\0${pass}`), base64(pass), pass];
}

const withoutEnd = (text: string): string => text.replace(/[.\s]+$/, '');

function withoutSecrets(text: string, secrets: readonly string[]): string {
  return secrets.reduce((rest, secret) => rest.replaceAll(secret, '***'), text);
}
