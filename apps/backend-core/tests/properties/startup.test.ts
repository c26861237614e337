/** @module Property 12: whatever valid environment it is given, the server starts as people start it, serves, and ends when asked to. */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedMongo } from '@orchestrix/embedded-mongo';
import fc from 'fast-check';
import { io } from 'socket.io-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { loadConfig } from '../../src/config.ts';
import { VARIABLES } from '../../src/config-variables.ts';
import { workflowDefinition } from '../support/factories.ts';
import { environment, NEEDED, OPTIONAL } from '../support/random-environment.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';

const DATA = mkdtempSync(join(tmpdir(), 'startup-'));
let mongo: { uri: string; stop(): Promise<void> };
const processes: ServerProcess[] = [];

beforeAll(async () => {
  const given = process.env.TEST_MONGODB_URI;
  mongo = given ? { uri: given, stop: async () => {} } : await startEmbeddedMongo();
});
afterAll(async () => {
  for (const one of processes) one.kill('SIGKILL');
  await Promise.all(processes.map(({ ended }) => ended));
  await mongo.stop();
  rmSync(DATA, { recursive: true, force: true });
});

/** Variables of other programs, which every process has. */
const foreign = fc.dictionary(fc.stringMatching(/^X_[A-Z]{1,10}$/), fc.string());

describe('Property 12: starts with any valid environment', () => {
  it('knows a valid value for every variable', () => {
    const known = [...Object.keys(OPTIONAL), ...Object.keys(NEEDED), 'DATA_DIR', 'MONGODB_URI'];
    expect(known.sort()).toEqual(Object.keys(VARIABLES).sort());
  });

  it('accepts every valid environment and takes its values', () => {
    fc.assert(
      fc.property(environment, foreign, (env, others) => {
        const config = loadConfig({ ...others, ...env, MONGODB_URI: 'embedded', DATA_DIR: DATA });
        expect(config.environment).toBe(env.NODE_ENV);
        expect(config.jwtSecret).toBe(env.JWT_SECRET);
        expect(config.port).toBe(Number(env.PORT ?? 4000));
        expect(config.sessionTtlDays).toBe(Number(env.SESSION_TTL_DAYS ?? 7));
        expect(config.smtp?.host).toBe(env.SMTP_HOST);
        expect(config.ai.provider).toBe(env.AI_PROVIDER);
        for (const each of config.corsOrigins) expect(new URL(each).origin).toBe(each);
      }),
      { numRuns: 150 },
    );
  });

  it('runs as a process of its own: accounts, workflows, sockets, and an end with 0', async () => {
    let runs = 0;
    await fc.assert(
      fc.asyncProperty(environment, fc.boolean(), async (env, isEmbedded) => {
        const folder = join(DATA, `${runs++}`);
        const port = String(await freePort());
        const server = startServerProcess({
          ...env,
          PORT: port,
          DATA_DIR: folder,
          MONGODB_URI: isEmbedded ? 'embedded' : databaseOf(mongo.uri, `startup_${process.pid}_${runs}`),
        });
        processes.push(server);
        const base = `http://${env.HOST ?? '127.0.0.1'}:${port}`;
        await ready(server, base);
        await expectServing(base, env);
        server.kill('SIGTERM');
        expect(await server.ended, server.output()).toEqual({ code: 0, signal: null });
      }),
      { numRuns: 5, endOnFailure: true },
    );
  }, 240_000);
});

/** Resolves when the server says that it is ready; its log may be silent. */
async function ready(server: ServerProcess, base: string): Promise<void> {
  const ended = server.ended.then(({ code }) => {
    throw new Error(`ended with ${code}:\n${server.output()}`);
  });
  const answers = async () => {
    for (;;) {
      const answer = await fetch(`${base}/health/ready`).catch(() => undefined);
      if (answer?.status === 200) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  await Promise.race([ended, answers()]);
}

async function expectServing(base: string, env: Record<string, string>): Promise<void> {
  const call = async (method: string, path: string, body?: unknown, token?: string) => {
    const response = await fetch(base + path, {
      method,
      headers: { 'Content-Type': 'application/json', ...(token && { Authorization: `Bearer ${token}` }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  const credentials = { email: 'ann@example.org', password: 'correct horse' };
  const registered = await call('POST', '/auth/register', credentials);
  expect(registered.status).toBe(201);
  const login = await call('POST', '/auth/login', credentials);
  expect(login.status).toBe(200);
  const token = login.body.token as string;

  const { steps, edges } = workflowDefinition();
  const stored = await call('POST', '/workflows', { workflowId: 'w', steps, edges }, token);
  expect(stored.status).toBe(201);
  const published = await call('POST', '/workflows/w/publish', { apiName: 'go' }, token);
  expect(await call('POST', published.body.apiPath as string, { n: 7 })).toEqual({
    status: 201,
    body: { n: 7 },
  });

  const providers = await call('GET', '/ai/providers', undefined, token);
  const keys = {
    groq: ['GROQ_API_KEY'],
    openai: ['OPENAI_API_KEY', 'OPENAI_KEY'],
    gemini: ['GEMINI_API_KEY'],
    huggingface: ['HUGGINGFACE_API_KEY', 'HF_API_KEY'],
  };
  // A compatible server of one's own needs an address and a model, and no key.
  const isCompatible = 'OPENAI_BASE_URL' in env && 'OPENAI_MODEL' in env;
  const configured = Object.entries(keys)
    .filter(([name, names]) => names.some((key) => key in env) || (name === 'openai' && isCompatible))
    .map(([name]) => name);
  const offered = (providers.body.providers as { name: string }[]).map(({ name }) => name);
  expect(offered.filter((name) => name !== 'offline').sort()).toEqual(configured.sort());

  const started = await call('POST', '/workflows/run', { steps, edges, input: { n: 1 } }, token);
  const executionId = started.body.executionId as string;
  expect(await eventsOverSocketIo(base, token, executionId)).toBe('workflow_complete');
  expect(await itemsOverStream(base, token, executionId)).toBeGreaterThan(4);
}

async function eventsOverSocketIo(base: string, token: string, executionId: string): Promise<string> {
  const socket = io(base, {
    transports: ['websocket'],
    forceNew: true,
    reconnection: false,
    auth: { token },
  });
  try {
    return await new Promise<string>((resolve, reject) => {
      socket.on('execution-log', ({ type }: { type: string }) => {
        if (type === 'workflow_complete') resolve(type);
      });
      socket.once('connect_error', reject);
      socket.once('connect', () => socket.emit('join-execution', { executionId }));
    });
  } finally {
    socket.disconnect();
  }
}

async function itemsOverStream(base: string, token: string, executionId: string): Promise<number> {
  const peer = new WebSocket(base.replace('http', 'ws'), { headers: { authorization: `Bearer ${token}` } });
  try {
    return await new Promise<number>((resolve, reject) => {
      peer.once('error', reject);
      peer.once('message', (message) => resolve(JSON.parse(String(message)).event.data.length));
      peer.once('open', () => {
        const data = { streamName: 'executionLog', groupId: executionId, subscriptionId: 's' };
        peer.send(JSON.stringify({ type: 'join', data }));
      });
    });
  } finally {
    peer.terminate();
  }
}

function databaseOf(uri: string, name: string): string {
  const url = new URL(uri);
  url.pathname = `/${name}`;
  return url.toString();
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return port;
}
