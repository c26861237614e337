/** @module `emailSend`: sends one mail. */

import { z } from 'zod';
import { refers, sayValue } from '../describe/say-value.ts';
import { TerminalError } from '../errors.ts';
import { defineNode, type NodeFinding, requiredTemplate, type StepContext, template } from '../node.ts';
import type { MailAttachment, MailMessage } from '../ports.ts';
import { isPlainObject } from '../values/copy.ts';
import type { Template } from '../values/template.ts';
import { escapeHtml, toText } from '../values/text.ts';
import { rawPart } from './collection.ts';
import { type Recipient, resolveRecipients } from './recipients.ts';

const LINE_BREAKS = /[\r\n]+/g;

export const emailSend = defineNode({
  type: 'emailSend',
  title: 'Send Email',
  category: 'messaging',
  summary: 'Sends a mail; the run fails when the mail server does not take it.',
  aliases: {
    to: ['to', 'data.to'],
    subject: ['subject', 'data.subject'],
    body: ['body', 'data.body', 'html', 'text'],
    replyTo: ['replyTo', 'reply_to', 'data.replyTo'],
  },
  config: z.object({
    to: requiredTemplate('Addresses of the recipients: a text separated by commas, or a list', 'text'),
    cc: template({ description: 'Further recipients that all see', shape: 'text' }),
    bcc: template({ description: 'Further recipients that the others do not see', shape: 'text' }),
    replyTo: template({ description: 'Address that answers go to', shape: 'text' }),
    fromName: template({ description: "Name of the sender; the address is the server's", shape: 'text' }),
    subject: requiredTemplate('Subject line', 'text'),
    body: requiredTemplate('Text or HTML; values put into it are escaped', 'text'),
    attachments: template({
      description: 'List of { filename, content, encoding?: "base64", contentType? }',
      shape: 'value',
    }),
  }),
  outputs: { name: 'emailResult', summary: '{ success, messageId, to, subject }.' },
  example: { type: 'emailSend', to: '{{ input.email }}', subject: 'Welcome', body: 'Hello {{ input.name }}' },
  sideEffects: 'sends',
  narrate: { start: () => 'Sending an email', done: () => 'Email sent successfully' },
  describe: ({ to, subject, body }) => ({
    sentence: `Sends a mail to ${sayValue(to.source)} with the subject ${sayValue(subject.source)}`,
    sends: true,
    failsWhen: [
      ...([to, subject, body].some(refers) ? ['the recipient, the subject or the text turns out empty'] : []),
      'the mail server does not take the mail',
    ],
  }),
  check: (_config, step) => [
    ...['to', 'subject', 'body'].flatMap((field) => checkField(step, field)),
    ...['cc', 'bcc', 'replyTo', 'fromName'].flatMap((field) =>
      step[field] === undefined || step[field] === null || step[field] === '' ? [] : checkField(step, field),
    ),
  ],
  async run(context, config) {
    const { variables } = context;
    noteResolving(context, config);
    const list = (field: 'to' | 'cc' | 'bcc' | 'replyTo') =>
      resolveRecipients(field, config[field], variables);
    const recipients = { to: list('to'), cc: list('cc'), bcc: list('bcc') };
    const replyTo = list('replyTo');
    if (recipients.to.length === 0) throw required('to');
    const to = joinShown(recipients.to);
    // A line break would end the header and begin another.
    const subject = requireText(context, config.subject, 'subject').replace(LINE_BREAKS, ' ');
    requireText(context, config.body, 'body');
    const attachments = readAttachments(config.attachments.resolve(variables));
    const fromName = toText(config.fromName.resolve(variables)).replace(LINE_BREAKS, ' ').trim();
    context.logInput = { to, subject };
    context.note?.('info', 'Sending email', `Handing the email for ${to} to the mail server...`, {
      to,
      subject,
    });
    const { mailer } = context.ports;
    if (!mailer) throw new TerminalError('emailSend: no mail server is configured', { code: 'PORT_MISSING' });
    const addresses = [
      ...new Set(Object.values(recipients).flatMap((some) => some.map(({ address }) => address))),
    ];
    context.countRecipients(addresses.length);
    const message: MailMessage = {
      to,
      subject,
      html: toHtml(config.body, context),
      recipients: addresses,
      ...(recipients.cc.length > 0 ? { cc: joinShown(recipients.cc) } : {}),
      ...(recipients.bcc.length > 0 ? { bcc: joinShown(recipients.bcc) } : {}),
      ...(replyTo.length > 0 ? { replyTo: joinShown(replyTo) } : {}),
      ...(fromName === '' ? {} : { fromName }),
      ...(attachments.length > 0 ? { attachments } : {}),
    };
    const { messageId } = await mailer.send(message, { signal: context.signal });
    context.note?.('success', 'Email delivered', `The mail server took the email for ${to}`, {
      messageId,
      to,
      subject,
    });
    context.logOutput = { sent: true, recipient: to };
    return { success: true, messageId, to, subject };
  },
});

