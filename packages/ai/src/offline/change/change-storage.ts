/** @module Changes of where things are stored: in another collection, in one more, or at all. */
import { isPlainObject } from '@orchestrix/engine';
import { existingCollection, fieldFor, isPlural, knownFields, singularOf } from '../names.ts';
import { fromInput } from '../steps.ts';
import { before, freeId, freeOutput, type Outcome, type Part, type Parts, variablesOf } from './parts.ts';

const NAMED = [
  /\b(?:in(?:to)?|to|under|use|with|called|named|rename) (?:the |a |our |another )?(?:new )?(?:collection|table)(?: called| named| to|:)? ?["'`]?([A-Za-z][\w-]{0,60})["'`]?/i,
  /\b(?:collection|table)(?: name)?\b.*?\b(?:to|called|named|be|:|=)\s*["'`]?([A-Za-z][\w-]{0,60})["'`]?/i,
  /\b(?:use|in(?:to)?|to|under) (?:the |our |a )?["'`]?([A-Za-z][\w-]{0,60})["'`]? (?:collection|table)\b/i,
];
const STORES =
  /^(?:(?:also|and) )?(?:save|store|keep|record|log|persist|insert|write|put|archive|copy|add) (?:a copy (?:of )?)?((?:it|them|this|that|everything|each|every|all|the (?:data|message|request|event|payload|order|entry|submission|form|input|answers?|mail)|a (?:log|record|copy)|new)\b.*?|\w+s) (?:also |too |as well )?(?:in(?:to)?|to|under) (?:the |our |a )?(?:collection |table )?["'`]?([A-Za-z]\w{0,60})["'`]?(?: collection| table)?(?: as well| too| also| instead)?$/i;

/** `Also save every message in the collection messages`, `use the collection leads`. */
export function changeStorage(wish: string, parts: Parts): Outcome {
  const name = collectionIn(wish, parts);
  if (name === null) return null;
  const collection = existingCollection(name, parts.collections) ?? name;
  const writes = parts.all.filter(({ type }) => type === 'dbInsert');
  if (writes.some((step) => step.collection === collection)) return [];
  const isMove =
    /\binstead\b|\brename\b|\bchange\b|^use\b/i.test(wish) ||
    (parts.write !== undefined && !/\b(?:also|too|as well|copy|additionally|log)\b/i.test(wish));
  if (isMove && parts.collection !== '')
    return parts.all
      .filter((step) => /^db/.test(step.type) && step.collection === parts.collection)
      .map(({ id }) => ({ op: 'set', id, field: 'collection', value: collection }));
  const data = dataFor(parts);
  if (Object.keys(data).length === 0) return 'What should be stored there? The caller sends nothing.';
  const next = parts.mails[0] ?? parts.response;
  const step: Part = {
    id: freeId(`store_${singularOf(collection).toLowerCase()}`, parts),
    type: 'dbInsert',
    collection,
    data,
    output: freeOutput('stored', parts),
  };
  return [{ op: 'add', step, after: before(next?.id, parts) }];
}

function collectionIn(wish: string, { collections, list }: Parts): string | null {
  const stores = STORES.exec(wish);
  const word = stores?.[2];
  if (
    word !== undefined &&
    (existingCollection(word, collections) !== null || isPlural(word) || /collection|table/i.test(wish))
  )
    if (!/^(?:answers?|response|lists?|mails?|results?|outputs?|details)$/i.test(word)) return word;
  if (/^(?:add|include|store|save) (?:an? |the )/i.test(wish) && stores === null) return null;
  if (list && !/\bcollection|table\b/i.test(wish)) return null;
  for (const pattern of NAMED) {
    const match = pattern.exec(wish);
    if (match && !/^(?:of|for|that|with|in|by|is|the|and|named|called|to|instead)$/i.test(match[1]!))
      return match[1]!;
  }
  return null;
}

/** What is stored already, else everything that the caller sends but passwords. */
function dataFor(parts: Parts): Record<string, unknown> {
  if (isPlainObject(parts.write?.data)) {
    const kept = Object.entries(parts.write.data).filter(([name]) => !/password/i.test(name));
    if (kept.length > 0) return Object.fromEntries(kept);
  }
  const known = knownFields(parts.collection, parts.collections);
  const names = variablesOf(parts)
    .map(({ name }) => name)
    .filter((name) => !/password/i.test(name));
  return Object.fromEntries(names.map((name) => [fieldFor(name, known), fromInput(name)]));
}
