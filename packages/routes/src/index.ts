/** @module HTTP routes declared with schemas: checked, mounted, documented. */
export type { ResponseChecks } from './check-response.ts';
export { docsRouter } from './docs.ts';
export { type FieldProblem, ROUTE_ERRORS } from './errors.ts';
export { refuseLossyNumbers } from './json-numbers.ts';
export { type MountOptions, mountRoutes } from './mount.ts';
export { type DocumentedErrors, type OpenApiDocument, openApiDocument } from './openapi.ts';
export { readCallBody } from './read-body.ts';
export type { Refusal, RouteLogger } from './request-state.ts';
export {
  type AuthMode,
  defineRoute,
  type HttpMethod,
  type OtherResponse,
  type Route,
  type RouteContext,
  type RouteResponses,
  type RouteResult,
  splitResponses,
} from './route.ts';
export { eventStream, type ServerSentEvent, wantsEvents } from './server-sent-events.ts';
