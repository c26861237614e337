/** @module The delete command. */
import { CommandError } from '../command-error.ts';
import { type Document, isDocument, keysOf } from '../language/fields.ts';
import { numberOf } from '../values.ts';
import { type Command, type CommandContext, targetCollection } from './command.ts';
import { checkHint, collationOption, variablesOption } from './options.ts';
import { firstOf, prepareQuery, runQuery } from './query.ts';
import { checkStatement, runStatements, WRITE_FIELDS, withWriteErrors } from './write-statements.ts';

const STATEMENT_FIELDS = ['collation', 'hint', 'limit', 'q', 'sampleId'];

/** delete */
export const deleteCommand: Command = {
  fields: ['deletes', ...WRITE_FIELDS],
  run: (context) => {
    let n = 0;
    const writeErrors = runStatements(context, context.request.statements('deletes'), (statement) => {
      n += runStatement(context, statement);
    });
    return withWriteErrors({ n }, writeErrors);
  },
};

function runStatement(context: CommandContext, statement: Document): number {
  checkStatement(statement, 'delete.deletes', STATEMENT_FIELDS);
  const limit = numberOf(statement.limit);
  if (limit !== 0 && limit !== 1) {
    throw new CommandError('FailedToParse', `The limit field in delete objects must be 0 or 1. Got ${limit}`);
  }
  const collection = targetCollection(context);
  checkHint(statement, collection);
  if (!collection) return 0;
  const filter = isDocument(statement.q) ? statement.q : {};
  if (limit === 0 && keysOf(filter).length === 0) {
    const n = collection.store.count();
    collection.store.clear();
    return n;
  }
  const query = prepareQuery(collection, {
    filter,
    collation: collationOption(statement, collection),
    variables: variablesOption(context.fields),
    deadline: context.deadline,
  });
  if (limit === 0)
    return deleteAll(
      collection,
      Array.from(runQuery(query), ({ row }) => row),
    );
  const match = firstOf(query);
  if (!match) return 0;
  collection.store.remove(match);
  return 1;
}

function deleteAll(
  { store }: NonNullable<ReturnType<typeof targetCollection>>,
  rows: readonly number[],
): number {
  for (const row of rows) {
    const stored = store.findByRow(row);
    if (stored) store.remove(stored);
  }
  return rows.length;
}
