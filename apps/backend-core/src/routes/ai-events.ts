/** @module Answers of the AI routes: all at once, or with everything that happens on the way. */
import type { AiWork, Generation } from '@orchestrix/ai/service';
import { eachItem } from '@orchestrix/engine';
import type { RouteContext, RouteResult } from '@orchestrix/routes';
import { eventStream, type ServerSentEvent, wantsEvents } from '@orchestrix/routes';
import { toErrorResponse } from '../errors.ts';

/** How an answer of the AI routes may also look. */
export const EVENTS = {
  description:
    'With "Accept: text/event-stream": events stage, token, finding, trial and repair, then result with the same JSON, or error with {error, code, status, details}, then end',
  contentType: 'text/event-stream',
} as const;

/**
 * Does the work and answers its result; for who asks for an event stream, the progress comes before it.
 *
 * @throws whatever the work rejects with, unless it is told in the stream
 */
export async function answerWork(
  work: AiWork<object>,
  context: Pick<RouteContext, 'headers' | 'signal' | 'requestId' | 'logger'>,
  { production }: { production: boolean },
): Promise<RouteResult> {
  if (!wantsEvents(context)) return { status: 200, body: await work.run() };
  const ended = endOf(work, context, production);
  return eventStream(told(work.generation, ended, context.signal), (event) => event);
}

/** What the caller is told at the end; begun at once, for a caller who has left already must still be the end of the work. */
async function endOf(
  { run }: AiWork<object>,
  { requestId, logger }: Pick<RouteContext, 'requestId' | 'logger'>,
  production: boolean,
): Promise<Omit<ServerSentEvent, 'id'>> {
  try {
    return { event: 'result', data: await run() };
  } catch (error) {
    const { status, body } = toErrorResponse(error, { requestId, production });
    if (status >= 500) logger.error('A request to a language model failed', { code: body.code, error });
    return { event: 'error', data: { ...body, status } };
  }
}

async function* told(
  generation: Generation,
  ended: Promise<Omit<ServerSentEvent, 'id'>>,
  signal: AbortSignal,
): AsyncGenerator<ServerSentEvent, void> {
  for await (const { position, ...event } of eachItem(generation.follow({ signal }))) {
    if (event.type === 'result' || event.type === 'error') break;
    yield { id: position, event: event.type, data: { seq: position, ...event } };
  }
  yield { id: generation.lastPosition, ...(await ended) };
}
