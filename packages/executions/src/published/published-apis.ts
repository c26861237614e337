/** @module Published APIs: a path that anybody may call, bound to one version of a workflow. */
import { randomBytes } from 'node:crypto';
import type { OrchestrixError, Plan } from '@orchestrix/engine';
import { executionError } from '../errors.ts';
import type { PlanCache, StoredVersion } from '../plans.ts';
import { Kept } from './kept.ts';
import { compareRoutes, matchRoute, readOwnPath } from './own-path.ts';
import type {
  Publication,
  PublishedApi,
  PublishedApiStore,
  WorkflowVersions,
} from './published-api-store.ts';
import { slugOf } from './slug.ts';

/** HTTP methods a published API can have. */
export const API_METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

/** How an API is published. */
export interface PublishOptions {
  /** Becomes the last part of the path. With a path of one's own: only a name. */
  apiName?: string | undefined;
  /** A path of one's own, `/customers/:id`, served below the owner's slug. */
  path?: string | undefined;
  /** The owner's slug, chosen with the first path of one's own. Default: made from the account's name. */
  ownerSlug?: string | undefined;
  method: (typeof API_METHODS)[number];
  /** `async`: callers get 202 with the execution's id and do not wait. */
  mode: 'sync' | 'async';
  /** `plain`: callers learn what was wrong with their call, and nothing about the workflow. */
  errors: 'plain' | 'full';
  /** Which calls are kept with their logs. Metrics count all of them. */
  record: 'all' | 'failures' | 'none';
  /** Origins whose pages may call; `*` for all. */
  cors?: readonly string[] | undefined;
}

/** Which of a workflow's APIs is meant; nothing: the only one. */
export interface ApiName {
  apiName?: string | undefined;
  path?: string | undefined;
  method?: string | undefined;
}

/** What is behind an address. */
export interface FoundApi {
  api: PublishedApi;
  /** Parameters in the address. */
  params: Record<string, string>;
}

/** What a caller gets run. */
export interface RunnableApi {
  version: number;
  plan: Plan;
}

/** Publishes workflows and finds what is behind a path. */
export interface PublishedApiService {
  /** @throws OrchestrixError `NOT_FOUND`, `VALIDATION_ERROR` for a name or path that cannot be one, `PATH_TAKEN`, `SLUG_TAKEN` */
  publish(ownerId: string, workflowId: string, options: PublishOptions): Promise<PublishedApi>;
  /**
   * Takes a path back: the named one, or the only one there is.
   *
   * @throws OrchestrixError `NOT_FOUND`; `VALIDATION_ERROR` when there are several and none is named
   */
  unpublish(ownerId: string, workflowId: string, name: ApiName): Promise<PublishedApi>;
  list(ownerId: string, workflowId: string): Promise<PublishedApi[]>;
  /**
   * The APIs behind an address, one a method, the most fitting first.
   *
   * @param parts of the address, decoded
   * @throws OrchestrixError `NOT_FOUND`, `REQUEST_INVALID` with the messages of the contract
   */
  find(parts: readonly string[]): FoundApi[] | Promise<FoundApi[]>;
  /** @throws OrchestrixError with the messages of the contract */
  planOf(api: PublishedApi): RunnableApi | Promise<RunnableApi>;
  /** To be called when paths or workflows were changed in another way than by this service. */
  changed(): void;
}

/** What {@link createPublishedApiService} is built from. */
export interface PublishedApiParts {
  apis: PublishedApiStore;
  workflows: WorkflowVersions;
  plans: PlanCache;
  /** A name for an owner, to make the slug from. */
  nameOf(ownerId: string): Promise<string>;
}

/** The address that callers use. */
export function addressOf({ path, own }: Pick<PublishedApi, 'path' | 'own'>): string {
  return own === null ? path : `/api/${own.ownerSlug}${own.route}`;
}

/** Plans of published versions that are kept. */
const MAX_VERSIONS = 500;

