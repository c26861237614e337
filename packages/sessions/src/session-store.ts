/** @module Sessions: made, read, changed, ended. */
import { randomUUID } from 'node:crypto';
import { fromStorable, type Models, type SessionRow, toStorable } from '@orchestrix/models';

/** What a session remembers: JSON. */
export type SessionData = Record<string, unknown>;

/** A session that has not expired. */
export interface Session {
  /** UUID v4. */
  sessionId: string;
  userId: string;
  data: SessionData;
  expiresAt: Date;
  createdAt: Date;
  updatedAt: Date;
}

/** Options of {@link createSessionStore}. */
export interface SessionStoreOptions {
  /** Days from creation, or from the last `touch`, to expiry. Default: 7. */
  ttlDays?: number;
  /** Default: now. */
  clock?: () => Date;
}

/** Sessions. An id that is unknown, expired, or no text at all is answered like one that never existed. */
export interface SessionStore {
  /**
   * Opens a session.
   *
   * @param data JSON; it comes back exactly as it is, whatever its keys are. Default: `{}`
   * @returns its id
   * @throws TypeError when `userId` is no non-empty string
   */
  create(userId: string, data?: SessionData): Promise<string>;
  /** `null` for an expired session even before the database has removed it. */
  get(sessionId: string): Promise<Session | null>;
  /** Replaces the data; expiry stays. Whether there was such a session. */
  update(sessionId: string, data: SessionData): Promise<boolean>;
  /** Starts the time to expiry again. Whether there was such a session. */
  touch(sessionId: string): Promise<boolean>;
  /** Ends a session. Whether there was one. */
  delete(sessionId: string): Promise<boolean>;
  /** Ends all sessions of a user; the number of them. */
  deleteAllOfUser(userId: string): Promise<number>;
  /** Removes expired sessions; the number of them. */
  cleanup(): Promise<number>;
}

/**
 * A store on the Session model.
 *
 * @param source the model, or all models of `createModels`
 */
export function createSessionStore(
  source: Models['Session'] | Pick<Models, 'Session'>,
  { ttlDays = 7, clock = () => new Date() }: SessionStoreOptions = {},
): SessionStore {
  const model = 'Session' in source ? source.Session : source;
  const expiry = (now: Date): Date => new Date(now.getTime() + ttlDays * 86_400_000);
  const live = (sessionId: string) => ({ sessionId, expiresAt: { $gt: clock() } });
  const change = async (sessionId: unknown, changes: Partial<SessionRow>): Promise<boolean> =>
    isId(sessionId) && (await model.updateOne(live(sessionId), { $set: changes })).matchedCount === 1;

  return {
    async create(userId, data = {}) {
      if (!isId(userId)) throw new TypeError('userId must be a non-empty string');
      const sessionId = randomUUID();
      const session = { sessionId, userId, data: toStorable(data), expiresAt: expiry(clock()) };
      await model.create(session as SessionRow);
      return sessionId;
    },

    async get(sessionId) {
      if (!isId(sessionId)) return null;
      const row = await model.findOne(live(sessionId)).lean<SessionRow>();
      return row && toSession(row);
    },

    update: async (sessionId, data) => change(sessionId, { data: toStorable(data) }),

    touch: async (sessionId) => change(sessionId, { expiresAt: expiry(clock()) }),

    async delete(sessionId) {
      return isId(sessionId) && (await model.deleteOne({ sessionId })).deletedCount === 1;
    },

    async deleteAllOfUser(userId) {
      return isId(userId) ? (await model.deleteMany({ userId })).deletedCount : 0;
    },

    async cleanup() {
      return (await model.deleteMany({ expiresAt: { $lte: clock() } })).deletedCount;
    },
  };
}

/** Only text may reach a query: an object would be an operator. */
const isId = (value: unknown): value is string => typeof value === 'string' && value !== '';

const toSession = (row: SessionRow): Session => ({
  sessionId: row.sessionId,
  userId: row.userId,
  data: (row.data === undefined ? {} : fromStorable(row.data)) as SessionData,
  expiresAt: row.expiresAt,
  createdAt: row.createdAt ?? row._id.getTimestamp(),
  updatedAt: row.updatedAt ?? row.createdAt ?? row._id.getTimestamp(),
});
