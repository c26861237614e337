import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../support/start-test-server.ts';

const CONFIGURED = ['https://app.example', 'http://intranet.example:8080'];
let server: TestServer;

beforeAll(async () => {
  server = await startTestServer({ FRONTEND_URL: CONFIGURED.join(', ') });
});
afterAll(() => server.close());

const routes = fc.constantFrom('/health', '/auth/me', '/auth/login', '/nowhere', '/collections/1');
const allowed = fc.constantFrom(...CONFIGURED, 'http://localhost:3000', 'http://localhost:3100');
const methods = fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE');
const foreign = fc.oneof(
  fc.webUrl().map((url) => new URL(url).origin),
  fc.constantFrom(
    'null',
    'http://app.example',
    'https://app.example:444',
    'https://app.example.evil.example',
    'https://evil-app.example',
    'http://localhost:3001',
    'http://localhost.evil.example:3000',
  ),
);

const corsHeaders = (headers: Headers) =>
  [...headers.keys()].filter((name) => name.startsWith('access-control-'));

describe('Feature: backend-core, Property 11: CORS lets the configured origins in, and nobody else', () => {
  it('answers requests of an allowed origin with credentials allowed, whatever their outcome', async () => {
    await fc.assert(
      fc.asyncProperty(allowed, routes, methods, async (origin, path, method) => {
        const { headers } = await server.request(`${method} ${path}`, { headers: { Origin: origin } });
        expect(headers.get('access-control-allow-origin')).toBe(origin);
        expect(headers.get('access-control-allow-credentials')).toBe('true');
        expect(headers.get('access-control-expose-headers')).toContain('X-Request-Id');
        expect(headers.get('vary')).toContain('Origin');
      }),
    );
  });

  it('answers every preflight of an allowed origin for what clients send', async () => {
    await fc.assert(
      fc.asyncProperty(allowed, routes, methods, async (origin, path, method) => {
        const { status, headers } = await server.request(`OPTIONS ${path}`, {
          headers: {
            Origin: origin,
            'Access-Control-Request-Method': method,
            'Access-Control-Request-Headers': 'content-type,authorization,x-request-id,last-event-id',
          },
        });
        expect(status).toBe(204);
        expect(headers.get('access-control-allow-origin')).toBe(origin);
        expect(headers.get('access-control-allow-credentials')).toBe('true');
        expect(headers.get('access-control-allow-methods')?.split(',')).toContain(method);
        const names = headers.get('access-control-allow-headers')?.toLowerCase().split(',');
        expect(names).toEqual(['content-type', 'authorization', 'x-request-id', 'last-event-id']);
      }),
    );
  });

  it('gives a foreign origin no header, neither in answers nor in preflights', async () => {
    await fc.assert(
      fc.asyncProperty(foreign, routes, methods, fc.boolean(), async (origin, path, method, preflight) => {
        const { status, headers } = await server.request(`${preflight ? 'OPTIONS' : method} ${path}`, {
          headers: { Origin: origin, ...(preflight && { 'Access-Control-Request-Method': method }) },
        });
        expect(corsHeaders(headers)).toEqual([]);
        expect(headers.get('vary')).toContain('Origin');
        if (preflight) expect(status).toBe(204);
      }),
    );
  });

  it('lets requests without an origin through', async () => {
    const { status, headers } = await server.request('/health');
    expect(status).toBe(200);
    expect(corsHeaders(headers)).toEqual([]);
  });
});
