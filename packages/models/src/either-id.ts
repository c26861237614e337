/** @module An id and its text are the same thing in a filter: documents hold either, and callers have only the text. */
import { isPlainObject } from '@orchestrix/engine';
import mongoose from 'mongoose';

type Fields = Record<string, unknown>;

/**
 * The filter with every id, as ObjectId or as text of 24 hexadecimal digits, replaced by both. `_id` itself is an ObjectId already and stays.
 *
 * @param filter one that was cast; not changed
 */
export function matchEitherId(filter: Fields): Fields {
  return Object.fromEntries(
    Object.entries(filter).map(([key, value]) => {
      if (/^\$(?:and|or|nor)$/.test(key) && Array.isArray(value)) return [key, value.map(matchInside)];
      return [key, key === '_id' || key.startsWith('$') ? value : matchCondition(value)];
    }),
  );
}

/** The update with the ids that it takes out of lists (`$pull`, `$pullAll`) replaced by both forms. */
export function pullEitherId(update: Fields): Fields {
  const { $pull, $pullAll } = update;
  const changed: Fields = { ...update };
  if (isPlainObject($pull)) changed.$pull = mapFields($pull, matchCondition);
  if (isPlainObject($pullAll))
    changed.$pullAll = mapFields($pullAll, (list) =>
      Array.isArray(list) ? list.flatMap((item: unknown) => formsOf(item) ?? [item]) : list,
    );
  return changed;
}

/**
 * The update with every id in `$addToSet` in the form, id or text, that the list holds already. An update of several documents whose lists
 * hold different forms takes one of them.
 *
 * @param isHeld whether a list that is changed holds this value
 */
export async function addHeldForm(
  update: Fields,
  isHeld: (field: string, value: unknown) => Promise<boolean>,
): Promise<Fields> {
  const { $addToSet } = update;
  if (!isPlainObject($addToSet)) return update;
  const held = async (field: string, value: unknown): Promise<unknown> => {
    for (const form of formsOf(value) ?? [])
      if (typeof form !== typeof value && (await isHeld(field, form))) return form;
    return value;
  };
  const changed: Fields = {};
  for (const [field, value] of Object.entries($addToSet)) {
    const each = isPlainObject(value) && Array.isArray(value.$each) ? value.$each : undefined;
    changed[field] = each
      ? { ...(value as Fields), $each: await Promise.all(each.map((item) => held(field, item))) }
      : await held(field, value);
  }
  return { ...update, $addToSet: changed };
}

function mapFields(fields: Fields, change: (value: unknown) => unknown): Fields {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, change(value)]));
}

function matchInside(value: unknown): unknown {
  return isPlainObject(value) ? matchEitherId(value) : value;
}

/** What stands for a field: a value to be equal to, or operators. */
function matchCondition(value: unknown): unknown {
  const forms = formsOf(value);
  if (forms) return { $in: forms };
  if (!isPlainObject(value) || !Object.keys(value).some((key) => key.startsWith('$'))) return value;
  const { $eq, $ne, $in, $nin, $not, $elemMatch, ...rest } = value;
  const matched: Fields = { ...rest };
  const [equal, different] = [formsOf($eq), formsOf($ne)];
  const together = (
    name: '$in' | '$nin',
    list: unknown,
    forms: unknown[] | null,
    single: '$eq' | '$ne',
    one: unknown,
  ) => {
    if (list !== undefined)
      matched[name] = Array.isArray(list) ? list.flatMap((item) => formsOf(item) ?? [item]) : list;
    // Two conditions on one field cannot share a name; the rarer pair stays as it was written.
    if (forms && list === undefined) matched[name] = forms;
    else if (one !== undefined) matched[single] = one;
  };
  together('$in', $in, equal, '$eq', $eq);
  together('$nin', $nin, different, '$ne', $ne);
  if ($not !== undefined) matched.$not = formsOf($not) ? $not : matchCondition($not);
  if ($elemMatch !== undefined) {
    const hasOperators =
      isPlainObject($elemMatch) && Object.keys($elemMatch).some((key) => /^\$(?!and|or|nor)/.test(key));
    matched.$elemMatch = hasOperators ? matchCondition($elemMatch) : matchInside($elemMatch);
  }
  return matched;
}

/** Both forms of an id; `null` for anything else. */
function formsOf(value: unknown): unknown[] | null {
  const { ObjectId } = mongoose.Types;
  const hex = value instanceof ObjectId ? value.toHexString() : value;
  if (typeof hex !== 'string' || !/^[0-9a-f]{24}$/i.test(hex)) return null;
  return [...new Set([hex, hex.toLowerCase()]), new ObjectId(hex)];
}
