/** @module What the package offers: a mailer over SMTP, one into a folder, templates, and the text part of an HTML mail. */
export type { Delivery } from './handover.ts';
export { htmlToText } from './html-text.ts';
export { MailFailedError, MailInvalidError, MailRefusedError } from './mail-error.ts';
export {
  createOutboxMailer,
  type OutboxMailer,
  type OutboxMailerOptions,
  type OutboxReceipt,
} from './outbox-mailer.ts';
export { createSmtpMailer, type SmtpMailer, type SmtpMailerOptions } from './smtp-mailer.ts';
export {
  defineTemplate,
  escapeHtml,
  type Template,
  type TemplateSource,
  type TemplateValue,
} from './template.ts';
