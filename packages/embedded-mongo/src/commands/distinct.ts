/** @module The distinct command. */
import { pickFields } from '../bson/pick.ts';
import { CommandError } from '../command-error.ts';
import { distinctValues } from '../language/distinct.ts';
import { mapPaced } from '../pace.ts';
import { type Command, targetCollection } from './command.ts';
import { collationOption, documentOption, hintOption } from './options.ts';
import { prepareQuery, type Query, runQuery } from './query.ts';

/** Fields that distinct takes. */
export const DISTINCT_FIELDS = ['collation', 'hint', 'key', 'query'] as const;

/** distinct */
export const distinctCommand: Command = {
  fields: DISTINCT_FIELDS,
  *run(context) {
    const { fields } = context;
    const { key } = fields;
    if (typeof key !== 'string')
      throw new CommandError('TypeMismatch', "BSON field 'distinct.key' must be a string");
    const collection = targetCollection(context);
    const hint = hintOption(fields, collection);
    if (!collection) return { values: [] };
    const collation = collationOption(fields, collection);
    const query = prepareQuery(collection, {
      filter: documentOption(fields, 'query') ?? {},
      collation,
      hint,
    });
    const values = yield* distinctValues(documents(query, key), key, collation ? { collation } : {});
    return { values };
  },
};

function documents(query: Query, path: string) {
  const read = pickFields([path.split('.', 1)[0]!]);
  return mapPaced(runQuery(query), ({ bytes }) => read(bytes));
}
