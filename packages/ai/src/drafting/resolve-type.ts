/** @module Which node type a model means by a name that it has made up. */
import { nearest } from '@orchestrix/engine';
import type { Types } from './type-facts.ts';

/** The type of this name, or the one that is clearly meant; `undefined` when it could be several or none. */
export function resolveType(name: string, types: Types): string | undefined {
  if (types.has(name)) return name;
  const wanted = letters(name);
  if (wanted === '' || name.length > 80) return undefined;
  const same = [...types.values()].filter(
    ({ type, title }) => letters(type) === wanted || letters(title) === wanted,
  );
  if (same.length > 0) return same[0]!.type;
  const near = nearest(name, types.keys());
  return near ?? byWords(name, types);
}

/** The one type that shares the most words with the name. */
function byWords(name: string, types: Types): string | undefined {
  const wanted = words(name);
  const scores = [...types.values()].map(({ type, title }) => {
    const own = new Set([...words(type), ...words(title)]);
    return { type, score: wanted.filter((word) => own.has(word)).length };
  });
  const best = Math.max(0, ...scores.map(({ score }) => score));
  const winners = scores.filter(({ score }) => score === best);
  return best > 0 && winners.length === 1 ? winners[0]!.type : undefined;
}

function words(name: string): string[] {
  return name
    .replace(/([a-z0-9])(?=[A-Z])/g, '$1 ')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word.length > 1);
}

function letters(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '');
}
