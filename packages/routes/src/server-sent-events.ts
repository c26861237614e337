/** @module Values as server-sent events, with a sign of life while there is none to send. */

import type { RouteContext, RouteResult } from '@orchestrix/routes';

/** One event as a client's EventSource gets it. */
export interface ServerSentEvent {
  /** Comes back as `Last-Event-ID` after a drop. */
  id: number | string;
  event: string;
  /** JSON. */
  data: unknown;
}

/** Whether a caller asks for an event stream. */
export function wantsEvents({ headers }: Pick<RouteContext, 'headers'>): boolean {
  return /text\/event-stream/i.test(headers.accept ?? '');
}

/** A response that streams values as events; see {@link serverSentEvents}. */
export function eventStream<T>(
  values: AsyncIterable<T>,
  eventOf: (value: T) => ServerSentEvent,
): RouteResult {
  return {
    status: 200,
    headers: {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      // Proxies would collect events.
      'x-accel-buffering': 'no',
    },
    stream: serverSentEvents(values, eventOf),
  };
}

/** Proxies and servers end connections that are silent for longer, some after 30 seconds. */
const ALIVE_MS = 8_000;

/**
 * The text of an event stream: how soon to come back after a drop, an event for every value, a comment while there is
 * none, and an event `end` after the last.
 *
 * @param values ends when its reader goes away
 * @param aliveMs how long to be silent at most, in milliseconds
 */
export async function* serverSentEvents<T>(
  values: AsyncIterable<T>,
  eventOf: (value: T) => ServerSentEvent,
  aliveMs = ALIVE_MS,
): AsyncGenerator<string> {
  yield 'retry: 2000\n\n';
  const iterator = values[Symbol.asyncIterator]();
  try {
    let next = iterator.next();
    for (;;) {
      const result = await Promise.race([next, silence(next, aliveMs)]);
      if (result === null) {
        yield ': alive\n\n';
        continue;
      }
      if (result.done) break;
      const { id, event, data } = eventOf(result.value);
      yield `id: ${id}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
      next = iterator.next();
    }
    yield 'event: end\ndata: {}\n\n';
  } finally {
    await iterator.return?.();
  }
}

/** `null` after `ms`; its timer is gone when the value comes first. */
function silence(value: Promise<unknown>, ms: number): Promise<null> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(null), ms);
    const stop = () => clearTimeout(timer);
    value.then(stop, stop);
  });
}
