/** @module Routes that tell whether the server is alive and ready. */

import type { DatabaseWatch, HealthService, Lifecycle } from '@orchestrix/lifecycle';
import { defineRoute, type Route } from '@orchestrix/routes';
import { z } from 'zod';
import { redactText } from '../utils/redact.ts';

/** `GET /health` and `GET /health/ready`. */
export function healthRoutes({
  health,
  lifecycle,
  databaseWatch,
  production,
}: {
  health: HealthService;
  lifecycle: Lifecycle;
  databaseWatch: DatabaseWatch;
  production: boolean;
}): Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/health',
      tag: 'Health',
      summary: 'Is the process alive?',
      description:
        'Answers 503 when the database has been away for longer than HEALTH_DATABASE_TIMEOUT_MS, so that a supervisor starts the process again.',
      auth: 'none',
      responses: {
        200: z.object({ ok: z.literal(true), uptimeSeconds: z.number() }),
        503: z.object({ ok: z.literal(false), uptimeSeconds: z.number() }),
      },
      handler: () => {
        const ok = !databaseWatch.isLost();
        return { status: ok ? 200 : 503, body: { ok, uptimeSeconds: Math.floor(process.uptime()) } };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/health/ready',
      tag: 'Health',
      summary: 'Can it serve requests? Every dependency with its state and time',
      auth: 'none',
      responses: {
        200: READINESS.describe('Everything that is needed works'),
        503: READINESS.describe('Something that is needed does not work'),
      },
      handler: async () => {
        const { ok: works, status, dependencies } = await health.readiness();
        const isServing = lifecycle.phase === 'serving';
        const ok = works && isServing;
        const shown = Object.entries(dependencies).map(([name, { error, ...state }]) => [
          name,
          { ...state, ...(error !== undefined && !production && { error: redactText(error) }) },
        ]);
        return {
          status: ok ? 200 : 503,
          body: { ok, status: isServing ? status : 'stopping', dependencies: Object.fromEntries(shown) },
        };
      },
    }),
  ];
}

const READINESS = z.object({
  ok: z.boolean(),
  status: z
    .enum(['ready', 'degraded', 'unavailable', 'stopping'])
    .describe('degraded: it serves, but something optional does not work, such as mail'),
  dependencies: z.record(
    z.string(),
    z.object({
      ok: z.boolean(),
      ms: z.number().describe('Duration of the check in milliseconds'),
      kind: z.string().optional(),
      error: z.string().optional().describe('Why it does not work; left out in production'),
    }),
  ),
});
