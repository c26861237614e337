/** @module Workflows as they are stored: the draft everybody edits, and every former version of it. */
import { Schema } from 'mongoose';
import { type Row, SCHEMA_OPTIONS } from './row.ts';

/** A row of `workflows`. Rows of the earlier backend have `workflowId`, `ownerId`, `steps` and the timestamps only. */
export interface WorkflowRow extends Row {
  workflowId: string;
  ownerId: string;
  steps: unknown[];
  name?: string;
  description?: string;
  edges?: unknown[];
  inputVariables?: unknown[];
  /** Counts the changes, from 1. Rows without it are at version 1. */
  version?: number;
}

/** A row of `workflowversions`: what a workflow was at one version; never changed once written. */
export interface WorkflowVersionRow extends Row {
  ownerId: string;
  workflowId: string;
  version: number;
  name?: string;
  description?: string;
  steps: unknown[];
  edges?: unknown[];
  inputVariables?: unknown[];
}

const list = { type: [Schema.Types.Mixed], default: undefined };

/** The schema of `workflows`. */
export const workflowSchema = new Schema<WorkflowRow>(
  {
    workflowId: { type: String, required: true, index: true },
    ownerId: { type: String, required: true, index: true },
    steps: { type: [Schema.Types.Mixed], required: true },
    name: String,
    description: String,
    edges: list,
    inputVariables: list,
    // No default: a row written in the old shape stays as it was written, and outside the unique index below.
    version: Number,
  },
  { ...SCHEMA_OPTIONS, collection: 'workflows' },
);

// Old data may hold one workflowId twice; only rows with a version, which this package writes, must be unique.
workflowSchema.index(
  { ownerId: 1, workflowId: 1 },
  { name: 'owner_workflow_unique', unique: true, partialFilterExpression: { version: { $exists: true } } },
);

/** The schema of `workflowversions`. */
export const workflowVersionSchema = new Schema<WorkflowVersionRow>(
  {
    ownerId: { type: String, required: true },
    workflowId: { type: String, required: true },
    version: { type: Number, required: true },
    name: String,
    description: String,
    steps: { type: [Schema.Types.Mixed], required: true },
    edges: list,
    inputVariables: list,
  },
  { ...SCHEMA_OPTIONS, collection: 'workflowversions' },
);
workflowVersionSchema.index({ ownerId: 1, workflowId: 1, version: 1 }, { unique: true });
