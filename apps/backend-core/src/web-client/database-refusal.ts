/** @module Why an owner of the existing web client cannot run anything yet. */
import { type ExecuteOptions, TerminalError } from '@orchestrix/engine';
import type { OwnerDatabases } from '@orchestrix/owner-databases';
import { hasOwnCollections } from './owners.ts';

/** Such an owner has no documents here: without a connected database an execution fails before its first step. */
export async function databaseRefusal(
  databases: Pick<OwnerDatabases, 'status'>,
  ownerId: string,
): Promise<ExecuteOptions['refusal']> {
  if (hasOwnCollections(ownerId) || (await databases.status(ownerId)).connected) return undefined;
  const message = `Could not connect to your database: No database connected for owner "${ownerId}".`;
  return { name: 'db_connect', error: new TerminalError(message, { code: 'PORT_MISSING' }) };
}
