/** @module How the documentation shows the published APIs; `http/published-door.ts` answers their calls. */

import { API_METHODS } from '@orchestrix/executions';
import { defineRoute, type HttpMethod, type Route } from '@orchestrix/routes';
import { z } from 'zod';
import { STARTED } from './schemas.ts';

/** The addresses that an API may be published under, with each method. */
export function publishedRoutes(): Route[] {
  return API_METHODS.flatMap((method) => [
    publishedRoute(
      method,
      '/workflow/run/:workflowId/:apiName',
      z.object({ workflowId: z.string(), apiName: z.string() }),
    ),
    publishedRoute(
      method,
      '/api/:ownerSlug/:path',
      z.object({ ownerSlug: z.string(), path: z.string().describe('Any path that was published') }),
    ),
  ]);
}

function publishedRoute(method: (typeof API_METHODS)[number], path: string, params: z.ZodType): Route {
  return defineRoute({
    method: method.toLowerCase() as HttpMethod,
    path,
    tag: 'Published APIs',
    summary: `Call a published API (${method})`,
    description:
      "The answer is that of the workflow's response step: its status, headers and body. Without one it is the result of the run. " +
      'JSON, forms and texts are read; parameters behind ? and in the path are values, too. X-Execution-Id names the run. ' +
      'A run that takes too long is cancelled: 504. Database, mail server or limits in the way: 503, 429, with Retry-After.',
    auth: 'none',
    params,
    query: z.record(z.string(), z.unknown()),
    ...(method === 'GET' ? {} : { body: CALL_BODY }),
    responses: {
      default: [
        ANYTHING,
        { description: 'A text, when the response step sets its content type', contentType: 'text/*' },
      ],
      202: [STARTED, ANYTHING],
      422: ANYTHING.describe('The result of a run that failed, where the API does not answer errors plainly'),
    },
    handler: () => {
      throw new Error('Calls of published APIs do not come this way');
    },
  });
}

const CALL_BODY = z.unknown().optional().describe('The input, flat or under "input"');

const ANYTHING = z.unknown().describe('What the workflow answers');
