/** @module The documentation page: Swagger UI from this machine's own files, and the document it shows. */
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import express, { type Router } from 'express';
import { routeError } from './errors.ts';
import type { OpenApiDocument } from './openapi.ts';

/**
 * `GET /openapi.json` and `GET /docs`. Nothing is loaded or generated before the first request.
 *
 * @param describe makes the document; called once
 */
export function docsRouter(describe: () => OpenApiDocument): Router {
  const router = express.Router();
  let document: OpenApiDocument | undefined;
  router.get('/openapi.json', (_request, response) => {
    document ??= describe();
    response.json(document);
  });
  router.get('/docs', (_request, response) => {
    response.setHeader('Content-Security-Policy', PAGE_POLICY).type('html').send(PAGE);
  });
  router.get('/docs/start.js', (_request, response) => {
    response.type('js').send(START);
  });
  router.get('/docs/:asset', (request, response, next) => {
    const { asset } = request.params;
    if (!ASSETS.has(asset)) return next(routeError('ROUTE_NOT_FOUND'));
    const root = dirname(require.resolve('swagger-ui-dist/package.json'));
    // Below a root, the folders above it may begin with a dot, as package managers have them.
    response.sendFile(asset, { root, maxAge: '1d' });
  });
  return router;
}

const require = createRequire(import.meta.url);

const ASSETS: ReadonlySet<string> = new Set(['swagger-ui.css', 'swagger-ui-bundle.js', 'favicon-32x32.png']);

const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  // Swagger UI writes style attributes.
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Orchestrix API</title>
    <link rel="icon" href="/docs/favicon-32x32.png">
    <link rel="stylesheet" href="/docs/swagger-ui.css">
  </head>
  <body>
    <div id="api"></div>
    <script src="/docs/swagger-ui-bundle.js"></script>
    <script src="/docs/start.js"></script>
  </body>
</html>
`;

const START =
  "SwaggerUIBundle({ url: '/openapi.json', dom_id: '#api', deepLinking: true, persistAuthorization: true });\n";
