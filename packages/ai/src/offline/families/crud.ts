/** @module Create, read, update and delete. */
import type { Draft, DraftQuestions } from '../../drafting/drafter.ts';
import { type Deed, readThing, sameWords, type Thing } from '../core.ts';
import { type Field, fieldNamed } from '../field.ts';
import { mailSteps } from '../mail-steps.ts';
import { fieldFor, isPlural, knownFields, labelOf, singularOf } from '../names.ts';
import { applyFieldSentences, readFieldList } from '../read-fields.ts';
import { collectionOf, type Reading } from '../reading.ts';
import { readSelection, type Selection } from '../selection.ts';
import { dataOf, fromInput, guardFound, outputName, respond, type Step, stepId, workflow } from '../steps.ts';
import { uniqueSteps } from './accounts.ts';
import { cutEnd, listedFields } from './listed.ts';
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
    /\b(?:author|owner|creator|belongs? to|their user ?id|user id from the token)\b.{0,40}\b(?:token|logged|current|caller|them)\b/i.test(
      reading.text,
    )
  ) {
    if (reading.access.isProtected && !fields.some(({ name }) => name === 'userId'))
      fields.push({ ...fieldNamed('userId'), constant: '{{ currentUser.userId }}' });
  }
  if (fields.filter(({ constant }) => constant === undefined).length === 0) {
    const fallback = known.filter((name) => !/^(?:_id|__v|createdAt|updatedAt)$/.test(name)).map(fieldNamed);
    if (fallback.length === 0) return ask(`Which fields should a ${labelOf(noun).toLowerCase()} have?`);
    fields.push(...fallback.filter(({ name }) => !fields.some((field) => field.name === name)));
  }
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
  const own = [
    target.fieldText,
    thing.owner !== '' && !target.ownerIsParent ? thing.parts : '',
    thing.tail,
  ].find((text) => {
    const found = readFieldList(cutEnd(stripLead(text)), known);
    if (found.length === 0) return false;
    fields.push(...found);
    return true;
  });
  void own;
  const listed =
    fields.length > 1 || (fields.length === 1 && reading.sentences.length === 1)
      ? []
      : listedFields(reading, known);
  if (listed.length > fields.length) fields.splice(0, fields.length, ...listed);
  if (target.ownerIsParent) {
    const name = fieldFor(`${singularOf(thing.owner)} id`, known);
    if (!fields.some((field) => field.name === name)) fields.unshift(fieldNamed(name));
  }
  return fields.filter(({ name }) => name !== 'id' && name !== '_id' && !sameWords(name, target.noun));
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

/** Words that stand before a list and are no field. */
export function stripLead(text: string): string {
  return text.replace(
    /^(?:\s|[,:;(-]|\b(?:with|that|which|who|has|have|having|including|includes|containing|contains|consisting|consists|of|from|given|using|by|takes?|taking|accepts?|stores?|storing|saves?|saving|the following|following|fields?|values?|its|the|an?|their|these|data|properties|attributes|columns|based on|based|needs?|should|must|for|it|sending|providing|giving|posting|passing|provided|in the body|where|when|i send|user sends|whose|made up|made|and|body|as|json|only|each|via|parameters?|information|like|such|to have|made of|to)\b)+/i,
    '',
  );
}

/** One document or a list. */
export function draftRead(reading: Reading): Draft | DraftQuestions {
  const target = readTarget(reading, 'read');
  if (target === null) return ask('What should be read, and how is it found?');
  const { noun, collection, known, thing } = target;
  const selection = select(reading, target, thing.tail);
  const isCount =
    /^(?:count|counts|counting)$/.test(target.deed?.verb ?? '') ||
    /\b(?:number|count|amount|how many)\b/i.test(`${thing.parts}`) ||
    /\bhow many\b|\bcount of\b|\bnumber of\b/i.test(reading.text);
  const { order } = reading;
  const byId =
    selection.selectors.some(({ name }) => name === 'id') || (reading.route?.parameters.length ?? 0) > 0;
  const isList =
    !byId &&
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
    !reading.access.isOwn
  )
    fields.push(fieldNamed('id'));
  applyFieldSentences(reading.sentences, known, fields);
  const filter = filterOf(fields, selection, reading);
  const hides = collection === 'users' || known.includes('password');
  const output = outputName('found', fields);
  const chosen = partFields(thing, known, reading, noun);
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
    return done(`Get ${labelOf(singularOf(noun)).toLowerCase()}`, workflow(fields, reading.access, work));
  }
  const paging: Field[] = order.isPaged
    ? [
        { ...fieldNamed('limit'), type: 'number', required: false, default: 20, min: 1, max: 100 },
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
      ? { limit: fromInput('limit'), skip: fromInput('skip') }
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
    workflow([...fields, ...paging], reading.access, [find, answer]),
  );
}

