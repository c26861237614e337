/**
 * @module What every stored model takes, written by hand from the specification and the README's table, never from the schemas: a change
 * of a schema has to be made here as well, on purpose.
 */
import type { Models } from '../../src/models.ts';

/** What a field holds. `any`: every value, kept as it is. */
export type FieldType = 'text' | 'number' | 'date' | 'bytes' | 'any' | 'list' | 'texts' | 'text map';

/** What one field takes. */
export interface FieldRule {
  type: FieldType;
  /** A row without it is refused. */
  required?: true;
  /** The only values it takes. */
  oneOf?: readonly string[];
  /** The only form it takes. */
  matches?: RegExp;
  /** What it is when nothing is given. */
  absent?: unknown;
  /** Not read unless asked for. */
  hidden?: true;
}

/** An index, as `listIndexes` shows it, without its name. */
export interface IndexRule {
  key: Record<string, 1 | -1>;
  unique?: true;
  sparse?: true;
  expireAfterSeconds?: 0;
  partialFilterExpression?: Record<string, unknown>;
}

/** What one model stores, and where. */
export interface ModelRule {
  collection: string;
  fields: Record<string, FieldRule>;
  /** Besides the one on `_id`. */
  indexes: IndexRule[];
  /** Times that the database layer keeps by itself. */
  times: readonly ('createdAt' | 'updatedAt')[];
}

const text = { type: 'text' } as const;
const needed = { type: 'text', required: true } as const;
const number = { type: 'number' } as const;
const date = { type: 'date' } as const;
const any = { type: 'any' } as const;
const list = { type: 'list' } as const;
const BOTH = ['createdAt', 'updatedAt'] as const;
const EXPIRES: IndexRule = { key: { expiresAt: 1 }, expireAfterSeconds: 0 };

/** A list that is there, though empty, also when it was not given. */
const neededList = { type: 'list', required: true, absent: [] } as const;