/** Tells people who watch what the mail is made of, before anything about it can fail. */
function noteResolving(
  context: StepContext,
  { to, subject, body }: Record<'to' | 'subject' | 'body', Template>,
) {
  const { note, variables } = context;
  if (!note) return;
  note('info', 'Preparing email', 'Preparing the email for delivery...');
  note('info', 'Resolving email fields', 'Replacing references in recipient, subject and body...', {
    ...rawPart('rawTo', to),
    ...rawPart('rawSubject', subject),
  });
  const resolved = {
    to: to.resolve(variables),
    subject: subject.resolve(variables),
    bodyPreview: toText(body.resolve(variables)).slice(0, PREVIEW_CHARACTERS),
  };
  note('data', 'Email fields resolved', `Email for ${toText(resolved.to) || 'no recipient'}`, resolved);
  note('info', 'Validating email', 'Checking recipient, subject and body...');
}

const PREVIEW_CHARACTERS = 200;

function joinShown(recipients: readonly Recipient[]): string {
  return recipients.map(({ shown }) => shown).join(', ');
}

/** A text, or a number as text: an order's number is a good subject. */
function requireText({ variables }: StepContext, source: Template, field: string): string {
  const value = source.resolve(variables);
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text === 'string' && text.trim() !== '') return text;
  throw required(field);
}

function required(field: string): TerminalError {
  return new TerminalError(`emailSend: '${field}' is required`, { code: 'STEP_FAILED', details: null });
}

/** Only what is content goes on: a path or an address in an attachment would read the server's files. */
function readAttachments(value: unknown): MailAttachment[] {
  if (value === undefined || value === null || value === '') return [];
  const list: unknown[] = Array.isArray(value) ? value : [value];
  return list.map((one, index) => {
    const { filename, content, encoding, contentType } = isPlainObject(one) ? one : {};
    const problem =
      typeof filename !== 'string' || filename.trim() === ''
        ? 'filename must be a text'
        : typeof content !== 'string' && typeof content !== 'number'
          ? 'content must be a text'
          : encoding !== undefined && encoding !== null && encoding !== 'text' && encoding !== 'base64'
            ? 'encoding must be "text" or "base64"'
            : encoding === 'base64' && !BASE64.test(String(content))
              ? 'content is not base64'
              : null;
    if (problem !== null) {
      throw new TerminalError(`emailSend: attachments.${index}: ${problem}`, {
        code: 'STEP_FAILED',
        details: { field: `attachments.${index}` },
      });
    }
    return {
      filename: String(filename).replace(/[\p{Cc}/\\]+/gu, '_'),
      content: String(content),
      encoding: encoding === 'base64' ? 'base64' : 'text',
      ...(typeof contentType === 'string' && MEDIA_TYPE.test(contentType) ? { contentType } : {}),
    };
  });
}

const BASE64 = /^[A-Za-z0-9+/_\-\s]*={0,2}\s*$/;
const MEDIA_TYPE = /^[\w.+-]+\/[\w.+-]+(?:; ?charset=[\w-]+)?$/;

/** A body without any tag is plain text: its lines are kept. */
function toHtml(body: Template, context: StepContext): string {
  const html = body.render(context.variables, escapeHtml);
  return isHtml(body.source) ? html : html.replace(/\r?\n/g, '<br>\n');
}

function checkField(step: Record<string, unknown>, field: string): NodeFinding[] {
  const value = step[field];
  const isList = field === 'to' || field === 'cc' || field === 'bcc';
  const expected = isList ? 'a text or a list of texts' : 'a text';
  const invalid = (message: string): NodeFinding[] => [
    { code: 'CONFIG_INVALID', severity: 'error', path: field, message, got: value, expected },
  ];
  if (value === undefined || value === null) return invalid(`emailSend: '${field}' is required`);
  if (isList && Array.isArray(value) && value.length > 0 && value.every((one) => typeof one === 'string'))
    return [];
  if (typeof value === 'number' && (field === 'subject' || field === 'body')) return [];
  if (typeof value !== 'string') return invalid(`emailSend: '${field}' must be ${expected}`);
  if (value.trim() !== '') return [];
  return [
    {
      code: 'CONFIG_INCOMPLETE',
      severity: 'warning',
      path: field,
      message: `emailSend: '${field}' is required`,
      expected,
    },
  ];
}

/** Whether there is a tag: a `<` with a letter, `!` or `/` after it, and a `>` behind. */
function isHtml(source: unknown): boolean {
  if (typeof source !== 'string') return false;
  const start = source.search(/<[a-z!/]/i);
  return start !== -1 && source.indexOf('>', start) !== -1;
}
