/** @module What counts as a mail address: the same for rules, recipients and accounts. */

import { z } from 'zod';

/** Longest address that mail servers take, in characters. */
const MAX_ADDRESS = 254;

/** Anything around one `@` that cannot end an address in a header or in a command of SMTP. */
const ONE_MAILBOX = /^[^\s@<>(),;:"[\]\\\p{Cc}]+@[^\s@<>(),;:"[\]\\\p{Cc}]+$/u;

/** Whether a text is an address that an account can be registered with. */
export function isEmailAddress(text: string): boolean {
  return text.length <= MAX_ADDRESS && z.regexes.email.test(text);
}

/** Whether a text is exactly one address to which a mail can be sent, without a name; the rest is the mail server's to judge. */
export function isBareAddress(text: string): boolean {
  return text.length <= MAX_ADDRESS && ONE_MAILBOX.test(text);
}
