/** @module The database connections of owners; the connection string is a text that only the server can decrypt. */
import { requireOwner, requireText } from '../identity.ts';
import type { Models } from '../models.ts';
import type { UserDbConnectionRow } from '../schemas/user-db-connection.ts';

/** A stored connection. */
export interface StoredDbConnection {
  ownerId: string;
  encryptedUri: string;
  label: string;
  status: string;
  connectedAt: Date | null;
}

/** The database connections of owners: one each. */
export interface UserDbConnections {
  get(ownerId: string): Promise<StoredDbConnection | null>;
  /** Stores or replaces the owner's connection. `label` defaults to `My Database`. */
  save(
    ownerId: string,
    connection: { encryptedUri: string; label?: string | undefined; connectedAt?: Date | undefined },
  ): Promise<StoredDbConnection>;
  /** Every stored connection string, of all owners, for the server's own checks. */
  listEncryptedOfAllOwners(): AsyncIterable<string>;
  /** Whether there was one. */
  delete(ownerId: string): Promise<boolean>;
}

/** The repository of database connections. */
export function createUserDbConnections({ UserDbConnection }: Models): UserDbConnections {
  return {
    async get(ownerId) {
      const row = await UserDbConnection.findOne({
        ownerId: requireOwner(ownerId),
      }).lean<UserDbConnectionRow>();
      return row && toConnection(row);
    },

    async save(ownerId, { encryptedUri, label = 'My Database', connectedAt = new Date() }) {
      const row = await UserDbConnection.findOneAndUpdate(
        { ownerId: requireOwner(ownerId) },
        {
          $set: {
            encryptedUri: requireText(encryptedUri, 'encryptedUri'),
            label: requireText(label, 'label'),
            status: 'connected',
            connectedAt,
          },
        },
        { upsert: true, returnDocument: 'after' },
      ).lean<UserDbConnectionRow>();
      return toConnection(row!);
    },

    async *listEncryptedOfAllOwners() {
      const rows = UserDbConnection.find({}, { encryptedUri: 1 }).lean<UserDbConnectionRow[]>().cursor();
      for await (const { encryptedUri } of rows) yield encryptedUri;
    },

    async delete(ownerId) {
      return (await UserDbConnection.deleteOne({ ownerId: requireOwner(ownerId) })).deletedCount === 1;
    },
  };
}

const toConnection = (row: UserDbConnectionRow): StoredDbConnection => ({
  ownerId: row.ownerId,
  encryptedUri: row.encryptedUri,
  label: row.label ?? 'My Database',
  status: row.status ?? 'connected',
  connectedAt: row.connectedAt ?? null,
});
