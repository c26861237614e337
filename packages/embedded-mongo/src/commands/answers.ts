/** @module How refusals and failures look in an answer. */
import { Double } from 'bson';
import { CommandError } from '../command-error.ts';
import { toBytes } from '../language/documents.ts';
import type { Document } from '../language/fields.ts';

/** `ok` of an answer, a double as MongoDB has it. */
export const SUCCESS = new Double(1);
const FAILURE = new Double(0);

/** The bytes of a refusal. */
export function errorAnswer(error: CommandError): Uint8Array {
  return toBytes({ ...errorFields(error), ok: FAILURE });
}

/** A refusal's fields, as an answer or a write error carries them. */
export function errorFields(error: CommandError): Document {
  return { ...error.info, errmsg: error.message, code: error.code, codeName: error.codeName };
}

/** What a client is told of a failure that is not its own. */
export function internalError(error: Error): CommandError {
  if (/database or disk is full/.test(error.message)) {
    return new CommandError('Location14031', `Can't write: ${error.message}`);
  }
  if (error.name === 'BSONError') return new CommandError('BadValue', error.message);
  return new CommandError('InternalError', error.message);
}
