/** @module A mailer that keeps what it was given. */

import type { Mailer, MailMessage } from '../ports.ts';

/**
 * A {@link Mailer} that sends nothing and remembers everything.
 *
 * @param refuse the error text for a mail that must fail, or nothing
 * @example
 * const mailer = captureMailer();
 * await execute(plan, { ports: { mailer } });
 * mailer.sent[0]?.subject;
 */
export function captureMailer(
  refuse: (message: MailMessage) => string | undefined = () => undefined,
): Mailer & { readonly sent: MailMessage[] } {
  const sent: MailMessage[] = [];
  return {
    sent,
    async send(message) {
      const reason = refuse(message);
      if (reason !== undefined) throw new Error(reason);
      sent.push(message);
      return { messageId: `<m${sent.length}@test>` };
    },
  };
}
