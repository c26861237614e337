/**
 * @module Property 10: any error on any route is answered in the one format, with the status of its kind, and logged: 4xx at `info` with
 * code and reason, 5xx at `error` with their stack. In production, 5xx say nothing about the inside.
 */
import { readFileSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { OrchestrixError } from '@orchestrix/engine';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SERVER_ERRORS, type ServerErrorCode, serverError } from '../../src/errors.ts';
import { allRoutes } from '../../src/routes/all.routes.ts';
import { createServer } from '../../src/server.ts';
import type { Services } from '../../src/services/services.ts';
import { createLogger } from '../../src/utils/logger.ts';
import { expectErrorFormat } from '../support/error-format.ts';
import { type Answer, startTestServer, type TestServer } from '../support/start-test-server.ts';

interface Line {
  level: string;
  message: string;
  requestId?: string;
  userId?: string;
  code?: string;
  reason?: string;
  error?: { message?: string; stack?: string; cause?: { message?: string } };
}

const DOCS = new URL('../../../../docs/errors.md', import.meta.url);

let server: TestServer;
let account: { token: string; userId: string };
const bases = {} as Record<'production' | 'development', string>;
const https: Server[] = [];
const lines: Line[] = [];
/** What services throw at the moment: all of them, or one. */
let fault: (() => unknown) | undefined;
let faultIn: keyof Services | undefined;

beforeAll(async () => {
  server = await startTestServer({
    LOGIN_RATE_LIMIT: '0',
    LOGIN_FAILURES_PER_ADDRESS: '0',
    LOGIN_FAILURES_PER_ACCOUNT: '0',
    DATABASE_CONNECTIONS_PER_HOUR: '0',
  });
  account = await server.register();
  const logger = createLogger({
    level: 'info',
    format: 'json',
    write: (line) => lines.push(JSON.parse(line)),
  });
  for (const environment of ['production', 'development'] as const) {
    const config = { ...server.config, environment, production: environment === 'production' };
    const { httpServer } = createServer(config, { ...withFaults(server.services), logger });
    await new Promise<void>((resolve) => httpServer.listen(0, '127.0.0.1', resolve));
    https.push(httpServer);
    bases[environment] = `http://127.0.0.1:${(httpServer.address() as AddressInfo).port}`;
  }
});
afterAll(async () => {
  for (const one of https) one.close().closeAllConnections();
  await server.close();
});

/** The services, whose every method throws the fault while there is one. Who asks is still found out. */
function withFaults(services: Services): Services {
  const names = [
    'collections',
    'ownerDatabases',
    'workflows',
    'builder',
    'builderOwners',
    'drafter',
    'ai',
    'aiAllowance',
    'quotas',
    'auth',
  ] as const;
  return { ...services, ...Object.fromEntries(names.map((name) => [name, faulty(services[name], name)])) };
}

const NEVER_FAULTY = new Set<unknown>(['verify', 'identify', 'onLogout']);

function faulty<T extends object>(target: T, name: keyof Services): T {
  return new Proxy(target, {
    get: (_, key) => {
      const value: unknown = Reflect.get(target, key, target);
      if (typeof value === 'object' && value !== null) return faulty(value, name);
      if (typeof value !== 'function') return value;
      return (...parameters: unknown[]) => {
        const isFaulty = fault && (faultIn ?? name) === name && !NEVER_FAULTY.has(key);
        if (isFaulty) throw fault!();
        return Reflect.apply(value, target, parameters);
      };
    },
  });
}

