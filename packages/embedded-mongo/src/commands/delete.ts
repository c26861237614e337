/** @module The delete command. */
import { CommandError } from '../command-error.ts';
import { type Document, isDocument, keysOf } from '../language/fields.ts';
import { isTurnOver, PAUSE, type Task } from '../pace.ts';
import { numberOf } from '../values.ts';
import { type Command, type CommandContext, targetCollection } from './command.ts';
import { collationOption, hintOption, variablesOption } from './options.ts';
import { currentMatch, findRows, firstForWrite, prepareQuery, type Query } from './query.ts';
import {
  checkStatement,
  runStatements,
  WRITE_FIELDS,
  WRITE_UNITS,
  withWriteErrors,
} from './write-statements.ts';

const STATEMENT_FIELDS = ['collation', 'hint', 'limit', 'q', 'sampleId'];

/** delete */
export const deleteCommand: Command = {
  fields: ['deletes', ...WRITE_FIELDS],
  *run(context) {
    let n = 0;
    const statements = context.request.statements('deletes');
    for (const statement of statements) {
      checkStatement(statement, 'delete.deletes', STATEMENT_FIELDS);
      if (statement.limit !== undefined) continue;
      throw new CommandError(
        'Location40414',
        "BSON field 'delete.deletes.limit' is missing but a required field",
      );
    }
    const writeErrors = yield* runStatements(context, statements, function* (statement) {
      n += yield* runStatement(context, statement);
    });
    return withWriteErrors({ n }, writeErrors);
  },
};

function* runStatement(context: CommandContext, statement: Document): Task<number> {
  const limit = numberOf(statement.limit);
  if (limit !== 0 && limit !== 1) {
    throw new CommandError('FailedToParse', `The limit field in delete objects must be 0 or 1. Got ${limit}`);
  }
  const collection = targetCollection(context);
  const hint = hintOption(statement, collection);
  if (!collection) return 0;
  const filter = isDocument(statement.q) ? statement.q : {};
  if (limit === 0 && !hint && keysOf(filter).length === 0) {
    const n = collection.store.count();
    collection.store.clear();
    return n;
  }
  const query = prepareQuery(collection, {
    filter,
    hint,
    collation: collationOption(statement, collection),
    variables: variablesOption(context.fields),
  });
  if (limit === 0) return yield* deleteAll(query);
  const match = yield* firstForWrite(query);
  if (!match) return 0;
  collection.store.remove(match);
  return 1;
}

function* deleteAll(query: Query): Task<number> {
  let n = 0;
  for (const row of yield* findRows(query)) {
    const stored = currentMatch(query, row);
    if (!stored) continue;
    query.collection.store.remove(stored);
    n++;
    if (isTurnOver(WRITE_UNITS)) yield PAUSE;
  }
  return n;
}
