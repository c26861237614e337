/** @module The distinct command. */
import { pickFields } from '../bson/pick.ts';
import { CommandError } from '../command-error.ts';
import { distinctValues } from '../language/distinct.ts';
import { type Command, targetCollection } from './command.ts';
import { checkHint, collationOption, documentOption } from './options.ts';
import { prepareQuery, type Query, runQuery } from './query.ts';

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
    return { values: distinctValues(documents(query, key), key, collation ? { collation } : {}) };
  },
};

function* documents(query: Query, path: string) {
  const read = pickFields([path.split('.', 1)[0]!]);
  for (const { bytes } of runQuery(query)) yield read(bytes);
}
