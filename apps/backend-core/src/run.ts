/** @module Listens, says where, and ends everything when asked to. */
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { handleUnhandledErrors, shutDownOnSignal } from '@orchestrix/lifecycle';
import type { Config } from './config.ts';
import { attachLive } from './realtime/attach.ts';
import { createServer } from './server.ts';
import type { Services } from './services/services.ts';

/**
 * Serves until the process gets SIGTERM or SIGINT.
 *
 * @throws Error saying so when the port is taken
 */
export async function run(config: Config, services: Services): Promise<void> {
  const { logger, lifecycle } = services;
  const { httpServer } = createServer(config, services);
  const live = attachLive(httpServer, config, services);
  try {
    await listen(httpServer, config);
  } catch (error) {
    await services.close();
    throw error;
  }
  const { shutdownGraceMs, shutdownTimeoutMs } = config;
  const graceMs = Math.min(shutdownGraceMs, shutdownTimeoutMs);
  const runsMs = shutdownTimeoutMs - graceMs;
  const { begin } = shutDownOnSignal({
    process,
    logger,
    timeoutMs: shutdownTimeoutMs + CLOSING_MS,
    steps: (deadline) => [
      { name: 'readiness', run: () => lifecycle.advance('leaving') },
      { name: 'grace', run: () => pause(graceMs), timeoutMs: graceMs + 1_000 },
      // New connections are refused from here on, and so are further requests; requests under way go on.
      { name: 'refusing', run: () => lifecycle.advance('stopping') },
      { name: 'listening', run: () => void httpServer.close() },
      { name: 'idle connections', run: () => httpServer.closeIdleConnections() },
      { name: 'language models', run: () => services.ai.close() },
      { name: 'executions', run: () => services.workflows.close(runsMs), timeoutMs: runsMs + CLOSING_MS / 2 },
      // Viewers have seen how their executions ended.
      { name: 'viewers', run: () => live.close() },
      // What still uses the database must be over before that is closed.
      { name: 'requests', run: () => lifecycle.idle(REQUESTS_MS) },
      { name: 'connections', run: () => httpServer.closeAllConnections() },
      { name: 'services', run: () => closeServices(services, deadline), timeoutMs: 60_000 },
    ],
  });
  handleUnhandledErrors({
    process,
    logger,
    count: (kind) => services.metrics.unhandledError(kind),
    end: () => begin('An exception that was not handled', 1),
  });
  announce(httpServer, config, services);
}

/** How long everything besides the executions may take to end, in milliseconds. */
const CLOSING_MS = 3_000;

/** How long answers that are being written may take after the executions have ended. */
const REQUESTS_MS = 500;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** @throws Error naming the parts that did not end; each has its own line in the log */
async function closeServices(services: Services, deadline: number): Promise<void> {
  const failed = await services.close(deadline);
  if (failed.length > 0) throw new Error(`not ended: ${failed.join(', ')}`);
}

function listen(server: Server, { host, port }: Config): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const reason =
        error.code === 'EADDRINUSE'
          ? `Port ${port} on ${host} is taken. End the program that uses it, or set PORT to another one.`
          : `Cannot listen on ${host}:${port}: ${error.message}`;
      reject(new Error(reason, { cause: error }));
    });
    server.listen({ host, port }, resolve);
  });
}

function announce(server: Server, config: Config, { logger, describe }: Services): void {
  const { port } = server.address() as AddressInfo;
  const shown = config.host === '127.0.0.1' || config.host === '0.0.0.0' ? 'localhost' : config.host;
  const base = `http://${shown.includes(':') ? `[${shown}]` : shown}:${port}`;
  logger.info(`Listening on ${base}`, { host: config.host, environment: config.environment });
  for (const line of describe) logger.info(line);
  logger.info(`API documentation: ${base}/docs`);
}
