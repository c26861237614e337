/** @module Whether a filter matches only documents that a partial index holds. */
import type { Collation } from '../language/collation.ts';
import { toBytes } from '../language/documents.ts';
import { type Document, isDocument, keysOf } from '../language/fields.ts';
import { compileFilter } from '../language/filter.ts';
import type { IndexSpec } from '../storage/index-spec.ts';
import type { FieldPredicate, Predicates } from './predicates.ts';

/** Right when it says yes; a no may be over-careful, and then the index is just not used. */
export function impliesPartialFilter(
  predicates: Predicates,
  { partialFilter, collation }: Pick<IndexSpec, 'partialFilter' | 'collation'>,
): boolean {
  return implies(predicates, partialFilter ?? {}, collation ?? undefined);
}

function implies(predicates: Predicates, partial: Document, collation: Collation | undefined): boolean {
  return keysOf(partial).every((key) => {
    const operand = partial[key];
    if (key === '$and' && Array.isArray(operand)) {
      return operand.every((branch) => isDocument(branch) && implies(predicates, branch, collation));
    }
    const predicate = key.startsWith('$') ? undefined : predicates.get(key);
    return predicate !== undefined && impliesCondition(predicate, operand, collation);
  });
}

/** The same words say the same; points imply what each of them meets. */
function impliesCondition(
  predicate: FieldPredicate,
  condition: unknown,
  collation: Collation | undefined,
): boolean {
  if (predicate.conditions.some((own) => sameValue(own, condition))) return true;
  if (!isPositive(condition)) return false;
  const { matches } = compileFilter({ value: condition }, { collation });
  if (predicate.points) return predicate.points.every((value) => matches({ value }));
  const onlyExists =
    isDocument(condition) && keysOf(condition).join() === '$exists' && condition.$exists === true;
  return onlyExists && Boolean(predicate.lower ?? predicate.upper);
}

/** A condition that holds for an array as soon as it holds for one element of it. */
function isPositive(condition: unknown): boolean {
  if (!isDocument(condition)) return true;
  const positive = new Set(['$eq', '$in', '$gt', '$gte', '$lt', '$lte', '$exists', '$type']);
  return keysOf(condition).every((key) =>
    key.startsWith('$') ? positive.has(key) && condition.$exists !== false : true,
  );
}

const sameValue = (a: unknown, b: unknown) =>
  Buffer.compare(toBytes({ value: a }), toBytes({ value: b })) === 0;
