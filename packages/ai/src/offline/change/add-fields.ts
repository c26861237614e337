/** @module More fields: asked for, checked, and stored. */
import { isPlainObject } from '@orchestrix/engine';
import type { PatchOperation } from '../../patch/operations.ts';
import { uniqueSteps } from '../families/accounts.ts';
import { type Field, fieldNamed } from '../field.ts';
import { labelOf } from '../names.ts';
import { readFieldList } from '../read-fields.ts';
import { fromInput, ruleOf, storedValue, variableOf } from '../steps.ts';
import {
  before,
  freeId,
  type Outcome,
  outputOf,
  type Part,
  type Parts,
  setField,
  variablesOf,
} from './parts.ts';

const VERBS =
  'add|store|save|include|ask(?: (?:them|the \\w+|callers?))? for|take|accept|collect|record|have|introduce|require|with|need|want|keep|remember|expect|allow|support|log|track|capture|request|get|let (?:them|users?|the \\w+|callers?|people|\\w+) (?:also )?(?:add|give|send|pass|enter|leave|provide|set|choose)';
const COMMAND = new RegExp(`^(?:${VERBS})\\b(?: also| as well| too)? (.+)$`, 'i');
const SENDS =
  /^(?:(?:the|a|an|our|its?|every|each|all|any|they|there|we|new|you) ?)?(?:[\w'-]+ ){0,4}?(?:(?:can|may|should|must|will|shall|could|has to|have to|might) )?(?:also |additionally |optionally |now |always |then )*(?:be )?(?:sends?|gives?|pass(?:es)?|provides?|enters?|submits?|includes?|contains?|has|have|leaves?|carr(?:y|ies)|comes? with|specif(?:y|ies)|adds?|takes?|uploads?|reports?|suppl(?:y|ies)|needs?|requires?|be an?|is an?|says?|writes?|chooses?|states?|mentions?|tells? us|asks? for|fills? in|gets?)(?: us| along| in)?(?: also| too| as well| optionally)* (?=\S)(.+)$/i;
const PASSIVE =
  /^(?:the |an? )?([\w' -]{2,40}?(?: \([^)]*\))?) (?:(?:should|must|shall|has to|needs? to|is to) (?:also |be )*(?:stored|saved|sent|given|asked for|recorded|included|added|collected|there)|(?:is|are) (?:also )?(?:needed|wanted|necessary|required))(?: too| as well| also)?$/i;
const WHO =
  /\bwho (?:has |had |is )?(did|made|changed|updated|created|wrote|sent|deleted|approved|rejected|closed|finished|completed|added|posted|cancelled|canceled|reported|submitted|placed|booked|published) (?:it|this|that|them|the \w+)\b/i;
const REQUIRES =
  /^(?:ask\b|require|need|must|have to|request)|\b(?:must|has to|have to|needs? to|requires?|required|mandatory|needs?)\b/i;

const UPDATES =
  /^(?:(?:let|allow) (?:the caller|callers|users|the user|them|people)? ?(?:to )?)?(?:also )?(?:update|change|modify|edit|set)(?: also| too)? (.+)$/i;
/** Documents know by themselves when they were made and changed. */
const WHEN =
  /^(?:store|save|record|remember|keep|log) (?:the (?:time|date|timestamp|moment)(?: and (?:the )?(?:time|date))? (?:of (?:the|its) (?:change|update|creation|request)|when)|when it (?:was|is|has been))\b/i;

/** `Also store a phone number`, `the sensor also sends its battery level, a number from 0 to 100`. */
export function addFields(wish: string, parts: Parts): Outcome {
  if (!parts.input || /^(?:the |its )?(?:answer|response|reply|result|output|e-?mail|mail)\b/i.test(wish))
    return null;
  const who = addWho(wish, parts);
  if (who !== null) return who;
  const text = wish.replace(/^(?:also|additionally) /i, '');
  if (parts.write && WHEN.test(text)) return [];
  const updates = parts.write?.type === 'dbUpdate' ? UPDATES.exec(text) : null;
  const said = (updates ?? COMMAND.exec(text) ?? PASSIVE.exec(text) ?? SENDS.exec(text))?.[1];
  if (said === undefined) return null;
  const toSubject =
    /,? ?(?:(?:and|which|that|it)\s+)*(?:becomes?|is used as|serves as|goes into|is|as|used as) (?:the )?subject of the (?:e-?)?mail\b/i;
  const names = variablesOf(parts).map(({ name }) => name);
  const fields: Field[] = [];
  for (const field of readFieldList(tidyList(said.replace(toSubject, ''), names), [...names, ...parts.known]))
    if (!/^(?:step|endpoint|workflow|error|check|validation|role|log|mail)$/i.test(field.name))
      fields.push(field);
  const added = fields.filter(({ name }) => !names.includes(name));
  if (
    fields.length === 0 ||
    added.some(
      ({ name }) => name.length > 40 || /^(?:that|which|when|if|more|better|faster)|As[A-Z]/.test(name),
    )
  )
    return null;
  if (added.length > 0 && parts.list && !parts.write && !parts.delete)
    return `What should the list do with "${added[0]!.name}"?`;
  // What is left out of an update would be overwritten with nothing.
  const isRequired = REQUIRES.test(wish) || parts.write?.type === 'dbUpdate';
  const isNamed = /\boptional|\brequired|\bmandatory/i.test(wish);
  const ready = added.map((field) =>
    isNamed || isRequired || field.unique === true ? field : { ...field, required: false },
  );
  const mail = parts.mails[0];
  const subject =
    toSubject.test(said) && mail && fields[0] ? setField(mail, 'subject', fromInput(fields[0].name)) : [];
  const { write } = parts;
  const kept = fields.filter(
    ({ name }) => names.includes(name) && write !== undefined && !isKept(name, write),
  );
  return [
    ...operationsFor(ready, parts),
    ...kept.flatMap(({ name }) => setField(write!, `data.${name}`, fromInput(name))),
    ...subject,
  ];
}

/** Whether what a caller sends is used by what is written. */
function isKept(name: string, { data, filter }: Part): boolean {
  return JSON.stringify([data, filter]).includes(fromInput(name));
}

/** Words about the list, and what stands between commas but is about one field, made readable for whoever reads lists. */
function tidyList(said: string, names: readonly string[]): string {
  return said
    .replace(
      /^(?:an? |the |new |another |one more |additional |extra |further |more )*(optional |required |mandatory )?(?:new )?(?:input )?(?:fields?|values?|propert(?:y|ies)|columns?|inputs?|parameters?|attributes?) (?:for |of |called |named |: ?)?(?:the |an? )?(?=\S)/i,
      '$1',
    )
    .replace(
      /,\s*(?:which|that|and it|it)\s+(?:is|are|must be|has to be|should be|may be|can be)\s+((?:an? )?[\w ]+?)(?=$|[,.;]| and (?:which|it|becomes|is))/gi,
      ' ($1)',
    )
    .replace(
      /,\s*(?:an?\s+)?((?:optional |required |whole |positive |valid |short |long )*(?:numbers?|integer|text|string|boolean|flag|date|percentage|object|json)\b[^,;]*)/gi,
      ' ($1)',
    )
    .replace(
      /,\s*((?:but )?(?:optional(?:ly)?|required|mandatory|unique)|(?:between|from) -?\d[^,;]*|at (?:least|most) [^,;]*|max(?:imum)? [^,;]*|min(?:imum)? [^,;]*)/gi,
      ' ($1)',
    )
    .replace(
      /\b([\w' ]+?) of (?:the|their|its|his|her) (\w+)(?=$|[,(]| and )/gi,
      (_, name: string, owner: string) => {
        const plain = name.replace(/^(?:the|their|its|an?) /i, '').trim();
        return names.includes(plain) ? `${owner} ${plain}` : plain;
      },
    )
    .replace(
      /,? (?:as well|too|also|please|to (?:it|them|the (?:request|input|form|workflow|\w+))|(?:in|with) (?:it|them|the (?:document|database|request|body))|as (?:an? )?(?:additional |new |extra |optional |required )*(?:field|input)|if they (?:want|like)|with (?:every|each|the) \w+)$/i,
      (whole) => (/optional|if they/i.test(whole) ? ' (optional)' : ''),
    )
    .replace(/\b(?:an? )?(optional |required )?(\w+)(?<!\bnew|\ban|\ba|\bthe) field\b/i, '$1$2');
}

/** `Also store who did it`. */
function addWho(wish: string, parts: Parts): Outcome {
  const match = WHO.exec(wish);
  const { write, auth } = parts;
  if (!match || !/\b(?:store|save|record|keep|remember|log|add|note|track|who\b.*\bstored)\b/i.test(wish))
    return null;
  if (!write) return 'The workflow writes nothing. Where should it be stored who did it?';
  const verb = match[1]!.toLowerCase();
  const key = { did: 'doneBy', made: 'madeBy', wrote: 'writtenBy', sent: 'sentBy' }[verb] ?? `${verb}By`;
  const sent =
    /\b(?:callers?|they|users?|clients?|request) (?:also )?(?:sends?|gives?|passes|enters?|provides?|has|contains?) (?:an? |the |their |his |her |its )?(?:own )?([a-z][\w -]{1,30}?)(?= (?:for|with|too|as)\b|[,.;]|$)/i.exec(
      wish,
    )?.[1];
  if (sent === undefined && auth) return setField(write, `data.${key}`, `{{ ${outputOf(auth)}.userId }}`);
  const [field = fieldNamed(key)] = readFieldList(sent ?? key, parts.known);
  const isThere = variablesOf(parts).some(({ name }) => name === field.name);
  const operations = isThere ? [] : inputsFor([{ ...field, required: !/\boptional/i.test(wish) }], parts);
  return [...operations, ...setField(write, `data.${key}`, fromInput(field.name))];
}

function inputsFor(fields: readonly Field[], parts: Parts): PatchOperation[] {
  const sent = fields.filter(({ constant }) => constant === undefined);
  const { input, validate } = parts;
  const operations: PatchOperation[] = sent.map((field) => ({
    op: 'append',
    id: input!.id,
    field: 'variables',
    value: variableOf(field),
  }));
  if (validate)
    for (const field of sent)
      operations.push({ op: 'append', id: validate.id, field: 'rules', value: ruleOf(field) });
  else if (sent.length > 0)
    operations.push({
      op: 'add',
      step: { id: freeId('validate', parts), type: 'inputValidation', rules: sent.map(ruleOf) },
      after: parts.auth?.id ?? input!.id,
    });
  return operations;
}

function operationsFor(fields: readonly Field[], parts: Parts): PatchOperation[] {
  const { write, response, mails } = parts;
  const operations = inputsFor(fields, parts);
  if (write)
    for (const field of fields)
      operations.push({ op: 'set', id: write.id, field: `data.${field.name}`, value: storedValue(field) });
  for (const { name } of fields.filter(({ unique }) => unique === true && write?.type === 'dbInsert'))
    operations.push(...uniqueCheck(name, parts));
  const body = response?.body;
  const output = write ? outputOf(write) : '';
  const showsAll =
    write?.type === 'dbInsert' &&
    isPlainObject(body) &&
    Object.hasOwn(body, 'id') &&
    Object.keys(body).length > 1;
  if (showsAll && response)
    for (const { name } of fields)
      if (!/password|secret/i.test(name))
        operations.push({
          op: 'set',
          id: response.id,
          field: `body.${name}`,
          value: `{{ ${output}.${name} }}`,
        });
  // Where nothing is stored, the mail is all that becomes of what was sent.
  const mail = mails.find(({ body: text }) => typeof text === 'string' && /: \{\{ input\./.test(text));
  if (!write && mail) {
    const lines = fields
      .filter(({ constant, name }) => constant === undefined && !/password/i.test(name))
      .map(({ name }) => `\n${labelOf(name)}: ${fromInput(name)}`);
    operations.push({
      op: 'set',
      id: mail.id,
      field: 'body',
      value: `${String(mail.body)}${lines.join('')}`,
    });
  }
  return operations;
}

function uniqueCheck(name: string, parts: Parts): PatchOperation[] {
  const [find, guard] = uniqueSteps(parts.collection, name, 2, 'document');
  const id = freeId(find!.id, parts);
  return [
    { op: 'add', step: { ...find!, id }, after: before(parts.write?.id, parts) },
    { op: 'add', step: { ...guard!, id: freeId(guard!.id, parts) }, after: id },
  ];
}
