/** @module Attaches everything that shows executions and generations live to the HTTP server. */
import type { Server } from 'node:http';
import type { Config } from '../config.ts';
import { createHostCheck } from '../middleware/host-check.ts';
import type { Services } from '../services/services.ts';
import { admission } from '../services/viewer-admission.ts';
import { initSocket, type SocketServer } from '../socket.ts';
import { ANONYMOUS_OWNER } from '../web-client/anonymous-owner.ts';
import { attachStream } from '../web-client/stream.ts';

/** Starts taking viewers over Socket.IO and the plain stream; `close` of the result disconnects them. */
export function attachLive(httpServer: Server, config: Config, services: Services): SocketServer {
  const { logger, workflows } = services;
  const isKnownHost = createHostCheck(config);
  const shared = {
    logger,
    admit: admission(services, config),
    allowsOrigin: (origin: string | undefined, host: string | undefined) =>
      isKnownHost(host) &&
      (origin === undefined || config.corsOrigins.includes(origin) || isSameHost(origin, host)),
    ...(config.anonymousAccess ? { anonymousOwner: ANONYMOUS_OWNER } : {}),
  };
  const stream = attachStream(httpServer, { ...shared, logs: workflows.logs });
  const sockets = initSocket(httpServer, {
    ...shared,
    corsOrigins: config.corsOrigins,
    executions: workflows.logs,
    generations: services.generations,
  });
  return {
    ...sockets,
    close: async () => {
      await stream.close();
      await sockets.close();
    },
  };
}

/** A page of this server itself, for instance its documentation. */
function isSameHost(origin: string, host: string | undefined): boolean {
  return URL.canParse(origin) && new URL(origin).host === host;
}
