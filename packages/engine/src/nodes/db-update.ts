/** @module `dbUpdate`: changes one document or all that match. */

import { z } from 'zod';
import { filterFailures, isNothing, sayChange, sayCollection, sayFilter } from '../describe/say-filter.ts';
import { TerminalError } from '../errors.ts';
import { defineNode, requiredTemplate, type StepContext } from '../node.ts';
import type { Document } from '../ports.ts';
import type { Reference } from '../values/reference.ts';
import type { Template } from '../values/template.ts';
import {
  checkCollectionStep,
  collectionName,
  databaseOf,
  FILTER_ALIASES,
  hashPassword,
  named,
  noteFilter,
  noteResolvedFilter,
  rawPart,
  requireCollection,
  resolveDocument,
  sayPlace,
  takeDocument,
  withEitherEmail,
  withPlainEmail,
} from './collection.ts';
import { resolveFilter } from './filter.ts';

export const dbUpdate = defineNode({
  type: 'dbUpdate',
  title: 'Update',
  category: 'database',
  summary: 'Changes the first matching document or, with updateType "updateMany", all; never creates one.',
  aliases: { filter: FILTER_ALIASES },
  normalize: (step) => takeDocument(step, ['data', 'update', 'updates'], ['data']),
  config: z.object({
    collection: collectionName,
    filter: requiredTemplate('Which documents; may not be empty', 'fields'),
    data: requiredTemplate('Field → new value', 'fields'),
    updateType: z.string().nullish().describe('"updateMany" for all, anything else for one'),
  }),
  outputs: { name: 'updated', summary: 'The document afterwards or null; for many, the counts.' },
  example: {
    type: 'dbUpdate',
    collection: 'users',
    filter: { email: '{{ input.email }}' },
    data: { name: '{{ input.name }}' },
  },
  sideEffects: 'writes',
  narrate: {
    start: ({ collection }) => `Updating ${sayPlace(collection)}`,
    done: ({ collection }) => `DB update on "${collection}" completed successfully`,
    subject: ({ collection, updateType }) => ({ collection, updateType: updateType || 'updateOne' }),
  },
  describe: ({ collection, filter, data, updateType }) => ({
    sentence: `Changes ${updateType === 'updateMany' ? 'every document' : 'the document'} in ${sayCollection(collection)}${sayFilter(filter)}: ${sayChange(data)}`,
    writes: named(collection),
    failsWhen: [
      ...filterFailures(collection, filter),
      ...(isNothing(filter.source) ? ['its filter is empty'] : []),
      'there is nothing to change',
    ],
  }),
  check: (_config, step) =>
    checkCollectionStep(step, [
      { name: 'data', context: 'update', blankMessage: 'Nothing to change is given yet' },
      {
        name: 'filter',
        context: 'filter',
        blankMessage: 'An update needs a filter, so that it does not change everything',
      },
    ]),
  async run(context, { collection, filter, data, updateType }) {
    requireCollection(collection, 'dbUpdate');
    noteFilter(context, filter);
    const selection = withEitherEmail(collection, resolveFilter(context, 'dbUpdate', filter));
    noteResolvedFilter(context, selection, 'Filters resolved', 'Using');
    context.note?.(
      'info',
      'Resolving update document',
      'Processing and resolving update payload...',
      rawPart('rawUpdate', data),
    );
    const change = splitChange(
      withoutGaps(context, resolveDocument(context, 'dbUpdate', data, isGap(context)), data),
    );
    if (Object.keys(change).length === 0) throw empty('update document');
    if (Object.keys(selection).length === 0) throw empty('filter');
    context.logInput = { collection, filter: selection, fields: fieldsOf(change) };
    const { $set } = change;
    context.note?.(
      'data',
      'Update document resolved',
      `Document has ${fieldsOf(change).length} field(s) to update`,
      $set ?? change,
    );
    const database = databaseOf(context, 'dbUpdate');
    const ready = $set
      ? {
          ...change,
          $set: withPlainEmail(collection, await hashPassword(context, 'dbUpdate', $set as Document)),
        }
      : change;
    const options = { signal: context.signal };
    context.note?.(
      'info',
      'Executing update',
      `Running ${updateType === 'updateMany' ? 'updateMany' : 'updateOne'}()...`,
      {
        updateType: updateType || 'updateOne',
        filters: selection,
      },
    );
    if (updateType === 'updateMany') {
      // Saved workflows know the driver's whole answer; nothing is ever created.
      const counts = {
        ...(await database.updateMany(collection, selection, ready, options)),
        upsertedId: null,
        upsertedCount: 0,
      };
      context.note?.(
        'data',
        'Update executed successfully',
        `Updated ${counts.modifiedCount} record(s)`,
        counts,
      );
      context.logOutput = {
        success: true,
        documentFound: counts.matchedCount > 0,
        outputVariable: context.outputName,
      };
      return counts;
    }
    const updated = await database.updateOne(collection, selection, ready, options);
    context.note?.(
      'data',
      'Update executed successfully',
      `Updated ${updated === null ? 0 : 1} record(s)`,
      updated,
    );
    context.logOutput = {
      success: true,
      documentFound: updated !== null,
      outputVariable: context.outputName,
    };
    return updated;
  },
});

/** Whether a reference gives the null that an `input` step has filled in for a value that the caller did not send. */
function isGap({ received }: StepContext): (reference: Reference, value: unknown) => boolean {
  return ({ segments }, value) => {
    const name = segments[0] === 'input' ? segments[1] : segments[0];
    return value === null && name !== undefined && segments.length <= 2 && !Object.hasOwn(received, name);
  };
}

/** The same for a change that is all of the caller's values. */
function withoutGaps({ received }: StepContext, change: Document, { references }: Template): Document {
  if (
    !references.some(
      ({ segments, at }) => segments.length === 1 && segments[0] === 'input' && at.length === 0,
    )
  )
    return change;
  return Object.fromEntries(
    Object.entries(change).filter(([name, value]) => value !== null || Object.hasOwn(received, name)),
  );
}

/** Plain fields go under `$set`; stored operators stay, and lose their effect when every field in them was left out. */
function splitChange(source: Document): Document {
  const change: Document = {};
  const plain: [string, unknown][] = [];
  for (const [key, value] of Object.entries(source)) {
    if (!key.startsWith('$')) plain.push([key, value]);
    else if (typeof value === 'object' && value !== null && Object.keys(value).length > 0)
      change[key] = value;
  }
  // Entries and not assignments: a caller's own `__proto__` key stays a key.
  const set = { ...(change.$set as Document | undefined), ...Object.fromEntries(plain) };
  return Object.keys(set).length > 0 ? { ...change, $set: set } : change;
}

function fieldsOf(change: Document): string[] {
  return [...new Set(Object.values(change).flatMap((fields) => Object.keys(fields as Document)))];
}

function empty(what: string): TerminalError {
  return new TerminalError(`dbUpdate: ${what} is empty after resolution`, { code: 'STEP_FAILED' });
}