const STEPS = [{ type: 'response', body: 1 }];
const CREDENTIALS = { email: 'a@example.org', password: 'correct horse' };
/** A valid request for every route that asks a service for something. */
const BODIES: Record<string, unknown> = {
  'post /auth/register': CREDENTIALS,
  'post /auth/login': CREDENTIALS,
  'post /auth/logout': undefined,
  'get /auth/me': undefined,
  'post /workflow/execute': { steps: STEPS },
  'post /workflows/save': { workflowId: 'w', steps: STEPS, apiName: 'go' },
  'post /workflow/generate': { prompt: 'a form' },
  'post /ai/generate-workflow': { prompt: 'a form' },
  'post /ai/mutate-workflow': { prompt: 'a form', workflow: { steps: STEPS } },
  'post /ai/explain-workflow': { workflow: { steps: STEPS } },
  'post /ai/intent': { prompt: 'a form' },
  'get /ai/usage': undefined,
  'get /ai/providers': undefined,
  'post /user/db/connect': { uri: 'mongodb://db.example.org/x' },
  'post /user/db/disconnect': {},
  'get /user/db/status': undefined,
  'get /user/db/schemas': undefined,
  'get /db/schemas': undefined,
  'post /workflows/run': { steps: STEPS },
  'post /workflows/:workflowId/execute': {},
  'get /executions': undefined,
  'get /executions/:executionId': undefined,
  'post /executions/:executionId/cancel': undefined,
  'get /executions/:executionId/events': undefined,
  'get /executions/:executionId/logs': undefined,
  'get /workflows': undefined,
  'post /workflows': { steps: STEPS },
  'get /workflows/:workflowId': undefined,
  'put /workflows/:workflowId': { name: 'other' },
  'delete /workflows/:workflowId': undefined,
  'get /workflows/:workflowId/versions': undefined,
  'get /workflows/:workflowId/versions/:version': undefined,
  'post /workflows/:workflowId/publish': { apiName: 'go' },
  'delete /workflows/:workflowId/publish': {},
  ...Object.fromEntries(
    ['get', 'post', 'put', 'patch', 'delete'].flatMap((method) =>
      ['/workflow/run/:workflowId/:apiName', '/api/:ownerSlug/:path'].map((path) => [
        `${method} ${path}`,
        method === 'get' ? undefined : {},
      ]),
    ),
  ),
  'get /usage': undefined,
  'get /collections': undefined,
  'post /collections': { name: 'things', fields: [] },
  'get /collections/:id': undefined,
  'put /collections/:id': { fields: [] },
  'delete /collections/:id': undefined,
  'get /collections/:id/data': undefined,
  'post /collections/:id/data': { n: 1 },
  'get /collections/:id/data/:docId': undefined,
  'put /collections/:id/data/:docId': { n: 1 },
  'delete /collections/:id/data/:docId': undefined,
};
/** Ask no service, or answer with what state it is in. */
const UNFAILING = ['get /', 'get /health', 'get /health/ready', 'get /metrics'];

interface Kind {
  name: string;
  make(text: string): unknown;
  status: number;
  code: string;
  /** No fault of the server, so that no stack is written for it. */
  isExpected?: boolean;
}

const named = (name: string, text: string, more: object = {}) =>
  Object.assign(new Error(text), { name, ...more });
/** What clients were told: the status that the documentation gives each code. */
const documented = new Map(
  [...readFileSync(DOCS, 'utf8').matchAll(/^### (\S+)\n+(\d{3})\./gm)].map(([, code, status]) => [
    code!,
    Number(status),
  ]),
);
const catalogued = Object.keys(SERVER_ERRORS).map(
  (code) => [code as ServerErrorCode, documented.get(code) ?? 0] as const,
);
const KINDS: Kind[] = [
  ...catalogued.map(
    ([code, status]): Kind => ({
      name: code,
      make: (text) => serverError(code, { message: text, details: { text } }),
      status,
      code,
      isExpected: ['SHUTTING_DOWN', 'AI_NO_GRAPH', 'AI_NO_WORKFLOW', 'AI_REFUSED'].includes(code),
    }),
  ),
  { name: 'an unforeseen error', make: (text) => new Error(text), status: 500, code: 'INTERNAL_ERROR' },
  { name: 'a type error', make: (text) => new TypeError(text), status: 500, code: 'INTERNAL_ERROR' },
  { name: 'a thrown text', make: (text) => text, status: 500, code: 'INTERNAL_ERROR' },
  { name: 'a thrown null', make: () => null, status: 500, code: 'INTERNAL_ERROR' },
  {
    name: 'a status that is none',
    make: (text) => new OrchestrixError(text, { code: 'ODD', status: 200 }),
    status: 500,
    code: 'ODD',
  },
  {
    name: 'a code of nobody',
    make: (text) => new OrchestrixError(text, { code: 'NEW_ONE', status: 502 }),
    status: 502,
    code: 'NEW_ONE',
  },
  {
    name: 'a refusal of another library',
    make: (text) => named('HttpError', text, { status: 418 }),
    status: 418,
    code: 'REQUEST_INVALID',
  },
  {
    name: 'a database that is away',
    make: (text) => named('MongoServerSelectionError', text),
    status: 503,
    code: 'DATABASE_UNREACHABLE',
  },
  {
    name: 'a database that is full',
    make: (text) =>
      named('MongoServerError', `${text} disk is full: no space left on device`, { code: 14031 }),
    status: 507,
    code: 'DATABASE_FULL',
  },
  { name: 'a bad address', make: (text) => new URIError(text), status: 400, code: 'MALFORMED_URL' },
];

