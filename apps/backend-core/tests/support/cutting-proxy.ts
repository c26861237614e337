/** @module A proxy before a server, as companies have them: it lets no sockets through and cuts connections when told to. */
import { createServer, request as httpRequest, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A running proxy. */
export interface CuttingProxy {
  base: string;
  /** Requests that were let through, as `GET /path`. */
  passed: string[];
  /** Requests for sockets that were refused. */
  refused: number;
  /** Breaks every answer that is under way. */
  cut(): void;
  close(): Promise<void>;
}

/** Starts a proxy on a free port before the server at `target`. */
export async function startCuttingProxy(target: string): Promise<CuttingProxy> {
  const open = new Set<ServerResponse>();
  const server = createServer((request, response) => {
    const { method = 'GET', url = '/', headers } = request;
    if (url.startsWith('/socket.io/')) {
      proxy.refused++;
      response.writeHead(404).end('not here');
      return;
    }
    proxy.passed.push(`${method} ${url}`);
    open.add(response);
    const onward = httpRequest(`${target}${url}`, { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    response.on('close', () => {
      open.delete(response);
      onward.destroy();
    });
    request.pipe(onward);
  });
  server.on('upgrade', (_request, socket) => {
    proxy.refused++;
    socket.end('HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const proxy: CuttingProxy = {
    base: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    passed: [],
    refused: 0,
    cut: () => {
      for (const response of open) response.destroy();
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return proxy;
}
