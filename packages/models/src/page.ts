/** @module Lists in pages: newest first, continued by an opaque cursor. */
import { OrchestrixError } from '@orchestrix/engine';
import { type Model, type QueryFilter, Types } from 'mongoose';

/** What a list takes. */
export interface PageQuery {
  /** `nextCursor` of the page before; absent for the first page. */
  cursor?: string | null | undefined;
  /** Most items of a page, 1 to 100. Default: 20; other numbers are moved to the nearer end. */
  limit?: number | undefined;
}

/** One page of a list. */
export interface Page<T> {
  items: T[];
  /** Continues the list; `null` on its last page. */
  nextCursor: string | null;
}

/**
 * Reads one page of the rows that match, newest first.
 *
 * @throws OrchestrixError `INVALID_CURSOR`
 */
export async function readPage<R extends { _id: Types.ObjectId }, T>(
  model: Model<R>,
  filter: QueryFilter<R>,
  query: PageQuery,
  toItem: (row: R) => T,
  projection?: Record<string, 0 | 1>,
): Promise<Page<T>> {
  const limit = pageLimit(query.limit);
  const before = query.cursor ? { _id: { $lt: decodeCursor(query.cursor) } } : {};
  const rows = await model
    .find({ ...filter, ...before } as QueryFilter<R>, projection)
    .sort({ _id: -1 })
    .limit(limit + 1)
    .lean<R[]>();
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return {
    items: items.map(toItem),
    nextCursor: rows.length > limit && last ? encodeCursor(last._id) : null,
  };
}

/** A page size between 1 and 100; 20 when none or no number is given. */
export function pageLimit(limit: number | undefined): number {
  if (limit === undefined || !Number.isFinite(limit)) return 20;
  return Math.min(100, Math.max(1, Math.trunc(limit)));
}

/** The cursor that continues behind a row. */
export const encodeCursor = (id: Types.ObjectId): string =>
  Buffer.from(id.toHexString(), 'hex').toString('base64url');

/**
 * The row a cursor stands for.
 *
 * @throws OrchestrixError `INVALID_CURSOR`
 */
export function decodeCursor(cursor: unknown): Types.ObjectId {
  if (typeof cursor !== 'string' || !/^[\w-]{16}$/.test(cursor)) throw invalidCursor();
  return new Types.ObjectId(Buffer.from(cursor, 'base64url').toString('hex'));
}

/** The error for a cursor that no list has given out. */
export const invalidCursor = (): OrchestrixError =>
  new OrchestrixError('The cursor is not valid: send the nextCursor of an earlier answer, or none', {
    code: 'INVALID_CURSOR',
    status: 400,
  });
