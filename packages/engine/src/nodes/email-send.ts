/** @module `emailSend`: sends one mail. */

import { z } from 'zod';
import { refers, sayValue } from '../describe/say-value.ts';
import { TerminalError } from '../errors.ts';
import { defineNode, type NodeFinding, requiredTemplate, type StepContext } from '../node.ts';
import type { Reference } from '../values/reference.ts';
import type { ResolveObserver, Template } from '../values/template.ts';
import { escapeHtml } from '../values/text.ts';

const SEVERAL_ADDRESSES = /[,;\r\n]/;
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
  },
  config: z.object({
    to: requiredTemplate('Address of the recipient', 'text'),
    subject: requiredTemplate('Subject line', 'text'),
    body: requiredTemplate('Text or HTML; values put into it are escaped', 'text'),
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
  check: (_config, step) => ['to', 'subject', 'body'].flatMap((field) => checkField(step, field)),
  async run(context, config) {
    const to = requireText(context, config.to, 'to', { value: refuseSeveralAddresses });
    // A line break would end the header and begin another.
    const subject = requireText(context, config.subject, 'subject').replace(LINE_BREAKS, ' ');
    requireText(context, config.body, 'body');
    context.logInput = { to, subject };
    context.note?.('info', 'Sending the email', `Handing the mail for ${to} to the mail server...`, {
      to,
      subject,
    });
    const { mailer } = context.ports;
    if (!mailer) throw new TerminalError('emailSend: no mail server is configured', { code: 'PORT_MISSING' });
    const html = toHtml(config.body, context);
    const { messageId } = await mailer.send({ to, subject, html }, { signal: context.signal });
    context.note?.('success', 'Email sent successfully', `The mail server took the mail for ${to}`, {
      messageId,
    });
    context.logOutput = { sent: true, recipient: to };
    return { success: true, messageId, to, subject };
  },
});

function requireText(
  context: StepContext,
  source: Template,
  field: string,
  observer?: ResolveObserver,
): string {
  const value = source.resolve(context.variables, observer);
  if (typeof value === 'string' && value.trim() !== '') return value;
  throw new TerminalError(`emailSend: '${field}' is required`, { code: 'STEP_FAILED', details: null });
}

/** A caller who may fill in an address may not turn one mail into many; the author may list several. */
function refuseSeveralAddresses(_reference: Reference, value: unknown): void {
  if (typeof value !== 'string' || !SEVERAL_ADDRESSES.test(value)) return;
  throw new TerminalError("emailSend: 'to' must be one address when it comes from a variable", {
    code: 'STEP_FAILED',
  });
}

/** A body without any tag is plain text: its lines are kept. */
function toHtml(body: Template, context: StepContext): string {
  const html = body.render(context.variables, escapeHtml);
  const isHtml = typeof body.source === 'string' && /<[a-z!/][^>]*>/i.test(body.source);
  return isHtml ? html : html.replace(/\r?\n/g, '<br>\n');
}

function checkField(step: Record<string, unknown>, field: string): NodeFinding[] {
  const value = step[field];
  if (value === undefined || value === null) {
    return [
      {
        code: 'CONFIG_INVALID',
        severity: 'error',
        path: field,
        message: `emailSend: '${field}' is required`,
        expected: 'a text',
      },
    ];
  }
  if (typeof value !== 'string') {
    return [
      {
        code: 'CONFIG_INVALID',
        severity: 'error',
        path: field,
        message: `emailSend: '${field}' must be a text`,
        got: value,
        expected: 'a text',
      },
    ];
  }
  if (value.trim() !== '') return [];
  return [
    {
      code: 'CONFIG_INCOMPLETE',
      severity: 'warning',
      path: field,
      message: `emailSend: '${field}' is required`,
      expected: 'a text',
    },
  ];
}
