/** @module The part of the address under which an owner's APIs with paths of their own are served. */
import { Schema } from 'mongoose';
import { type Row, SCHEMA_OPTIONS } from './row.ts';

/** A row of `ownerslugs`; its `_id` is the slug. */
export interface OwnerSlugRow extends Omit<Row, '_id'> {
  _id: string;
  ownerId: string;
}

/** The schema of `ownerslugs`. */
export const ownerSlugSchema = new Schema<OwnerSlugRow>(
  {
    _id: { type: String, required: true },
    ownerId: { type: String, required: true, unique: true },
  },
  { ...SCHEMA_OPTIONS, collection: 'ownerslugs' },
);