async function send(
  base: string,
  route: string,
  options: { body?: unknown; token?: string; headers?: Record<string, string> } = {},
): Promise<Answer<Record<string, unknown>> & { path: string; method: string }> {
  const [method = '', pattern = ''] = route.split(' ');
  const path = pattern.replace(/:version/, '1').replace(/:\w+/g, 'x');
  const response = await fetch(base + path, {
    method: method.toUpperCase(),
    headers: {
      ...(options.body !== undefined && { 'Content-Type': 'application/json' }),
      ...(options.token !== undefined && { Authorization: `Bearer ${options.token}` }),
      ...options.headers,
    },
    ...(options.body !== undefined && {
      body: typeof options.body === 'string' ? options.body : JSON.stringify(options.body),
    }),
  });
  const body = (await response.json()) as Record<string, unknown>;
  return { status: response.status, headers: response.headers, body, path, method: method.toUpperCase() };
}

/** The lines of a request; the last of them is written a moment after the answer is out. */
async function linesOf(requestId: unknown): Promise<{ request: Line; others: Line[] }> {
  const own = () => lines.filter((line) => line.requestId === requestId);
  await expect
    .poll(() => own().some(({ message }) => /^[A-Z]+ \S+ \d{3}$/.test(message)), { interval: 1 })
    .toBe(true);
  const request = own().filter(({ message }) => /^[A-Z]+ \S+ \d{3}$/.test(message));
  expect(request).toHaveLength(1);
  return { request: request[0]!, others: own().filter((line) => line !== request[0]) };
}

/** Of the many codes with one status, the first; every route meets each of these, and each of the others meets a route. */
const isTypical = ({ code, status, isExpected }: Kind, index: number): boolean =>
  isExpected ||
  !(code in SERVER_ERRORS) ||
  KINDS.findIndex((one) => one.status === status) === index ||
  index >= catalogued.length;
const ROUTES = Object.keys(BODIES);
const PAIRS = KINDS.flatMap((kind, index) =>
  (isTypical(kind, index) ? ROUTES : [ROUTES[index % ROUTES.length]!]).map((route) => ({ route, kind })),
);
const A_RUN = 15;

