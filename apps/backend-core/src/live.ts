/** @module Attaches everything that shows executions live to the HTTP server. */
import type { Server } from 'node:http';
import type { Config } from './config.ts';
import { ANONYMOUS_OWNER } from './services/anonymous-owner.ts';
import type { Services } from './services/services.ts';
import { initSocket, type SocketServer } from './socket.ts';

/** Starts taking viewers; `close` of the result disconnects them. */
export function attachLive(httpServer: Server, config: Config, services: Services): SocketServer {
  const { auth, logger, workflows } = services;
  return initSocket(httpServer, {
    logs: workflows.logs,
    logger,
    corsOrigins: config.corsOrigins,
    authenticate: async (token) => (await auth.authenticate(token)).userId,
    exists: (ownerId, executionId) => workflows.executions.exists(ownerId, executionId),
    ...(config.anonymousAccess ? { anonymousOwner: ANONYMOUS_OWNER } : {}),
  });
}
