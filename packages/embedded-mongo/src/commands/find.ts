/** @module The find command. */
import { assembleCursorAnswer } from '../bson/assemble.ts';
import { CommandError } from '../command-error.ts';
import { DEFAULT_FIRST_BATCH, type ResultDocuments } from '../cursors.ts';
import { toBytes, toPlain } from '../language/documents.ts';
import type { Document } from '../language/fields.ts';
import { compileFilter } from '../language/filter.ts';
import { compileProjection } from '../language/projection.ts';
import { mapPaced } from '../pace.ts';
import type { Collection } from '../storage/catalogue.ts';
import { isOn } from '../values.ts';
import { type Command, type CommandContext, targetCollection } from './command.ts';
import {
  collationOption,
  countOption,
  documentOption,
  hintOption,
  naturalHint,
  variablesOption,
} from './options.ts';
import { isEmpty, prepareQuery, type Query, runQuery } from './query.ts';

/** Fields that find takes, explain included. */
export const FIND_FIELDS = [
  'allowDiskUse',
  'allowPartialResults',
  'awaitData',
  'batchSize',
  'collation',
  'filter',
  'hint',
  'let',
  'limit',
  'max',
  'min',
  'noCursorTimeout',
  'oplogReplay',
  'projection',
  'returnKey',
  'showRecordId',
  'singleBatch',
  'skip',
  'sort',
  'tailable',
] as const;

/** find */
export const findCommand: Command = {
  fields: FIND_FIELDS,
  *run(context) {
    const { fields, database, request, server } = context;
    const namespace = `${database}.${request.collection}`;
    const source = findDocuments(context);
    const batchSize = countOption(fields, 'batchSize') ?? DEFAULT_FIRST_BATCH;
    const single = isOn(fields.singleBatch) || (countOption(fields, 'limit') === 1 && batchSize > 0);
    const rest = single ? 'discard' : 'keep';
    const { documents, cursorId } = yield* server.cursors.open({
      namespace,
      source,
      batchSize,
      rest,
      terms: context.terms,
    });
    return assembleCursorAnswer({ batchName: 'firstBatch', documents, cursorId, namespace });
  },
};

/** The query of a find command, checked. @throws CommandError */
export function findQuery(context: CommandContext, collection: Collection): Query {
  const { fields } = context;
  return prepareQuery(collection, {
    filter: documentOption(fields, 'filter') ?? {},
    sort: documentOption(fields, 'sort') ?? {},
    skip: countOption(fields, 'skip') ?? 0,
    limit: countOption(fields, 'limit') ?? 0,
    natural: naturalHint(fields),
    hint: hintOption(fields, collection),
    collation: collationOption(fields, collection),
    variables: variablesOption(fields),
  });
}

function* nothing(): Generator<Uint8Array> {}

function findDocuments(context: CommandContext): ResultDocuments {
  const { fields } = context;
  refuseUnsupported(fields);
  const collection = targetCollection(context);
  if (!collection) {
    compileFilter(documentOption(fields, 'filter') ?? {});
    return nothing();
  }
  const query = findQuery(context, collection);
  const projection = documentOption(fields, 'projection');
  return isEmpty(projection) ? storedBytes(query) : projected(query, projection!);
}

function storedBytes(query: Query): ResultDocuments {
  return mapPaced(runQuery(query), ({ bytes }) => bytes);
}

function projected(query: Query, projection: Document): ResultDocuments {
  // Compiled before the first document is asked for, so that a malformed projection is refused on empty results too.
  const project = compileProjection(projection, {
    filter: query.spec.filter,
    collation: query.spec.collation ?? undefined,
    variables: query.spec.variables,
  });
  return mapPaced(runQuery(query), ({ bytes }) => toBytes(project(toPlain(bytes))));
}

function refuseUnsupported(fields: Document): void {
  if (isOn(fields.tailable) || isOn(fields.awaitData)) {
    throw new CommandError(
      'BadValue',
      'error processing query: tailable cursor requested on non capped collection',
    );
  }
  for (const option of ['returnKey', 'showRecordId']) {
    if (isOn(fields[option])) throw notSupported(option);
  }
  for (const option of ['min', 'max']) {
    if (!isEmpty(documentOption(fields, option))) throw notSupported(option);
  }
}

const notSupported = (option: string) =>
  new CommandError('CommandNotSupported', `the option '${option}' of find is not supported by this server`);