describe('Property 10: any error on any route', () => {
  it('has a request for every route that there is', () => {
    const routes = allRoutes(server.config, server.services).map(({ method, path }) => `${method} ${path}`);
    expect([...Object.keys(BODIES), ...UNFAILING].sort()).toEqual(routes.sort());
  });

  it('is answered in the format, with its status, and logged', async () => {
    const pending = fc.sample(fc.shuffledSubarray(PAIRS, { minLength: PAIRS.length }), {
      numRuns: 1,
      seed: 1,
    })[0]!;
    let next = 0;
    const secret = fc.stringMatching(/^[a-z]{12}$/).map((text) => `inner-${text}`);
    await fc.assert(
      fc.asyncProperty(secret, fc.boolean(), async (text, production) => {
        for (let count = 0; count < A_RUN; count++) {
          const { route, kind } = pending[next++ % pending.length]!;
          const about = `${route}: ${kind.name}`;
          lines.length = 0;
          fault = () => kind.make(text);
          // These answer failures of the owner's database in a shape of their own.
          faultIn = /\/user\/db\/(?:connect|schemas)/.test(route) ? 'ownerDatabases' : undefined;
          const answer = await send(bases[production ? 'production' : 'development'], route, {
            body: BODIES[route],
            token: account.token,
          });
          fault = undefined;

          const isHidden = production && kind.status >= 500 && kind.code !== 'AI_NO_WORKFLOW';
          expect(answer.status, about).toBe(kind.status);
          const isShownWhole = kind.status === 422 && route.includes('/user/db/');
          expectErrorFormat(answer, isShownWhole ? ['detail'] : []);
          const isCatalogued = kind.code in SERVER_ERRORS;
          expect(answer.body.code, about).toBe(isHidden && !isCatalogued ? 'INTERNAL_ERROR' : kind.code);
          if (isHidden) expect(JSON.stringify(answer.body), about).not.toContain(text);

          const { request, others } = await linesOf(answer.body.requestId);
          expect(request, about).toMatchObject({
            level: 'info',
            message: `${answer.method} ${answer.path} ${answer.status}`,
            code: answer.body.code,
            reason: answer.body.error,
          });
          const isFault = kind.status >= 500 && !kind.isExpected;
          expect(
            others.map(({ level }) => level),
            about,
          ).toEqual(isFault ? ['error'] : []);
          if (!isFault) continue;
          const [{ error, code, userId } = {} as Line] = others;
          expect(code, about).toBe(answer.body.code);
          expect(error?.stack, about).toMatch(/\n\s+at /);
          if (kind.name !== 'a thrown null') expect(JSON.stringify(error), about).toContain(text);
          const isOpen = /^\S+ \/(?:auth\/(?:register|login)|api\/|workflow\/run\/)/.test(route);
          if (!isOpen) expect(userId, about).toBe(account.userId);
        }
      }),
      { numRuns: Math.ceil(PAIRS.length / A_RUN), endOnFailure: true },
    );
    expect(next).toBeGreaterThanOrEqual(PAIRS.length);
  }, 120_000);

  it('of the request itself is logged with code and reason as well', async () => {
    const attempts = {
      'no login': { status: 401, code: 'UNAUTHENTICATED', options: {} },
      'a wrong login': { status: 401, code: 'UNAUTHENTICATED', options: { token: 'not.a.token' } },
      'a broken body': { status: 400, code: 'MALFORMED_JSON', options: { body: '{"a":', token: '' } },
      'a huge body': {
        status: 413,
        code: 'PAYLOAD_TOO_LARGE',
        options: { body: JSON.stringify({ a: 'x'.repeat(1_100_000) }) },
      },
      'a wrong charset': {
        status: 415,
        code: 'UNSUPPORTED_MEDIA_TYPE',
        options: { body: '{}', headers: { 'Content-Type': 'application/json; charset=koi8-r' } },
      },
      'no such route': { status: 404, code: 'ROUTE_NOT_FOUND', options: {} },
    };
    const guarded = allRoutes(server.config, server.services);
    const candidates = guarded.flatMap(({ method, path, auth }) =>
      Object.keys(attempts).flatMap((attempt) => {
        const fits =
          attempt === 'no such route'
            ? true
            : attempt.endsWith('login')
              ? auth === 'required'
              : method !== 'get' && !/^\/(?:api|workflow\/run)\//.test(path);
        return fits
          ? [
              {
                route: attempt === 'no such route' ? `${method} /nowhere${path}` : `${method} ${path}`,
                attempt: attempt as keyof typeof attempts,
              },
            ]
          : [];
      }),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...candidates),
        fc.constantFrom('production', 'development'),
        async ({ route, attempt }, environment) => {
          const { status, code, options } = attempts[attempt];
          lines.length = 0;
          const answer = await send(bases[environment as 'production'], route, options);
          expect(answer, `${route}: ${attempt}`).toMatchObject({ status, body: { code } });
          expectErrorFormat(answer);
          const { request, others } = await linesOf(answer.body.requestId);
          expect(request).toMatchObject({ level: 'info', code, reason: answer.body.error });
          expect(others).toEqual([]);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('names the fields that were wrong at log-in, and not what stood in them', async () => {
    lines.length = 0;
    const answer = await send(bases.production, 'post /auth/login', {
      body: { email: 'someone@example.org', password: ['hunter2'] },
    });
    const { request } = await linesOf(answer.body.requestId);
    expect(request).toMatchObject({
      level: 'info',
      message: 'POST /auth/login 400',
      code: 'VALIDATION_ERROR',
      problems: [{ path: 'body.password' }],
    });
    expect(JSON.stringify(lines)).not.toMatch(/hunter2|someone/);
  });

  it("of a published API is logged with its execution, the author's own answers are not", async () => {
    const steps = [
      { type: 'inputValidation', rules: [{ field: 'input.n', required: true }] },
      { type: 'dbFind', collection: 'x', filter: {}, findType: 'many', limit: '{{ input.n }}' },
      { type: 'response', statusCode: 404, body: { code: 'PRIVATE', error: 'of the author' } },
    ];
    const { token } = account;
    await server.request('POST /workflows', { token, body: { workflowId: 'logged', steps } });
    const { body } = await server.request('POST /workflows/logged/publish', {
      token,
      body: { apiName: 'go' },
    });
    const call = async (input: object) => {
      lines.length = 0;
      const answer = await send(bases.production, `post ${body.apiPath}`, { body: input });
      const { requestId } = answer.body.requestId
        ? answer.body
        : { requestId: answer.headers.get('x-request-id') };
      return { answer, ...(await linesOf(requestId)) };
    };
    const refused = await call({});
    expect(refused.answer.status).toBe(400);
    expect(refused.request).toMatchObject({ level: 'info', code: 'VALIDATION_FAILED' });
    expect(refused.others).toEqual([]);
    const failed = await call({ n: -1 });
    expect(failed.answer.status).toBe(500);
    expect(failed.others).toMatchObject([
      { level: 'error', code: 'API_FAILED', executionId: failed.answer.body.executionId },
    ]);
    const authors = await call({ n: 1 });
    expect(authors.answer).toMatchObject({ status: 404, body: { code: 'PRIVATE' } });
    expect(JSON.stringify(lines)).not.toMatch(/PRIVATE|of the author/);
  });
});
