/** @module Follows a log over server-sent events, for places where sockets cannot be had. */
import type { ExecutionEvent } from '../api-types.ts';
import { errorOfNetwork, OrchestrixClientError } from '../client-error.ts';
import { readEventStream } from './event-stream.ts';
import { gaveUp, interrupted, type LiveParts, notFound, pauseBefore } from './live-parts.ts';
import type { LogCursor } from './log-cursor.ts';

/**
 * The events behind the cursor, then those to come, until the run is over; connects again behind the last entry as often as needed.
 *
 * @throws OrchestrixClientError `NOT_FOUND`, `EXECUTION_INTERRUPTED`, `NETWORK_ERROR`, or the server's own
 */
export async function* overEvents(
  parts: LiveParts,
  cursor: LogCursor,
  signal: AbortSignal | undefined,
): AsyncGenerator<ExecutionEvent, void> {
  let connected = false;
  let failures = 0;
  let lostAt: number | undefined;
  for (;;) {
    let cause: unknown;
    try {
      for await (const event of readLog(parts, cursor, signal)) {
        connected = true;
        failures = 0;
        lostAt = undefined;
        if (event === 'end') {
          if (cursor.endsForGood()) throw cursor.position === 0 ? notFound() : interrupted();
          break;
        }
        if (cursor.takeStored(event)) yield event;
        if (cursor.complete) return;
      }
      connected = true;
    } catch (error) {
      signal?.throwIfAborted();
      if (!connected || !mayPass(error)) throw error;
      cause = error;
    }
    lostAt ??= Date.now();
    if (Date.now() - lostAt > parts.patience.giveUpMs) throw gaveUp(parts, cause);
    await pause(pauseBefore(failures++, parts.patience), signal);
  }
}

/**
 * The entries behind the cursor's position, as they come; `end` behind the last one of a log that is over. The stream also just stops, or
 * fails, when the connection is cut or silent for too long.
 */
export async function* readLog(
  { http, executionId, patience }: LiveParts,
  cursor: LogCursor,
  signal: AbortSignal | undefined,
): AsyncGenerator<ExecutionEvent | 'end', void> {
  const controller = new AbortController();
  const forward = () => controller.abort(signal?.reason);
  if (signal?.aborted) forward();
  signal?.addEventListener('abort', forward, { once: true });
  let timer: ReturnType<typeof setTimeout> | undefined;
  const stayAwake = () => {
    clearTimeout(timer);
    // A dead connection looks like a quiet one; asking again is cheap.
    timer = setTimeout(() => controller.abort(new Error('nothing came')), patience.idleMs);
  };
  try {
    stayAwake();
    const response = await http.send({
      method: 'GET',
      path: `/executions/${encodeURIComponent(executionId)}/events`,
      headers: {
        accept: 'text/event-stream',
        ...(cursor.from > 0 && { 'last-event-id': String(cursor.from) }),
      },
      signal: controller.signal,
    });
    if (!response.body) return;
    for await (const { event, data } of readEventStream(response.body)) {
      stayAwake();
      if (event === 'end') {
        yield 'end';
        return;
      }
      if (event === 'execution') yield JSON.parse(data) as ExecutionEvent;
    }
  } catch (error) {
    signal?.throwIfAborted();
    throw error instanceof OrchestrixClientError
      ? error
      : errorOfNetwork(error, new URL(http.baseUrl).origin);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', forward);
    controller.abort();
  }
}

function mayPass(error: unknown): boolean {
  if (!(error instanceof OrchestrixClientError)) return false;
  const { status, code } = error;
  return code === 'NETWORK_ERROR' || status === 408 || status === 429 || status >= 500;
}

function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, ms);
    if (signal?.aborted) stop();
    else signal?.addEventListener('abort', stop, { once: true });
  });
}
