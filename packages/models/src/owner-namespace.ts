/** @module Which physical collections belong to an owner: one prefix each, that nothing else of the database has. */
import { createHash } from 'node:crypto';
import { TerminalError } from '@orchestrix/engine';
import type { Connection } from 'mongoose';
import { requireOwner } from './identity.ts';

/** MongoDB's limit for `<database>.<collection>`, in bytes. */
const MAX_NAMESPACE_BYTES = 255;

/**
 * The prefix of an owner's collections. Any text can be an owner, so the prefix is made from a hash (160 bits, so two owners never
 * meet); it ends in `_`, so that no prefix begins another; no collection of the server begins with `data_`.
 *
 * @throws TerminalError `OWNER_REQUIRED`
 */
export function ownerNamespace(ownerId: string): string {
  const digest = createHash('sha256').update(requireOwner(ownerId), 'utf8').digest('hex');
  return `data_${digest.slice(0, 40)}_`;
}

/**
 * The collection in the database that a collection of a workflow stands for.
 *
 * @param namespace a prefix made by {@link ownerNamespace}, or `null` for a database that is the owner's as a whole
 * @throws TerminalError `COLLECTION_NAME_INVALID` with a message that says what is wrong
 */
export function physicalName(database: string, namespace: string | null, name: unknown): string {
  const problem = nameProblem(name);
  if (problem !== null) throw invalidName(problem);
  const physical = `${namespace ?? ''}${name as string}`;
  if (Buffer.byteLength(`${database}.${physical}`) > MAX_NAMESPACE_BYTES)
    throw invalidName(`collection name is too long: ${JSON.stringify(name)}`);
  return physical;
}

/** The names of the collections that an owner has documents or indexes in, in order. */
export async function listOwnerCollections(connection: Connection, ownerId: string): Promise<string[]> {
  const prefix = ownerNamespace(ownerId);
  const found = await connection
    .db!.listCollections({ name: { $regex: `^${prefix}` } }, { nameOnly: true })
    .toArray();
  return found.map(({ name }) => name.slice(prefix.length)).sort();
}

/**
 * Drops one collection of an owner with all its documents.
 *
 * @returns whether it existed
 * @throws TerminalError `OWNER_REQUIRED`, `COLLECTION_NAME_INVALID`
 */
export async function dropOwnerCollection(
  connection: Connection,
  ownerId: string,
  name: string,
): Promise<boolean> {
  const physical = physicalName(connection.name, ownerNamespace(ownerId), name);
  const names = await connection.db!.listCollections({ name: physical }, { nameOnly: true }).toArray();
  if (names.length === 0) return false;
  await connection.db!.dropCollection(physical);
  return true;
}

/** Why a text cannot be a collection's name; `null` when it can. */
export function nameProblem(name: unknown): string | null {
  if (typeof name !== 'string')
    return `collection name must be a string, got ${name === null ? 'null' : typeof name}`;
  if (name === '') return 'collection name must not be empty';
  if (name.length > 100) return `collection name must not be longer than 100 characters, got ${name.length}`;
  const shown = JSON.stringify(name);
  if (name.includes('\0')) return `collection name must not contain a NUL character: ${shown}`;
  if (name.includes('$')) return `collection name must not contain "$": ${shown}`;
  if (name.startsWith('system.')) return `collection name must not start with "system.": ${shown}`;
  if (/^\.|\.$|\.\./.test(name))
    return `collection name must not begin or end with a dot, or hold two in a row: ${shown}`;
  return name.isWellFormed() ? null : `collection name is not well-formed Unicode: ${shown}`;
}

const invalidName = (problem: string): TerminalError =>
  new TerminalError(problem, { code: 'COLLECTION_NAME_INVALID', status: 400 });
