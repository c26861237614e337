/** @module Every command of this server, by name. */
import { aggregateCommand } from './aggregate.ts';
import { COLLECTION_COMMANDS } from './collections.ts';
import type { Command } from './command.ts';
import { countCommand } from './count.ts';
import { deleteCommand } from './delete.ts';
import { DIAGNOSTIC_COMMANDS } from './diagnostics.ts';
import { distinctCommand } from './distinct.ts';
import { explainCommand } from './explain.ts';
import { findCommand } from './find.ts';
import { findAndModifyCommand } from './find-and-modify.ts';
import { getMoreCommand, killCursorsCommand } from './get-more.ts';
import { HANDSHAKE_COMMANDS } from './handshake.ts';
import { INDEX_COMMANDS } from './indexes.ts';
import { insertCommand } from './insert.ts';
import { LISTING_COMMANDS } from './listings.ts';
import { REFUSED_COMMANDS } from './refused.ts';
import { STATISTICS_COMMANDS } from './statistics.ts';
import { updateCommand } from './update.ts';

/** Commands by the name they are called with. */
export const COMMANDS: ReadonlyMap<string, Command> = new Map<string, Command>([
  ...Object.entries({
    ...HANDSHAKE_COMMANDS,
    ...DIAGNOSTIC_COMMANDS,
    ...COLLECTION_COMMANDS,
    ...LISTING_COMMANDS,
    ...INDEX_COMMANDS,
    ...STATISTICS_COMMANDS,
    ...REFUSED_COMMANDS,
  }),
  ['aggregate', aggregateCommand],
  ['count', countCommand],
  ['delete', deleteCommand],
  ['distinct', distinctCommand],
  ['explain', explainCommand],
  ['find', findCommand],
  ['findAndModify', findAndModifyCommand],
  ['findandmodify', findAndModifyCommand],
  ['getMore', getMoreCommand],
  ['insert', insertCommand],
  ['killCursors', killCursorsCommand],
  ['update', updateCommand],
]);
