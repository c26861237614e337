/** @module Which collection a request is about, and which words are about its fields. */
import { type Action, type Deed, readThing, type Thing } from '../core.ts';
import { existingCollection, isPlural, knownFields, singularOf } from '../names.ts';
import { collectionOf, type Reading } from '../reading.ts';
import { adjectiveCondition } from '../selection.ts';

/** What a request is about. */
export interface Target {
  deed: Deed | null;
  noun: string;
  collection: string;
  known: readonly string[];
  thing: Thing;
  isPlural: boolean;
  /** Words that list fields, where they stood in the place of the thing. */
  fieldText: string;
  /** `status` in `the status of a ticket`. */
  partsText: string;
  /** Words before the verb. */
  before: string;
  /** `post` in `comments of a post` is a thing of its own. */
  ownerIsParent: boolean;
  adjectives: [string, unknown][];
}

const NOT_A_THING =
  /^(?:it|them|him|her|this|that|me|us|everything|something|anything|stuff|things?|one|data|they|its|their|his|they're|those|these|cool|some|information|records?|entry|entries|app|website|system|login|token|jwt|values?|body|request|input|fields?|amount|collection|table|database|document|documents|item in it)?$/i;
const PEOPLE =
  /\b(users?|customers?|members?|clients?|employees?|students?|patients?|subscribers?|authors?|guests?|drivers?|players?|teachers?|tenants?|sellers?|vendors?)\b(?=[^.]{0,40}$)/i;

const NEWSLETTER = /\bnewsletter\b|\bmailing list\b/i;

/** Finds what a request is about; `null` when it names nothing. */
export function readTarget(reading: Reading, action: Action): Target | null {
  const wanted = reading.deeds.filter((deed) => deed.action === action);
  const candidates = wanted.length > 0 ? wanted : reading.deeds;
  if (NEWSLETTER.test(reading.text) && reading.collection === null && reading.route === null) {
    const deed = candidates[0] ?? null;
    const thing = readThing('');
    const isList = action === 'read' && /\b(?:all|list|subscribers)\b/i.test(reading.text);
    return complete(
      reading,
      deed,
      isList ? 'subscribers' : 'subscriber',
      { ...thing, tail: deed === null ? reading.sentences.join(', ') : `${deed.rest}` },
      '',
      false,
    );
  }
  if (action === 'create' && reading.route === null) {
    // "accepts a title and a url and stores them as a bookmark"
    const named =
      /\b(?:them|it|this|that|these|everything|all|both|data|values?|information|stored|saved|recorded|kept|inserted) (?:as|in) (?:an? |the )?(?:new )?(?:document |entry |record )?(?!json\b|it\b|status\b|pending\b|draft\b)([a-z]+(?: [a-z]+)?)(?=$|[,.;]| with\b| and\b)/i.exec(
        reading.sentences.join('. '),
      );
    if (named && !NOT_A_THING.test(named[1]!) && wanted.length > 0)
      return complete(
        reading,
        wanted[0]!,
        named[1]!,
        { ...readThing(''), tail: '' },
        wanted[0]!.rest
          .slice(0, 200)
          .replace(
            /,? (?:and|then) (?:then )?(?:stor|sav|insert|keep|writ|put|add|record|persist|creat)\w* .*$/i,
            '',
          ),
        false,
      );
  }
  for (const deed of candidates) {
    const target = fromDeed(reading, deed, action);
    if (target !== null) return target;
  }
  const { route } = reading;
  const [deed = null] = candidates;
  const noun = (route?.path.at(-1) ?? reading.collection ?? looseNoun(reading)).replace(/[-_]/g, ' ');
  if (noun === '') return null;
  const isParent =
    route !== null && route.path.length > 1 && route.parameters.length > 0 && action !== 'update';
  const thing: Thing = {
    noun,
    adjectives: [],
    parts: '',
    owner: isParent ? singularOf(route.path.at(-2)!) : '',
    tail: deed?.rest ?? reading.sentences.join('. '),
    isPlural: false,
  };
  return complete(reading, deed, noun, thing, deed?.rest ?? reading.sentences[0] ?? '', isParent);
}

function fromDeed(reading: Reading, deed: Deed, action: Action): Target | null {
  const thing = readThing(deed.rest);
  const named = reading.route?.path.at(-1) ?? reading.collection;
  // "saves title and done flag": with a collection or a path given, the words behind the verb are the fields.
  if (
    named &&
    (action === 'create' || action === 'update') &&
    !isSame(named, thing.noun) &&
    !isSame(named, thing.owner)
  ) {
    const isList =
      /^[^.]*?(?:,| and | & |;;|\+)/.test(deed.rest) ||
      thing.noun === '' ||
      /\bflag$|\bfield$/i.test(thing.noun);
    if (action === 'update' && reading.route !== null && thing.owner === '')
      return complete(reading, deed, named.replace(/[-_]/g, ' '), { ...thing, tail: '' }, deed.rest, false);
    const hasArticle =
      /^(?:an?|new|one|every|each|all|incoming)\b/i.test(deed.rest) &&
      /\b(?:with|that has|containing|having|including|:)/i.test(deed.rest);
    if (thing.owner === '' && isList && !hasArticle)
      return complete(reading, deed, named.replace(/[-_]/g, ' '), { ...thing, tail: '' }, deed.rest, false);
  }
  if (
    action === 'read' &&
    reading.route !== null &&
    named &&
    !isSame(named, thing.noun) &&
    /^(?:return|respond|give|show|answer|output|get|provide|send)/.test(deed.verb) &&
    !/^(?:all|every|the list|an?)\b/i.test(deed.rest)
  ) {
    const parts = deed.rest.replace(/\bonly\b/gi, '');
    return complete(
      reading,
      deed,
      named.replace(/[-_]/g, ' '),
      { ...thing, noun: named, parts, tail: '' },
      '',
      false,
    );
  }
  let noun = thing.noun;
  let partsText = '';
  if (action === 'update' && /^(?:new )?password$/i.test(noun)) {
    const user = 'user';
    return complete(
      reading,
      deed,
      user,
      { ...thing, noun: user, parts: 'password', owner: '' },
      '',
      false,
      'password',
    );
  }
  let isParent = false;
  if (thing.owner !== '' && !NOT_A_THING.test(thing.owner)) {
    const isThing =
      (isPlural(noun.split(' ').at(-1) ?? '') &&
        thing.parts !== '' &&
        !/,| and /.test(thing.parts) &&
        action !== 'update' &&
        !/^(?:details|names?|emails?|numbers?|prices?|fields|contents|rights|notes(?= of)|titles?)$/i.test(
          noun,
        )) ||
      (thing.parts === '' && action !== 'update') ||
      existingCollection(noun, reading.collections) !== null;
    if (isThing && !/^(?:the )?(?:current|logged)/i.test(thing.owner)) isParent = true;
    else {
      partsText =
        thing.parts === '' ? `${noun} ${/^(?:and|,|&)/.test(thing.tail) ? thing.tail : ''}` : thing.parts;
      noun = thing.owner;
    }
  } else if (
    action === 'update' &&
    /^(?:their|his|her|its|the user's|my)\b/i.test(deed.rest) &&
    !/^(?:their|his|her|my) (?:own )?(?:profile|account)\b/i.test(deed.rest)
  ) {
    const person = PEOPLE.exec(deed.subject) ?? PEOPLE.exec(reading.sentences.join(' '));
    const own = /^(?:their|his|her|its|my) (?:own )?([\w ]+?)(?=$| (?:by|given|with|using))/i.exec(deed.rest);
    if (person && own) {
      partsText = own[1]!;
      noun = person[1]!;
      return complete(
        reading,
        deed,
        singularOf(noun),
        { ...thing, tail: deed.rest.slice(own[0].length) },
        '',
        false,
        partsText,
      );
    }
  }
  if (
    /^(?:profile|account|user account|user profile)$/i.test(noun) &&
    existingCollection(noun, reading.collections) === null
  )
    noun = 'user';
  const part =
    /^(.+) (status|price|stock|quantity|title|e-?mail|address|phone|password|description|priority|role|amount)$/i.exec(
      noun,
    );
  if (
    part &&
    partsText === '' &&
    (action === 'update' || action === 'read') &&
    thing.owner === '' &&
    existingCollection(noun, reading.collections) === null
  ) {
    noun = part[1]!;
    partsText = part[2]!;
    if (action === 'read') thing.parts = partsText;
  }
  if (
    /^(?:customer|user|member|client|employee)(?:'s)? (?:account|profile)s?$/i.test(noun) &&
    existingCollection(noun, reading.collections) === null
  )
    noun = noun.split(/'s | /)[0]!;
  if (NOT_A_THING.test(noun)) {
    const before =
      /\b(?:find|get|fetch|look up|load|take|for|when|the|an?) (?:the |an? )?([a-z]+)(?= (?:by|with|is|whose|and)\b)/i.exec(
        deed.subject,
      );
    if (!before || NOT_A_THING.test(before[1]!)) return null;
    noun = before[1]!;
  }
  if (noun.split(' ').length > 4) return null;
  return complete(reading, deed, noun, thing, '', isParent, partsText);
}

function complete(
  reading: Reading,
  deed: Deed | null,
  noun: string,
  thing: Thing,
  fieldText: string,
  ownerIsParent: boolean,
  partsText = '',
): Target {
  const collection = collectionOf(reading, noun);
  const known = knownFields(collection, reading.collections);
  const isPluralNoun =
    isPlural(noun.split(' ').at(-1) ?? '') || /\b(?:stock|inventory|equipment)$/i.test(noun);
  return {
    deed,
    noun,
    collection,
    known,
    thing,
    isPlural: isPluralNoun && !/^(?:an?|one|single|each)\b/i.test(deed?.rest ?? ''),
    fieldText,
    partsText,
    before: /\b(?:given|by|with the|for a given|using|based on)\b/i.test(deed?.subject ?? '')
      ? (deed?.subject ?? '')
      : '',
    ownerIsParent,
    adjectives: thing.adjectives.map((word) => [...adjectiveCondition(word, known)] as [string, unknown]),
  };
}

function isSame(one: string, other: string): boolean {
  return singularOf(one.toLowerCase()) === singularOf(other.toLowerCase());
}

/** A thing named without a verb: `new product endpoint: name, price`. */
function looseNoun(reading: Reading): string {
  const match =
    /\b(?:endpoint|api|route|workflow|crud|form|page) (?:for|of|about) (?:an? |the |all |my |our |new )*([a-z][\w-]*(?: [a-z]+)?)(?=$|[,.:;(]| with\b| by\b)/i.exec(
      reading.text,
    ) ?? /\b(?:new|all|every) ([a-z][\w-]*)(?=$|[,.:;(]| with\b| by\b)/i.exec(reading.text);
  const giver =
    /\b(?:new|every|each|an?) ([a-z]+) (?:gives?|sends?|has|have|enters?|provides?|fills?|leaves?|consists?|includes?|contains?)\b/i.exec(
      reading.text,
    );
  const found = match ?? giver;
  return found && !NOT_A_THING.test(found[1]!) ? found[1]! : '';
}