/** Published APIs on their repositories. */
export function createPublishedApiService(parts: PublishedApiParts): PublishedApiService {
  const { apis, workflows, plans } = parts;
  const found = new Kept<readonly PublishedApi[]>();
  const runnable = new Kept<RunnableApi>();
  const versions = new Map<string, RunnableApi>();
  const changed = () => {
    found.clear();
    runnable.clear();
  };
  const readPlan = async (api: PublishedApi, key: string): Promise<RunnableApi | null> => {
    const workflow = await versionOf(workflows, api);
    const found = workflow && { version: workflow.version, plan: plans.get(workflow) };
    if (!found || api.version === null) return found;
    // A version does not change. An id that is deleted and used again is published at another time, which is part of the key.
    versions.set(key, found);
    if (versions.size > MAX_VERSIONS) versions.delete(versions.keys().next().value!);
    return found;
  };

  return {
    publish: async (ownerId, workflowId, options) => {
      const { method, mode, errors, cors, record } = options;
      const claimPlace = planPlace(parts, ownerId, workflowId, options);
      const snapshot = await workflows.snapshot(ownerId, workflowId);
      if (!snapshot) throw executionError('NOT_FOUND', 'There is no workflow with this id.');
      // A slug is claimed for good, so only for something that can be published.
      const place = await claimPlace();
      const { version } = snapshot;
      const publication = { workflowId, ...place, method, mode, version, errors, cors, record };
      return apis.publish(ownerId, publication).finally(changed);
    },
    unpublish: async (ownerId, workflowId, name) => {
      const api = namedApi(await apis.listByWorkflow(ownerId, workflowId), workflowId, name);
      const gone = api && (await apis.unpublish(ownerId, workflowId, { path: api.path }).finally(changed));
      if (!api || gone === 0)
        throw executionError('NOT_FOUND', 'No API of this name is published for this workflow.');
      return api;
    },
    list: (ownerId, workflowId) => apis.listByWorkflow(ownerId, workflowId),
    find: (address) => {
      const isOwn = address[0] === 'api';
      const key = isOwn ? `/api/${address[1]}` : namedPath(address[2] ?? '', address[3] ?? '');
      const rows = found.get(key, async () => {
        const list = isOwn
          ? await apis.listBySlugForAnyone(address[1] ?? '')
          : [await apis.findByPathForAnyone(key)].filter((api) => api !== null);
        return list.length === 0 ? null : list;
      });
      const match = (list: readonly PublishedApi[] | null) => {
        const matching = isOwn ? matchAll(list ?? [], address.slice(2)) : named(list ?? []);
        if (matching.length > 0) return matching;
        throw contractError('NOT_FOUND', 'API not published');
      };
      return rows instanceof Promise ? rows.then(match) : match(rows);
    },
    planOf: (api) => {
      const key = JSON.stringify([api.ownerId, api.workflowId, api.version, api.updatedAt]);
      const known = versions.get(key);
      if (known) return known;
      const kept = runnable.get(key, () => readPlan(api, key));
      const present = (value: RunnableApi | null): RunnableApi => {
        if (value) return value;
        throw contractError('NOT_FOUND', 'Workflow not found');
      };
      return kept instanceof Promise ? kept.then(present) : present(kept);
    },
    changed,
  };
}

type Place = Pick<Publication, 'name' | 'slug' | 'path' | 'own'>;

/**
 * Where an API is to stand.
 *
 * @returns claims the place
 * @throws OrchestrixError `VALIDATION_ERROR`
 */
function planPlace(
  parts: PublishedApiParts,
  ownerId: string,
  workflowId: string,
  { apiName, path, method, ownerSlug }: PublishOptions,
): () => Promise<Place> {
  if (path === undefined) {
    if (apiName === undefined)
      throw executionError(
        'VALIDATION_ERROR',
        'Name the API with apiName, or give it a path of its own with path',
        [{ path: 'body.apiName', message: 'is needed when there is no path' }],
      );
    const slug = slugOf(apiName);
    const place = { name: apiName, slug, path: namedPath(workflowId, slug, apiName) };
    return () => Promise.resolve(place);
  }
  const { route, form } = readOwnPath(path);
  return async () => {
    const slug = await claimSlug(parts, ownerId, ownerSlug);
    return {
      name: apiName ?? `${method} ${route}`,
      slug: slugOf(apiName ?? route) || 'api',
      path: `${method} /api/${slug}${form}`,
      own: { ownerSlug: slug, route },
    };
  };
}

