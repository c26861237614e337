/** @module Takes from the start of a pipeline what a query does better: filter, sort, skip, limit, and counting. */
import { type Document, isDocument, keysOf } from '../language/fields.ts';
import { splitLeadingMatch } from '../language/pipeline.ts';
import { numberOf } from '../values.ts';

/** A pipeline as a query and the stages that are left. */
export interface AbsorbedPipeline {
  filter: Document;
  sort: Document;
  skip: number;
  /** 0 for none. */
  limit: number;
  rest: Document[];
  /** The one result of a pipeline that only counts, from the count. */
  countInto: ((count: number) => Document) | null;
}

/** Splits a pipeline that has been checked already. */
export function absorbStages(pipeline: readonly Document[]): AbsorbedPipeline {
  const { filter, rest } = splitLeadingMatch(pipeline);
  const sort = isDocument(rest[0]?.$sort) ? (rest.shift()!.$sort as Document) : {};
  const skip = numberOf(rest[0]?.$skip) === undefined ? 0 : numberOf(rest.shift()!.$skip)!;
  const limit = numberOf(rest[0]?.$limit) === undefined ? 0 : numberOf(rest.shift()!.$limit)!;
  return { filter, sort, skip, limit, rest, countInto: rest.length === 1 ? counting(rest[0]!) : null };
}

/** `{$count: name}`, and `{$group: {_id: constant, name: {$sum: 1}}}` as drivers count with. */
function counting(stage: Document): AbsorbedPipeline['countInto'] {
  if (typeof stage.$count === 'string') {
    const name = stage.$count;
    return (count) => ({ [name]: count });
  }
  const group = stage.$group;
  if (!isDocument(group) || keysOf(group).length !== 2) return null;
  const name = keysOf(group).find((key) => key !== '_id');
  const id = group._id;
  const isConstant = id === null || typeof id === 'number';
  const sum = name === undefined ? undefined : group[name];
  if (name === undefined || !isConstant || !isDocument(sum)) return null;
  if (keysOf(sum).join() !== '$sum' || sum.$sum !== 1) return null;
  return (count) => ({ _id: id, [name]: count });
}
