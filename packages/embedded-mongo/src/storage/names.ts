/** @module Which names databases and collections may have. */
import { CommandError } from '../command-error.ts';

const MAX_NAMESPACE_BYTES = 255;
const MAX_DATABASE_BYTES = 63;

/** @throws CommandError InvalidNamespace (73) */
export function checkDatabaseName(database: string): void {
  const legal =
    database !== '' && Buffer.byteLength(database) <= MAX_DATABASE_BYTES && !/[\0/\\. "$]/.test(database);
  if (!legal) throw invalid(`Invalid database name: '${database}'`);
}

/** @throws CommandError InvalidNamespace (73) */
export function checkNamespace(database: string, collection: string): void {
  checkDatabaseName(database);
  const namespace = `${database}.${collection}`;
  const legal = collection !== '' && !collection.startsWith('.') && !/[\0$]/.test(collection);
  if (!legal) throw invalid(`Invalid collection name: '${collection}'`);
  if (collection.startsWith('system.')) throw invalid(`Invalid system namespace: ${namespace}`);
  if (Buffer.byteLength(namespace) > MAX_NAMESPACE_BYTES) {
    throw invalid(`Fully qualified namespace is too long: ${namespace.slice(0, 64)}…`);
  }
}

const invalid = (message: string) => new CommandError('InvalidNamespace', message);
