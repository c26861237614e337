/** @module Changes of what ends a run early: nothing is found, something is there already, a log-in fails. */
import { isPlainObject } from '@orchestrix/engine';
import type { PatchOperation } from '../../patch/operations.ts';
import { collectionFor, existingCollection, fieldFor, labelOf, singularOf, wordsOf } from '../names.ts';
import { fromInput } from '../steps.ts';
import {
  before,
  freeId,
  freeOutput,
  namesIn,
  nounOf,
  type Outcome,
  outputOf,
  type Part,
  type Parts,
  rulesFor,
  setField,
  variablesOf,
} from './parts.ts';

const QUOTED = /"([^"]{1,300})"/;
const NOT_THERE =
  /\b(?:(?:does|do|did) ?(?:not|n't) exist|(?:is|are|was|were|can|could|be)(?: ?not|n't|n't be)(?: be)? (?:found|there|known|present|in (?:the|our) \w+)|cannot be found|not found|no(?:thing| such| matching)\b|there (?:is|are)(?: no|n't| not)\b|missing|unknown|non-?exist\w+|no longer exists?|nobody has|no \w+ (?:\w+ )?(?:has|have|with|was|were|is|exists?|match\w*|found))/i;
const EXISTS =
  /\b(?:make sure|check|verify|ensure|has to|must|needs? to|should)\b.{0,60}\bexists?\b(?! (?:already|yet))/i;
const REFUSES =
  /\b(?:404|410|not found|error|fail\w*|refuse\w*|reject\w*|complain\w*|say\w*|message|tell\w*|respond\w*|reply|answers?|returns?|otherwise)\b/i;

/** `404 if there is no such note`: what is looked up has to be there. */
export function changeMissing(wish: string, parts: Parts): Outcome {
  const outside = wish.replace(QUOTED, ' ');
  const isAbout =
    (NOT_THERE.test(outside) && REFUSES.test(outside)) ||
    EXISTS.test(outside) ||
    /\b(?:404|410)\b.{0,30}\b(?:for|on|if|when|unless|otherwise)\b|\b(?:for|if|when|unless|otherwise)\b.{0,60}\b(?:404|410)\b/i.test(
      outside,
    );
  if (
    !isAbout ||
    /\balready\b|\bduplicate|\b(?:401|403|409)\b|\btoken\b|\blog(?:ged)?[- ]?in\b/i.test(outside)
  )
    return null;
  const status = Number(/\b(4\d\d)\b/.exec(outside)?.[1] ?? 0);
  const message = QUOTED.exec(wish)?.[1] ?? null;
  const reference = parts.write?.type === 'dbInsert' ? referenced(outside, parts) : null;
  const guard = reference ? undefined : foundGuard(parts);
  if (guard)
    return [
      ...(status > 0 ? setField(guard, 'statusCode', status) : []),
      ...(message === null ? [] : setField(guard, 'message', message)),
    ];
  const noun = reference ? reference.noun : nounOf(parts);
  const step = (value: string): Part => ({
    id: freeId('check_found', parts),
    type: 'guard',
    value,
    is: 'present',
    statusCode: status || 404,
    message: message ?? `${labelOf(noun) || 'Document'} not found`,
  });
  if (reference) {
    const output = freeOutput(
      `found${reference.noun.charAt(0).toUpperCase()}${reference.noun.slice(1)}`,
      parts,
    );
    const id = freeId(`find_${wordsOf(reference.noun).join('_')}`, parts);
    const { collection, filter } = reference;
    return [
      {
        op: 'add',
        step: { id, type: 'dbFind', collection, filter, output },
        after: before(parts.write?.id, parts),
      },
      { op: 'add', step: step(`{{ ${output} }}`), after: id },
    ];
  }
  const target = parts.write?.type === 'dbUpdate' ? parts.write : parts.delete;
  const lookedUp = parts.find ?? (target ? undefined : parts.list);
  if (lookedUp && (!target || lookedUp.collection === target.collection)) {
    const value = `{{ ${outputOf(lookedUp)}${lookedUp === parts.list ? '.0' : ''} }}`;
    return [{ op: 'add', step: step(value), after: lookedUp.id }];
  }
  if (!target)
    return 'Nothing is looked up in this workflow. What has to be there, and by which value is it found?';
  const id = freeId(`find_${wordsOf(noun).join('_') || 'document'}`, parts);
  const output = freeOutput('existing', parts);
  return [
    {
      op: 'add',
      step: { id, type: 'dbFind', collection: target.collection, filter: target.filter, output },
      after: before(target.id, parts),
    },
    { op: 'add', step: step(`{{ ${output} }}`), after: id },
  ];
}

