/** @module What published APIs need of a store; `@orchestrix/models` implements it on MongoDB. */
import type { StoredVersion } from '../plans.ts';

/** What is published. */
export interface Publication {
  workflowId: string;
  /** The name its owner gave it. */
  name: string;
  /** `slugOf(name)`. */
  slug: string;
  /** What no two publications share: `/workflow/run/<workflowId>/<slug>`, or the method and form of a path of one's own. */
  path: string;
  /** Default: `POST`. */
  method?: string | undefined;
  /** The version that calls run. */
  version: number;
  /** `async`: callers get the execution's id at once and do not wait. Default: `sync`. */
  mode?: 'sync' | 'async' | undefined;
  /** A path of one's own below the owner's slug, with parameters as `:name`. */
  own?: { ownerSlug: string; route: string } | undefined;
  /** `plain`: callers see nothing of the inside of the workflow. Default: `full`, the result of the run. */
  errors?: 'plain' | 'full' | undefined;
  /** Which calls are kept with their logs. Default: `all`. */
  record?: 'all' | 'failures' | 'none' | undefined;
  /** Origins whose pages may call. Default: those of the server's configuration. */
  cors?: readonly string[] | undefined;
}

/** A published API. */
export interface PublishedApi
  extends Omit<Publication, 'version' | 'method' | 'mode' | 'errors' | 'record' | 'cors' | 'own'> {
  ownerId: string;
  method: string;
  mode: 'sync' | 'async';
  /** `null` for rows of the earlier backend: a call runs the workflow as it stands. */
  version: number | null;
  own: { ownerSlug: string; route: string } | null;
  errors: 'plain' | 'full';
  record: 'all' | 'failures' | 'none';
  cors: readonly string[] | null;
  createdAt: Date | null;
  updatedAt: Date | null;
}

/** Where published APIs are kept. */
export interface PublishedApiStore {
  /**
   * Publishes under a path, or lets the path run another version of the same workflow.
   *
   * @param options `rename`: another name or method for the owner's own path is taken over, as the earlier backend did
   * @throws OrchestrixError `PATH_TAKEN` (409) when the path is somebody else's, or stands for another API of the owner; nothing is
   *   written then
   */
  publish(ownerId: string, publication: Publication, options?: { rename?: boolean }): Promise<PublishedApi>;
  /** Whether a path could be published by this owner: it is free, or the owner's own. */
  isPathAvailable(ownerId: string, path: string): Promise<boolean>;
  /** Takes all paths of a workflow back, or one; nobody else can publish under them. The number of paths that are gone. */
  unpublish(ownerId: string, workflowId: string, only?: { path?: string | undefined }): Promise<number>;
  /** Oldest first. */
  listByWorkflow(ownerId: string, workflowId: string): Promise<PublishedApi[]>;
  /** Lets all paths of a workflow run one version. The number of paths. */
  setVersionForWorkflow(ownerId: string, workflowId: string, version: number): Promise<number>;
  /** A look-up without an owner: whoever knows the path of a published API may call it. */
  findByPathForAnyone(path: string): Promise<PublishedApi | null>;
  /** The APIs with paths of their own below an owner's slug, for whoever knows it. */
  listBySlugForAnyone(ownerSlug: string): Promise<PublishedApi[]>;
  /** The slug under which an owner's paths are served, if there is one yet. */
  ownerSlug(ownerId: string): Promise<string | null>;
  /**
   * Gives an owner a slug, for good.
   *
   * @returns the owner's slug: this one, or the one there is already; `null` when it is somebody else's
   */
  claimOwnerSlug(ownerId: string, slug: string): Promise<string | null>;
}

/** Where the versions of workflows are found. */
export interface WorkflowVersions {
  /** The workflow as it is. */
  get(ownerId: string, workflowId: string): Promise<StoredVersion | null>;
  getVersion(ownerId: string, workflowId: string, version: number): Promise<StoredVersion | null>;
  /** The current version, kept for as long as it is published. */
  snapshot(ownerId: string, workflowId: string): Promise<{ version: number } | null>;
}