/** Every model. */
export const STORED: Record<Exclude<keyof Models, 'connection'>, ModelRule> = {
  Workflow: {
    collection: 'workflows',
    times: BOTH,
    fields: {
      workflowId: needed,
      ownerId: needed,
      steps: neededList,
      name: text,
      description: text,
      edges: list,
      inputVariables: list,
      version: number,
    },
    indexes: [
      { key: { workflowId: 1 } },
      { key: { ownerId: 1 } },
      {
        key: { ownerId: 1, workflowId: 1 },
        unique: true,
        partialFilterExpression: { version: { $exists: true } },
      },
    ],
  },
  WorkflowVersion: {
    collection: 'workflowversions',
    times: BOTH,
    fields: {
      ownerId: needed,
      workflowId: needed,
      version: { type: 'number', required: true },
      name: text,
      description: text,
      steps: neededList,
      edges: list,
      inputVariables: list,
    },
    indexes: [{ key: { ownerId: 1, workflowId: 1, version: 1 }, unique: true }],
  },
  User: {
    collection: 'users',
    times: BOTH,
    fields: {
      name: text,
      email: text,
      password: { type: 'text', hidden: true },
      role: { type: 'text', absent: 'user' },
      emailKey: { type: 'text', hidden: true },
    },
    indexes: [
      { key: { emailKey: 1 }, unique: true, partialFilterExpression: { emailKey: { $exists: true } } },
      { key: { email: 1 } },
    ],
  },
  DynamicData: {
    collection: 'dynamicdatas',
    times: BOTH,
    fields: { ownerId: needed, collectionName: needed, data: { type: 'any', required: true } },
    indexes: [{ key: { ownerId: 1, collectionName: 1 } }],
  },
  CollectionDefinitions: {
    collection: 'collectiondefinitions',
    times: BOTH,
    fields: {
      collectionName: text,
      ownerId: text,
      fields: { type: 'text map' },
      definition: list,
      description: text,
      source: { type: 'text', oneOf: ['mongoose', 'sampled'] },
      lastSyncedAt: date,
    },
    indexes: [{ key: { ownerId: 1, collectionName: 1 }, unique: true }],
  },
  PublishedApi: {
    collection: 'publishedapis',
    times: BOTH,
    fields: {
      path: needed,
      workflowId: needed,
      name: text,
      slug: needed,
      ownerId: needed,
      method: { type: 'text', absent: 'POST' },
      version: number,
      mode: { type: 'text', oneOf: ['sync', 'async'] },
      route: text,
      ownerSlug: text,
      errorStyle: { type: 'text', oneOf: ['plain'] },
      record: { type: 'text', oneOf: ['failures', 'none'] },
      cors: { type: 'texts' },
      unpublishedAt: date,
    },
    indexes: [
      { key: { path: 1 }, unique: true },
      { key: { workflowId: 1 } },
      { key: { ownerId: 1 } },
      { key: { ownerSlug: 1 }, sparse: true },
    ],
  },
  OwnerSlug: {
    collection: 'ownerslugs',
    times: BOTH,
    fields: { _id: needed, ownerId: needed },
    indexes: [{ key: { ownerId: 1 }, unique: true }],
  },
  UserDbConnection: {
    collection: 'userdbconnections',
    times: BOTH,
    fields: {
      ownerId: needed,
      encryptedUri: needed,
      label: { type: 'text', absent: 'My Database' },
      status: { type: 'text', absent: 'connected' },
      connectedAt: date,
    },
    indexes: [{ key: { ownerId: 1 }, unique: true }],
  },
  Session: {
    collection: 'sessions',
    times: BOTH,
    fields: {
      sessionId: needed,
      userId: needed,
      data: { type: 'any', absent: {} },
      expiresAt: { type: 'date', required: true },
    },
    indexes: [{ key: { sessionId: 1 }, unique: true }, { key: { userId: 1 } }, EXPIRES],
  },
  Execution: {
    collection: 'executions',
    times: BOTH,
    fields: {
      executionId: needed,
      ownerId: needed,
      workflowId: text,
      version: number,
      status: {
        type: 'text',
        required: true,
        oneOf: ['running', 'success', 'failed', 'cancelled', 'interrupted'],
        absent: 'running',
      },
      trigger: { type: 'text', required: true, oneOf: ['manual', 'run', 'published'] },
      apiPath: text,
      input: any,
      result: any,
      error: any,
      startedAt: { type: 'date', required: true },
      finishedAt: date,
      durationMs: number,
      bytes: number,
      packed: { type: 'bytes' },
      instanceId: text,
      heartbeatAt: date,
      expiresAt: date,
    },
    indexes: [
      { key: { executionId: 1 }, unique: true },
      { key: { ownerId: 1, _id: -1 } },
      { key: { ownerId: 1, workflowId: 1, _id: -1 } },
      { key: { heartbeatAt: 1 }, partialFilterExpression: { status: 'running' } },
      EXPIRES,
    ],
  },
  ExecutionLog: {
    collection: 'executionlogs',
    times: ['createdAt'],
    fields: {
      ownerId: needed,
      executionId: needed,
      position: { type: 'number', required: true },
      item: any,
      expiresAt: date,
    },
    indexes: [{ key: { executionId: 1, position: 1 }, unique: true }, EXPIRES],
  },
  AiUsage: {
    collection: 'aiusages',
    times: ['updatedAt'],
    fields: {
      ownerId: needed,
      day: { type: 'text', required: true, matches: /^\d{4}-\d{2}-\d{2}$/ },
      requests: { type: 'number', absent: 0 },
      inputTokens: { type: 'number', absent: 0 },
      outputTokens: { type: 'number', absent: 0 },
      expiresAt: date,
    },
    indexes: [{ key: { ownerId: 1, day: 1 }, unique: true }, EXPIRES],
  },
  RateLimit: {
    collection: 'ratelimits',
    times: [],
    fields: { key: needed, points: number, expire: date },
    indexes: [
      { key: { key: 1 }, unique: true },
      { key: { expire: 1 }, expireAfterSeconds: 0 },
    ],
  },
};
