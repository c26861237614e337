/** @module Fields as people list them. */
import { type Field, fieldNamed, readConstant } from './field.ts';
import { ATTRIBUTE_START, applyAttributes, hideInnerSeparators } from './field-attributes.ts';
import { fieldFor } from './names.ts';

const MAX_FIELDS = 30;
const FILLER =
  /^(?:(?:an?|the|its|it's|their|his|her|my|our|your|new|some|and|or|also|plus|optionally|at|each|every|user's|customer's|one|both|has|have|with|of|whether|fields?|field called|called|named|including|valid|given|corresponding|following|just|maybe|possibly|numeric|unique|optional|required|mandatory|positive|text|boolean|is) )/i;
const SEPARATOR =
  /\s*;;\s*|\s*,\s*(?:and |or |plus |as well as )?|\s+(?:and|&|plus|as well as|along with|together with|\+)\s+|\s*[+;]\s*|\s*\/\s*/i;
/** Words that cannot be a field. */
const NO_FIELD =
  /^(?:it|them|that|this|these|those|everything|all|data|info|information|details|fields?|etc|so on|more|stuff|things?|values?|following|json|request|there|which|who|here|new|only|is|the|id field|timestamps?|nothing|anything|something|and|or|a|an|then|also|too|well|properties|attributes|columns|returns?|respond|save|store|please|thanks|thank you|me|us|i|we|they|user input|input)$/i;

/** Reads a list such as `a name, price (number) and optional notes`. Fields that are already known are completed. */
export function readFieldList(text: string, known: readonly string[], fields: Field[] = []): Field[] {
  const hidden = hideInnerSeparators(text);
  const isBulleted = hidden.includes(';;');
  const bullets = hidden
    .split(';;')
    .flatMap((bullet) => (/[:(]/.test(bullet) ? [bullet] : bullet.split(SEPARATOR)));
  const items = (isBulleted ? bullets : hidden.split(SEPARATOR)).slice(0, MAX_FIELDS * 2);
  let last: Field[] = [];
  for (const item of items) {
    const trimmed = (item ?? '').trim();
    if (trimmed === '') continue;
    const state = STATE.exec(trimmed);
    if (state && fields.length > 0) {
      if (!fields.some(({ name }) => name === 'status'))
        fields.push({ ...fieldNamed(fieldFor('status', known)), constant: readConstant(state[1]!) });
      continue;
    }
    if (isAttribute(trimmed)) {
      const targets = /^(?:both|all|each|they|everything)\b/i.test(trimmed) ? fields : last;
      for (const field of targets) applyAttributes(field, trimmed);
      continue;
    }
    const field = readField(trimmed, known, fields);
    if (field === null) continue;
    last = [field];
    if (!fields.includes(field) && fields.length < MAX_FIELDS) fields.push(field);
  }
  return fields;
}

/** "it starts as pending" is about the whole document: about its status. */
const STATE =
  /^(?:(?:which|that|it|they|and|always|the (?:request|order|ticket|task|document|entry)) )*(?:starts?|starting|begins?|beginning|is created|are created|created|is stored|stored|saved|is saved|marked|is marked|are marked|initially)(?: out)? (?:as |in |with )?(?:status |state |the status )?["'`]?([a-z][a-z-]{2,20})["'`]?(?: status| state)?$/i;

function isAttribute(item: string): boolean {
  return /^(?:(?:which|that|it) )?(?:(?:both|all|each|they)(?: of (?:them|which))?(?: fields?)?(?: (?:are|is|must))|(?:must|should|has to|needs to|can|may) |at (?:least|most)\b|between\b|min\b|max\b|minimum\b|maximum\b|required$|optional$|mandatory$|unique$|defaults? |defaulting|one of|either|string$|boolean$|integer$|positive$|is (?:required|optional|unique)|not (?:required|empty|negative)|(?:both|all|they) (?:required|optional|mandatory)|default:|up to|starts? (?:as|at|with)|starting (?:as|at)|initially)/i.test(
    item,
  );
}

/** One item of a list as a field; `null` when it names none. */
function readField(item: string, known: readonly string[], fields: readonly Field[]): Field | null {
  let rest = item;
  let optional = false;
  let unique = false;
  let leading = '';
  for (let filler = FILLER.exec(rest); filler; filler = FILLER.exec(rest)) {
    const word = filler[0].trim().toLowerCase();
    if (word === 'optional' || word === 'optionally' || word === 'maybe' || word === 'possibly')
      optional = true;
    if (word === 'unique') unique = true;
    if (['numeric', 'positive', 'text', 'boolean', 'required', 'mandatory'].includes(word)) {
      if (!/^\w/.test(rest.slice(filler[0].length))) break;
      leading += ` ${word === 'text' ? '' : word}`;
    }
    if (word === 'text' && /^\s*(?:\(|:|$)/.test(rest.slice(filler[0].length))) break;
    rest = rest.slice(filler[0].length);
  }
  const quoted = /^(["'`])([\w][\w .-]{0,40})\1/.exec(rest);
  const start = quoted ? quoted[0].length : (ATTRIBUTE_START.exec(rest)?.index ?? rest.length);
  const phrase = (quoted ? quoted[2]! : rest.slice(0, start)).replace(/["'`.]/g, '').trim();
  const attributes = rest.slice(start);
  // "a grade for a student with studentId": the list begins behind the last word for it.
  const named = nameOf(phrase.replace(/^.{1,40}\bwith (?=\w)/i, ''), quoted !== null, known);
  if (named === null) return null;
  const existing = fields.find(({ name }) => name.toLowerCase() === named.name.toLowerCase());
  const field = existing ?? named;
  if (optional) field.required = false;
  if (unique) field.unique = true;
  applyAttributes(field, `${leading} ${attributes}`);
  return field;
}

/** No name of a field holds a verb of the endpoint, a pronoun, or an article inside. */
const CLAUSE_WORD =
  /(?:^|\s)(?:makes?|making|sure|sends?|sending|gets?|getting|gives?|giving|tells?|they|them|their|he|she|it|we|i|you|the|an?|my|your|whose|which|that|who|only|becomes?|deletes?|updates?|returns?|stores?|saves?|goes?|go|is|are|was|were|be|been|has|have|must|should|can|not|if|when|so|because|then)(?:\s|$)/i;

const CONSTANT_ITEM =
  /^(status|state|role|type|stage|priority|level|plan)\s+(?:set to |as |of |= ?)?(pending|open|new|draft|active|todo|to-do|user|member|customer|unread|queued|created|free|submitted|unpaid|placed|received|low|medium|normal|high|inactive|waiting)$/i;

function nameOf(phrase: string, isQuoted: boolean, known: readonly string[]): Field | null {
  const constant = CONSTANT_ITEM.exec(phrase);
  if (constant)
    return {
      ...fieldNamed(fieldFor(constant[1]!.toLowerCase(), known)),
      type: 'string',
      constant: readConstant(constant[2]!.toLowerCase()),
    };
  let words = phrase
    .replace(/^(?:the|a|an) /i, '')
    .replace(
      /\s+(?:fields?|columns?|values?|property|properties|please|all|both|too|as well|in it|of it|only|etc|of|with|from|to|for)$/gi,
      '',
    );
  const inUnits = words;
  words = words.replace(
    / in (?:seconds?|minutes?|hours?|days?|weeks?|months?|years?|cents?|euros?|dollars?|usd|eur|kg|kilos?|grams?|km|kilometers?|miles|met(?:er|re)s?|cm|celsius|percent|%)$/i,
    '',
  );
  const isMeasured = inUnits !== words;
  const isList = /^(?:list|array|set) of (?=\w)/i.test(words);
  if (isList) words = words.replace(/^\w+ of /, '');
  words = words
    .replace(/\s+(?:go|goes|is|are|gets?|comes?|must|should|has to)\b.*$/i, '')
    .replace(
      /^(?:(?:the caller|callers?|they|i|we|users|customers|send|sends|give|gives|enter|enters|post|posts|it) )+(?=\w)/i,
      '',
    );
  if (words === '' || NO_FIELD.test(words) || !/^[A-Za-z_]/.test(words)) return null;
  if (words.split(' ').length > 4 || /[@{}<>]/.test(words)) return null;
  if (!isQuoted && words.includes(' ') && CLAUSE_WORD.test(words)) return null;
  if (isQuoted) return fieldNamed(fieldFor(words, known));
  const typed = /^(.+?) (flag|string|text|boolean|bool|integer|int)$/i.exec(words);
  if (typed && !/^(?:review|comment|message|body|full|note|post|article|alt)$/i.test(typed[1]!))
    words = typed[1]!;
  if (/^(?:valid )?(?:e-?mail|mail)(?: address(?:es)?)?$/i.test(words) || /^e-?mails$/i.test(words))
    words = 'email';
  if (/^(?:user|customer|person|client)'s (\w+)$/i.test(words)) words = words.replace(/^\w+'s /, '');
  const field = fieldNamed(fieldFor(words, known));
  if (
    field.name === '' ||
    (/^(?:to|for|from|in|on|into|by|if|when|of|at)\b/i.test(words) &&
      !/^(?:from|to) (?:date|day|time|city|address)$/i.test(words))
  )
    return null;
  if (isList) field.type = 'array';
  else if (isMeasured) field.type = 'number';
  if (typed && /flag|bool/i.test(typed[2]!)) field.type = 'boolean';
  else if (typed && /^int/i.test(typed[2]!)) field.type = 'number';
  else if (typed) field.type = 'string';
  return field;
}

/**
 * Sentences about fields (`Price must be positive`, `Only the title is required`): applied to fields that were named
 * before. A field that was not named and has a value of its own is added as a constant.
 */
export function applyFieldSentences(
  sentences: readonly string[],
  known: readonly string[],
  fields: Field[],
): void {
  for (const sentence of sentences) {
    addStates(sentence, known, fields);
    for (const clause of hideInnerSeparators(sentence).split(
      /\s*;;\s*|\s*;\s*|,? but |, (?=the |and the |while |(?:and )?[a-z]+(?: [a-z]+)? (?:is|are|must|should|has to|needs to|can|defaults?|starts?)\b)/i,
    ))
      applyClause(clause.trim(), known, fields);
  }
}

const WITH_STATE =
  /\b(?:with|in|having|has|as) (?:the |an? )?(?:initial |default |starting )?(status|state|role|type|stage)(?: is| of| set to| as| =|:)? ?(?:(["'`])([\w -]{1,30})\2|(pending|open|new|draft|active|todo|user|member|customer|unread|queued|submitted|unpaid|placed|received|inactive|waiting|created|scheduled|booked)\b)/i;

function addStates(sentence: string, known: readonly string[], fields: Field[]): void {
  const match = WITH_STATE.exec(sentence);
  if (!match) return;
  const name = fieldFor(match[1]!.toLowerCase(), known);
  const field = fields.find((one) => one.name === name);
  const value = match[3] ?? match[4]!.toLowerCase();
  if (field) field.constant = value;
  else fields.push({ ...fieldNamed(name), type: 'string', constant: value });
}

const CLAUSE =
  /^(?:(?:and|but|also|while|where|please|note that|make sure(?: that)?|ensure(?: that)?|the|an?|its|their|each|every|new|only|just|by default,?|initially,?) )*((?:[\w'`"-]+(?:, (?:and )?| and | & | or | ){0,1}){1,10}?)(?:,)? (must|should|has to|have to|needs? to|cannot|can't|can|may|is|are|defaults?|starts?|begins?|will|gets?|shall|between|at least|at most|required|optional|unique|set to)\b(.*)$/i;

function applyClause(text: string, known: readonly string[], fields: Field[]): void {
  const clause = text.replace(/^[\s,:;-]+/, '');
  const state = STATE.exec(clause);
  if (state) {
    if (!fields.some(({ name }) => name === 'status'))
      fields.push({ ...fieldNamed(fieldFor('status', known)), constant: readConstant(state[1]!) });
    return;
  }
  const match = CLAUSE.exec(clause.slice(0, 300));
  if (!match) return;
  const said = `${/^initially/i.test(clause) ? 'initially ' : ''}${match[2]}${match[3]}`;
  const isOnly = /^(?:(?:and|but) )?(?:only|just) /i.test(clause);
  const subject = match[1]!.trim();
  // What is to be done is no sentence about a field.
  if (/\b(?:with|accepts?|takes?|creat|add|sav|stor|insert|register|post)\w*\b/i.test(subject)) return;
  if (
    /^(?:all|everything|they|all of them|both|all fields|fields|all the fields|every field|all values|the rest|others?|everything else)$/i.test(
      subject,
    )
  ) {
    const others = /rest|other|else/i.test(subject);
    for (const field of fields) if (!others || !field.constant) applyAttributes(field, said);
    return;
  }
  const named = subject
    .split(/, (?:and )?| and | & | or /)
    .map((part) => nameOf(part.replace(FILLER, '').trim(), false, known))
    .filter((field) => field !== null);
  const found = fields.filter(({ name }) =>
    named.some((one) => one.name.toLowerCase() === name.toLowerCase()),
  );
  if (isOnly && /\b(?:required|mandatory)\b/i.test(said) && found.length > 0) {
    for (const field of fields) field.required = found.includes(field);
    return;
  }
  for (const field of found) applyAttributes(field, said);
  if (found.length > 0 || named.length !== 1) return;
  const field = named[0]!;
  if (!/\b(?:starts?|begins?|set to|defaults?|initially|always|by default)\b/i.test(said)) return;
  applyAttributes(field, said);
  if (field.default !== undefined && field.constant === undefined) field.constant = field.default;
  if (field.constant !== undefined) fields.push(field);
}