/** The guard behind what is looked up. */
function foundGuard({ all }: Parts): Part | undefined {
  const found = all.filter(({ type }) => type === 'dbFind').map(outputOf);
  return all.find(
    ({ type, is, value }) =>
      type === 'guard' &&
      (is === undefined || is === 'present') &&
      found.some((output) => new RegExp(`\\{\\{ ?${output}(?:\\.0|\\._id)? ?\\}\\}`).test(String(value))),
  );
}

/** What a new document refers to: `postId` is the id of a post. */
function referenced(
  wish: string,
  parts: Parts,
): { noun: string; collection: string; filter: Record<string, unknown> } | null {
  for (const { name } of variablesOf(parts)) {
    const noun = /^(\w+?)_?(?:Id|ID|_id)$/.exec(name)?.[1];
    if (noun !== undefined && new RegExp(`\\b${wordsOf(noun).join('[ _-]?')}\\b`, 'i').test(wish))
      return { noun, collection: collectionFor(noun, parts.collections), filter: { _id: fromInput(name) } };
  }
  const named = /\b(?:the|such|an?|this|that) (\w+)(?= (?:does|is|has|must|needs|exists|with|was))/i.exec(
    wish,
  )?.[1];
  const [name] = namesIn(
    wish,
    variablesOf(parts).map((one) => one.name),
  );
  if (named === undefined || name === undefined || name === named) return null;
  const collection = existingCollection(named, parts.collections);
  return collection === null || collection === parts.collection
    ? null
    : { noun: singularOf(named), collection, filter: { [name]: fromInput(name) } };
}

const TAKEN =
  /\bduplicate|\bunique\b|\b(?:already|before)\b.{0,20}(?:exist|taken|used|use|registered|have|there|known|stored|saved|got|seen|received|there)|(?:have|has|is|are|was|were|exists?|know|got|seen|stored|in use)\b.{0,15}\balready\b|\btwice\b|\b(?:only|at most) once\b|\bis (?:taken|known|in use)\b|\b(?:same|equal) \w+|\bno two\b|\b(?:one|once) (?:\w+ )?per\b/i;

/** `409 when the paymentId is known`: what is stored may be there only once. */
export function changeTaken(wish: string, parts: Parts): Outcome {
  const outside = wish.replace(QUOTED, ' ');
  if (!TAKEN.test(outside) && !/\b409\b|\bconflict\b/i.test(outside)) return null;
  if (/^(?:add|store|save|ask for|include) (?:an? |the )*(?:optional |required )?unique\b/i.test(outside))
    return null;
  if (/\b(?:may|can|should|is|are)\b.{0,20}\b(?:again|allowed)\b|\bno longer\b|\bno need\b/i.test(outside))
    return null;
  const names = variablesOf(parts).map(({ name }) => name);
  if (parts.write?.type !== 'dbInsert')
    return parts.write || parts.delete
      ? null
      : 'The workflow stores nothing new. Where should duplicates be looked for?';
  const named = /\bsame\b/i.test(outside)
    ? namesIn(outside.slice(outside.search(/\bsame\b/i)), names)
    : namesIn(outside, names).slice(-1);
  const fields = named.length > 0 && !isThing(named, outside, names) ? named : guessKey(names);
  if (fields.length === 0) return 'Which field may not be there twice?';
  const ignores =
    /\b(?:ignor|skip)/i.test(outside) && !/\b4\d\d\b|refus|reject|error|conflict|fail/i.test(outside);
  const status = Number(/\b([245]\d\d)\b/.exec(outside)?.[1] ?? 0);
  const message = QUOTED.exec(wish)?.[1] ?? null;
  const guard = takenGuard(parts, fields);
  if (guard)
    return [
      ...(status > 0 ? setField(guard, 'statusCode', status) : []),
      ...(message === null ? [] : setField(guard, 'message', message)),
    ];
  const key = fields.map((name) => name.charAt(0).toUpperCase() + name.slice(1)).join('And');
  const output = freeOutput(`existingBy${key}`, parts);
  const suffix = fields.map((name) => wordsOf(name).join('_')).join('_');
  const id = freeId(`find_existing_${suffix}`, parts);
  return [
    ...fields.flatMap((name) => required(name, parts)),
    {
      op: 'add',
      step: {
        id,
        type: 'dbFind',
        collection: parts.write.collection,
        filter: Object.fromEntries(fields.map((name) => [storedAs(name, parts.write!), fromInput(name)])),
        output,
      },
      after: before(parts.write.id, parts),
    },
    {
      op: 'add',
      step: {
        id: freeId(`check_taken_${suffix}`, parts),
        type: 'guard',
        value: `{{ ${output} }}`,
        is: 'absent',
        statusCode: status || (ignores ? 200 : 409),
        message: message ?? `This ${labelOf(fields.join(' and ')).toLowerCase()} is already known`,
      },
      after: id,
    },
  ];
}

