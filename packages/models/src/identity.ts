/** @module The checks at the door of every repository: an owner is named, and ids are plain strings. */
import { TerminalError } from '@orchestrix/engine';
import { Types } from 'mongoose';

/**
 * The owner, or an error: nothing owned is ever read or written without one.
 *
 * @throws TerminalError `OWNER_REQUIRED`
 */
export function requireOwner(ownerId: unknown): string {
  if (typeof ownerId === 'string' && ownerId !== '') return ownerId;
  throw new TerminalError('An owner is required: ownerId must be a non-empty string', {
    code: 'OWNER_REQUIRED',
    status: 400,
  });
}

/**
 * A non-empty plain string, or an error. An object here would be a query operator.
 *
 * @param name how the value is called in the message
 * @throws TerminalError `ID_INVALID`
 */
export function requireText(value: unknown, name: string): string {
  if (typeof value === 'string' && value !== '') return value;
  throw new TerminalError(`${name} must be a non-empty string`, { code: 'ID_INVALID', status: 400 });
}

/** Whether a value is an ObjectId of the database. */
export function isObjectId(value: unknown): value is Types.ObjectId {
  return value instanceof Types.ObjectId;
}

/** The ObjectId that 24 hexadecimal digits stand for, or `null` for any other text. */
export function objectIdOf(id: string): Types.ObjectId | null {
  return /^[0-9a-f]{24}$/i.test(id) ? new Types.ObjectId(id) : null;
}
