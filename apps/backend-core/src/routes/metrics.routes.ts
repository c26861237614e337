/** @module The page that Prometheus reads. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { defineRoute, type Route } from '@orchestrix/routes';
import { serverError } from '../errors.ts';
import { bearerToken } from '../middleware/auth.ts';
import type { Metrics } from '../services/metrics.ts';

/** What the route is built from. */
export interface MetricsRoutesParts {
  metrics: Metrics;
  /** What callers must send; absent: there is no page for those who must send something. */
  token: string | undefined;
  production: boolean;
}

/** `GET /metrics`. */
export function metricsRoutes({ metrics, token, production }: MetricsRoutesParts): Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/metrics',
      tag: 'Health',
      summary: 'Counters of this process, in the text format of Prometheus',
      description:
        'In production with "Authorization: Bearer <METRICS_TOKEN>" only; outside production callers on the same machine need none.',
      auth: 'none',
      responses: { 200: { description: 'Counters', contentType: 'text/plain' } },
      handler: async ({ headers, address }) => {
        const isOpen = !production && isLoopback(address);
        if (!isOpen) {
          if (token === undefined) throw serverError('ROUTE_NOT_FOUND');
          if (!isSame(bearerToken({ headers }) ?? '', token)) throw wrongToken();
        }
        const { text, contentType } = await metrics.text();
        return { status: 200, headers: { 'content-type': contentType, 'cache-control': 'no-store' }, text };
      },
    }),
  ];
}

/** Also as IPv6 writes it, and as a network of one customer. */
function isLoopback(address: string): boolean {
  return /^(?:127\.|::ffff:127\.|::1(?:\/|$)|::\/)/.test(address);
}

/** In a time that does not tell how much of it is right. */
function isSame(given: string, wanted: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(wanted));
}

function wrongToken() {
  return serverError('UNAUTHENTICATED', {
    message: 'Send the header "Authorization: Bearer <token>" with the METRICS_TOKEN of this server.',
  });
}
