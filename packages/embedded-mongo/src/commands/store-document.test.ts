/** @module The limits of what is stored, without a client that checks first. */
import { expect, it } from 'vitest';
import { toBytes, toPlain } from '../language/documents.ts';
import { Catalogue } from '../storage/catalogue.ts';
import { DatabaseFile } from '../storage/database-file.ts';
import { MAX_DOCUMENT_BYTES } from './handshake.ts';
import { insertDocument, replaceDocument } from './store-document.ts';

async function emptyCollection() {
  const file = await DatabaseFile.open({ file: null, durability: 'normal' });
  return new Catalogue(file).create('test', 'things', {});
}

const documentOf = (size: number) => {
  const overhead = toBytes({ _id: 1, text: '' }).length;
  return { _id: 1, text: 'x'.repeat(size - overhead) };
};

it('stores a document of exactly 16 MiB and refuses one byte more', async () => {
  const collection = await emptyCollection();
  const tooLarge = toBytes(documentOf(MAX_DOCUMENT_BYTES + 1));
  expect(() => insertDocument(collection, tooLarge, 'validate')).toThrow(
    expect.objectContaining({ code: 10334, codeName: 'BSONObjectTooLarge' }),
  );
  insertDocument(collection, toBytes(documentOf(MAX_DOCUMENT_BYTES)), 'validate');
  expect(collection.store.count()).toBe(1);
});

it('refuses an update that makes a document too large, and keeps the old one', async () => {
  const collection = await emptyCollection();
  insertDocument(collection, toBytes({ _id: 1, text: 'small' }), 'validate');
  const [stored] = collection.store.scan(collection.store.wholeSpan());
  const before = toPlain(stored!.bytes);
  const after = documentOf(MAX_DOCUMENT_BYTES + 1);
  expect(() => replaceDocument(collection, stored!, before, after, 'validate')).toThrow(
    expect.objectContaining({ code: 10334 }),
  );
  expect(toPlain(collection.store.findByRow(stored!.row)!.bytes)).toEqual(before);
});
