/** @module What every stored row has, and the options every schema shares. */
import type { Types } from 'mongoose';

/** The fields that mongoose keeps on every row. */
export interface Row {
  _id: Types.ObjectId;
  createdAt?: Date;
  updatedAt?: Date;
}

/**
 * Shared by every schema. Indexes and collections are made by `ensureIndexes` at a moment the server chooses, never behind
 * its back; empty objects are kept, because `{}` and nothing are different things in a workflow.
 */
export const SCHEMA_OPTIONS = {
  timestamps: true,
  minimize: false,
  autoIndex: false,
  autoCreate: false,
} as const;
