/** @module One document, a list, or a count. */
import type { Draft, DraftQuestions } from '../../drafting/drafter.ts';
import { sameWords, type Thing } from '../core.ts';
import { type Field, fieldNamed } from '../field.ts';
import { mailSteps } from '../mail-steps.ts';
import { labelOf, singularOf } from '../names.ts';
import { applyFieldSentences, readFieldList } from '../read-fields.ts';
import type { Reading } from '../reading.ts';
import { fromInput, guardFound, outputName, respond, type Step, stepId, workflow } from '../steps.ts';
import { ask, done, filterOf, select, sentKey } from './select.ts';
import { readTarget } from './target.ts';

const ME =
  /\bmy (?:own )?(?:profile|account|user|details|data|info)\b|\b(?:their|his|her) own (?:profile|account|data|details)\b|\b(?:current|logged[- ]?in|authenticated|signed[- ]?in) user'?s? (?:profile|account|details|data)?\b(?=$|[.,;]| (?:from|by|with|using|profile))|\bwho am i\b|(?:^|\s)\/me\b/i;

/** One document or a list. */
export function draftRead(reading: Reading): Draft | DraftQuestions {
  const target = readTarget(reading, 'read');
  if (target === null) return ask('What should be read, and how is it found?');
  const { noun, collection, known, thing } = target;
  // "all users with their name and email" says what is shown, not what is searched for.
  const shown =
    thing.isPlural || target.isPlural
      ? /^with (?:only |just )?(?:their|its) ([\w ,&]{2,80}?)(?=$|[.;]| (?:sorted|ordered|by|newest)\b)/i.exec(
          thing.tail,
        )
      : null;
  const selection = select(reading, target, shown ? thing.tail.slice(shown[0].length) : thing.tail);
  const isCount =
    /^(?:count|counts|counting)$/.test(target.deed?.verb ?? '') ||
    /\b(?:number|count|amount|how many)\b/i.test(`${thing.parts}`) ||
    /\bhow many (?!to\b)\b|\bcount of\b|\bnumber of\b/i.test(reading.text);
  const { order } = reading;
  const isMe = ME.test(reading.text) || (reading.access.isOwn && collection === 'users');
  const byId =
    selection.selectors.some(({ name }) => name === 'id') ||
    ((reading.route?.parameters.length ?? 0) > 0 && !target.ownerIsParent);
  const isList =
    !byId &&
    !isMe &&
    !order.isOne &&
    (isCount ||
      thing.isPlural ||
      target.isPlural ||
      order.sort !== null ||
      order.limit !== null ||
      order.isPaged ||
      /^list/.test(target.deed?.verb ?? ''));
  const fields = [...selection.selectors];
  if (
    !isList &&
    fields.length === 0 &&
    Object.keys(selection.constants).length === 0 &&
    !reading.access.isOwn &&
    !order.isOne &&
    !isMe
  )
    fields.push(sentKey(reading, noun) ?? fieldNamed('id'));
  applyFieldSentences(reading.sentences, known, fields);
  const access = isMe ? { ...reading.access, isProtected: true } : reading.access;
  const filter = isMe && fields.length === 0 ? ownFilter(reading) : filterOf(fields, selection, reading);
  const hides = collection === 'users' || known.includes('password');
  const output = outputName('found', fields);
  const chosen = shown
    ? readFieldList(shown[1]!, known).map(({ name }) => name)
    : partFields(thing, known, reading, noun);
  const wish = {
    ...reading.answer,
    fields: reading.answer.fields.length > 0 ? reading.answer.fields : chosen,
  };
  if (!isList) {
    const work: Step[] = [
      {
        id: stepId('find', singularOf(noun)),
        type: 'dbFind',
        collection,
        filter,
        ...(order.isOne && order.sort !== null ? { sort: order.sort } : {}),
        ...(hides ? { projection: { password: 0 } } : {}),
        output,
      },
      guardFound('check_found', `{{ ${output} }}`, singularOf(noun)),
    ];
    const mails = mailSteps(reading.mails, {
      noun: singularOf(noun),
      fields,
      address: known.includes('email') || collection === 'users' ? `{{ ${output}.email }}` : null,
    });
    if (typeof mails === 'string') return ask(mails);
    work.push(...mails, respond(wish, 200, `{{ ${output} }}`, output));
    return done(`Get ${labelOf(singularOf(noun)).toLowerCase()}`, workflow(fields, access, work));
  }
  const paging: Field[] = order.isPaged
    ? [
        ...(order.limit === null
          ? [
              {
                ...fieldNamed('limit'),
                type: 'number' as const,
                required: false,
                default: 20,
                min: 1,
                max: 100,
              },
            ]
          : []),
        { ...fieldNamed('skip'), type: 'number', required: false, default: 0, min: 0 },
      ]
    : [];
  const projection =
    wish.fields.length > 0
      ? Object.fromEntries(wish.fields.filter((name) => name !== 'id').map((name) => [name, 1]))
      : hides
        ? { password: 0 }
        : null;
  const find: Step = {
    id: stepId('list', noun),
    type: 'dbFind',
    collection,
    filter,
    findType: 'many',
    ...(order.sort === null ? {} : { sort: order.sort }),
    ...(order.isPaged
      ? { limit: order.limit ?? fromInput('limit'), skip: fromInput('skip') }
      : order.limit === null
        ? {}
        : { limit: order.limit }),
    ...(projection === null || Object.keys(projection).length === 0 ? {} : { projection }),
    output,
  };
  const body = isCount ? { count: `{{ ${output}.length }}` } : `{{ ${output} }}`;
  const answer = respond({ ...reading.answer, fields: [], message: null }, 200, body, null);
  return done(
    `${isCount ? 'Count' : 'List'} ${labelOf(noun).toLowerCase()}`,
    workflow([...fields, ...selection.changed, ...paging], reading.access, [find, answer]),
  );
}

/** The caller's own account: by the address, where the token is said to hold that. */
function ownFilter({ text }: Reading): Record<string, unknown> {
  const byEmail =
    /\btoken\b[^.;]{0,40}\b(?:holds?|has|contains?|carries|with|includes?)\b[^.;]{0,20}\be-?mail\b|\be-?mail (?:in|of|from) the(?:ir)? token\b/i;
  return byEmail.test(text) ? { email: '{{ currentUser.email }}' } : { _id: '{{ currentUser.userId }}' };
}

function partFields(thing: Thing, known: readonly string[], reading: Reading, noun: string): string[] {
  if (reading.answer.fields.length > 0 || thing.parts === '' || sameWords(thing.parts, noun)) return [];
  return readFieldList(thing.parts, known)
    .map(({ name }) => (known.includes(name) ? name : singularOf(name)))
    .filter((name) => !/^(?:list|number|count|details|password|all|total|profile)$/i.test(name));
}
