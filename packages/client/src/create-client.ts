/** @module The client: one server, one login, every route. */
import { type AiApi, createAi } from './ai.ts';
import { type AuthApi, createAuth, type TokenKeeper } from './auth.ts';
import { type CallApi, createCall } from './call.ts';
import { type CollectionsApi, createCollections } from './collections.ts';
import { createExecutions, type ExecutionsApi } from './executions.ts';
import { createHttp, type FetchLike, type Http } from './http.ts';
import { createRun, type RunSteps, type StartSteps } from './run.ts';
import { createWorkflows, type WorkflowsApi } from './workflows.ts';

/** What a client is made from. */
export interface ClientOptions {
  /** Where the server is: `https://orchestrix.example.org`, with a path where it stands below one. */
  baseUrl: string;
  /** A token of an earlier login. */
  token?: string | undefined;
  /** Default: the global `fetch`. Sockets do not go through it. */
  fetch?: FetchLike | undefined;
  /** Called whenever the token changes, to keep it somewhere; with `undefined` after a logout. */
  onToken?: ((token: string | undefined) => void) | undefined;
}

/** Everything the server does. Every method takes `{ signal }` and rejects with an `OrchestrixClientError`. */
export interface OrchestrixClient {
  auth: AuthApi;
  workflows: WorkflowsApi;
  executions: ExecutionsApi;
  collections: CollectionsApi;
  ai: AiApi;
  run: RunSteps;
  start: StartSteps;
  call: CallApi;
  /** Calls any route, with the types the server declares: `request('GET /workflows', { query: { limit: 5 } })`. */
  request: Http['request'];
}

/**
 * A client of one server. Nothing is sent before the first call.
 *
 * @throws OrchestrixClientError `ARGUMENT_INVALID` for a `baseUrl` that is no http address
 */
export function createClient({ baseUrl, token, fetch, onToken }: ClientOptions): OrchestrixClient {
  const tokens: TokenKeeper = {
    current: token,
    set: (next) => {
      tokens.current = next;
      onToken?.(next);
    },
  };
  const currentToken = () => tokens.current;
  const http = createHttp({
    baseUrl,
    // Looked up at each call, as a page may replace it, and called as browsers want it: without another `this`.
    fetch: fetch ?? ((url, init) => globalThis.fetch(url, init)),
    token: currentToken,
  });
  return {
    auth: createAuth(http, tokens),
    workflows: createWorkflows(http),
    executions: createExecutions(http, currentToken),
    collections: createCollections(http),
    ai: createAi(http),
    ...createRun(http),
    call: createCall(http),
    request: http.request,
  };
}
