/** @module Recognises a database that is away, goes away, or has just changed its primary: the same call may succeed in a moment. */

/** How the driver and mongoose name a server that does not answer, and a connection that was lost or is being made again. */
const AWAY_NAME =
  /^(Mongo(ose)?)?(ServerSelection|Network|NetworkTimeout|PoolCleared|PoolClearedOnNetwork|PoolClosed|NotConnected|TopologyClosed|ServerClosed|ClientClosed|WaitQueueTimeout|OperationTimeout|UnexpectedServerResponse)Error$/;

/** Answers of a server that is stopping or is no primary any more: the driver specification's "state change" errors. */
const STATE_CHANGE_CODES: ReadonlySet<unknown> = new Set([91, 189, 10107, 11600, 11602, 13435, 13436]);

/** What mongoose says while a connection is closed and opened again. */
const NOT_OPEN_TEXT = /before initial connection is complete|Connection was force closed/;

/** How deep causes are looked into. */
const MAX_DEPTH = 5;

/** Whether an error says that the database cannot be reached at the moment. Causes count too. */
export function isDatabaseAway(error: unknown, depth = 0): boolean {
  if (typeof error !== 'object' || error === null || depth > MAX_DEPTH) return false;
  const { name, message, code, cause } = error as {
    [field in 'name' | 'message' | 'code' | 'cause']?: unknown;
  };
  if (typeof name === 'string' && AWAY_NAME.test(name)) return true;
  const isOfDriver = typeof name === 'string' && name.startsWith('Mongo');
  if (isOfDriver && STATE_CHANGE_CODES.has(code)) return true;
  if (isOfDriver && typeof message === 'string' && NOT_OPEN_TEXT.test(message)) return true;
  return isOfDriver && isDatabaseAway(cause, depth + 1);
}
