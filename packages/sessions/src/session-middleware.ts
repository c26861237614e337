/** @module Express middleware that loads `req.session` before the routes and stores what they changed in it. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { SessionData, SessionStore } from './session-store.ts';

/** The session of a request. */
export interface RequestSession {
  readonly id: string;
  readonly userId: string;
  /** Change it, or put another object here: it is stored before the response ends. */
  data: SessionData;
}

/** A request behind the middleware. */
export type SessionRequest = IncomingMessage & { session?: RequestSession | undefined };

/** Options of {@link sessionMiddleware}. */
export interface SessionMiddlewareOptions<Request> {
  /** Which session a request belongs to: from a cookie or a token that was verified. `undefined`: none. */
  sessionIdOf(request: Request): string | undefined | Promise<string | undefined>;
}

/** A middleware of Express 4 or 5. */
export type SessionMiddleware<Request> = (
  request: Request,
  response: ServerResponse,
  next: (error?: unknown) => void,
) => void;

/**
 * Loads the session and stores changed data before the response ends, so that the client's next request finds it. A session that
 * ended during the request stays ended. Data that did not change is not written.
 *
 * Errors of loading and of storing go to `next`; when the head of the response was sent already, the response is cut off instead,
 * because the client must not take it for complete.
 */
export function sessionMiddleware<Request extends SessionRequest>(
  store: Pick<SessionStore, 'get' | 'update'>,
  { sessionIdOf }: SessionMiddlewareOptions<Request>,
): SessionMiddleware<Request> {
  return (request, response, next) => {
    load(store, request, sessionIdOf).then((session) => {
      request.session = session;
      if (session) storeBeforeEnd(store, session, response, next);
      next();
    }, next);
  };
}

async function load<Request>(
  store: Pick<SessionStore, 'get'>,
  request: Request,
  sessionIdOf: SessionMiddlewareOptions<Request>['sessionIdOf'],
): Promise<RequestSession | undefined> {
  const id = await sessionIdOf(request);
  const session = id === undefined ? null : await store.get(id);
  return session ? { id: session.sessionId, userId: session.userId, data: session.data } : undefined;
}

function storeBeforeEnd(
  store: Pick<SessionStore, 'update'>,
  session: RequestSession,
  response: ServerResponse,
  next: (error?: unknown) => void,
): void {
  const loaded = JSON.stringify(session.data);
  const end = response.end;
  const restore = (): void => {
    response.end = end;
  };

  response.end = function endStored(this: ServerResponse, ...args: unknown[]): ServerResponse {
    const finish = (): void => {
      restore();
      Reflect.apply(end, response, args);
    };
    const fail = (error: unknown): void => {
      restore();
      if (response.headersSent) response.destroy();
      else next(error);
    };
    let changed: boolean;
    try {
      changed = JSON.stringify(session.data) !== loaded;
    } catch (error) {
      fail(error);
      return response;
    }
    if (!changed) {
      finish();
      return response;
    }
    // While the data is being stored, a second call of `end` has nothing to add.
    response.end = (() => response) as ServerResponse['end'];
    store.update(session.id, session.data).then(finish, fail);
    return response;
  } as ServerResponse['end'];
}
