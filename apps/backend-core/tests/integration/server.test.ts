import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../support/start-test-server.ts';

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

describe('the server', () => {
  it('says what it is', async () => {
    const { status, body, headers } = await server.request('/');
    expect(status).toBe(200);
    expect(body).toEqual({
      name: 'Orchestrix',
      version: expect.stringMatching(/^\d+\.\d+\.\d+/),
      docs: '/docs',
      openapi: '/openapi.json',
    });
    expect(headers.get('x-powered-by')).toBeNull();
  });

  it('is alive and ready, and says what of', async () => {
    expect((await server.request('/health')).body).toMatchObject({ ok: true });
    const { status, body } = await server.request('/health/ready');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      ok: true,
      dependencies: { database: { ok: true, ms: expect.any(Number) } },
    });
  });

  it('sets security headers on every answer', async () => {
    for (const path of ['/', '/nowhere', '/auth/me']) {
      const { headers } = await server.request(path);
      expect(headers.get('content-security-policy')).toContain("default-src 'none'");
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('strict-transport-security')).toBeTruthy();
      expect(headers.get('x-request-id')).toBeTruthy();
    }
  });

  it('describes every route in its OpenAPI document', async () => {
    const { status, body } = await server.request<{ openapi: string; paths: Record<string, object> }>(
      '/openapi.json',
    );
    expect(status).toBe(200);
    expect(body.openapi).toMatch(/^3\.1/);
    expect(Object.keys(body.paths)).toEqual(
      expect.arrayContaining([
        '/auth/register',
        '/auth/me',
        '/health/ready',
        '/collections/{id}/data/{docId}',
      ]),
    );
  });

  it('shows the documentation from its own files, within its own policy', async () => {
    const { status, body, headers } = await server.request<string>('/docs');
    expect(status).toBe(200);
    expect(headers.get('content-type')).toContain('text/html');
    expect(headers.get('content-security-policy')).toContain("script-src 'self'");
    const sources = [...String(body).matchAll(/(?:src|href)="([^"]+)"/g)].map(([, source]) => String(source));
    expect(sources.length).toBeGreaterThanOrEqual(4);
    for (const source of sources) {
      expect(source).toMatch(/^\/docs\//);
      expect((await fetch(`${server.base}${source}`)).status).toBe(200);
    }
    expect(String(body)).not.toMatch(/<script>|style=/);
    for (const path of ['/docs/../package.json', '/docs/..%2fpackage.json', '/docs/package.json'])
      expect((await server.request(path)).status).toBe(404);
  });

  it('tells a dead database from a living server', async () => {
    const lonely = await startTestServer();
    try {
      await lonely.services.models.connection.destroy();
      expect((await lonely.request('/health')).status).toBe(200);
      const { status, body } = await lonely.request('/health/ready');
      expect(status).toBe(503);
      expect(body).toMatchObject({ ok: false, dependencies: { database: { ok: false } } });
    } finally {
      await lonely.close();
    }
  });
});
