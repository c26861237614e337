/** @module Values meet types as mongoose does it: `_id` becomes an ObjectId, the timestamps become dates. */
import { isPlainObject, TerminalError } from '@orchestrix/engine';
import mongoose, { type mongo } from 'mongoose';
import { matchEitherId } from './either-id.ts';

type Fields = Record<string, unknown>;

/** What mongoose's types leave out: how it puts the model's name into the message. */
type NamedCastError = mongoose.Error.CastError & { setModel(model: { modelName: string }): void };

/**
 * One schema-less model does the casting for every collection: it has the fields that mongoose itself adds and knows no other.
 * It lives in an instance of its own that is never connected, so there is no registry that grows with names and owners.
 */
const schemaLess = new mongoose.Mongoose().model<Fields>(
  'Document',
  new mongoose.Schema<Fields>(
    {},
    {
      strict: false,
      strictQuery: false,
      timestamps: true,
      minimize: false,
      autoIndex: false,
      autoCreate: false,
    },
  ),
);

/**
 * A filter as mongoose would send it. The given object is not changed.
 *
 * @param model how the collection is called in the message of a failed cast
 * @throws TerminalError `CAST_FAILED` with mongoose's message, `FILTER_INVALID` for a clause that would silently select more than was meant
 */
export function castFilter(model: string, filter: Fields): mongo.Filter<Fields> {
  refuseHoles(filter);
  const copy = clone(filter);
  return matchEitherId(
    named(model, () => schemaLess.find().cast(schemaLess, copy) as Fields),
  ) as mongo.Filter<Fields>;
}

/**
 * A new document: `_id` first, the given fields, then `createdAt`, `updatedAt` and `__v`, as mongoose creates it.
 *
 * @throws TerminalError `CAST_FAILED`
 */
export function castNewDocument(model: string, document: Fields, now: Date): Fields {
  const { _id, createdAt, updatedAt: _, __v, ...fields } = clone(document);
  const created = createdAt === undefined ? now : castField(model, 'createdAt', createdAt);
  return {
    _id: _id === undefined ? new mongoose.Types.ObjectId() : castField(model, '_id', _id),
    ...fields,
    createdAt: created,
    updatedAt: created,
    __v: __v === undefined ? 0 : castField(model, '__v', __v),
  };
}

/**
 * An update: `updatedAt` is set, `createdAt` never changes, `undefined` sets nothing.
 *
 * @throws TerminalError `CAST_FAILED`, `UPDATE_INVALID` when there is anything but operators
 */
export function castUpdate(model: string, update: Fields, now: Date): Fields {
  const copy = clone(update);
  const stray = Object.keys(copy).find((key) => !key.startsWith('$'));
  if (stray !== undefined)
    throw new TerminalError(
      `An update of "${model}" must consist of operators, got ${JSON.stringify(stray)}`,
      {
        code: 'UPDATE_INVALID',
        status: 422,
      },
    );
  for (const fields of Object.values(copy)) {
    if (fields === null || typeof fields !== 'object') continue;
    for (const kept of ['createdAt', 'updatedAt']) Reflect.deleteProperty(fields, kept);
  }
  const set: Fields = isPlainObject(copy.$set) ? copy.$set : {};
  if (set._id !== undefined) set._id = castField(model, '_id', set._id);
  return { ...withoutEmptyOperators(copy), $set: { ...set, updatedAt: now } };
}

/** The value of one of the fields that mongoose knows. */
function castField(model: string, path: '_id' | 'createdAt' | '__v', value: unknown): unknown {
  return named(model, () => schemaLess.schema.path(path).cast(value, new schemaLess(), true));
}

function named<T>(model: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof mongoose.Error.CastError)) throw error;
    (error as NamedCastError).setModel({ modelName: model });
    throw new TerminalError(error.message, { code: 'CAST_FAILED', status: 422 });
  }
}

/** An empty clause, which mongoose leaves out, and a value that is missing, would both select more than was meant. */
function refuseHoles(filter: unknown): void {
  if (!isPlainObject(filter) && !Array.isArray(filter)) return;
  for (const [key, value] of Object.entries(filter)) {
    if (value === undefined) throw filterInvalid(`The filter has no value for "${key}"`);
    if (/^\$(and|or|nor)$/.test(key) && Array.isArray(value) && value.length === 0)
      throw filterInvalid(`${key} must be a nonempty array`);
    refuseHoles(value);
  }
}

const filterInvalid = (message: string): TerminalError =>
  new TerminalError(message, { code: 'FILTER_INVALID', status: 422 });

const withoutEmptyOperators = (update: Fields): Fields =>
  Object.fromEntries(
    Object.entries(update).filter(([, fields]) => !isPlainObject(fields) || Object.keys(fields).length > 0),
  );

/** Plain objects and lists are copied, `undefined` in objects is left out; dates, ObjectIds and the like are shared. */
function clone<T>(value: T): T;
function clone(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(clone);
  if (!isPlainObject(value)) return value;
  const copy: Fields = {};
  for (const [key, inner] of Object.entries(value)) {
    if (inner === undefined) continue;
    // A plain assignment of `__proto__` would change the copy's prototype instead of adding a field.
    Object.defineProperty(copy, key, {
      value: clone(inner),
      enumerable: true,
      writable: true,
      configurable: true,
    });
  }
  return copy;
}
