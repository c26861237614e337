/** @module What answers at `/`: what this is and where to read on. */

import { defineRoute, type Route } from '@orchestrix/routes';
import { z } from 'zod';
import packageJson from '../../package.json' with { type: 'json' };

/** The server's version. */
export const VERSION: string = packageJson.version;

/** `GET /`. */
export function rootRoutes(): Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/',
      tag: 'Health',
      summary: 'What this server is',
      auth: 'none',
      responses: {
        200: z.object({ name: z.string(), version: z.string(), docs: z.string(), openapi: z.string() }),
      },
      handler: () => ({
        status: 200,
        body: { name: 'Orchestrix', version: VERSION, docs: '/docs', openapi: '/openapi.json' },
      }),
    }),
  ];
}
