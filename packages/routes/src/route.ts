/** @module One way to declare a route: what it takes, what it responds with, who may call it, and what it does. */

import type { IncomingHttpHeaders } from 'node:http';
import type { AuthenticatedUser } from '@orchestrix/sessions';
import type { RequestHandler } from 'express';
import type { z } from 'zod';
import type { RouteLogger } from './request-state.ts';

/** Methods a route can have. */
export type HttpMethod = 'get' | 'post' | 'put' | 'patch' | 'delete';

/** Whether a route takes no login, needs one, or takes one into account. */
export type AuthMode = 'none' | 'required' | 'optional';

/** What a handler gets: input that passed the route's schemas, and the caller. */
export interface RouteContext<
  Params = unknown,
  Query = unknown,
  Body = unknown,
  User = AuthenticatedUser | undefined,
> {
  params: Params;
  query: Query;
  body: Body;
  user: User;
  headers: Readonly<IncomingHttpHeaders>;
  /** The caller's address; a whole network of one customer counts as one. */
  address: string;
  requestId: string;
  /** Its lines carry the request id. */
  logger: RouteLogger;
  /** Aborted when the caller disconnects before the response is complete. */
  signal: AbortSignal;
}

/**
 * What a handler returns: a JSON body (none: an empty response), a ready text, or a stream of texts. A stream's source has to end when the
 * context's signal is aborted.
 */
export type RouteResult = { status: number; headers?: Readonly<Record<string, string>> } & (
  | { body?: unknown; text?: undefined; stream?: undefined }
  | { text: string; body?: undefined; stream?: undefined }
  | { stream: AsyncIterable<string>; body?: undefined; text?: undefined }
);

/** A response that is not JSON. */
export interface OtherResponse {
  description: string;
  contentType: string;
}

/** Responses by status; `default` stands for every status that is not named. A list means: one of these. */
export type RouteResponses = Partial<
  Record<number | 'default', z.ZodType | OtherResponse | (z.ZodType | OtherResponse)[]>
>;

/** The declaration of a route. */
export interface RouteSpec<
  Auth extends AuthMode,
  Params extends z.ZodType | undefined,
  Query extends z.ZodType | undefined,
  Body extends z.ZodType | undefined,
> {
  method: HttpMethod;
  /** With parameters as `:name`. */
  path: string;
  /** Under which heading the documentation shows it. */
  tag: string;
  /** What it does, in a few words. */
  summary: string;
  description?: string;
  auth: Auth;
  params?: Params;
  query?: Query;
  body?: Body;
  /** Its successful responses; the errors that every route can end with are added by themselves. */
  responses: RouteResponses;
  /** Runs after authentication and before the input is checked: rate limits. */
  before?: RequestHandler[];
  handler(
    context: RouteContext<Output<Params>, Output<Query>, Output<Body>, UserOf<Auth>>,
  ): RouteResult | Promise<RouteResult>;
}

/** A declared route, ready to be mounted and documented. */
export type Route = Omit<
  RouteSpec<AuthMode, z.ZodType | undefined, z.ZodType | undefined, z.ZodType | undefined>,
  'handler'
> & {
  handler(context: RouteContext): RouteResult | Promise<RouteResult>;
};

/** Declares a route; the types of its handler's input come from its schemas. */
export function defineRoute<
  const Auth extends AuthMode,
  Params extends z.ZodType | undefined = undefined,
  Query extends z.ZodType | undefined = undefined,
  Body extends z.ZodType | undefined = undefined,
>(spec: RouteSpec<Auth, Params, Query, Body>): Route {
  // The mount parses the input with this very spec's schemas before it calls the handler.
  return spec as unknown as Route;
}

/** A route's declared responses of one status, the JSON schemas apart from the rest. */
export function splitResponses(declared: RouteResponses[number]): {
  schemas: z.ZodType[];
  others: OtherResponse[];
} {
  const schemas: z.ZodType[] = [];
  const others: OtherResponse[] = [];
  for (const answer of declared === undefined ? [] : [declared].flat()) {
    if ('contentType' in answer) others.push(answer);
    else schemas.push(answer);
  }
  return { schemas, others };
}

type Output<Schema> = Schema extends z.ZodType ? z.output<Schema> : undefined;

type UserOf<Auth extends AuthMode> = Auth extends 'required'
  ? AuthenticatedUser
  : Auth extends 'optional'
    ? AuthenticatedUser | undefined
    : undefined;
