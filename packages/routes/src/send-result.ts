/** @module Sends a handler's result. */
import { once } from 'node:events';
import type { Response } from 'express';
import type { RouteResult } from './route.ts';

/**
 * Sends the result; resolves when it is complete or the caller has disconnected.
 *
 * @param signal aborted when the caller disconnects
 */
export async function sendResult(
  response: Response,
  result: RouteResult,
  signal: AbortSignal,
): Promise<void> {
  if (signal.aborted) {
    await result.stream?.[Symbol.asyncIterator]().return?.();
    return;
  }
  response.status(result.status);
  for (const [name, value] of Object.entries(result.headers ?? {})) response.setHeader(name, value);
  if (result.stream) return pump(response, result.stream, signal);
  if (result.text !== undefined) response.send(result.text);
  else if (result.body === undefined) response.end();
  else response.json(result.body);
}

async function pump(response: Response, stream: AsyncIterable<string>, signal: AbortSignal): Promise<void> {
  response.flushHeaders();
  try {
    for await (const chunk of stream) {
      if (signal.aborted) return;
      // A slow reader must not make the server hold everything it has not read yet.
      if (!response.write(chunk)) await once(response, 'drain', { signal });
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    if (!signal.aborted) response.end();
  }
}
