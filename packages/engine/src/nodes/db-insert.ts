/** @module `dbInsert`: stores a new document. */

import { z } from 'zod';
import { sayCollection, sayDocument } from '../describe/say-filter.ts';
import { joinWords, quote } from '../describe/say-value.ts';
import { TerminalError } from '../errors.ts';
import { defineNode, requiredTemplate } from '../node.ts';
import { toText } from '../values/text.ts';
import {
  checkCollectionStep,
  collectionName,
  databaseOf,
  hashPassword,
  named,
  requireCollection,
  resolveDocument,
  sayPlace,
  takeDocument,
  withPlainEmail,
} from './collection.ts';

const EMPTY = 'dbInsert: insert document is empty after resolution';

export const dbInsert = defineNode({
  type: 'dbInsert',
  title: 'Create',
  category: 'database',
  summary: 'Stores a new document; a top-level password is hashed.',
  normalize: (step) => takeDocument(step, ['data', 'document', 'doc'], ['data', 'document']),
  config: z.object({
    collection: collectionName,
    data: requiredTemplate('The new document', 'fields'),
    unique: z
      .union([z.string(), z.array(z.string())], { error: 'dbInsert: unique must be names of fields' })
      .nullish()
      .transform((names) => [names ?? []].flat().filter((name) => name.trim() !== ''))
      .describe('Fields of which no two documents may share a value; a second one fails with 409'),
  }),
  outputs: { name: 'created', summary: 'The document as stored, with _id, createdAt and updatedAt.' },
  example: { type: 'dbInsert', collection: 'notes', data: { title: '{{ input.title }}' } },
  sideEffects: 'writes',
  narrate: {
    start: ({ collection }) => `Inserting document into ${sayPlace(collection)}`,
    done: ({ collection }) => `Document inserted into "${collection}" successfully`,
    subject: ({ collection }) => ({ collection }),
  },
  describe: ({ collection, data, unique }) => ({
    sentence: `Stores a new document in ${sayCollection(collection)}${sayDocument(data)}${unique.length > 0 ? `, unless another one has the same ${joinWords(unique.map(quote), 'or')}` : ''}`,
    writes: named(collection),
    failsWhen: [
      ...(collection === '' ? ['no collection is chosen'] : []),
      'there is nothing to store',
      ...(unique.length > 0 ? [`another document has the same ${joinWords(unique.map(quote), 'or')}`] : []),
    ],
  }),
  check: (_config, step) =>
    checkCollectionStep(step, [
      { name: 'data', context: 'document', blankMessage: 'The new document has no fields yet' },
    ]),
  async run(context, { collection, data, unique }) {
    requireCollection(collection, 'dbInsert');
    context.note?.('info', 'Resolving insert document', 'Processing and resolving insert payload...', {
      rawData: data.source,
    });
    const document = withPlainEmail(collection, resolveDocument(context, 'dbInsert', data));
    if (Object.keys(document).length === 0) throw new TerminalError(EMPTY, { code: 'STEP_FAILED' });
    context.logInput = { collection, fields: Object.keys(document) };
    const count = Object.keys(document).length;
    context.note?.(
      'data',
      'Insert document resolved successfully',
      `Document ready with ${count} fields`,
      document,
    );
    const database = databaseOf(context, 'dbInsert');
    const ready = await hashPassword(context, 'dbInsert', document);
    context.note?.('info', 'Inserting document', 'Creating new record in database...');
    const created = await database.insertOne(collection, ready, {
      signal: context.signal,
      ...(unique.length > 0 ? { unique } : {}),
    });
    context.note?.(
      'data',
      'Document inserted successfully',
      `New record created with ID: ${toText(created._id)}`,
      created,
    );
    context.logOutput = {
      success: true,
      documentId: toText(created._id),
      outputVariable: context.outputName,
    };
    return created;
  },
});
