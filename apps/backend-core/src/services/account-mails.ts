/** @module Mails to the accounts of this server, from templates. */
import type { Mailer } from '@orchestrix/engine';
import { defineTemplate } from '@orchestrix/mailer';
import type { Account } from '@orchestrix/sessions';
import type { Logger } from '../utils/logger.ts';

/** Sends mails to accounts; no request waits for one, and none fails because of one. */
export interface AccountMails {
  /** Greets a new account. */
  welcome(account: Account): void;
}

const WELCOME = defineTemplate({
  subject: 'Welcome to Orchestrix',
  html:
    '<p>Hello {{name}},</p>' +
    '<p>your account is ready. Log in with {{email}} and the password that you have chosen.</p>' +
    '<p>If you did not register, somebody has used your address: nothing happens without the password.</p>',
});

/** Account mails through a mailer. */
export function createAccountMails(mailer: Mailer, logger: Logger): AccountMails {
  return {
    welcome: ({ id, name, email }) => {
      const mail = WELCOME.render({ name: name === '' ? email : name, email });
      mailer
        .send({ to: email, recipients: [email], ...mail })
        .catch((error: unknown) => logger.warn('A welcome mail was not sent', { userId: id, error }));
    },
  };
}
