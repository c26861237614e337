/** @module Turns declared routes into an Express router: authenticate, check the input, handle, respond. */
import './request-state.ts';
import type { ConnectionLimit } from '@orchestrix/limits';
import type { SessionWatch } from '@orchestrix/sessions';
import express, { type Request, type RequestHandler, type Response, type Router } from 'express';
import { ipKeyGenerator } from 'express-rate-limit';
import type { z } from 'zod';
import { checkResponse, type ResponseChecks } from './check-response.ts';
import { type FieldProblem, routeError } from './errors.ts';
import type { AuthMode, Route, RouteContext, RouteResult } from './route.ts';
import { sendResult } from './send-result.ts';

/** What mounting needs from the server. */
export interface MountOptions {
  /** One middleware a mode; it sets `request.user` or passes an error on. */
  authenticate: Record<AuthMode, RequestHandler>;
  /** What to do with a response that the route did not declare. */
  responseChecks: ResponseChecks;
  /** Ends streams together with the login they were asked for with. */
  sessions: Pick<SessionWatch, 'watch'>;
  /** How many streams one caller may have open. */
  viewers: Pick<ConnectionLimit, 'admit'>;
}

/** A router with all routes; the first of two that match wins. */
export function mountRoutes(routes: readonly Route[], options: MountOptions): Router {
  const router = express.Router();
  for (const route of routes) {
    router[route.method](
      route.path,
      options.authenticate[route.auth],
      ...(route.before ?? []),
      (request: Request, response: Response) => serve(route, request, response, options),
    );
  }
  return router;
}

async function serve(
  route: Route,
  request: Request,
  response: Response,
  options: MountOptions,
): Promise<void> {
  const context: RouteContext = {
    ...parseInput(route, request),
    user: request.user,
    headers: request.headers,
    address: ipKeyGenerator(request.ip ?? ''),
    requestId: request.requestId,
    logger: request.log,
    signal: abortOnDisconnect(response),
  };
  const result = await route.handler(context);
  checkResponse(route, result, options.responseChecks, request.log);
  noteRefusal(request, result);
  if (result.stream === undefined) return sendResult(response, result, context.signal);
  const release = admitStream(request, response, context, options);
  try {
    await sendResult(response, result, context.signal);
  } finally {
    release();
  }
}

/** Some routes respond to an error in a shape of their own. */
function noteRefusal(request: Request, { status, body }: RouteResult): void {
  if (status < 400 || typeof body !== 'object' || body === null) return;
  const { code, error } = body as { code?: unknown; error?: unknown };
  if (typeof code === 'string') request.refusal = { code, reason: String(error) };
}

/**
 * Counts a stream, and ends it when its caller's login ends.
 *
 * @throws OrchestrixError `TOO_MANY_CONNECTIONS`
 */
function admitStream(
  request: Request,
  response: Response,
  { address, user }: RouteContext,
  { sessions, viewers }: MountOptions,
): () => void {
  const byAddress = viewers.admit('address', address);
  const byAccount = user ? viewers.admit('account', user.userId) : () => {};
  const release = () => {
    byAddress?.();
    byAccount?.();
  };
  if (!byAddress || !byAccount) {
    release();
    throw routeError('TOO_MANY_CONNECTIONS');
  }
  const unwatch = request.claims ? sessions.watch(request.claims, () => response.destroy()) : () => {};
  return () => {
    unwatch();
    release();
  };
}

/** @throws OrchestrixError `VALIDATION_ERROR` with every problem of the three parts, or `UNSUPPORTED_MEDIA_TYPE` */
function parseInput(route: Route, request: Request): { params: unknown; query: unknown; body: unknown } {
  if (route.body && hasUnreadBody(request)) throw routeError('UNSUPPORTED_MEDIA_TYPE');

  const problems: FieldProblem[] = [];
  const parse = (part: 'params' | 'query' | 'body', schema: z.ZodType | undefined): unknown => {
    if (!schema) return undefined;
    const result = schema.safeParse(request[part]);
    if (result.success) return result.data;
    problems.push(...fieldProblems(part, result.error));
    return undefined;
  };
  const input = {
    params: parse('params', route.params),
    query: parse('query', route.query),
    body: parse('body', route.body),
  };
  if (problems.length > 0) throw routeError('VALIDATION_ERROR', problems);
  return input;
}

/** The body parser leaves bodies of other media types alone. */
function hasUnreadBody(request: Request): boolean {
  const length = request.headers['content-length'];
  const sent = request.headers['transfer-encoding'] !== undefined || (length !== undefined && length !== '0');
  return sent && request.body === undefined;
}

function fieldProblems(part: string, error: z.ZodError): FieldProblem[] {
  return error.issues.slice(0, MAX_PROBLEMS).map(({ path, message }) => ({
    path: [part, ...path.map(String)].join('.'),
    message,
  }));
}

/** A body of one megabyte can be wrong in a hundred thousand places: too many to read. */
const MAX_PROBLEMS = 50;

function abortOnDisconnect(response: Response): AbortSignal {
  const controller = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) controller.abort(routeError('REQUEST_ABORTED'));
  });
  return controller.signal;
}