/** @throws OrchestrixError `SLUG_TAKEN` */
async function claimSlug(
  { apis, nameOf }: PublishedApiParts,
  ownerId: string,
  wanted: string | undefined,
): Promise<string> {
  const present = await apis.ownerSlug(ownerId);
  if (present !== null) {
    if (wanted === undefined || wanted === present) return present;
    throw executionError(
      'SLUG_TAKEN',
      `Your paths are served under "${present}" already, and callers rely on it.`,
    );
  }
  if (wanted !== undefined) {
    const claimed = await apis.claimOwnerSlug(ownerId, wanted);
    if (claimed === wanted) return claimed;
    throw executionError('SLUG_TAKEN', `Another account has the slug "${wanted}": choose another.`);
  }
  const name = slugOf(await nameOf(ownerId)).slice(0, 30) || 'owner';
  for (const slug of [name, `${name}-2`, `${name}-3`, `${name}-${randomBytes(5).toString('hex')}`]) {
    const claimed = await apis.claimOwnerSlug(ownerId, slug);
    if (claimed !== null) return claimed;
  }
  throw executionError('SLUG_TAKEN');
}

const named = (list: readonly PublishedApi[]): FoundApi[] => list.map((api) => ({ api, params: {} }));

function matchAll(list: readonly PublishedApi[], address: readonly string[]): FoundApi[] {
  const matching = list.flatMap((api) => {
    const params = api.own === null ? null : matchRoute(api.own.route, address);
    return params === null ? [] : [{ api, params }];
  });
  return matching.sort((a, b) => compareRoutes(a.api.own!.route, b.api.own!.route));
}

function namedApi(
  published: readonly PublishedApi[],
  workflowId: string,
  { apiName, path, method }: ApiName,
): PublishedApi | undefined {
  const isNamed = ({ own, name, ...api }: PublishedApi) =>
    (apiName === undefined ||
      (own === null ? api.path === namedPath(workflowId, slugOf(apiName), apiName) : name === apiName)) &&
    (path === undefined || own?.route === path) &&
    (method === undefined || api.method === method);
  const candidates = published.filter(isNamed);
  if (candidates.length < 2) return candidates[0];
  const names = candidates.map(({ method: its, name, own }) => (own ? `${its} ${own.route}` : name));
  throw executionError(
    'VALIDATION_ERROR',
    `Several APIs are published for this workflow: name one of ${names.join(', ')}`,
    [{ path: 'body.apiName', message: 'is needed, because several APIs are published' }],
  );
}

/** Rows of the earlier backend name no version: they run the workflow as it is. */
async function versionOf(
  workflows: WorkflowVersions,
  { ownerId, workflowId, version }: PublishedApi,
): Promise<StoredVersion | null> {
  return version === null
    ? workflows.get(ownerId, workflowId)
    : workflows.getVersion(ownerId, workflowId, version);
}

/**
 * @param apiName as an owner wrote it, when a path is to be made; otherwise the name is one in an address
 * @throws OrchestrixError when nothing of the name can stand in a path
 */
function namedPath(workflowId: string, name: string, apiName?: string): string {
  const slug = slugOf(name);
  if (slug !== '' && workflowId.trim() !== '') return `/workflow/run/${workflowId}/${slug}`;
  if (apiName === undefined) throw contractError('REQUEST_INVALID', 'Invalid workflow path');
  throw executionError(
    'VALIDATION_ERROR',
    'apiName must hold at least one letter or digit (a-z, 0-9); or give the API a path of its own with path',
    [{ path: 'body.apiName', message: 'must hold at least one letter or digit (a-z, 0-9)' }],
  );
}

function contractError(code: 'REQUEST_INVALID' | 'NOT_FOUND', message: string): OrchestrixError {
  return executionError(code, message);
}
