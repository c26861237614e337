/** @module Everything that the rules understood of a request. */
import type { Collections } from '../builder/prompt.ts';
import { type Access, takeAccess } from './access.ts';
import { type AnswerWish, takeAnswer } from './answer.ts';
import { type Deed, deedsOf, readRoute } from './core.ts';
import { KEPT_BACK } from './hostile.ts';
import { type MailWish, takeMails } from './mail.ts';
import { collectionFor, existingCollection, isPlural, knownFields, singularOf, wordsOf } from './names.ts';
import { type Order, takeOrder } from './order.ts';
import { sentencesOf, takeAll, takeFirst } from './read-request.ts';

/** A request, taken apart. */
export interface Reading {
  /** All of it, for words that decide the family. */
  text: string;
  /** What is left when mails, access, order, collection and answer are taken out. */
  sentences: string[];
  mails: MailWish[];
  access: Access;
  order: Order;
  answer: AnswerWish;
  /** A collection that the request names. */
  collection: string | null;
  route: ReturnType<typeof readRoute>;
  /** Fields whose value may be there only once; `*` when it was not said which. */
  unique: string[];
  deeds: Deed[];
  collections: Collections;
}

const NAMED = [
  /,? ?(?:->|=>|→) ?(?:the )?["'`]?([A-Za-z][\w-]{0,60})["'`]?(?: (?:collection|table))?(?=$|[,.;])/i,
  /,? ?(?:\b(?:and|it|them|this|that|everything|data|stored|saved)\b ?){0,3}\b(?:in(?:to)?|to|from|of|inside|using|within|on|under|collection:?|use)(?: a| the| my| our| your)?(?: mongo\w*| db| database| existing| new)? (?:collection|table|db collection)s? ?(?:called|named|:|=)? ?["'`]?([A-Za-z][\w-]{0,60})["'`]?/i,
  /,? ?(?:\b(?:and|it|them|this|that|everything|data|stored|saved)\b ?){0,3}\b(?:in(?:to)?|to|from|of|inside|within|using)(?: a| the| my| our| your)? ["'`]?([A-Za-z][\w-]{0,60})["'`]? (?:collection|table)\b/i,
  /\(?\b(?:collection|table)(?: name)?(?: is| called| named|:|=)+ ?["'`]?([A-Za-z][\w-]{0,60})["'`]?\)?/i,
  /,? ?\b(?:in(?:to)?|from|inside) (?:the )?["`]([A-Za-z][\w-]{0,60})["`]/i,
];
const UNIQUE = [
  /,? ?(?:and |but )?(?:(?:make sure|ensure|check|so)(?: that)? |don't allow |do not allow |there (?:must|can) (?:not|never) be |no |never )(?:the |two |several |any |it |more )*(?:users?|accounts?|people|entries|records|documents|customers|members|\w+s)? ?(?:with |have |has |share |having )?(?:the )?same ([\w-]+)(?: address| number)?(?: (?:is not|isn't|can't be|cannot be|can not be|is|be|are|may not be|must not be)(?: never)? (?:used|booked|registered|added|taken|stored|entered|saved|created)(?: twice| again| more than once| two times)?| twice)?/i,
  /,? ?(?:and |but )?\b(?:refuse|reject|deny|decline|ignore|error for|error on)(?:s|es)? (?:an? |any |the )?([\w-]+)(?: address(?:es)?)? (?:that|which|if|when)?(?: it)? ?(?:is|are|was|has been|have been)? ?(?:already )?(?:subscribed|registered|taken|used|exists?|known|in use|there|stored)(?: already)?/i,
  /(?:,? ?(?:but|and|with|there (?:must|should|may) be|make sure (?:that )?there (?:are|is))? ?)\b(?:no|without|reject(?:s|ing)?|refus(?:e|es|ing)|prevents?(?:ing)?|avoid(?:s|ing)?|disallow|don't (?:allow|accept)|do not (?:allow|accept)|not allow(?:ing)?|check(?:s|ing)? for|block|forbid|fail on|error on|deny) (?:any )?(?:duplicate[sd]?|double|repeated|already (?:used|taken|registered|existing))(?: (?:for |of )?(?:the )?([a-z-]+(?: (?:address|number)(?:es|s)?)?))?(?: (?:are|is) (?:allowed|accepted|ok|permitted))?/i,
  /,? ?(?:but |and )?(?:the )?\bduplicate[sd]? ?([a-z-]+)?(?: (?:are|is|must|should|get))(?: be)? (?:not allowed|refused|rejected|forbidden|not accepted|not ok)(?: with (?:a )?(?:409|conflict|error))?/i,
  /,? ?(?:but |and |or )?(?:(?:it )?(?:should |must )?(?:reject|refuse|fail|error|deny|decline|return (?:an? )?(?:error|409)|respond with (?:a )?(?:409|error)|409|conflict|complain)(?: it| them| the request| with (?:a )?409)?,? )(?:if|when) (?:there is already |there's already )?(?:an? |the |this |that )?(?:user |account |customer |person )?(?:with )?(?:the same |that |this )?([\w-]+)(?: address| number)? ?(?:is |was |has been |are )?(?:already )?(?:exists?|taken|used|in use|registered|there|known|duplicate)?(?: already)?(?=$|[,.;])/i,
  /,? ?(?:but |and )?(?:an? |the |each |every |this |that )?\b([\w-]+)(?: address| number)? (?:must|should|may|can|cannot|can't|has to|is|are)(?: only)? (?:not )?(?:be )?(?:used (?:only )?(?:once|twice)|unique|registered (?:twice|only once)|(?:not )?(?:already )?(?:taken|in use|exist)|(?:exist|appear|occur) (?:only )?(?:once|twice))/i,
  /,? ?(?:and |but )?(?:each|every|one) ([\w-]+)(?: address)? (?:can |may )?(?:only )?(?:once|be used once|register once)/i,
  /,? ?(?:and |but )?(?:only )?(?:if|unless) (?:the |that |this )?([\w-]+)(?: address)? (?:is |does |was )?(?:not |n't )?(?:already |yet )?(?:taken|exists?|used|in use|registered|known|there)\b(?: yet| already)?/i,
  /,? ?(?:and |but |with )?(?:an? |the )?(?:\b(?:unique) )([\w-]+)(?= (?:check|constraint)\b)/i,
];

/** `(the email is in the request)`: the document has the address, nobody sends it. */
const STORED_ADDRESS =
  /,? ?\(?\b(?:the |its |his |her |their |whose )(?:e-?mail|mail)(?: address)? (?:is|can be found|stands) (?:stored |kept |saved |already |also )*(?:in|on|part of|inside) (?:the|that|its|this) (?:\w+ ){0,2}?\w+(?=\)|$|[,;]| is\b| and\b)\)?/gi;

/** Reads a request. */
export function readRequest(prompt: string, collections: Collections): Reading {
  const sentences = sentencesOf(prompt).map((sentence) =>
    sentence
      .replace(KEPT_BACK, ' ')
      .replace(STORED_ADDRESS, '')
      .replace(/(?:[\s,;:]|\b(?:but|and)\b)+$/, ''),
  );
  const text = sentences.join('. ');
  const unique = takeUnique(sentences);
  const mails = takeMails(sentences);
  const access = takeAccess(sentences);
  const route = readRoute(sentences);
  let collection = takeCollection(sentences, collections);
  const known = collection === null ? [] : knownFields(collection, collections);
  const answer = takeAnswer(sentences, known);
  const order = takeOrder(sentences, known);
  collection ??= null;
  const rest = sentences.filter((sentence) => sentence !== '');
  return {
    text,
    sentences: rest,
    mails,
    access,
    order,
    answer,
    collection,
    route,
    unique,
    deeds: deedsOf(rest),
    collections,
  };
}

function takeUnique(sentences: string[]): string[] {
  const names: string[] = [];
  for (const pattern of UNIQUE.slice(0, 5))
    for (const match of takeAll(sentences, pattern, 2)) names.push(uniqueName(match[1]));
  for (const pattern of UNIQUE.slice(5)) {
    for (const sentence of sentences) {
      const match = pattern.exec(sentence);
      if (!match || /^(?:it|they|that|id)$/i.test(match[1] ?? '')) continue;
      // What does not exist and is answered with 404 is no question of uniqueness.
      if (/\b404\b/.test(sentence.slice(match.index))) continue;
      takeFirst(sentences, pattern);
      const isNumber = new RegExp(`\\b${match[1]} number\\b`, 'i').test(match[0]);
      names.push(isNumber ? `${match[1]!.toLowerCase()}Number` : uniqueName(match[1]));
      break;
    }
  }
  return [...new Set(names)];
}

function uniqueName(word: string | undefined): string {
  if (
    word === undefined ||
    /^(?:with|as|by|when|in|it|they|one|are|is|allowed|please|already|and|users?|accounts?|entries|records?|registrations?|customers?|values?|exists?|that|same)$/i.test(
      word,
    )
  )
    return '*';
  return /^(?:e-?mails?|address(?:es)?)$/i.test(word) ? 'email' : singularOf(word);
}

function takeCollection(sentences: string[], collections: Collections): string | null {
  for (const pattern of NAMED) {
    for (const sentence of sentences) {
      const match = pattern.exec(sentence);
      if (!match || /^(?:of|for|that|with|in|by|is|the|and|named|called)$/i.test(match[1]!)) continue;
      takeFirst(sentences, pattern);
      return existingCollection(match[1]!, collections) ?? match[1]!;
    }
  }
  const stored =
    /\b(?:sav|stor|insert|writ|add|put|keep|log|record|persist|dump|push)\w*\b.{0,200}?(,? \b(?:in(?:to)?|to|under)\b (?:the |our |my )?([a-z]\w*(?:[A-Z_]\w*)*))(?=$|[,.;]| ;;| and\b| then\b| with\b)/i;
  for (const [index, sentence] of sentences.entries()) {
    const match = stored.exec(sentence);
    if (!match) continue;
    const name = match[2]!;
    const existing = existingCollection(name, collections);
    const isName = /_|[a-z][A-Z]/.test(name) || (isPlural(name) && wordsOf(name).length === 1);
    if (existing === null && (!isName || /^(?:details|users'|minutes|hours|days)$/i.test(name))) continue;
    sentences[index] = sentence.replace(match[1]!, '');
    return existing ?? name;
  }
  return null;
}

/** The collection of a thing in this request. */
export function collectionOf(reading: Reading, noun: string): string {
  return reading.collection ?? collectionFor(noun, reading.collections);
}
