/** @module A new document. */
import type { Draft, DraftQuestions } from '../../drafting/drafter.ts';
import { sameWords } from '../core.ts';
import { type Field, fieldNamed } from '../field.ts';
import { mailSteps } from '../mail-steps.ts';
import { fieldFor, labelOf, singularOf } from '../names.ts';
import { applyFieldSentences, readFieldList } from '../read-fields.ts';
import type { Reading } from '../reading.ts';
import { dataOf, outputName, respond, type Step, stepId, workflow } from '../steps.ts';
import { uniqueSteps } from './accounts.ts';
import { cutEnd, listedFields } from './listed.ts';
import { ask, done, stripLead } from './select.ts';
import { readTarget, type Target } from './target.ts';

/** A new document. */
export function draftCreate(reading: Reading): Draft | DraftQuestions {
  const target = readTarget(reading, 'create');
  if (target === null) return ask('What should be stored, and with which fields?');
  const { noun, collection, known } = target;
  const fields = createFields(reading, target);
  applyFieldSentences(reading.sentences, known, fields);
  if (
    reading.access.isOwn ||
    /\bid of the (?:user|author|person|caller|member|customer) (?:who|that)\b/i.test(reading.text) ||
    /\b(?:author|owner|creator|belongs? to|their user ?id|user id from the token)\b.{0,40}\b(?:token|logged|current|caller|them)\b/i.test(
      reading.text,
    )
  ) {
    if (reading.access.isProtected && !fields.some(({ name }) => name === 'userId'))
      fields.push({ ...fieldNamed('userId'), constant: '{{ currentUser.userId }}' });
  }
  if (fields.filter(({ constant }) => constant === undefined).length === 0) {
    const fallback = known.filter((name) => !/^(?:_id|__v|createdAt|updatedAt)$/.test(name)).map(fieldNamed);
    if (fallback.length === 0 && /subscriber/i.test(noun)) fallback.push(fieldNamed('email'));
    if (fallback.length === 0) return ask(`Which fields should the ${labelOf(noun).toLowerCase()} have?`);
    fields.push(...fallback.filter(({ name }) => !fields.some((field) => field.name === name)));
  }
  const toPerson = reading.mails.some(({ toPerson, address }) => toPerson && address === null);
  const hasAddress = reading.access.isProtected || fields.some(({ type }) => type === 'email');
  // The address of the person who gets the mail has to come from somewhere: the caller.
  if (toPerson && !hasAddress) fields.push({ ...fieldNamed('email'), required: true });
  const unique = uniqueFields(reading, fields);
  const output = outputName('created', fields);
  const work: Step[] = unique.flatMap((name) =>
    uniqueSteps(collection, name, unique.length, singularOf(noun)),
  );
  work.push({
    id: stepId('create', singularOf(noun)),
    type: 'dbInsert',
    collection,
    data: dataOf(fields),
    output,
  });
  const mails = mailSteps(reading.mails, {
    noun: singularOf(noun),
    fields,
    address: reading.access.isProtected ? '{{ currentUser.email }}' : null,
  });
  if (typeof mails === 'string') return ask(mails);
  const shown = fields
    .filter(({ name }) => !/password/i.test(name))
    .map(({ name }) => [name, `{{ ${output}.${name} }}`]);
  work.push(
    ...mails,
    respond(reading.answer, 201, { id: `{{ ${output}._id }}`, ...Object.fromEntries(shown) }, output),
  );
  return done(`Create ${labelOf(singularOf(noun)).toLowerCase()}`, workflow(fields, reading.access, work));
}

function createFields(reading: Reading, target: Target): Field[] {
  const { known, thing } = target;
  const fields: Field[] = [];
  // "a review for a product: stars, text": behind a colon stands the list, unless the list had begun before.
  const colon =
    /^(?:(?!\b(?:with|has|have|having|takes?|containing|including|accepts?)\b)[^:(]){0,80}:\s*(.+)$/i.exec(
      thing.tail,
    )?.[1];
  const inParentheses =
    /^(?:(?!\b(?:with|has|have|having|takes?|containing|including|accepts?)\b)[^:(]){0,80}\(([^()]*,[^()]*)\)/i.exec(
      thing.tail,
    )?.[1];
  const places = [
    inParentheses ?? '',
    target.fieldText,
    thing.owner !== '' && !target.ownerIsParent ? thing.parts : '',
    colon ?? '',
    thing.tail,
  ];
  for (const text of places) {
    if (fields.length === 0) fields.push(...readFieldList(cutEnd(stripLead(text)), known));
  }
  const listed =
    fields.length > 1 || (fields.length === 1 && reading.sentences.length === 1)
      ? []
      : listedFields(reading, known);
  if (listed.length > fields.length) fields.splice(0, fields.length, ...listed);
  if (fields.length <= 2) {
    for (const sentence of reading.sentences)
      if (/^(?:the |an? |its )?[\w ]{2,30} (?:is|are|must|should|has to|needs to)\b/i.test(sentence)) {
        const stated = readFieldList(sentence, known);
        if (stated.length > fields.length) fields.splice(0, fields.length, ...stated);
      }
  }
  for (const name of reading.unique)
    if (
      name !== '*' &&
      fields.length > 0 &&
      !fields.some((field) => field.name.toLowerCase() === name.toLowerCase())
    )
      fields.push(fieldNamed(fieldFor(name, known)));
  if (target.ownerIsParent) {
    const name = fieldFor(`${singularOf(thing.owner)} id`, known);
    if (!fields.some((field) => field.name === name)) fields.unshift(fieldNamed(name));
  }
  return fields.filter(
    ({ name, min, max }) =>
      name !== 'id' &&
      name !== '_id' &&
      // A grade may have a grade, when it is said what it may be.
      (!sameWords(name, target.noun) || min !== undefined || max !== undefined) &&
      !/^newsletter|^subscri|^mailingList/.test(name),
  );
}

function uniqueFields(reading: Reading, fields: readonly Field[]): string[] {
  const marked = fields.filter(({ unique }) => unique).map(({ name }) => name);
  for (const name of reading.unique) {
    const field =
      fields.find((one) => one.name.toLowerCase() === name.toLowerCase()) ??
      (name === '*'
        ? (fields.find(({ type }) => type === 'email') ??
          fields.find(({ constant }) => constant === undefined))
        : undefined);
    if (field) marked.push(field.name);
  }
  return [...new Set(marked)];
}
