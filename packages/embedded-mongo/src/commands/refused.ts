/** @module Commands that clients know of and this server refuses, each with MongoDB's code for it. */
import { CommandError, type MongoCodeName } from '../command-error.ts';
import type { Command } from './command.ts';

const TRANSACTIONS = 'Transaction numbers are only allowed on a replica set member or mongos';
const AUTHENTICATION = 'this server has no users; connect without credentials';
const SCRIPTS = 'this server runs no JavaScript';

/** Transactions, authentication, users, server-side JavaScript and replication. */
export const REFUSED_COMMANDS: Record<string, Command> = {
  abortTransaction: refused('IllegalOperation', TRANSACTIONS),
  commitTransaction: refused('IllegalOperation', TRANSACTIONS),
  authenticate: refused('AuthenticationFailed', AUTHENTICATION),
  saslStart: refused('AuthenticationFailed', AUTHENTICATION),
  saslContinue: refused('AuthenticationFailed', AUTHENTICATION),
  createUser: refused('CommandNotSupported', AUTHENTICATION),
  dropUser: refused('CommandNotSupported', AUTHENTICATION),
  updateUser: refused('CommandNotSupported', AUTHENTICATION),
  usersInfo: refused('CommandNotSupported', AUTHENTICATION),
  mapReduce: refused('CommandNotSupported', SCRIPTS),
  mapreduce: refused('CommandNotSupported', SCRIPTS),
  $eval: refused('CommandNotSupported', SCRIPTS),
  replSetGetStatus: refused('NoReplicationEnabled', 'not running with --replSet'),
  createSearchIndexes: refused('CommandNotSupported', 'search indexes are not supported by this server'),
  listSearchIndexes: refused('CommandNotSupported', 'search indexes are not supported by this server'),
};

/** Any field is taken, so that the refusal says what matters. */
function refused(code: MongoCodeName, message: string): Command {
  return {
    fields: 'any',
    run: () => {
      throw new CommandError(code, message);
    },
  };
}
