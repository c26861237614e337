/** @module Published APIs: which path runs which version of which workflow. */
import { Schema } from 'mongoose';
import { type Row, SCHEMA_OPTIONS } from './row.ts';

/** A row of `publishedapis`. */
export interface PublishedApiRow extends Row {
  /** What no two rows share: `/workflow/run/<workflowId>/<slug>`, or for a path of one's own its method and form, `GET /api/<owner>/a/:`. */
  path: string;
  workflowId: string;
  name?: string;
  slug: string;
  ownerId: string;
  method: string;
  /** The version that a call runs. Rows of the earlier backend have none: they run the workflow as it stands. */
  version?: number;
  /** `async`: callers get the execution's id at once and do not wait. Rows without it answer with the run's outcome. */
  mode?: 'sync' | 'async';
  /** A path of one's own, `/customers/:id`, below the owner's slug. */
  route?: string;
  ownerSlug?: string;
  /** `plain`: callers get errors without the inside of the workflow. Rows without it answer with the run's result. */
  errorStyle?: 'plain';
  /** Which calls are kept. Rows without it: all. */
  record?: 'failures' | 'none';
  /** Origins whose pages may call; `*` for all. Rows without it: those of the server's configuration. */
  cors?: string[];
  /** Set when it was taken back: the path stays its owner's. */
  unpublishedAt?: Date;
}

/** Which rows are published. */
export const LIVE = { unpublishedAt: { $exists: false } } as const;

/** The schema of `publishedapis`. */
export const publishedApiSchema = new Schema<PublishedApiRow>(
  {
    path: { type: String, required: true, unique: true },
    workflowId: { type: String, required: true, index: true },
    name: String,
    slug: { type: String, required: true },
    ownerId: { type: String, required: true, index: true },
    method: { type: String, default: 'POST' },
    version: Number,
    mode: { type: String, enum: ['sync', 'async'] },
    route: String,
    ownerSlug: { type: String, index: true, sparse: true },
    errorStyle: { type: String, enum: ['plain'] },
    record: { type: String, enum: ['failures', 'none'] },
    cors: { type: [String], default: undefined },
    unpublishedAt: Date,
  },
  { ...SCHEMA_OPTIONS, collection: 'publishedapis' },
);
