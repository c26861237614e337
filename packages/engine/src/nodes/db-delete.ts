/** @module `dbDelete`: deletes one document or all that match. */

import { z } from 'zod';
import { filterFailures, isNothing, sayCollection, sayFilter } from '../describe/say-filter.ts';
import { TerminalError } from '../errors.ts';
import { defineNode, requiredTemplate } from '../node.ts';
import {
  checkCollectionStep,
  collectionName,
  databaseOf,
  FILTER_ALIASES,
  named,
  noteFilter,
  noteResolvedFilter,
  requireCollection,
  sayPlace,
  withEitherEmail,
} from './collection.ts';
import { resolveFilter } from './filter.ts';

export const dbDelete = defineNode({
  type: 'dbDelete',
  title: 'Delete',
  category: 'database',
  summary: 'Deletes the first matching document or, with deleteType "deleteMany", all that match.',
  aliases: { filter: FILTER_ALIASES },
  config: z.object({
    collection: collectionName,
    filter: requiredTemplate('Which documents; may not be empty', 'fields'),
    deleteType: z.string().nullish().describe('"deleteMany" for all, anything else for one'),
  }),
  outputs: {
    name: 'deleted',
    summary: 'The deleted document with acknowledged and deletedCount; for many, the counts.',
  },
  example: { type: 'dbDelete', collection: 'notes', filter: { _id: '{{ input.id }}' } },
  sideEffects: 'writes',
  narrate: {
    start: ({ collection }) => `Deleting from ${sayPlace(collection)}`,
    done: ({ collection }) => `DB delete on "${collection}" completed successfully`,
    subject: ({ collection, deleteType }) => ({ collection, deleteType: deleteType || 'deleteOne' }),
  },
  describe: ({ collection, filter, deleteType }) => ({
    sentence: `Deletes ${deleteType === 'deleteMany' ? 'every document' : 'the document'} in ${sayCollection(collection)}${sayFilter(filter)}`,
    writes: named(collection),
    failsWhen: [
      ...filterFailures(collection, filter),
      ...(isNothing(filter.source) ? ['its filter is empty'] : []),
    ],
  }),
  check: (_config, step) =>
    checkCollectionStep(step, [
      {
        name: 'filter',
        context: 'filter',
        blankMessage: 'A deletion needs a filter, so that it does not delete everything',
      },
    ]),
  async run(context, { collection, filter, deleteType }) {
    requireCollection(collection, 'dbDelete');
    noteFilter(context, filter);
    const selection = withEitherEmail(collection, resolveFilter(context, 'dbDelete', filter));
    noteResolvedFilter(context, selection, 'Filters resolved', 'Using');
    if (Object.keys(selection).length === 0) {
      throw new TerminalError('dbDelete: filter is empty after resolution', { code: 'STEP_FAILED' });
    }
    context.logInput = { collection, filter: selection, ...(deleteType ? { deleteType } : {}) };
    const database = databaseOf(context, 'dbDelete');
    const options = { signal: context.signal };
    context.note?.(
      'info',
      'Executing delete',
      `Running ${deleteType === 'deleteMany' ? 'deleteMany' : 'deleteOne'}()...`,
      {
        deleteType: deleteType || 'deleteOne',
        filters: selection,
      },
    );
    const result =
      deleteType === 'deleteMany'
        ? await database.deleteMany(collection, selection, options)
        : await deleteFirst(() => database.deleteOne(collection, selection, options));
    context.note?.(
      'data',
      'Delete executed successfully',
      `Deleted ${result.deletedCount} record(s)`,
      result,
    );
    context.logOutput = {
      success: true,
      deletedCount: result.deletedCount,
      outputVariable: context.outputName,
    };
    return result;
  },
});

async function deleteFirst(run: () => Promise<Record<string, unknown> | null>) {
  const deleted = await run();
  return { ...deleted, acknowledged: true, deletedCount: deleted === null ? 0 : 1 };
}