function partFields(thing: Thing, known: readonly string[], reading: Reading, noun: string): string[] {
  if (reading.answer.fields.length > 0 || thing.parts === '' || sameWords(thing.parts, noun)) return [];
  return readFieldList(thing.parts, known)
    .map(({ name }) => name)
    .filter((name) => !/^(?:list|number|count|details|password|all|total|profile)$/i.test(name));
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
    if (changed.length === 0) changed = listedFields(reading, known);
  }
  const keys = selection.selectors.map(({ name }) => name);
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
      (changed.length > 1 && /user|customer|account|member|profile|person|subscriber/i.test(noun)
        ? changed.find(({ name }) => name === 'email')
        : undefined);
    selectors = [key ?? fieldNamed('id')];
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
    {
      id: stepId('find', singularOf(noun)),
      type: 'dbFind',
      collection,
      filter,
      ...(hides ? { projection: { password: 0 } } : {}),
      output: found,
    },
    guardFound('check_found', `{{ ${found} }}`, singularOf(noun)),
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
  return done(`Update ${labelOf(singularOf(noun)).toLowerCase()}`, workflow(fields, reading.access, work));
}

function renamed(name: string): string {
  return /^new[A-Z]/.test(name) ? name.charAt(3).toLowerCase() + name.slice(4) : name;
}

const VERB_STATES: readonly (readonly [RegExp, string, unknown])[] = [
  [/^(?:complet|finish|tick)/, 'done', true],
  [/^(?:clos)/, 'status', 'closed'],
  [/^(?:archiv)/, 'archived', true],
  [/^(?:cancel)/, 'status', 'cancelled'],
  [/^(?:publish)/, 'published', true],
  [/^(?:unpublish)/, 'published', false],
  [/^(?:activat|enabl)/, 'active', true],
  [/^(?:deactivat|disabl)/, 'active', false],
  [/^(?:resolv)/, 'status', 'resolved'],
  [/^(?:reopen)/, 'status', 'open'],
];
const STATE_FLAGS =
  /^(?:done|completed?|finished|read|paid|published|active|archived|featured|verified|confirmed|available|enabled|checked|urgent|solved)$/i;

