/** @module The HTTP server: middleware in its order, the routes, and their documentation. */
import { createServer as createHttpServer, type Server } from 'node:http';
import type { ResponseChecks } from '@orchestrix/routes';
import { docsRouter, mountRoutes, openApiDocument } from '@orchestrix/routes';
import express, { type Express } from 'express';
import type { Config } from './config.ts';
import { SERVER_ERRORS } from './errors.ts';
import { publishedDoor } from './http/published-door.ts';
import { authentication } from './middleware/auth.ts';
import { jsonBody } from './middleware/body.ts';
import { crossOrigin } from './middleware/cross-origin.ts';
import { errorAnswer } from './middleware/error-answer.ts';
import { createHostCheck, hostCheck } from './middleware/host-check.ts';
import { inOrder } from './middleware/in-order.ts';
import { lifecycleGate } from './middleware/lifecycle.ts';
import { notFound } from './middleware/not-found.ts';
import { requestId } from './middleware/request-id.ts';
import { requestLog } from './middleware/request-log.ts';
import { securityHeaders } from './middleware/security-headers.ts';
import { session } from './middleware/session.ts';
import { allRoutes } from './routes/all.routes.ts';
import { VERSION } from './routes/root.routes.ts';
import type { Services } from './services/services.ts';
import { databaseRefusal } from './web-client/database-refusal.ts';
import { dataOwnerOf, recordOwnerOf } from './web-client/owners.ts';

/** The server, not yet listening. Sockets attach to `httpServer`. */
export interface OrchestrixServer {
  app: Express;
  httpServer: Server;
}

/** Builds the server; the order of the middleware is part of its behaviour. */
export function createServer(config: Config, services: Services): OrchestrixServer {
  const { production } = config;
  const routes = allRoutes(config, services);
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('trust proxy', config.trustProxy);
  app.set('query parser', 'simple');

  const ownPages = crossOrigin(config.corsOrigins);
  app.use(
    inOrder(
      requestId,
      requestLog(services.logger),
      lifecycleGate(services.lifecycle),
      securityHeaders(),
      hostCheck(createHostCheck(config)),
      publishedDoor({
        ...services.workflows,
        ownersOf: (ownerId) => ({ record: recordOwnerOf(ownerId), data: dataOwnerOf(ownerId) }),
        refusalOf: (ownerId) => databaseRefusal(services.ownerDatabases, ownerId),
        admitCall: services.limits.call,
        timeoutMs: config.apiTimeoutMs,
        recordFirst: config.recordFirst,
        crossOrigin: ownPages,
        bodyTimeoutMs: config.bodyTimeoutMs,
      }),
    ),
  );
  app.use(ownPages);
  app.use(jsonBody(config.bodyTimeoutMs));
  app.use(session(services));
  app.use(
    docsRouter(() => openApiDocument(routes, { title: 'Orchestrix', version: VERSION }, SERVER_ERRORS)),
  );
  app.use(
    mountRoutes(routes, {
      authenticate: authentication(services.auth),
      responseChecks: RESPONSE_CHECKS[config.environment],
      sessions: services.sessionWatch,
      viewers: services.viewerLimit,
    }),
  );
  app.use(notFound);
  app.use(errorAnswer({ production }));
  const httpServer = createHttpServer(app);
  httpServer.keepAliveTimeout = config.keepAliveTimeoutMs;
  return { app, httpServer };
}

const RESPONSE_CHECKS: Record<Config['environment'], ResponseChecks> = {
  production: 'off',
  development: 'log',
  test: 'throw',
};
