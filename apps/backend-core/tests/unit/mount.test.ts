import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { defineRoute, mountRoutes, openApiDocument, type Route } from '@orchestrix/routes';
import express, { type RequestHandler } from 'express';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { SERVER_ERRORS } from '../../src/errors.ts';
import { jsonBody } from '../../src/middleware/body.ts';
import { errorAnswer } from '../../src/middleware/error-answer.ts';
import { requestId } from '../../src/middleware/request-id.ts';
import { requestLog } from '../../src/middleware/request-log.ts';
import { createLogger } from '../../src/utils/logger.ts';

const servers: Server[] = [];
const lines: string[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
  lines.length = 0;
});

async function serve(routes: Route[], responseChecks: 'off' | 'log' | 'throw' = 'throw'): Promise<string> {
  const anybody: RequestHandler = (_request, _response, next) => next();
  const known: RequestHandler = (request, _response, next) => {
    request.user = { userId: 'u1', email: 'a@b.c', role: 'user' };
    next();
  };
  const app = express();
  app.use(
    requestId,
    requestLog(createLogger({ level: 'error', format: 'json', write: (line) => lines.push(line) })),
  );
  app.use(jsonBody(30_000));
  app.use(
    mountRoutes(routes, {
      authenticate: { none: anybody, optional: anybody, required: known },
      responseChecks,
      sessions: { watch: () => () => {} },
      viewers: { admit: () => () => {} },
    }),
  );
  app.use(errorAnswer({ production: false }));
  const server = createServer(app);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const echo = defineRoute({
  method: 'post',
  path: '/things/:id',
  tag: 'Things',
  summary: 'Echo',
  auth: 'required',
  params: z.object({ id: z.coerce.number().int() }),
  query: z.object({ limit: z.coerce.number().max(10).default(5) }),
  body: z.object({ name: z.string().min(1), tags: z.array(z.object({ key: z.string() })).default([]) }),
  responses: { 201: z.object({ id: z.number(), limit: z.number(), name: z.string(), userId: z.string() }) },
  handler: ({ params, query, body, user }) => ({
    status: 201,
    headers: { Location: `/things/${params.id}` },
    body: { id: params.id, limit: query.limit, name: body.name, userId: user.userId },
  }),
});

const post = (url: string, body: unknown, headers: Record<string, string> = {}) =>
  fetch(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });

