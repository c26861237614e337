/** @module What the four families of documents share. */
import type { Draft, DraftQuestions } from '../../drafting/drafter.ts';
import { sameWords } from '../core.ts';
import { type Field, fieldNamed } from '../field.ts';
import { fieldFor, isPlural, singularOf } from '../names.ts';
import type { Reading } from '../reading.ts';
import { readSelection, type Selection } from '../selection.ts';
import { fromInput, guardFound, type Step, stepId } from '../steps.ts';
import type { Target } from './target.ts';

/** Owners that are values of a field and no documents of their own. */
const VALUE_WORDS =
  /^(?:category|type|status|state|genre|brand|colou?r|city|country|department|tag|kind|priority|stage|topic|year|month|day|date)$/i;

export function select(reading: Reading, target: Target, tail: string): Selection {
  const { known, thing, noun } = target;
  const selection = readSelection(tail, known, singularOf(noun), reading.route?.parameters);
  const more = target.before === '' ? null : readSelection(target.before, known, singularOf(noun));
  if (more)
    selection.selectors.push(
      ...more.selectors.filter(({ name }) => !selection.selectors.some((one) => one.name === name)),
    );
  if (selection.selectors.length === 0 && target.deed?.action === 'read') {
    const scope =
      /\b(?:for|on|from|in|at|under|about) (?:an?|one|each) (?!list\b|time\b|way\b|json\b|array\b|page\b)([a-z]+)\b/i
        .exec(selection.rest)?.[1]
        ?.toLowerCase();
    if (scope !== undefined) {
      const name =
        known.find((one) => one === scope || one === `${scope}Id`) ??
        (SCALARS.test(scope) ? scope : `${scope}Id`);
      selection.selectors.push(fieldNamed(name));
    }
  }
  for (const parameter of reading.route?.parameters ?? []) {
    const name =
      /^_?id$/i.test(parameter) ||
      sameWords(parameter, `${singularOf(noun)}Id`) ||
      (/Id$/.test(parameter) && selection.selectors.length === 0 && !target.ownerIsParent)
        ? 'id'
        : parameter;
    if (!selection.selectors.some((field) => field.name === name)) selection.selectors.push(fieldNamed(name));
  }
  for (const [field, value] of target.adjectives) selection.constants[field] = value;
  if (target.ownerIsParent && !reading.access.isOwn) {
    const owner = singularOf(thing.owner);
    const key = selection.selectors.findIndex(({ name }) => name === 'id' || name === 'email');
    const kind = key < 0 ? 'id' : selection.selectors[key]!.name;
    const existing =
      known.find((name) => sameWords(name, `${owner} ${kind}`)) ??
      known.find((name) => sameWords(name, owner)) ??
      (VALUE_WORDS.test(owner) ? owner.toLowerCase() : undefined);
    const field = fieldNamed(existing ?? fieldFor(`${owner} ${kind}`, known));
    if (key >= 0 && isPlural(noun)) selection.selectors.splice(key, 1);
    if (!selection.selectors.some(({ name }) => name.startsWith(owner))) selection.selectors.unshift(field);
  }
  return selection;
}

/** What callers are said to send to find one document, wherever the request says it. */
export function sentKey({ text }: Reading, noun: string): Field | undefined {
  const match = SENT_KEY.exec(text);
  if (!match) return undefined;
  const phrase = match[1]!.trim().toLowerCase();
  if (/^e-?mail(?: address)?$/.test(phrase)) return fieldNamed('email');
  if (/^(?:its |the )?id$/.test(phrase) || phrase === `${singularOf(noun).toLowerCase()} id`)
    return fieldNamed('id');
  return { ...fieldNamed(fieldFor(phrase, [])), required: true };
}

const SENT_KEY =
  /\b(?:takes?|taking|given|sends?|sending|gives?|giving|receives?|needs?|accepts?|enters?|identified by|find (?:it|them|me) by|by) (?:me |us |in )?(?:an?|the|my|their|its|his|her)? ?((?:[a-z-]+ ){0,2}?(?:e-?mail(?: address)?|id|number|code|slug|sku|username|reference|key))\b/i;

export function filterOf(
  fields: readonly Field[],
  { constants }: Selection,
  { access }: Reading,
): Record<string, unknown> {
  const sent = fields
    .filter(({ constant }) => constant === undefined)
    .map(({ name }) => [name === 'id' ? '_id' : name, fromInput(name)]);
  return {
    ...constants,
    ...Object.fromEntries(sent),
    ...(access.isOwn ? { userId: '{{ currentUser.userId }}' } : {}),
  };
}

/** Looks a document up, and stops with 404 when it is not there. */
export function findOrRefuse(
  noun: string,
  collection: string,
  filter: Record<string, unknown>,
  output: string,
  hidden: readonly string[],
): Step[] {
  const thing = singularOf(noun);
  const projection = Object.fromEntries(hidden.map((name) => [name, 0]));
  return [
    {
      id: stepId('find', thing),
      type: 'dbFind',
      collection,
      filter,
      ...(hidden.length > 0 ? { projection } : {}),
      output,
    },
    guardFound('check_found', `{{ ${output} }}`, thing),
  ];
}

export function ask(question: string): DraftQuestions {
  return { kind: 'questions', questions: [question] };
}

export function done(title: string, definition: Draft['definition']): Draft {
  return { kind: 'draft', title, definition };
}

const SCALARS =
  /^(?:date|day|year|month|week|category|status|city|country|genre|email|name|type|language|tag|colou?r|brand|region|state|department|location|topic|level|price|currency|username|code|reference|place)$/;

/** Words that stand before a list and are no field. */
export function stripLead(text: string): string {
  return text.replace(
    /^(?:\s|[,:;(-]|\b(?:with|updates?|changes?|sets?|edits?|modif(?:y|ies)|changing|updating|they|he|she|we|users?|callers?|clients?|you|sends?|pass(?:es)?|gives?|provides?|that|which|who|has|have|having|including|includes|containing|contains|consisting|consists|of|from(?! (?:date|day|time|city)\b)|given|using|by|takes?|taking|accepts?|stores?|storing|saves?|saving|the following|following|fields?|values?|its|the|an?|their|these|data|properties|attributes|columns|based on|based|needs?|should|must|for|it|sending|providing|giving|posting|passing|provided|in the body|where|when|i send|user sends|whose|made up|made|and|body|as|json|only|each|via|parameters?|information|like|such|to have|made of|to(?! (?:date|day|time|city)\b))\b)+/i,
    '',
  );
}
