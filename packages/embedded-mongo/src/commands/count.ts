/** @module The count command. */

import { type Command, targetCollection } from './command.ts';
import { countMatches } from './count-matches.ts';
import { collationOption, countOption, documentOption, hintOption, variablesOption } from './options.ts';

/** Fields that count takes. */
export const COUNT_FIELDS = ['collation', 'fields', 'hint', 'let', 'limit', 'query', 'skip'] as const;

/** count */
export const countCommand: Command = {
  fields: COUNT_FIELDS,
  *run(context) {
    const { fields } = context;
    const collection = targetCollection(context);
    const hint = hintOption(fields, collection);
    if (!collection) return { n: 0 };
    const limit = fields.limit === undefined ? 0 : Math.abs(Number(fields.limit));
    const n = yield* countMatches(collection, {
      filter: documentOption(fields, 'query') ?? {},
      skip: countOption(fields, 'skip') ?? 0,
      limit,
      hint,
      collation: collationOption(fields, collection),
      variables: variablesOption(fields),
    });
    return { n };
  },
};
