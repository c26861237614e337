/** @module Changes one document. */
import type { Draft, DraftQuestions } from '../../drafting/drafter.ts';
import { sameWords } from '../core.ts';
import { type Field, fieldNamed } from '../field.ts';
import { mailSteps } from '../mail-steps.ts';
import { labelOf, singularOf } from '../names.ts';
import { applyFieldSentences, readFieldList } from '../read-fields.ts';
import type { Reading } from '../reading.ts';
import { dataOf, outputName, partialWorkflow, respond, type Step, stepId } from '../steps.ts';
import { fixedChange } from './fixed-change.ts';
import { cutEnd, listedFields } from './listed.ts';
import { ask, done, filterOf, findOrRefuse, select, sentKey, stripLead } from './select.ts';
import { readTarget } from './target.ts';

/** What a list of inputs says of a field that was named elsewhere. */
function limitsOf({ min, max, minLength, maxLength, enum: choices }: Field): Partial<Field> {
  return {
    ...(min !== undefined && { min }),
    ...(max !== undefined && { max }),
    ...(minLength !== undefined && { minLength }),
    ...(maxLength !== undefined && { maxLength }),
    ...(choices !== undefined && { enum: choices }),
  };
}

/** Changes one document. */
export function draftUpdate(reading: Reading): Draft | DraftQuestions {
  const target = readTarget(reading, 'update');
  if (target === null) return ask('What should be changed, and how is it found?');
  const { noun, collection, known, thing, deed } = target;
  const { isSet, constants } = fixedChange(deed, thing, known, reading);
  const selection = select(reading, target, isSet ?? thing.tail);
  let changed: Field[] = [...selection.changed];
  if (Object.keys(constants).length === 0 || target.fieldText !== '') {
    const texts = [target.fieldText, target.partsText, stripLead(cutEnd(selection.rest))];
    for (const text of texts)
      readFieldList(
        text.replace(/^(?:to|with) (?:an? |the )?(?:new|given|other|different) (?:value|one)s?/i, ''),
        known,
        changed,
      );
    if (changed.length === 0 && /^renam/.test(deed?.verb ?? ''))
      changed = [fieldNamed(known.includes('title') && !known.includes('name') ? 'title' : 'name')];
    if (changed.length === 0) changed = listedFields(reading, known);
  }
  changed = changed.map((field) =>
    sameWords(field.name, `${singularOf(noun)} id`) ? { ...field, name: 'id' } : field,
  );
  const keys = selection.selectors.map(({ name }) => name);
  const said = listedFields(reading, known).map((field) => ({ ...field, name: renamed(field.name) }));
  changed = changed.map((field) => {
    const other = said.find(({ name }) => name === renamed(field.name));
    return other ? { ...other, ...field, ...limitsOf(other) } : field;
  });
  changed = changed
    .filter(
      (field) =>
        !sameWords(field.name, noun) &&
        !/^(?:_id|value|changes|new|fields|given|thing|password_hash)$/.test(field.name),
    )
    .map((field) => ({ ...field, name: renamed(field.name) }));
  changed = changed.filter(({ name }, index) => changed.findIndex((one) => one.name === name) === index);
  let selectors = selection.selectors;
  if (selectors.length === 0 && !reading.access.isOwn) {
    const key =
      changed.find(({ name }) => name === 'id') ??
      (changed.length > 1 &&
      /^(?:sku|slug|code|reference|username|isbn|key|uuid|\w+(?:Number|Code|Id))$/.test(changed[0]!.name)
        ? changed[0]
        : undefined) ??
      (changed.length > 1 && /user|customer|account|member|profile|person|subscriber/i.test(noun)
        ? changed.find(({ name }) => name === 'email')
        : undefined);
    selectors = [key ?? sentKey(reading, noun) ?? fieldNamed('id')];
  }
  changed = changed.filter(
    ({ name }) => !selectors.some((field) => field.name === name) && !(name in constants),
  );
  for (const field of changed) if (field.constant !== undefined) constants[field.name] = field.constant;
  changed = changed.filter(({ constant }) => constant === undefined);
  if (changed.length === 0 && Object.keys(constants).length === 0) {
    changed = known
      .filter((name) => !/^(?:_id|__v|createdAt|updatedAt|password)$/.test(name) && !keys.includes(name))
      .map(fieldNamed);
    if (changed.length === 0)
      return ask(`Which fields of a ${labelOf(singularOf(noun)).toLowerCase()} may be changed?`);
  }
  if (changed.length > 1) changed = changed.map((field) => ({ ...field, required: false }));
  const fields = [...selectors.map((field) => ({ ...field, required: true })), ...changed];
  applyFieldSentences(reading.sentences, known, fields);
  const filter =
    reading.access.isOwn && selectors.length === 0 && /user|account|profile/i.test(noun)
      ? { _id: '{{ currentUser.userId }}' }
      : filterOf(selectors, selection, reading);
  const output = outputName('updated', fields);
  const found = outputName('existing', fields);
  const hides =
    collection === 'users' || known.includes('password') || changed.some(({ name }) => name === 'password');
  const work: Step[] = [
    ...findOrRefuse(noun, collection, filter, found, hides ? ['password'] : []),
    {
      id: stepId('update', singularOf(noun)),
      type: 'dbUpdate',
      collection,
      filter,
      data: { ...dataOf(changed), ...constants },
      output,
    },
  ];
  const mails = mailSteps(reading.mails, { noun: singularOf(noun), fields, address: `{{ ${found}.email }}` });
  if (typeof mails === 'string') return ask(mails);
  const names = [
    ...new Set(
      [...selectors, ...changed]
        .map(({ name }) => name)
        .filter((name) => name !== 'id' && !/password/i.test(name))
        .concat(
          Object.keys(constants),
          known.filter((name) => !/^_|password/i.test(name)),
        ),
    ),
  ];
  const body = hides
    ? {
        id: `{{ ${output}._id }}`,
        ...Object.fromEntries(names.map((name) => [name, `{{ ${output}.${name} }}`])),
      }
    : `{{ ${output} }}`;
  work.push(...mails, respond(reading.answer, 200, body, output));
  return done(
    `Update ${labelOf(singularOf(noun)).toLowerCase()}`,
    partialWorkflow(fields, reading.access, work),
  );
}

function renamed(name: string): string {
  return /^new[A-Z]/.test(name) ? name.charAt(3).toLowerCase() + name.slice(4) : name;
}
