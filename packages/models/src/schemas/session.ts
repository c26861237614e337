/** @module Sessions of logged-in users. */
import { Schema } from 'mongoose';
import { type Row, SCHEMA_OPTIONS } from './row.ts';

/** A row of `sessions`; removed by the database some time after `expiresAt`. */
export interface SessionRow extends Row {
  sessionId: string;
  userId: string;
  data: unknown;
  expiresAt: Date;
}

/** The schema of `sessions`. */
export const sessionSchema = new Schema<SessionRow>(
  {
    sessionId: { type: String, required: true, unique: true },
    userId: { type: String, required: true, index: true },
    data: { type: Schema.Types.Mixed, default: {} },
    expiresAt: { type: Date, required: true },
  },
  { ...SCHEMA_OPTIONS, collection: 'sessions' },
);
sessionSchema.index({ expiresAt: 1 }, { expireAfterSeconds: 0 });
