/** @module What has to be known of all rows before a single one can be judged: who exists, and who has what. */
import type { Document } from '@orchestrix/engine';
import type { mongo } from '@orchestrix/models';
import { emailKeyOf } from '@orchestrix/models';
import { isText, keyOf } from './inspection.ts';

/** Names and ids of everything; its size grows with the number of rows, not with what they hold. */
export interface Census {
  /** Owner and id of a workflow → how many rows have them. */
  workflows: ReadonlyMap<string, number>;
  workflowIds: ReadonlySet<string>;
  accounts: ReadonlySet<string>;
  /** Compared address → id of the account that has it, or gets it because it is the oldest. */
  addresses: ReadonlyMap<string, string>;
  /** Owners with a stored connection. */
  connected: ReadonlySet<string>;
}

/** Counts, by reading ids and names only. */
export async function takeCensus(db: mongo.Db, signal?: AbortSignal): Promise<Census> {
  const workflows = new Map<string, number>();
  const workflowIds = new Set<string>();
  for await (const { ownerId, workflowId } of rows(db, 'workflows', ['ownerId', 'workflowId'], signal)) {
    const key = keyOf(ownerId, workflowId);
    workflows.set(key, (workflows.get(key) ?? 0) + 1);
    if (isText(workflowId)) workflowIds.add(workflowId);
  }
  const connected = new Set<string>();
  for await (const { ownerId } of rows(db, 'userdbconnections', ['ownerId'], signal))
    if (isText(ownerId)) connected.add(ownerId);
  return { workflows, workflowIds, connected, ...(await countAccounts(db, signal)) };
}

async function countAccounts(
  db: mongo.Db,
  signal?: AbortSignal,
): Promise<Pick<Census, 'accounts' | 'addresses'>> {
  const accounts = new Set<string>();
  const addresses = new Map<string, string>();
  const waiting: [address: string, id: string][] = [];
  for await (const { _id, email, emailKey } of rows(db, 'users', ['email', 'emailKey'], signal)) {
    const id = String(_id);
    accounts.add(id);
    const address = isText(email) ? emailKeyOf(email) : '';
    if (address === '') continue;
    if (emailKey === address) addresses.set(address, id);
    else waiting.push([address, id]);
  }
  // Who has the key keeps it; among the others the oldest gets it, as at the server's start.
  for (const [address, id] of waiting) if (!addresses.has(address)) addresses.set(address, id);
  return { accounts, addresses };
}

async function* rows(
  db: mongo.Db,
  collection: string,
  fields: readonly string[],
  signal?: AbortSignal,
): AsyncGenerator<Document> {
  const projection = Object.fromEntries(fields.map((field) => [field, 1]));
  const cursor = db.collection(collection).find({}, { projection, batchSize: 1000 }).sort({ _id: 1 });
  for await (const row of cursor) {
    signal?.throwIfAborted();
    yield row;
  }
}
