/** @module What the four families of documents share. */
import type { Draft, DraftQuestions } from '../../drafting/drafter.ts';
import { sameWords } from '../core.ts';
import { type Field, fieldNamed } from '../field.ts';
import { fieldFor, isPlural, singularOf } from '../names.ts';
import type { Reading } from '../reading.ts';
import { readSelection, type Selection } from '../selection.ts';
import { fromInput } from '../steps.ts';
import type { Target } from './target.ts';

export function select(reading: Reading, target: Target, tail: string): Selection {
  const { known, thing, noun } = target;
  const selection = readSelection(tail, known, singularOf(noun), reading.route?.parameters);
  const more = target.before === '' ? null : readSelection(target.before, known, singularOf(noun));
  if (more)
    selection.selectors.push(
      ...more.selectors.filter(({ name }) => !selection.selectors.some((one) => one.name === name)),
    );
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
      known.find((name) => sameWords(name, owner));
    const field = fieldNamed(existing ?? fieldFor(`${owner} ${kind}`, known));
    if (key >= 0 && isPlural(noun)) selection.selectors.splice(key, 1);
    if (!selection.selectors.some(({ name }) => name.startsWith(owner))) selection.selectors.unshift(field);
  }
  return selection;
}

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

export function ask(question: string): DraftQuestions {
  return { kind: 'questions', questions: [question] };
}

export function done(title: string, definition: Draft['definition']): Draft {
  return { kind: 'draft', title, definition };
}

/** Words that stand before a list and are no field. */
export function stripLead(text: string): string {
  return text.replace(
    /^(?:\s|[,:;(-]|\b(?:with|they|he|she|we|users?|callers?|clients?|you|sends?|pass(?:es)?|gives?|provides?|that|which|who|has|have|having|including|includes|containing|contains|consisting|consists|of|from|given|using|by|takes?|taking|accepts?|stores?|storing|saves?|saving|the following|following|fields?|values?|its|the|an?|their|these|data|properties|attributes|columns|based on|based|needs?|should|must|for|it|sending|providing|giving|posting|passing|provided|in the body|where|when|i send|user sends|whose|made up|made|and|body|as|json|only|each|via|parameters?|information|like|such|to have|made of|to)\b)+/i,
    '',
  );
}
