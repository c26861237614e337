/** @module Puts documents into a collection: sizes and validators are checked here, and nowhere else. */
import { identifyDocument } from '../bson/identify.ts';
import { fillTimestamps } from '../bson/stamp.ts';
import { CommandError } from '../command-error.ts';
import { toBytes, toPlain } from '../language/documents.ts';
import type { Document } from '../language/fields.ts';
import type { Collection } from '../storage/catalogue.ts';
import type { StoredRow } from '../storage/collection-store.ts';
import { MAX_DOCUMENT_BYTES } from './handshake.ts';
import { hasValidator, validateDocument } from './validation.ts';

/** Whether a collection's validator is asked; a client may bypass it. */
export type Validation = 'validate' | 'bypass';

/**
 * Stores a new document, its `_id` in front, added when it has none.
 * @returns its bytes as they are stored
 * @throws CommandError DuplicateKey, BSONObjectTooLarge, DocumentValidationFailure
 */
export function insertDocument(
  collection: Collection,
  given: Uint8Array,
  validation: Validation,
): Uint8Array {
  const document = identifyDocument(fillTimestamps(given));
  checkSize(document.bytes);
  let decoded: Document | undefined;
  if (validation === 'validate' && hasValidator(collection)) {
    decoded = toPlain(document.bytes);
    validateDocument(collection, decoded);
  }
  collection.store.insert(document, collection.namespace, decoded);
  return document.bytes;
}

/**
 * Stores a document's new value in place of the old one.
 * @returns its bytes, or null when they are the same as before and nothing was written
 * @throws CommandError DuplicateKey, BSONObjectTooLarge, DocumentValidationFailure
 */
export function replaceDocument(
  collection: Collection,
  stored: StoredRow,
  before: Document,
  after: Document,
  validation: Validation,
): Uint8Array | null {
  const bytes = toBytes(after);
  if (Buffer.compare(bytes, stored.bytes) === 0) return null;
  checkSize(bytes);
  if (validation === 'validate') validateDocument(collection, after, before);
  collection.store.replace(stored, before, bytes, after, collection.namespace);
  return bytes;
}

function checkSize(bytes: Uint8Array): void {
  if (bytes.length <= MAX_DOCUMENT_BYTES) return;
  throw new CommandError(
    'BSONObjectTooLarge',
    `BSONObj size: ${bytes.length} is invalid. Size must be between 0 and ${MAX_DOCUMENT_BYTES} (16MB)`,
  );
}
