/** @module The distinct command. */
import { CommandError } from '../command-error.ts';
import { distinctValues } from '../language/distinct.ts';
import { type Command, targetCollection } from './command.ts';
import { checkHint, collationOption, documentOption } from './options.ts';
import { documentOf, prepareQuery, type Query, runQuery } from './query.ts';

/** Fields that distinct takes. */
export const DISTINCT_FIELDS = ['collation', 'hint', 'key', 'query'] as const;

/** distinct */
export const distinctCommand: Command = {
  fields: DISTINCT_FIELDS,
  run: (context) => {
    const { fields, deadline } = context;
    const { key } = fields;
    if (typeof key !== 'string')
      throw new CommandError('TypeMismatch', "BSON field 'distinct.key' must be a string");
    const collection = targetCollection(context);
    checkHint(fields, collection);
    if (!collection) return { values: [] };
    const collation = collationOption(fields, collection);
    const query = prepareQuery(collection, {
      filter: documentOption(fields, 'query') ?? {},
      collation,
      deadline,
    });
    return { values: distinctValues(documents(query), key, collation ? { collation } : {}) };
  },
};

function* documents(query: Query) {
  for (const match of runQuery(query)) yield documentOf(match);
}
