/** @module The commands on open cursors: getMore and killCursors. */
import { assembleCursorAnswer } from '../bson/assemble.ts';
import { CommandError } from '../command-error.ts';
import type { Command } from './command.ts';
import { countOption } from './options.ts';

/** getMore */
export const getMoreCommand: Command = {
  fields: ['batchSize', 'collection', 'term', 'lastKnownCommittedOpTime'],
  *run({ fields, database, server, terms }) {
    const namespace = `${database}.${collectionName(fields.collection)}`;
    const cursorId = cursorIdOf(fields.getMore);
    const batchSize = countOption(fields, 'batchSize') || Number.POSITIVE_INFINITY;
    const batch = yield* server.cursors.more({ cursorId, namespace, batchSize, terms });
    return assembleCursorAnswer({ batchName: 'nextBatch', namespace, ...batch });
  },
};

/** killCursors */
export const killCursorsCommand: Command = {
  fields: ['cursors'],
  run: ({ fields, database, request, server }) => {
    if (!Array.isArray(fields.cursors))
      throw new CommandError('TypeMismatch', "BSON field 'killCursors.cursors' must be an array");
    const namespace = `${database}.${request.collection}`;
    const ids = fields.cursors.map(cursorIdOf);
    const killed = ids.filter((id) => server.cursors.kill(id, namespace));
    const unknown = ids.filter((id) => !killed.includes(id));
    return { cursorsKilled: killed, cursorsNotFound: unknown, cursorsAlive: [], cursorsUnknown: [] };
  },
};

function cursorIdOf(value: unknown): bigint {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number' && Number.isInteger(value)) return BigInt(value);
  throw new CommandError('TypeMismatch', 'a cursor id must be a 64-bit integer');
}

function collectionName(value: unknown): string {
  if (typeof value === 'string' && value !== '') return value;
  throw new CommandError('TypeMismatch', "BSON field 'getMore.collection' must be a string");
}
