/** @module The command that copies the database into a file while the server runs. MongoDB has no such command. */
import { CommandError } from '../command-error.ts';
import { toBytes } from '../language/documents.ts';
import { isFullDiskError } from '../sqlite.ts';
import { BackupRefusedError, backupPath } from '../storage/backup.ts';
import { SUCCESS } from './answers.ts';
import type { Command, CommandContext } from './command.ts';

/** backUpDatabase: for clients on the server's own machine, because it fills the server's disk. */
export const backUpCommand: Command = { fields: [], run: backUp };

async function backUp({ fields, server, connection, database }: CommandContext): Promise<Uint8Array> {
  const { backUpDatabase: name } = fields;
  if (database !== 'admin')
    throw new CommandError('Unauthorized', 'backUpDatabase may only be run against the admin database.');
  if (!isLoopback(connection.address)) {
    throw new CommandError('Unauthorized', 'backUpDatabase is for clients on the same machine only');
  }
  if (server.path === null)
    throw new CommandError('IllegalOperation', 'a database in memory has no file to back up');
  try {
    const file = backupPath(server.path, name);
    const bytes = await server.file.backUp(file);
    return toBytes({ file, bytes: BigInt(bytes), ok: SUCCESS });
  } catch (error) {
    if (error instanceof BackupRefusedError) throw new CommandError('IllegalOperation', error.message);
    const code = isFullDiskError(error) ? 'OutOfDiskSpace' : 'OperationFailed';
    throw new CommandError(code, `The backup of ${server.path} failed: ${(error as Error).message}`);
  }
}

function isLoopback(address: string): boolean {
  return /^(?:::ffff:)?127\.|^::1:/.test(address);
}
