/** @module Every command of this server, by name. */
import { backUpCommand } from './back-up.ts';
import { COLLECTION_COMMANDS } from './collections.ts';
import type { Command } from './command.ts';
import { countCommand } from './count.ts';
import { deleteCommand } from './delete.ts';
import { DIAGNOSTIC_COMMANDS } from './diagnostics.ts';
import { distinctCommand } from './distinct.ts';
import { findCommand } from './find.ts';
import { getMoreCommand, killCursorsCommand } from './get-more.ts';
import { HANDSHAKE_COMMANDS } from './handshake.ts';
import { INDEX_COMMANDS } from './indexes.ts';
import { insertCommand } from './insert.ts';
import { LISTING_COMMANDS } from './listings.ts';
import { REFUSED_COMMANDS } from './refused.ts';
import { STATISTICS_COMMANDS } from './statistics.ts';

/**
 * The command of that name; undefined when there is none. Commands that need the aggregation language, more than half
 * of the code that a server loads, are loaded when the first of them is called, so that starting is quick.
 */
export function findCommandNamed(name: string): Command | Promise<Command> | undefined {
  const known = commands.get(name);
  if (known) return known;
  return LOADED_LATER.includes(name) ? loadRest().then(() => commands.get(name)!) : undefined;
}

/** Loads what is not loaded yet; harmless to call again. */
export async function loadRest(): Promise<void> {
  const [{ aggregateCommand }, { explainCommand }, { findAndModifyCommand }, { updateCommand }] =
    await Promise.all([
      import('./aggregate.ts'),
      import('./explain.ts'),
      import('./find-and-modify.ts'),
      import('./update.ts'),
    ]);
  commands.set('aggregate', aggregateCommand);
  commands.set('explain', explainCommand);
  commands.set('findAndModify', findAndModifyCommand);
  commands.set('findandmodify', findAndModifyCommand);
  commands.set('update', updateCommand);
}

const LOADED_LATER = ['aggregate', 'explain', 'findAndModify', 'findandmodify', 'update'];

const commands = new Map<string, Command>([
  ...Object.entries({
    ...HANDSHAKE_COMMANDS,
    ...DIAGNOSTIC_COMMANDS,
    ...COLLECTION_COMMANDS,
    ...LISTING_COMMANDS,
    ...INDEX_COMMANDS,
    ...STATISTICS_COMMANDS,
    ...REFUSED_COMMANDS,
  }),
  ['backUpDatabase', backUpCommand],
  ['count', countCommand],
  ['delete', deleteCommand],
  ['distinct', distinctCommand],
  ['find', findCommand],
  ['getMore', getMoreCommand],
  ['insert', insertCommand],
  ['killCursors', killCursorsCommand],
]);
