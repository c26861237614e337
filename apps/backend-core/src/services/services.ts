/** @module Everything the server is made of, ready for use. */

import type { AiAllowance, AiService, Generations } from '@orchestrix/ai/service';
import type { Mailer, Passwords } from '@orchestrix/engine';
import type { DatabaseWatch, HealthService, Lifecycle } from '@orchestrix/lifecycle';
import type { ConnectionLimit, Limits, Quotas } from '@orchestrix/limits';
import type { CollectionService, Models, Repositories } from '@orchestrix/models';
import type { OwnerDatabases } from '@orchestrix/owner-databases';
import type { AuthService, SessionStore, SessionWatch } from '@orchestrix/sessions';
import type { Logger } from '../utils/logger.ts';
import type { BuilderService } from '../web-client/builder.ts';
import type { DraftedCollections } from '../web-client/drafted-collections.ts';
import type { GraphDrafter } from '../web-client/graph-drafter.ts';
import type { BuilderOwners } from '../web-client/owners.ts';
import type { Metrics } from './metrics.ts';
import type { WorkflowServices } from './workflow-services.ts';

/** What `compose` builds and `createServer` serves. */
export interface Services {
  logger: Logger;
  models: Models;
  repositories: Repositories;
  sessions: SessionStore;
  passwords: Passwords;
  /** Absent in production without a mail server. */
  mailer: Mailer | undefined;
  auth: AuthService;
  /** Ends what was opened with a login when that ends. */
  sessionWatch: SessionWatch;
  /** How many sockets and streams may be open. */
  viewerLimit: ConnectionLimit;
  limits: Limits;
  quotas: Quotas;
  collections: CollectionService;
  /** Databases that owners have connected. */
  ownerDatabases: OwnerDatabases;
  health: HealthService;
  databaseWatch: DatabaseWatch;
  workflows: WorkflowServices;
  /** What the existing web client does, and for whom. */
  builder: BuilderService;
  builderOwners: BuilderOwners;
  drafter: GraphDrafter;
  draftedCollections: DraftedCollections;
  /** Workflows from plain words. */
  ai: AiService;
  aiAllowance: AiAllowance;
  /** What those who wait for a workflow can watch. */
  generations: Generations;
  metrics: Metrics;
  /** Where data and mails are, one line each, for the one who started the server. */
  describe: readonly string[];
  lifecycle: Lifecycle;
  /**
   * Ends jobs and connections, the last one opened first. Safe to call again.
   *
   * @param deadline as `performance.now()` counts; what has not ended by then is given up
   * @returns the names of what did not end
   */
  close(deadline?: number): Promise<string[]>;
}
