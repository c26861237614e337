/** @module One update of one collection: finds what matches, changes it, or inserts what was not there. */

import { CommandError } from '../command-error.ts';
import type { Collation } from '../language/collation.ts';
import { toBytes, toPlain } from '../language/documents.ts';
import { type Document, isDocument } from '../language/fields.ts';
import { compileFilter, type Filter } from '../language/filter.ts';
import { compileUpdate, type Update } from '../language/update.ts';
import { documentFromFilter } from '../language/upsert-base.ts';
import type { Collection } from '../storage/catalogue.ts';
import type { StoredRow } from '../storage/collection-store.ts';
import { insertDocument, replaceDocument, type Validation } from './store-document.ts';

/** An update as a client states it. */
export interface UpdateStatement {
  filter: Document;
  /** A replacement, operators, or a pipeline. */
  update: unknown;
  arrayFilters: Document[] | undefined;
  collation: Collation | null;
  variables: Document | undefined;
  validation: Validation;
}

/** A compiled update statement. */
export interface PreparedUpdate {
  statement: UpdateStatement;
  update: Update;
  filter: Filter;
  now: Date;
}

/** @throws CommandError for a malformed filter or update */
export function prepareUpdate(statement: UpdateStatement): PreparedUpdate {
  const { filter, update, arrayFilters, variables } = statement;
  const collation = statement.collation ?? undefined;
  if (!isDocument(update) && !isPipeline(update)) {
    throw new CommandError('FailedToParse', 'Update argument must be either an object or an array');
  }
  return {
    statement,
    update: compileUpdate(update, { arrayFilters, filter, collation, variables }),
    filter: compileFilter(filter, { collation, variables }),
    now: new Date(),
  };
}

/**
 * Changes one stored document.
 * @returns its bytes afterwards, and whether they differ
 */
export function updateStored(
  collection: Collection,
  stored: StoredRow,
  { update, filter, now, statement }: PreparedUpdate,
): { bytes: Uint8Array; changed: boolean } {
  const before = toPlain(stored.bytes);
  const after = update.apply(before, { mode: 'update', now, arrayIndex: filter.arrayIndex(before) });
  if (after === before) return { bytes: stored.bytes, changed: false };
  const bytes = replaceDocument(collection, stored, before, after, statement.validation);
  return bytes ? { bytes, changed: true } : { bytes: stored.bytes, changed: false };
}

/** Inserts what an update makes of its filter. @returns the new document's bytes */
export function upsertDocument(
  collection: Collection,
  { update, now, statement }: PreparedUpdate,
): Uint8Array {
  const base = documentFromFilter(statement.filter);
  // A replacement takes nothing but the `_id` from the filter.
  const start = update.kind === 'replacement' ? idOnly(base) : base;
  const document = update.apply(start, { mode: 'insert', now });
  return insertDocument(collection, toBytes(document), statement.validation);
}

function idOnly(document: Document): Document {
  return '_id' in document ? { _id: document._id } : {};
}

function isPipeline(update: unknown): update is Document[] {
  return Array.isArray(update) && update.every(isDocument);
}

/** `arrayFilters` as a statement has them. @throws CommandError TypeMismatch (14) */
export function arrayFiltersOption(value: unknown): Document[] | undefined {
  if (value === undefined || value === null) return undefined;
  if (isPipeline(value)) return value;
  throw new CommandError('TypeMismatch', "BSON field 'arrayFilters' must be an array of objects");
}
