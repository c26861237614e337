/** @module The findAndModify command. */
import { assembleWithDocument } from '../bson/assemble.ts';
import { CommandError } from '../command-error.ts';
import { toBytes, toPlain } from '../language/documents.ts';
import type { Document } from '../language/fields.ts';
import { compileProjection } from '../language/projection.ts';
import type { Task } from '../pace.ts';
import type { Collection } from '../storage/catalogue.ts';
import { isOn } from '../values.ts';
import { SUCCESS } from './answers.ts';
import { arrayFiltersOption, prepareUpdate, updateStored, upsertDocument } from './apply-update.ts';
import { type Command, type CommandAnswer, type CommandContext, targetCollection } from './command.ts';
import { collationOption, documentOption, hintOption, variablesOption } from './options.ts';
import { firstForWrite, isEmpty, prepareQuery, type QuerySpec } from './query.ts';

/** findAndModify */
export const findAndModifyCommand: Command = {
  fields: [
    'arrayFilters',
    'bypassDocumentValidation',
    'collation',
    'fields',
    'hint',
    'let',
    'new',
    'query',
    'remove',
    'sort',
    'stmtId',
    'update',
    'upsert',
  ],
  *run(context) {
    const { fields } = context;
    checkCombination(fields);
    const collection = targetCollection(context);
    const spec: QuerySpec = {
      filter: documentOption(fields, 'query') ?? {},
      sort: documentOption(fields, 'sort') ?? {},
      collation: collationOption(fields, collection),
      hint: hintOption(fields, collection),
      variables: variablesOption(fields),
    };
    return yield* isOn(fields.remove) ? remove(context, collection, spec) : update(context, collection, spec);
  },
};

/** @throws CommandError FailedToParse (9) */
function checkCombination(fields: Document): void {
  const removes = isOn(fields.remove);
  if (!removes && fields.update === undefined)
    throw refusal('Either an update or remove=true must be specified');
  if (removes && fields.update !== undefined) throw refusal('Cannot specify both an update and remove=true');
  if (removes && isOn(fields.upsert)) throw refusal('Cannot specify both upsert=true and remove=true');
  if (removes && isOn(fields.new)) {
    throw refusal(
      "Cannot specify both new=true and remove=true; 'remove' always returns the deleted document",
    );
  }
}

const refusal = (message: string) => new CommandError('FailedToParse', message);

function* remove(
  context: CommandContext,
  collection: Collection | undefined,
  spec: QuerySpec,
): Task<CommandAnswer> {
  const match = collection && (yield* firstForWrite(prepareQuery(collection, spec)));
  if (!match) return answer(context, { n: 0 }, null, spec);
  collection.store.remove(match);
  return answer(context, { n: 1 }, match.bytes, spec);
}

function* update(
  context: CommandContext,
  existing: Collection | undefined,
  spec: QuerySpec,
): Task<CommandAnswer> {
  const { fields, database, request, server } = context;
  const prepared = prepareUpdate({
    filter: spec.filter,
    update: fields.update,
    arrayFilters: arrayFiltersOption(fields.arrayFilters),
    collation: spec.collation,
    variables: spec.variables,
    validation: isOn(fields.bypassDocumentValidation) ? 'bypass' : 'validate',
  });
  const match = existing && (yield* firstForWrite(prepareQuery(existing, spec)));
  if (match) {
    const { bytes } = updateStored(existing, match, prepared);
    return answer(context, { n: 1, updatedExisting: true }, isOn(fields.new) ? bytes : match.bytes, spec);
  }
  if (!isOn(fields.upsert)) return answer(context, { n: 0, updatedExisting: false }, null, spec);
  const collection = server.catalogue.findOrCreate(database, request.collection);
  const bytes = upsertDocument(collection, prepared);
  const lastErrorObject = { n: 1, updatedExisting: false, upserted: toPlain(bytes)._id };
  return answer(context, lastErrorObject, isOn(fields.new) ? bytes : null, spec);
}

function answer(
  { fields }: CommandContext,
  lastErrorObject: Document,
  document: Uint8Array | null,
  { filter, collation, variables }: QuerySpec,
): CommandAnswer {
  if (!document) return { lastErrorObject, value: null };
  const projection = documentOption(fields, 'fields');
  const shown = isEmpty(projection)
    ? document
    : toBytes(
        compileProjection(projection!, { filter, collation: collation ?? undefined, variables })(
          toPlain(document),
        ),
      );
  return assembleWithDocument(toBytes({ lastErrorObject }), 'value', shown, toBytes({ ok: SUCCESS }));
}
