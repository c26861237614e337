/** @module What every request passes, called one after the other: the router would look for a route before each. */
import type { RequestHandler } from 'express';

/** One middleware of several; the first error ends the order, and so does one that answers. */
export function inOrder(...handlers: readonly RequestHandler[]): RequestHandler {
  return (request, response, next) => {
    const call = (index: number): void => {
      const handler = handlers[index];
      if (!handler) return void next();
      handler(request, response, (error?: unknown) => (error === undefined ? call(index + 1) : next(error)));
    };
    call(0);
  };
}
