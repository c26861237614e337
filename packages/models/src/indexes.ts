/** @module Indexes, built at a moment the server chooses, and the small repairs that old data needs before them. */
import { OrchestrixError } from '@orchestrix/engine';
import type { Model, mongo } from 'mongoose';
import { duplicateKeyOf } from './duplicate-key.ts';
import type { Models } from './models.ts';
import { emailKeyOf } from './schemas/user.ts';

/**
 * Builds every index that is missing; safe to repeat, and cheap when all exist. Indexes that nothing asks for any more are
 * dropped, as the unique one on a collection definition's name alone (two owners may use one name), and old accounts get the key that keeps addresses unique.
 *
 * @returns accounts that share their address with an older one and so have no key; they can log in under the exact spelling
 * @throws OrchestrixError `INDEX_FAILED`, naming the collection
 */
export async function ensureIndexes(models: Models): Promise<{ usersWithTakenEmail: string[] }> {
  await dropRetiredIndexes(models);
  const { connection: _, ...all } = models;
  const built = await Promise.allSettled(
    Object.values(all).map((model) => createIndexes(model as Model<unknown>)),
  );
  // One collection that old data keeps from its index must not keep accounts from being found.
  const usersWithTakenEmail = await fillEmailKeys(models);
  const failed = built.find((outcome) => outcome.status === 'rejected');
  if (failed) throw failed.reason;
  return { usersWithTakenEmail };
}

async function createIndexes(model: Model<unknown>): Promise<void> {
  try {
    for (const [key, { background: _, ...options }] of model.schema.indexes())
      await model.collection
        .createIndex(key as mongo.IndexSpecification, options as mongo.CreateIndexesOptions)
        .catch(unlessSame);
  } catch (error) {
    const { collectionName } = model.collection;
    const reason = error instanceof Error ? error.message : String(error);
    throw new OrchestrixError(`The indexes of "${collectionName}" could not be built: ${reason}`, {
      code: 'INDEX_FAILED',
      details: { collection: collectionName },
      cause: error,
    });
  }
}

async function dropRetiredIndexes({ CollectionDefinitions, Execution }: Models): Promise<void> {
  const retired = [
    { collection: CollectionDefinitions.collection, fields: 'collectionName', unique: true },
    { collection: Execution.collection, fields: 'status,heartbeatAt', unique: false },
  ];
  for (const { collection, fields, unique } of retired) {
    const indexes = await collection.indexes().catch(noCollectionYet);
    const old = indexes.find(
      (index) => Object.keys(index.key).join() === fields && (index.unique === true) === unique,
    );
    if (old?.name) await collection.dropIndex(old.name).catch(unlessGone);
  }
}

/** The same index under another name, as the earlier backend's mongoose called it, serves as well. */
function unlessSame(error: unknown): void {
  const sameUnderOtherName =
    error instanceof Error && 'code' in error && error.code === 85 && /different name/i.test(error.message);
  if (!sameUnderOtherName) throw error;
}

/** Another server process that starts at the same moment may have dropped it. */
function unlessGone(error: unknown): void {
  if (!(error instanceof Error && 'code' in error && error.code === 27)) throw error;
}

function noCollectionYet(error: unknown): [] {
  if (error instanceof Error && 'code' in error && error.code === 26) return [];
  throw error;
}

/** The oldest account of an address gets its key; a row the earlier backend wrote meanwhile gets it at the next start. */
async function fillEmailKeys({ User }: Models): Promise<string[]> {
  const taken: string[] = [];
  const rows = User.find({ emailKey: { $exists: false }, email: { $type: 'string' } }, { email: 1 })
    .sort({ _id: 1 })
    .lean()
    .cursor();
  for await (const row of rows) {
    const emailKey = emailKeyOf(row.email ?? '');
    if (emailKey === '') continue;
    try {
      await User.updateOne({ _id: row._id }, { $set: { emailKey } }, { timestamps: false });
    } catch (error) {
      if (!duplicateKeyOf(error)) throw error;
      taken.push(String(row._id));
    }
  }
  return taken;
}
