/** @module Executions and their logs. */
import { EXECUTION_STATUSES, type ExecutionStatus, type ExecutionTrigger } from '@orchestrix/executions';
import { Schema } from 'mongoose';
import { type Row, SCHEMA_OPTIONS } from './row.ts';

/** A row of `executions`. `input`, `result` and `error` went through {@link toStorable}. */
export interface ExecutionRow extends Row {
  executionId: string;
  ownerId: string;
  workflowId?: string;
  /** The version that ran. */
  version?: number;
  status: ExecutionStatus;
  trigger: ExecutionTrigger;
  apiPath?: string;
  input?: unknown;
  result?: unknown;
  error?: unknown;
  startedAt: Date;
  finishedAt?: Date;
  durationMs?: number;
  /** What the record and the log take, about. */
  bytes?: number;
  /** Input, result and log of an execution that ended soon, by `packRecord`; the three fields are absent then. */
  packed?: Buffer;
  /** The server process that runs it. */
  instanceId?: string;
  /** When that process last said that it is alive. */
  heartbeatAt?: Date;
  /** When the database may remove the row; never, when absent. */
  expiresAt?: Date;
}

/** A row of `executionlogs`: one event. */
export interface ExecutionLogRow extends Row {
  ownerId: string;
  executionId: string;
  /** Counts the events of an execution without a gap. */
  position: number;
  item: unknown;
  expiresAt?: Date;
}

/** The schema of `executions`. */
export const executionSchema = new Schema<ExecutionRow>(
  {
    executionId: { type: String, required: true, unique: true },
    ownerId: { type: String, required: true },
    workflowId: String,
    version: Number,
    status: { type: String, required: true, enum: EXECUTION_STATUSES, default: 'running' },
    trigger: { type: String, required: true, enum: ['manual', 'run', 'published'] },
    apiPath: String,
    input: Schema.Types.Mixed,
    result: Schema.Types.Mixed,
    error: Schema.Types.Mixed,
    startedAt: { type: Date, required: true },
    finishedAt: Date,
    durationMs: Number,
    bytes: Number,
    packed: Buffer,
    instanceId: String,
    heartbeatAt: Date,
    expiresAt: Date,
  },
  { ...SCHEMA_OPTIONS, collection: 'executions' },
);
executionSchema.index({ ownerId: 1, _id: -1 });
executionSchema.index({ ownerId: 1, workflowId: 1, _id: -1 });
// Only what runs is looked for by its heartbeat; what is over costs this index nothing.
executionSchema.index({ heartbeatAt: 1 }, { partialFilterExpression: { status: 'running' } });
executionSchema.index({ expiresAt: 1 }, { expireAfterSeconds: 0 });

/** The schema of `executionlogs`. */
export const executionLogSchema = new Schema<ExecutionLogRow>(
  {
    ownerId: { type: String, required: true },
    executionId: { type: String, required: true },
    position: { type: Number, required: true },
    item: Schema.Types.Mixed,
    // A date of its own in every row, so that another number of days needs no other index.
    expiresAt: Date,
  },
  { ...SCHEMA_OPTIONS, timestamps: { createdAt: true, updatedAt: false }, collection: 'executionlogs' },
);
executionLogSchema.index({ executionId: 1, position: 1 }, { unique: true });
executionLogSchema.index({ expiresAt: 1 }, { expireAfterSeconds: 0 });
