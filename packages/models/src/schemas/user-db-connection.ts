/** @module The database an owner has connected. */
import { Schema } from 'mongoose';
import { type Row, SCHEMA_OPTIONS } from './row.ts';

/** A row of `userdbconnections`. The connection string in it is encrypted by the server; this package never reads it. */
export interface UserDbConnectionRow extends Row {
  ownerId: string;
  encryptedUri: string;
  label: string;
  status: string;
  connectedAt?: Date;
}

/** The schema of `userdbconnections`. */
export const userDbConnectionSchema = new Schema<UserDbConnectionRow>(
  {
    ownerId: { type: String, required: true, unique: true },
    encryptedUri: { type: String, required: true },
    label: { type: String, default: 'My Database' },
    status: { type: String, default: 'connected' },
    connectedAt: Date,
  },
  { ...SCHEMA_OPTIONS, collection: 'userdbconnections' },
);
