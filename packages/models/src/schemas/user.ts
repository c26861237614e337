/** @module Accounts. */
import { Schema } from 'mongoose';
import { createPasswords, isBcryptHash } from '../passwords.ts';
import { type Row, SCHEMA_OPTIONS } from './row.ts';

/** A row of `users`. Old rows may hold a plain-text password, and lack `role` and `emailKey`. */
export interface UserRow extends Row {
  name?: string;
  /** As its owner wrote it. */
  email?: string;
  /** A bcrypt hash; not read unless asked for. */
  password?: string;
  role?: string;
  /** {@link emailKeyOf} of `email`; what makes addresses unique. Written by the repository and by `ensureIndexes`. */
  emailKey?: string;
}

/** The text under which an address is compared: without outer blanks, lower case. */
export const emailKeyOf = (email: string): string => email.trim().toLowerCase();

/** The schema of `users`. */
export const userSchema = new Schema<UserRow>(
  {
    name: String,
    email: String,
    password: { type: String, select: false },
    role: { type: String, default: 'user' },
    emailKey: { type: String, select: false },
  },
  { ...SCHEMA_OPTIONS, collection: 'users', versionKey: false },
);

// On a field of its own and partial: old rows, which may hold one address twice, must not keep the index from being built.
userSchema.index(
  { emailKey: 1 },
  { name: 'email_key_unique', unique: true, partialFilterExpression: { emailKey: { $exists: true } } },
);
userSchema.index({ email: 1 }, { name: 'email_lookup' });

const passwords = createPasswords();

userSchema.pre('save', async function hashPassword() {
  const password = this.password;
  if (typeof password !== 'string' || !this.isModified('password') || isBcryptHash(password)) return;
  this.password = await passwords.hash(password);
});
