/** @module The update command. */
import { CommandError } from '../command-error.ts';
import { toPlain } from '../language/documents.ts';
import type { Document } from '../language/fields.ts';
import { isTurnOver, PAUSE, type Task } from '../pace.ts';
import { isOn } from '../values.ts';
import {
  arrayFiltersOption,
  type PreparedUpdate,
  prepareUpdate,
  updateStored,
  upsertDocument,
} from './apply-update.ts';
import { type Command, type CommandContext, targetCollection } from './command.ts';
import { collationOption, documentOption, hintOption, variablesOption } from './options.ts';
import { currentMatch, findRows, firstForWrite, prepareQuery, type Query } from './query.ts';
import {
  checkStatement,
  runStatements,
  WRITE_FIELDS,
  WRITE_UNITS,
  withWriteErrors,
} from './write-statements.ts';

const STATEMENT_FIELDS = [
  'arrayFilters',
  'c',
  'collation',
  'hint',
  'multi',
  'q',
  'sampleId',
  'u',
  'upsert',
  'upsertSupplied',
];

/** update */
export const updateCommand: Command = {
  fields: ['updates', ...WRITE_FIELDS],
  *run(context) {
    const totals: Totals = { matched: 0, modified: 0, upserted: [] };
    const statements = context.request.statements('updates');
    for (const statement of statements) checkStatement(statement, 'update.updates', STATEMENT_FIELDS);
    const writeErrors = yield* runStatements(context, statements, (statement, index) =>
      runStatement(context, statement, index, totals),
    );
    const answer = {
      n: totals.matched + totals.upserted.length,
      nModified: totals.modified,
      ...(totals.upserted.length > 0 && { upserted: totals.upserted }),
    };
    return withWriteErrors(answer, writeErrors);
  },
};

interface Totals {
  matched: number;
  modified: number;
  upserted: Document[];
}

function* runStatement(
  context: CommandContext,
  statement: Document,
  index: number,
  totals: Totals,
): Task<void> {
  const { fields, database, request, server } = context;
  const existing = targetCollection(context);
  const hint = hintOption(statement, existing);
  const filter = statement.q as Document;
  const collation = collationOption(statement, existing);
  const variables = { ...variablesOption(fields), ...documentOption(statement, 'c') };
  const prepared = prepareUpdate({
    filter,
    update: statement.u,
    arrayFilters: arrayFiltersOption(statement.arrayFilters),
    collation,
    variables,
    validation: isOn(fields.bypassDocumentValidation) ? 'bypass' : 'validate',
  });
  const multi = isOn(statement.multi);
  if (multi && prepared.update.kind === 'replacement') {
    throw new CommandError('FailedToParse', 'multi update is not supported for replacement-style update');
  }
  const query = existing && prepareQuery(existing, { filter, collation, variables, hint });
  const matched = query ? yield* updateMatches(query, prepared, multi ? 'all' : 'first', totals) : 0;
  if (matched > 0 || !isOn(statement.upsert)) return;
  const collection = server.catalogue.findOrCreate(database, request.collection);
  const document = toPlain(upsertDocument(collection, prepared));
  totals.upserted.push({ index, _id: document._id });
}

/** Everything that matches is found before the first change, so that no document is met twice. */
function* updateMatches(
  query: Query,
  prepared: PreparedUpdate,
  which: 'all' | 'first',
  totals: Totals,
): Task<number> {
  if (which === 'first') {
    const match = yield* firstForWrite(query);
    if (!match) return 0;
    totals.matched++;
    if (updateStored(query.collection, match, prepared).changed) totals.modified++;
    return 1;
  }
  let matched = 0;
  for (const row of yield* findRows(query)) {
    const stored = currentMatch(query, row);
    if (!stored) continue;
    matched++;
    totals.matched++;
    if (updateStored(query.collection, stored, prepared).changed) totals.modified++;
    if (isTurnOver(WRITE_UNITS)) yield PAUSE;
  }
  return matched;
}
