/** @module Published APIs: which path runs which version of which workflow. */
import { Schema } from 'mongoose';
import { type Row, SCHEMA_OPTIONS } from './row.ts';

/** A row of `publishedapis`. */
export interface PublishedApiRow extends Row {
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
}

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
  },
  { ...SCHEMA_OPTIONS, collection: 'publishedapis' },
);
