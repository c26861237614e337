/** @module Rows exactly as the earlier backend wrote them: its fields, its types, nothing newer. */
import { createCipheriv, randomBytes } from 'node:crypto';
import mongoose, { type mongo } from 'mongoose';

/** A row of any collection. */
export type OldRow = Record<string, unknown>;

const { ObjectId } = mongoose.Types;
const WRITTEN = { createdAt: new Date('2025-11-02T09:00:00Z'), updatedAt: new Date('2025-11-03T10:30:00Z') };

/** A row of `workflows`. */
export const oldWorkflow = (workflowId: string, ownerId: string, steps: unknown): OldRow => ({
  _id: new ObjectId(),
  workflowId,
  ownerId,
  steps,
  ...WRITTEN,
  __v: 0,
});

/** A row of `publishedapis`; `slug` decides the path. */
export const oldApi = (workflowId: string, ownerId: string, slug: string): OldRow => ({
  _id: new ObjectId(),
  path: `/workflow/run/${workflowId}/${slug}`,
  workflowId,
  name: slug,
  slug,
  ownerId,
  method: 'POST',
  ...WRITTEN,
  __v: 0,
});

/** A row of `users`: no version key, no role, the password as it is given. */
export const oldUser = (email: string, password: string): OldRow => ({
  _id: new ObjectId(),
  name: 'Ann',
  email,
  password,
  ...WRITTEN,
});

/** A row of `userdbconnections`. */
export const oldConnection = (ownerId: string, encryptedUri: string): OldRow => ({
  _id: new ObjectId(),
  ownerId,
  encryptedUri,
  label: 'My Database',
  status: 'connected',
  connectedAt: WRITTEN.createdAt,
  ...WRITTEN,
  __v: 0,
});

/** A row of `dynamicdatas`. */
export const oldDocument = (ownerId: string, collectionName: string, data: unknown): OldRow => ({
  _id: new ObjectId(),
  ownerId,
  collectionName,
  data,
  __v: 0,
});

/** A row of `collectiondefinitions`: without an owner, fields as a map of text. */
export const oldDefinition = (collectionName: string): OldRow => ({
  _id: new ObjectId(),
  collectionName,
  fields: { title: 'String', done: 'Boolean' },
  source: 'sampled',
  lastSyncedAt: WRITTEN.createdAt,
  __v: 0,
});

/** A row of `sessions`. */
export const oldSession = (userId: string, expiresAt: Date): OldRow => ({
  _id: new ObjectId(),
  sessionId: crypto.randomUUID(),
  userId,
  data: { seen: 1 },
  expiresAt,
  ...WRITTEN,
  __v: 0,
});

/** The text under AES-256-GCM as the contract describes it, without `enc:`: 12 bytes IV, 16 bytes tag, ciphertext. */
export function encryptedText(text: string, keyHex: string): string {
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', Buffer.from(keyHex, 'hex'), iv);
  const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64');
}

/** Inserts rows by the driver, past every schema. */
export async function insertRows(db: mongo.Db, collection: string, rows: OldRow[]): Promise<void> {
  await db.collection(collection).insertMany(rows);
}

/** The unique index that the earlier backend had on a definition's name alone. */
export async function createOldDefinitionIndex(db: mongo.Db): Promise<void> {
  await db.collection('collectiondefinitions').createIndex({ collectionName: 1 }, { unique: true });
}