/** A change to a value that the request itself says: `mark it as done`. */
function fixedChange(
  deed: Deed | null,
  thing: Thing,
  known: readonly string[],
  reading: Reading,
): { constants: Record<string, unknown>; isSet: string | null } {
  const constants: Record<string, unknown> = {};
  const text = `${deed?.rest ?? ''}`;
  const marked = /\b(?:mark|flag|tick)\w*\b.*?\bas (not |un)?["'`]?([a-z-]+)["'`]?/i.exec(
    `${deed?.verb ?? ''} ${text}`,
  );
  if (marked) {
    setState(marked[2]!, marked[1] === undefined, known, constants);
    return { constants, isSet: thing.tail.replace(/\bas (?:not )?["'`]?[\w-]+["'`]?/i, ' ') };
  }
  const set =
    /\b(?:set|chang|updat|switch|mov|turn|put)\w*\b.*?\b(?:the |its |their )?([a-z]\w*)(?: (?:field|flag))?(?: of [\w' ]+?)? (?:to|=) (?!an?\b|the\b|new\b|given\b|another\b|be\b|something\b|whatever\b|what\b)["'`]?([\w-]+)["'`]?/i.exec(
      `${deed?.verb ?? ''} ${text}`,
    );
  if (set && !/^(?:caller|user|input|requested|one|either|value)$/i.test(set[2]!)) {
    const name = fieldFor(set[1]!, known);
    const raw = set[2]!;
    constants[name] = /^(?:true|false)$/i.test(raw)
      ? raw.toLowerCase() === 'true'
      : /^\d+$/.test(raw)
        ? Number(raw)
        : raw;
    return { constants, isSet: thing.tail.replace(/\b(?:to|=) ["'`]?[\w-]+["'`]?/i, ' ') };
  }
  if (thing.parts !== '' || thing.owner !== '') return { constants, isSet: null };
  for (const [pattern, field, value] of VERB_STATES) {
    if (!pattern.test(deed?.verb ?? '')) continue;
    if (value === true && !known.includes(field) && known.includes('status'))
      constants.status = /^(?:complet|finish)/.test(deed?.verb ?? '') ? 'completed' : field;
    else constants[field === 'done' && known.includes('completed') ? 'completed' : field] = value;
  }
  void reading;
  return { constants, isSet: null };
}

function setState(
  word: string,
  isOn: boolean,
  known: readonly string[],
  constants: Record<string, unknown>,
): void {
  const state = word.toLowerCase();
  const flag =
    known.find((name) => [state, `is${state}`].includes(name.toLowerCase())) ??
    (/^complete/.test(state) ? known.find((name) => /^(?:completed|done)$/.test(name)) : undefined);
  const negative = /^(unread|unpaid|incomplete|inactive|undone)$/.exec(state);
  if (negative && flag === undefined && !known.includes('status'))
    constants[state.replace(/^(?:un|in)/, '').replace('complete', 'completed')] = false;
  else if (flag !== undefined) constants[flag] = isOn;
  else if (known.includes('status') || !STATE_FLAGS.test(state)) constants.status = state;
  else constants[state === 'complete' ? 'completed' : state] = isOn;
}

/** Deletes one document. */
export function draftDelete(reading: Reading): Draft | DraftQuestions {
  const target = readTarget(reading, 'delete');
  if (target === null) return ask('What should be deleted, and how is it found?');
  const { noun, collection, known, thing } = target;
  const selection = select(reading, target, thing.tail);
  const fields =
    selection.selectors.length > 0
      ? selection.selectors
      : [fieldNamed(/newsletter|subscri/i.test(noun) ? 'email' : 'id')];
  applyFieldSentences(reading.sentences, known, fields);
  const filter = filterOf(fields, selection, reading);
  const found = outputName('existing', fields);
  const hides = collection === 'users' || known.includes('password');
  const work: Step[] = [
    {
      id: stepId('find', singularOf(noun)),
      type: 'dbFind',
      collection,
      filter,
      ...(hides ? { projection: { password: 0 } } : {}),
      output: found,
    },
    guardFound('check_found', `{{ ${found} }}`, singularOf(noun)),
    {
      id: stepId('delete', singularOf(noun)),
      type: 'dbDelete',
      collection,
      filter,
      output: outputName('deleted', fields),
    },
  ];
  const mails = mailSteps(reading.mails, { noun: singularOf(noun), fields, address: `{{ ${found}.email }}` });
  if (typeof mails === 'string') return ask(mails);
  const sent = fields.map(({ name }) => [name, fromInput(name)]);
  work.push(...mails, respond(reading.answer, 200, { deleted: true, ...Object.fromEntries(sent) }, found));
  return done(`Delete ${labelOf(singularOf(noun)).toLowerCase()}`, workflow(fields, reading.access, work));
}

function select(reading: Reading, target: Target, tail: string): Selection {
  const { known, thing, noun } = target;
  const selection = readSelection(tail, known, singularOf(noun));
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

function filterOf(
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

function ask(question: string): DraftQuestions {
  return { kind: 'questions', questions: [question] };
}

function done(title: string, definition: Draft['definition']): Draft {
  return { kind: 'draft', title, definition };
}
