/** @module Routes that tell whether the server is alive and ready. */
import { z } from 'zod';
import { defineRoute, type Route } from '../http/route.ts';
import type { HealthService } from '../services/health.ts';
import { redactText } from '../utils/redact.ts';

/** `GET /health` and `GET /health/ready`. */
export function healthRoutes({
  health,
  production,
}: {
  health: HealthService;
  production: boolean;
}): Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/health',
      tag: 'Health',
      summary: 'Is the process alive?',
      auth: 'none',
      responses: { 200: z.object({ ok: z.literal(true), uptimeSeconds: z.number() }) },
      handler: () => ({ status: 200, body: { ok: true, uptimeSeconds: Math.floor(process.uptime()) } }),
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
        const { ok, dependencies } = await health.readiness();
        const shown = Object.entries(dependencies).map(([name, { error, ...state }]) => [
          name,
          { ...state, ...(error !== undefined && !production && { error: redactText(error) }) },
        ]);
        return { status: ok ? 200 : 503, body: { ok, dependencies: Object.fromEntries(shown) } };
      },
    }),
  ];
}

const READINESS = z.object({
  ok: z.boolean(),
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
