/** @module Compares responses with what their route declares, so that the documentation stays true. */
import { z } from 'zod';
import type { RouteLogger } from './request-state.ts';
import { type Route, type RouteResult, splitResponses } from './route.ts';

/** `off` in production, `log` in development, `throw` in tests. */
export type ResponseChecks = 'off' | 'log' | 'throw';

/**
 * Does what `checks` says when the status was not declared or the JSON body does not fit the declared schema.
 *
 * @throws Error with the difference when `checks` is `throw`
 */
export function checkResponse(
  route: Route,
  result: RouteResult,
  checks: ResponseChecks,
  logger: RouteLogger,
): void {
  if (checks === 'off') return;
  const problem = difference(route, result);
  if (problem === undefined) return;
  const message = `${route.method.toUpperCase()} ${route.path} answered what it does not declare: ${problem}`;
  if (checks === 'throw') throw new Error(message);
  logger.error(message);
}

function difference(route: Route, result: RouteResult): string | undefined {
  const declared = route.responses[result.status] ?? route.responses.default;
  if (declared === undefined) return `status ${result.status}`;
  const { schemas, others } = splitResponses(declared);
  if (result.stream || result.text !== undefined)
    return others.length > 0 ? undefined : `status ${result.status} with something other than JSON`;

  if (schemas.length === 0) return `status ${result.status} with JSON`;
  // Callers see the JSON: dates are texts there, and undefined fields are gone.
  const json: unknown = result.body === undefined ? undefined : JSON.parse(JSON.stringify(result.body));
  const checked = schemas.map((schema) => schema.safeParse(json));
  if (checked.some(({ success }) => success)) return undefined;
  return checked.map(({ error }) => error && z.prettifyError(error)).join('\n');
}
