/** @module Listens, says where, and ends everything when asked to. */
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Config } from './config.ts';
import { attachLive } from './live.ts';
import { createServer } from './server.ts';
import type { Services } from './services/services.ts';
import { shutDownOnSignal } from './shutdown.ts';

/**
 * Serves until the process gets SIGTERM or SIGINT.
 *
 * @throws Error saying so when the port is taken
 */
export async function run(config: Config, services: Services): Promise<void> {
  const { logger } = services;
  const { httpServer } = createServer(config, services);
  const live = attachLive(httpServer, config, services);
  try {
    await listen(httpServer, config);
  } catch (error) {
    await services.close();
    throw error;
  }
  shutDownOnSignal({
    process,
    logger,
    steps: () => [
      // New connections are refused from here on; requests under way go on.
      { name: 'listening', run: () => void httpServer.close() },
      { name: 'idle connections', run: () => httpServer.closeIdleConnections() },
      { name: 'language models', run: () => services.ai.close() },
      {
        name: 'executions',
        run: () => services.workflows.close(config.shutdownTimeoutMs),
        timeoutMs: config.shutdownTimeoutMs + 5_000,
      },
      // Viewers have seen how their executions ended.
      { name: 'viewers', run: () => live.close() },
      { name: 'services', run: () => services.close(), timeoutMs: 30_000 },
      { name: 'connections', run: () => httpServer.closeAllConnections() },
    ],
  });
  announce(httpServer, config, services);
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