/** "Events that we already have" are the things themselves, where another value tells which one it is. */
function isThing([name = '']: readonly string[], wish: string, names: readonly string[]): boolean {
  const key = guessKey(names);
  return key.length === 1 && key[0] !== name && new RegExp(`\\b${name}s\\b`, 'i').test(wish);
}

/** A value that may be missing says nothing about who sends it: without it, everything would be there already. */
function required(name: string, parts: Parts): PatchOperation[] {
  const index = variablesOf(parts).findIndex((one) => one.name === name);
  if (!parts.input || index < 0 || variablesOf(parts)[index]!.required === true) return [];
  const [rule] = rulesFor(parts, name);
  return [
    { op: 'set', id: parts.input.id, field: `variables.${index}.required`, value: true },
    ...(parts.validate && rule !== undefined ? setField(parts.validate, `rules.${rule}.required`, true) : []),
  ];
}

/** The one value that identifies what is stored, if it can be told by its name. */
function guessKey(names: readonly string[]): string[] {
  const keys = names.filter((name) =>
    /(?:^id|[a-z]Id|_id|number|sku|code|slug|isbn|reference|email|username)$/i.test(name),
  );
  return keys.length === 1 ? keys : [];
}

function storedAs(name: string, write: Part): string {
  const data = isPlainObject(write.data) ? Object.entries(write.data) : [];
  return data.find(([, value]) => value === fromInput(name))?.[0] ?? name;
}

function takenGuard({ all, write }: Parts, fields: readonly string[]): Part | undefined {
  const finds = all.filter(
    ({ type, filter }) =>
      type === 'dbFind' &&
      isPlainObject(filter) &&
      Object.keys(filter).length === fields.length &&
      fields.every((name) => Object.hasOwn(filter, storedAs(name, write!))),
  );
  return all.find(
    ({ type, is, value }) =>
      type === 'guard' &&
      is === 'absent' &&
      finds.some((find) => String(value).includes(` ${outputOf(find)} `)),
  );
}

/** `Use "Wrong password" as the message when the login fails`. */
export function changeFailureMessage(wish: string, { all }: Parts): Outcome {
  if (
    !/\b(?:log-?in|sign-?in|credentials|password|e-?mail)\b.{0,40}\b(?:fail\w*|wrong|incorrect|invalid|do(?:es)?(?: not|n't) match|not accepted)|\b(?:failed|wrong|invalid|incorrect) (?:log-?in|password|credentials|sign-?in)/i.test(
      wish.replace(QUOTED, ' '),
    )
  )
    return null;
  const login = all.find(({ type }) => type === 'userLogin');
  if (!login) return null;
  const guard = all.find(({ type, value }) => type === 'guard' && String(value).includes(outputOf(login)));
  if (!guard) return null;
  const message = QUOTED.exec(wish)?.[1];
  const status = /\b(4\d\d)\b/.exec(wish.replace(QUOTED, ' '))?.[1];
  if (message === undefined && status === undefined) return null;
  const operations: PatchOperation[] = [];
  if (status !== undefined) operations.push(...setField(guard, 'statusCode', Number(status)));
  if (message !== undefined) operations.push(...setField(guard, 'message', message));
  return operations;
}

/** The name of a field in the spelling that the workflow has. */
export function knownName(phrase: string, parts: Parts): string {
  const names = [...variablesOf(parts).map(({ name }) => name), ...parts.known];
  return fieldFor(phrase, names);
}
