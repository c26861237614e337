/** @module Counts of what is limited in how often it may happen, a row for every limit and key. */
import { Schema } from 'mongoose';

/** A row of `ratelimits`, in the form in which `rate-limiter-flexible` keeps it. */
export interface RateLimitRow {
  key: string;
  points: number;
  /** When the window ends and the database may remove the row. */
  expire: Date | null;
}

/** The schema of `ratelimits`. */
export const rateLimitSchema = new Schema<RateLimitRow>(
  { key: { type: String, required: true }, points: Number, expire: Date },
  { collection: 'ratelimits', versionKey: false },
);
rateLimitSchema.index({ key: 1 }, { unique: true });
rateLimitSchema.index({ expire: 1 }, { expireAfterSeconds: 0 });
