/** @module How much of language models owners have used, a row for every owner and day. */
import { Schema } from 'mongoose';
import { type Row, SCHEMA_OPTIONS } from './row.ts';

/** A row of `aiusages`. */
export interface AiUsageRow extends Row {
  ownerId: string;
  /** `YYYY-MM-DD` in UTC. */
  day: string;
  requests: number;
  inputTokens: number;
  outputTokens: number;
  /** When the database may remove the row. */
  expiresAt?: Date;
}

/** The schema of `aiusages`. */
export const aiUsageSchema = new Schema<AiUsageRow>(
  {
    ownerId: { type: String, required: true },
    day: { type: String, required: true, match: /^\d{4}-\d{2}-\d{2}$/ },
    requests: { type: Number, default: 0 },
    inputTokens: { type: Number, default: 0 },
    outputTokens: { type: Number, default: 0 },
    expiresAt: Date,
  },
  { ...SCHEMA_OPTIONS, timestamps: { createdAt: false, updatedAt: true }, collection: 'aiusages' },
);
aiUsageSchema.index({ ownerId: 1, day: 1 }, { unique: true });
aiUsageSchema.index({ expiresAt: 1 }, { expireAfterSeconds: 0 });
