/** @module Every route of the server; what is listed here is mounted and documented. */

import { offeredProviders } from '@orchestrix/ai/service';
import type { Route } from '@orchestrix/routes';
import type { Config } from '../config.ts';
import type { Services } from '../services/services.ts';
import { ANONYMOUS_OWNER } from '../web-client/anonymous-owner.ts';
import { builderRoutes } from '../web-client/builder.routes.ts';
import { userDbRoutes } from '../web-client/user-db.routes.ts';
import { aiRoutes } from './ai.routes.ts';
import { authRoutes } from './auth.routes.ts';
import { collectionRoutes } from './collection.routes.ts';
import { executionRoutes } from './execution.routes.ts';
import { healthRoutes } from './health.routes.ts';
import { metricsRoutes } from './metrics.routes.ts';
import { publishedRoutes } from './published.routes.ts';
import { rootRoutes } from './root.routes.ts';
import { usageRoutes } from './usage.routes.ts';
import { workflowRoutes } from './workflow.routes.ts';

/** The first of two routes that match wins, so fixed paths stand before those with parameters. */
export function allRoutes(config: Config, services: Services): Route[] {
  return [
    ...rootRoutes(),
    ...healthRoutes({ ...services, production: config.production }),
    ...metricsRoutes({
      metrics: services.metrics,
      token: config.metricsToken,
      production: config.production,
    }),
    ...authRoutes({ auth: services.auth, limits: services.limits }),
    ...builderRoutes({
      builder: services.builder,
      owners: services.builderOwners,
      drafter: services.drafter,
    }),
    ...aiRoutes({
      ai: services.ai,
      allowance: services.aiAllowance,
      owners: services.builderOwners,
      workflows: services.workflows.workflows,
      providers: () => offeredProviders(config.ai),
      fallback: config.ai.fallback,
      production: config.production,
    }),
    ...userDbRoutes({
      databases: services.ownerDatabases,
      drafted: services.draftedCollections,
      owners: services.builderOwners,
      limits: services.limits,
    }),
    ...executionRoutes({
      ...services.workflows,
      ...(config.anonymousAccess ? { anonymousOwner: ANONYMOUS_OWNER } : {}),
    }),
    ...workflowRoutes(services.workflows),
    ...publishedRoutes(),
    ...usageRoutes({
      quotas: services.quotas,
      limits: services.limits,
      settings: config.limits,
      liveExecutions: (ownerId) => services.workflows.executions.liveCount(ownerId),
    }),
    ...collectionRoutes({ collections: services.collections }),
  ];
}
