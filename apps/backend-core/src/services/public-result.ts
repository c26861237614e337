/** @module The result of a run as callers of a published API may read it: without hosts, ports and texts of drivers. */
import type { WorkflowExecutionResult } from '@orchestrix/engine';
import { SERVER_ERRORS, type ServerErrorCode } from '../errors.ts';

/** What callers read instead of the message, which is for the workflow's owner. */
const PUBLIC_MESSAGES: Readonly<Partial<Record<string, string>>> = {
  ...messagesOf('DATABASE_FAILED', 'DATABASE_UNREACHABLE', 'DATABASE_FULL', 'OWNER_DATABASES_BUSY'),
  OWNER_DATABASE_UNREACHABLE: 'Could not connect to your database: it does not answer at the moment.',
  OWNER_DATABASE_REFUSED: 'Could not connect to your database: this server does not connect to it.',
  MAIL_FAILED: 'The mail server could not take the mail at the moment.',
};

const UNKNOWN_DELIVERY =
  'The mail server did not confirm the mail. It may have been sent: sending it again can double it.';

/**
 * The result with the messages of failures of the infrastructure replaced; failures of the workflow itself keep the author's words.
 */
export function publicResult(result: WorkflowExecutionResult): WorkflowExecutionResult {
  const { errorCode, error } = result;
  if (errorCode === undefined || error === undefined) return result;
  const message = messageFor(errorCode, result.errorDetails);
  if (message === undefined) return result;
  const { errorDetails: _details, ...rest } = result;
  return {
    ...rest,
    error: message,
    steps: result.steps.map((step) =>
      step.error?.message === error ? { ...step, error: { message, details: null } } : step,
    ),
  };
}

function messageFor(code: string, details: unknown): string | undefined {
  const isUnknown =
    code === 'MAIL_FAILED' && (details as { delivery?: unknown } | null)?.delivery === 'unknown';
  if (isUnknown) return UNKNOWN_DELIVERY;
  return Object.hasOwn(PUBLIC_MESSAGES, code) ? PUBLIC_MESSAGES[code] : undefined;
}

function messagesOf(...codes: ServerErrorCode[]): Record<string, string> {
  return Object.fromEntries(codes.map((code) => [code, SERVER_ERRORS[code][1]]));
}