describe('mountRoutes', () => {
  it('hands parsed input to the handler and answers what it returns', async () => {
    const base = await serve([echo]);
    const response = await post(`${base}/things/7?limit=3`, { name: 'n', extra: true });
    expect(response.status).toBe(201);
    expect(response.headers.get('location')).toBe('/things/7');
    expect(await response.json()).toEqual({ id: 7, limit: 3, name: 'n', userId: 'u1' });
  });

  it('names every wrong field of all parts at once', async () => {
    const base = await serve([echo]);
    const response = await post(
      `${base}/things/x?limit=99`,
      { tags: [{ key: 1 }] },
      { 'X-Request-Id': 'my-id' },
    );
    expect(response.status).toBe(400);
    const body = (await response.json()) as { code: string; requestId: string; details: { path: string }[] };
    expect(body).toMatchObject({ code: 'VALIDATION_ERROR', requestId: 'my-id' });
    expect(body.details.map(({ path }) => path).sort()).toEqual([
      'body.name',
      'body.tags.0.key',
      'params.id',
      'query.limit',
    ]);
  });

  it.each([
    ['text instead of JSON', 'plain', { 'Content-Type': 'text/plain' }, 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['broken JSON', '{"a":', {}, 400, 'MALFORMED_JSON'],
    [
      'another charset',
      '{}',
      { 'Content-Type': 'application/json; charset=latin1' },
      415,
      'UNSUPPORTED_MEDIA_TYPE',
    ],
    ['an unknown encoding', '{}', { 'Content-Encoding': 'zip' }, 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['what is no gzip', '{}', { 'Content-Encoding': 'gzip' }, 400, 'REQUEST_INVALID'],
    ['a bare number', '1', {}, 400, 'VALIDATION_ERROR'],
    ['null', 'null', {}, 400, 'VALIDATION_ERROR'],
    ['nothing', '', {}, 400, 'VALIDATION_ERROR'],
    ['more than a megabyte', `"${'x'.repeat(1_100_000)}"`, {}, 413, 'PAYLOAD_TOO_LARGE'],
  ])('refuses %s', async (_name, body, headers, status, code) => {
    const base = await serve([echo]);
    const response = await post(`${base}/things/1`, body, headers as Record<string, string>);
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ code, requestId: expect.any(String) });
  });

  it('refuses an address that cannot be decoded', async () => {
    const base = await serve([echo]);
    const response = await post(`${base}/things/%E0%A4%A`, {});
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code: 'MALFORMED_URL' });
  });

  it('does not let an answer out that the route does not declare', async () => {
    const wrong = (path: string, result: { status: number; body: unknown }) =>
      defineRoute({
        method: 'get',
        path,
        tag: 'T',
        summary: 'Wrong',
        auth: 'none',
        responses: { 200: z.object({ a: z.string() }) },
        handler: () => result,
      });
    const routes = [
      wrong('/body', { status: 200, body: { a: 1 } }),
      wrong('/status', { status: 202, body: {} }),
    ];
    const strict = await serve(routes);
    expect((await fetch(`${strict}/body`)).status).toBe(500);
    expect((await fetch(`${strict}/status`)).status).toBe(500);
    const lenient = await serve(routes, 'log');
    lines.length = 0;
    expect(await (await fetch(`${lenient}/body`)).json()).toEqual({ a: 1 });
    expect(lines[0]).toContain('does not declare');
  });

  it('streams, and tells the source when the caller leaves', async () => {
    const { promise: ended, resolve } = Promise.withResolvers<string>();
    const ticks = defineRoute({
      method: 'get',
      path: '/ticks',
      tag: 'T',
      summary: 'Ticks',
      auth: 'none',
      responses: { 200: { description: 'Ticks', contentType: 'text/event-stream' } },
      handler: ({ signal }) => ({
        status: 200,
        headers: { 'Content-Type': 'text/event-stream' },
        stream: (async function* () {
          for (let i = 0; !signal.aborted; i++) {
            yield `data: ${i}\n\n`;
            await new Promise((next) => setTimeout(next, 5));
          }
          resolve('told');
        })(),
      }),
    });
    const base = await serve([ticks]);
    const leaving = new AbortController();
    const response = await fetch(`${base}/ticks`, { signal: leaving.signal });
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    const reader = response.body!.getReader();
    const decoder = new TextDecoder();
    let read = '';
    while (!read.includes('data: 3')) read += decoder.decode((await reader.read()).value);
    leaving.abort();
    expect(await ended).toBe('told');
  });

  it('makes an insane request id anew', async () => {
    const base = await serve([echo]);
    for (const insane of ['a b', 'x'.repeat(200), '{"a":1}']) {
      const response = await post(`${base}/things/1`, {}, { 'X-Request-Id': insane });
      expect(response.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    }
  });
});

describe('openApiDocument', () => {
  it('describes input, answers and errors of a route', () => {
    const document = openApiDocument([echo], { title: 'T', version: '1' }, SERVER_ERRORS);
    expect(document).toMatchObject({
      openapi: '3.1.1',
      paths: {
        '/things/{id}': {
          post: {
            operationId: 'postThingsById',
            security: [{ bearer: [] }],
            parameters: [
              { name: 'id', in: 'path', required: true },
              { name: 'limit', in: 'query', required: false, schema: { type: 'number', default: 5 } },
            ],
            requestBody: {
              required: true,
              content: { 'application/json': { schema: { required: ['name'] } } },
            },
            responses: { 201: {}, 400: {}, 401: {}, 413: {}, default: {} },
          },
        },
      },
    });
    expect(JSON.parse(JSON.stringify(document))).toEqual(document);
  });
});
