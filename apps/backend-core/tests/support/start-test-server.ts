/** @module A whole server for a test: real HTTP on a free port, a real database, a data folder of its own. */
import { mkdtemp, rm } from 'node:fs/promises';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Tokens } from '@orchestrix/engine';
import { compose } from '../../src/compose.ts';
import { type Config, loadConfig } from '../../src/config.ts';
import { attachLive } from '../../src/realtime/attach.ts';
import { createServer } from '../../src/server.ts';
import type { Services } from '../../src/services/services.ts';
import { createWorkflowTokens } from '../../src/services/workflow-tokens.ts';
import type { SocketServer } from '../../src/socket.ts';

/** An answer, read. */
export interface Answer<Body = Record<string, unknown>> {
  status: number;
  headers: Headers;
  /** The JSON body; the text when it is no JSON. */
  body: Body;
}

/** What {@link TestServer.request} sends besides method and path. */
export interface TestRequest {
  body?: unknown;
  token?: string;
  headers?: Record<string, string>;
}

/** A running server and how to talk to it. */
export interface TestServer {
  /** `http://127.0.0.1:<port>` */
  base: string;
  config: Config;
  services: Services;
  httpServer: Server;
  /** What shows executions live. */
  live: SocketServer;
  /** Sends JSON, reads JSON. `path` may be `POST /auth/login` or, with GET, just the path. */
  request<Body = Record<string, unknown>>(route: string, options?: TestRequest): Promise<Answer<Body>>;
  /** A new account that is logged in. */
  register(email?: string): Promise<{ token: string; userId: string; email: string }>;
  /** What signs and verifies the tokens of an owner's workflows. */
  tokensOf(ownerId: string): Tokens;
  close(): Promise<void>;
}

/**
 * Starts a server on the embedded database, or on the MongoDB of `TEST_MONGODB_URI` with a database of its own.
 *
 * @param env variables besides those every test needs
 */
export async function startTestServer(env: Record<string, string> = {}): Promise<TestServer> {
  const dataDir = await mkdtemp(join(tmpdir(), 'orchestrix-test-'));
  const config = loadConfig({
    NODE_ENV: 'test',
    LOG_LEVEL: 'silent',
    DATA_DIR: dataDir,
    PORT: '0',
    JWT_SECRET: 'a secret for tests and nothing else',
    ENCRYPTION_KEY: '0123456789abcdef'.repeat(4),
    MONGODB_URI: ownDatabase(process.env.TEST_MONGODB_URI),
    ...env,
  });
  const services = await compose(config);
  const { httpServer } = createServer(config, services);
  const live = attachLive(httpServer, config, services);
  await new Promise<void>((resolve) => httpServer.listen(0, '127.0.0.1', resolve));
  const base = `http://127.0.0.1:${(httpServer.address() as AddressInfo).port}`;

  const request: TestServer['request'] = (route, options) => send(base, route, options);
  return {
    base,
    config,
    services,
    httpServer,
    live,
    request,
    register: async (email = `user-${crypto.randomUUID()}@example.org`) => {
      const body = { name: 'Test', email, password: 'correct horse' };
      const answer = await request<{ token: string; user: { id: string } }>('POST /auth/register', { body });
      if (answer.status !== 201) throw new Error(`register answered ${answer.status}`);
      return { token: answer.body.token, userId: answer.body.user.id, email };
    },
    tokensOf: (ownerId) => createWorkflowTokens(config.jwtSecret, ownerId),
    close: async () => {
      await live.close();
      httpServer.close();
      httpServer.closeAllConnections();
      await services.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

async function send<Body>(base: string, route: string, options: TestRequest = {}): Promise<Answer<Body>> {
  const [method, path] = route.startsWith('/') ? ['GET', route] : (route.split(' ', 2) as [string, string]);
  const { body, token, headers } = options;
  const response = await fetch(`${base}${path}`, {
    method,
    headers: {
      ...(body !== undefined && { 'Content-Type': 'application/json' }),
      ...(token !== undefined && { Authorization: `Bearer ${token}` }),
      ...headers,
    },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: parsed(text) as Body };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Test files run side by side; each gets a database that no other knows. */
function ownDatabase(uri: string | undefined): string {
  if (!uri) return '';
  const url = new URL(uri);
  url.pathname = `/test_${crypto.randomUUID().replaceAll('-', '')}`;
  return url.toString();
}
