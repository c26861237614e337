/** @module Rows of `dynamicdatas` and `collectiondefinitions`, and the index that the latter had. */

import type { mongo } from '@orchestrix/models';
import { nameProblem } from '@orchestrix/models';
import type { Census } from './census.ts';
import { type Inspector, type Issue, isText, keyOf, repeated } from './inspection.ts';

/** Looks at the wrapped documents of the earlier backend. */
export function documentInspector({ accounts }: Census): Inspector {
  return {
    nameOf: ({ _id }) => String(_id),
    inspect: ({ ownerId, collectionName, data }) => {
      const isObject = typeof data === 'object' && data !== null && !Array.isArray(data);
      if (!isText(ownerId) || nameProblem(collectionName) !== null || !isObject)
        return { issues: [{ code: 'DOCUMENT_UNREADABLE' }], changes: [] };
      return { issues: accounts.has(ownerId) ? [] : [{ code: 'DOCUMENT_WITHOUT_ACCOUNT' }], changes: [] };
    },
  };
}

/** Looks at definitions of collections. */
export function definitionInspector(): Inspector {
  const isRepeated = repeated();
  return {
    nameOf: ({ _id, collectionName }) => (isText(collectionName) ? collectionName : String(_id)),
    projection: { ownerId: 1, collectionName: 1 },
    inspect: ({ ownerId, collectionName }) => {
      if (!isText(collectionName)) return { issues: [{ code: 'DEFINITION_UNREADABLE' }], changes: [] };
      const issues: Issue[] = [];
      if (isRepeated(keyOf(ownerId ?? null, collectionName))) issues.push({ code: 'DEFINITION_DUPLICATE' });
      if (!isText(ownerId)) issues.push({ code: 'DEFINITION_WITHOUT_OWNER' });
      return { issues, changes: [] };
    },
  };
}

/** An index as the database describes it. */
export type IndexDescription = Awaited<ReturnType<mongo.Collection['indexes']>>[number];

/** The unique index of the earlier backend on a definition's name alone; `null` when it is gone. */
export async function findOldDefinitionIndex(db: mongo.Db): Promise<IndexDescription | null> {
  const indexes = await db.collection('collectiondefinitions').indexes().catch(noneYet);
  return indexes.find(({ key, unique }) => unique && Object.keys(key).join() === 'collectionName') ?? null;
}

function noneYet(error: unknown): IndexDescription[] {
  if (error instanceof Error && 'code' in error && error.code === 26) return [];
  throw error;
}
