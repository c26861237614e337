/** @module Where an account stands with its limits and quotas. */
import type { Limits, Quotas } from '@orchestrix/limits';
import { defineRoute, type Route } from '@orchestrix/routes';
import { z } from 'zod';
import type { LimitSettings } from '../config-limits.ts';

/** What the routes are built from. */
export interface UsageRoutesParts {
  quotas: Quotas;
  limits: Pick<Limits, 'mailRecipientsUsed'>;
  settings: LimitSettings;
  liveExecutions(ownerId: string): number;
}

/** `GET /usage`. */
export function usageRoutes({ quotas, limits, settings, liveExecutions }: UsageRoutesParts): Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/usage',
      tag: 'Accounts',
      summary: 'What the account uses of its limits and quotas',
      description: 'A limit of 0 is no limit. What language models use is at GET /ai/usage.',
      auth: 'required',
      responses: { 200: USAGE },
      handler: async ({ user: { userId } }) => ({
        status: 200,
        body: {
          ...(await quotas.report(userId)),
          liveExecutions: { used: liveExecutions(userId), limit: settings.liveExecutions },
          mailRecipientsToday: {
            used: await limits.mailRecipientsUsed(userId),
            limit: settings.mailRecipients.perDay,
          },
          versionsPerWorkflow: { limit: settings.quotas.versionsPerWorkflow },
          executionsPerMinute: { limit: settings.executionsPerMinute },
        },
      }),
    }),
  ];
}

const QUOTA = z.object({ used: z.number(), limit: z.number() }).meta({ id: 'Quota' });

const USAGE = z.object({
  storedBytes: QUOTA.describe('Bytes of documents'),
  documents: QUOTA,
  executions: QUOTA.describe('Executions that are kept; older ones are removed'),
  liveExecutions: QUOTA.describe('Executions that run or wait in this process'),
  mailRecipientsToday: QUOTA,
  versionsPerWorkflow: z.object({ limit: z.number() }),
  executionsPerMinute: z.object({ limit: z.number() }),
});
