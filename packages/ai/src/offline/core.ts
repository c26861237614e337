/** @module The heart of a request: what is done with what. */
import { wordsOf } from './names.ts';

/** What is done. */
export type Action = 'create' | 'read' | 'update' | 'delete';

/** One thing that is done, and the words around it. */
export interface Deed {
  action: Action;
  verb: string;
  /** Who does it, as far as it was said: `customers` in `customers can cancel an order`. */
  subject: string;
  /** What stands behind the verb. */
  rest: string;
}

const VERBS: Readonly<Record<Action, string>> = {
  create:
    'create add insert save store record register post submit log track make place book open enter collect capture write put upload file report keep persist subscribe reserve schedule leave raise take accept order rent buy',
  update:
    'update change edit modify set mark rename adjust replace toggle complete finish close archive cancel assign move correct patch publish activate deactivate enable disable switch reschedule flag resolve reopen alter overwrite tick unpublish',
  delete: 'delete remove erase destroy drop discard unsubscribe purge',
  read: 'get fetch return show list find retrieve see view search read display load query browse count lookup obtain pull respond provide give answer output expose filter check know',
};
const ACTIONS = new Map<string, Action>();
for (const [action, verbs] of Object.entries(VERBS) as [Action, string][]) {
  for (const verb of verbs.split(' '))
    for (const form of formsOf(verb)) if (!ACTIONS.has(form)) ACTIONS.set(form, action);
}
const METHODS: Readonly<Record<string, Action>> = {
  POST: 'create',
  GET: 'read',
  PUT: 'update',
  PATCH: 'update',
  DELETE: 'delete',
};

const META_NOUN =
  '(?:(?:rest|http|backend|api|web|crud|json|simple|small|basic|public|secure|new|tiny|little|get|post|put|patch|delete|create|update|read|list|search|quick|nice|single)[- ])*(?:end ?points?|apis?|routes?|workflows?|services?|backends?|functions?|flows?|handlers?|features?|way|possibility|functionality|option|operation|requests?|calls?|method|webservice|microservice|page|form(?= (?:to|that|where|for)\\b)|something|thing|resource)';
const META = new RegExp(
  `^(?:(?:hi|hello|hey|ok|please|pls|kindly|so|well|now|also|then|and|next|thanks|dear \\w+)\\b[,!]? ?)*(?:(?:can|could|would|will) you (?:please |kindly )?)?(?:(?:i|we)(?:'d| would| do)? (?:like|want|need|wish|require|am looking|are looking|'m looking|must have)(?: to have| to get| for| to)?,? ?)?(?:(?:build|create|make|write|give|design|generate|set up|setup|implement|add|develop|provide|expose|have|define|code|produce|construct|draft|prepare|do|put together)(?: me| us)? )?(?:(?:an?|the|one|some|this|my|our) )?${META_NOUN}\\b,? ?(?:is needed |please )?(?:(?:to|that|which|for|where|so that|so|with which|by which|via which|in which|through which|allowing|letting|called (?:"[^"]*"|\\S+)|named (?:"[^"]*"|\\S+)|whose job is to|it should|it must|should|must|can|will|lets?|who|of)\\b ?|: ?|- ?)*`,
  'i',
);
const STORY =
  /^as (?:an? |the )?[\w' -]{2,40}?,? (?:i|we) (?:want|would like|need|wish|'d like|should|must|can)(?: to)?(?: be able to| have the possibility to)? ?/i;
const POLITE =
  /^(?:(?:hi|hello|hey|ok|okay|please|pls|kindly|so|well|now|then|also|next)\b[,!]? ?)*(?:(?:can|could|would) you (?:please |kindly )?)?(?:(?:i|we)(?:'d| would)? (?:like|want|need|wish|have)(?: to)?(?: be able to)? ?)?/i;

/** A sentence without the words about endpoints and wishes at its front. */
export function withoutMeta(sentence: string): string {
  let text = sentence
    .replace(STORY, '')
    .replace(
      /,? so (?:that )?(?:i|we|they|he|she|customers|users|people|everyone|my|our|the)\b(?! (?:that|can (?:create|add|delete|update|see|list))).*$/i,
      '',
    );
  text = text
    .replace(/^how many ([a-z]+(?: [a-z]+)?) (?:are there|do (?:we|i) have|exist|there are)/i, 'count $1')
    .replace(/^how many ([a-z]+(?: [a-z]+)?) (?:are|is|have) /i, 'count $1 that are ')
    .replace(
      /^(?:which|what) ((?!are\b|is\b)[a-z]+(?: [a-z]+)?) (?:are|is|do|does|have|has|can)\b/i,
      'list $1 that are',
    )
    .replace(/^(?:an? |the )?(?:list|listing|overview) of /i, 'list ');
  text = text
    .replace(/^[\s:,-]*(?:an? |the )?(?:list|overview) of (?=\w)/i, 'list ')
    .replace(/^[\s:,-]*all (?=(?:the |my |our )?\w+s\b)/i, 'list all ')
    .replace(
      /^((?:book|reserve)s?) (?:an? |the )?(?:table|seat|room|slot|spot|place)\b/i,
      'create a booking',
    );
  text = text.replace(META, '').replace(/^(?:what|which)(?: are| is|'s) (?=the\b|all\b|my\b)/i, 'list ');
  return text.replace(POLITE, '').trim();
}

/** A method and a path at which the workflow answers, such as `PATCH /tasks/:id`. */
export function readRoute(
  sentences: string[],
): { action: Action; path: string[]; parameters: string[] } | null {
  for (let index = 0; index < sentences.length; index++) {
    const match =
      /\b(GET|POST|PUT|PATCH|DELETE)\b(?: (?:request|call|endpoint|route|to|on|at|for|method|api)\b)* ?(\/[\w/:{}.?=&<>-]*)?/.exec(
        sentences[index]!,
      );
    const plain =
      match?.[2] === undefined
        ? /(?:^|\s|[`"'])(\/[a-z][\w-]*(?:\/[\w:{}<>-]+)*)/i.exec(sentences[index]!)
        : null;
    if (!match && !plain) continue;
    const path = (match?.[2] ?? plain?.[1] ?? '')
      .split('?')[0]!
      .split('/')
      .filter((part) => part !== '');
    const taken = match?.[2] !== undefined ? match[0] : (plain?.[1] ?? match?.[0] ?? '');
    sentences[index] = sentences[index]!.replace(taken, ' ')
      .replace(match?.[2] === undefined && plain && match ? match[0] : '\u0000', ' ')
      .replace(/["'`]\s+["'`]/g, ' ')
      .replace(/\s+/g, ' ')
      .trim();
    const method = match?.[1];
    if (method === undefined)
      return { action: 'read', path: path.filter((part) => !/^[:{<]/.test(part)), parameters: [] };
    return {
      action: METHODS[method]!,
      path: path.filter((part) => !/^[:{<]/.test(part) && !/^(?:api|v\d)$/.test(part)),
      parameters: path.filter((part) => /^[:{<]/.test(part)).map((part) => part.replace(/[:{}<>]/g, '')),
    };
  }
  return null;
}

const BEFORE = new Set(
  `to that which can and then , should must will may could it i we they you user users customer customers people anyone someone
  everyone visitor visitors client clients staff student students member members employee employees who or for by please endpoint
  route api me us when if whenever where : ;; then, workflow lets let just only also simply guests patients owner sellers buyers seller
  person caller callers app webhook`.split(/\s+/),
);
const DETERMINERS = new Set(
  'a an the all every each one my our their his her its this that new some any single it them'.split(' '),
);
const NO_VERB_AFTER = new Set(
  'a an the all new their his her its my our of this these those each every last latest recent blog one given existing total any no stock per sales purchase by-the'.split(
    ' ',
  ),
);

/** Verbs that begin a title as nouns. */
const TITLE_WORD =
  /^(?:order|book|post|list|record|report|file|log|place|read|rate|track|filter|count|display|view|store|search)s?$/;

/** Everything that the sentences say is done, in order. */
export function deedsOf(sentences: readonly string[]): Deed[] {
  const deeds: Deed[] = [];
  for (const sentence of sentences) {
    const text = withoutMeta(sentence)
      .replace(/\blook(?:s|ing)? ?up\b/gi, 'find')
      .replace(/\bget(?:s|ting)? rid of\b/gi, 'delete')
      .replace(/\btakes? (?:down|out|off)\b/gi, 'remove')
      .replace(/\bgive me\b|\bgives? back\b/gi, 'get')
      .replace(/\bread out\b/gi, 'read');
    const tokens = [...text.matchAll(/[A-Za-z'’-]+|[,:]|;;|\S/g)];
    for (let index = 0; index < tokens.length && deeds.length < 12; index++) {
      const word = tokens[index]![0].toLowerCase();
      const action = ACTIONS.get(word);
      if (action === undefined) continue;
      const previous = tokens[index - 1]?.[0].toLowerCase();
      const next = tokens[index + 1]?.[0].toLowerCase() ?? '';
      if (!isVerb(word, previous, next, index)) continue;
      // "Order status: …" is a title.
      if (index === 0 && tokens[index + 2]?.[0] === ':' && !DETERMINERS.has(next) && TITLE_WORD.test(word))
        continue;
      const at = tokens[index]!.index;
      deeds.push({
        action:
          word === 'publish' && /^(?:an?|new)$/.test(next) && !/\b(?:by|id|given)\b/i.test(text.slice(at))
            ? 'create'
            : action,
        verb: word,
        subject: text.slice(0, at).trim(),
        rest: text.slice(at + word.length).trim(),
      });
    }
  }
  const [leading] = deeds;
  // "cancel a booking: … remove it from bookings": what happens to it is said later.
  const removed = deeds.find(
    ({ action, rest }) => action === 'delete' && /^(?:it|them|the \w+)\b/i.test(rest),
  );
  if (leading && /^cancel/.test(leading.verb) && removed) deeds[0] = { ...leading, action: 'delete' };
  if (deeds.length > 0) return deeds;
  // "orders of a customer": what is named without a verb is to be shown.
  const named = sentences.map((sentence) =>
    /^(?:all |the |every |my )*[a-z]+(?: [a-z]+)?s(?= (?:of|by|for|with|where|sorted|in|from|that)\b|$)/i.exec(
      withoutMeta(sentence),
    ),
  );
  const [plural] = named;
  const fresh = /^new ([a-z]+(?: [a-z]+)?)(?=$|[:,(]| with\b)/i.exec(sentences[0] ?? '');
  if (fresh) return [{ action: 'create', verb: 'create', subject: '', rest: fresh.input.slice(4) }];
  return plural ? [{ action: 'read', verb: 'list', subject: '', rest: plural.input }] : [];
}

function isVerb(word: string, previous: string | undefined, next: string, index: number): boolean {
  if (previous !== undefined && NO_VERB_AFTER.has(previous)) return false;
  if (next === 'of' && word !== 'take') return false;
  if (/^(?:to|given)$/.test(next) && /^(?:set|respond)$/.test(word)) return false;
  if (word === 'set' && next === 'up') return false;
  if (previous === undefined || index === 0)
    return !(
      /s$/.test(word) &&
      /^(?:of|by|with|sorted)$/.test(next) &&
      /^(?:orders|posts|records|reports|books|files|logs)$/.test(word)
    );
  if (BEFORE.has(previous))
    return !/^(?:,|and|or)$/.test(previous) || !/^(?:,|and|or|$)$/.test(next) || previous === undefined;
  return DETERMINERS.has(next) && !/(?:^with|^in|^from|^of|^on|^as)$/.test(previous);
}

function formsOf(verb: string): string[] {
  const forms = [
    verb,
    /(?:s|sh|ch|x)$/.test(verb)
      ? `${verb}es`
      : /[^aeiou]y$/.test(verb)
        ? `${verb.slice(0, -1)}ies`
        : `${verb}s`,
  ];
  const stem = verb.endsWith('e') ? verb.slice(0, -1) : verb;
  forms.push(`${stem}ing`);
  if (/[^aeiou][aeiou][tgnp]$/.test(verb)) forms.push(`${verb}${verb.at(-1)}ing`);
  return forms;
}

/** What the words behind a verb name: a thing, perhaps a part of it, and the rest. */
export interface Thing {
  /** The noun, or an empty text. */
  noun: string;
  adjectives: string[];
  /** Parts of the thing that stand before it: `status` in `the status of a ticket`. */
  parts: string;
  /** Whom it belongs to: `post` in `comments of a post`. */
  owner: string;
  tail: string;
  isPlural: boolean;
}

const LEADING =
  /^(?:(?:an?|the|all|one|any|some|new|single|specific|particular|given|existing|every|each|me|us|out|up|in|down|back|of|for|full|complete|whole|current|entire|list|lists|details?|info|information|data|records?|entry|entries|documents?|existing|certain|another|my|our|your|their|his|her|its|users?'? own|own|available|stored|saved|registered|incoming|list of|collection of|set of|about|from|on|through|only|just|to|exactly|multiple|many|several|different|matching|overview of|and) )+/i;
const STOP =
  /\s*(?:[,:;.([]|;;|\b(?:with|that|which|who|by|from|for|given|using|where|when|having|including|containing|consisting|has|have|and|in|into|to|at|as|sorted|ordered|whose|if|based|via|through|made|it|is|are|should|must|then|belonging|matching|of|on|inside|identified|after|so|but|plus|without|because|under|between|over|above|below|cheaper|older|younger|created|placed|written|posted|made|per|set|along|together|be|being|can|via|according|only|or|upon|once|tagged|labelled|assigned|now|please|costing|than|within|needs?|takes?|consists|includes?|contains?|accepts?|fields?)\b|$)/i;

/** Reads the thing behind a verb. */
export function readThing(rest: string): Thing {
  let text = `${rest.trim()} `.replace(/^["'`]/, '');
  const isAll =
    /^(?:\s*(?:me|us|back|out|a|the|complete|full) )*(?:all|every|list|lists|many|multiple)\b/i.test(text);
  text = text.replace(LEADING, '');
  const stop = STOP.exec(text)!;
  let noun = clean(text.slice(0, stop.index));
  let tail = text.slice(stop.index).trim();
  let parts = '';
  let owner = '';
  const possessive = /^((?:[\w-]+ )?[\w-]+)'s? (.+)$/.exec(noun);
  if (possessive) {
    owner = possessive[1]!.trim();
    noun = possessive[2]!.trim();
    const more =
      /^((?:,|and\b|&)[^.;]*?)(?=$|,? (?:by|given|using|identified|based|with|for|via|if|when|to|whose|where)\b)/i.exec(
        tail,
      );
    const parts = more ? `${noun} ${more[1]!}` : '';
    if (more) tail = tail.slice(more[0].length).trim();
    return { noun, adjectives: [], parts, owner, tail, isPlural: isAll };
  }
  const of =
    /^(?:(?:,|and|&|\/) ?[\w ,&/"'`]{1,120}? )?of (?:all |the |an? |each |one |every |some |any |given |existing |specific |particular |that |my |our |their |his |her |new |single )*([\w' -]+?)(?=$|\s*[,:;.(]|\s(?:with|by|given|using|where|when|whose|based|in|to|from|and|if|via|sorted|ordered|which|that|for|identified|as|is|are|;;)\b)/i.exec(
      tail,
    );
  if (of) {
    parts = `${noun} ${tail.slice(0, tail.toLowerCase().indexOf('of '))}`.trim();
    owner = clean(of[1]!);
    tail = tail.slice(of.index + of[0].length).trim();
  }
  const words = noun.split(' ').filter((word) => word !== '');
  const adjectives: string[] = [];
  while (
    words.length > 1 &&
    /^(?:active|inactive|published|unpublished|completed|done|open|pending|approved|rejected|closed|unread|read|paid|unpaid|archived|featured|shipped|delivered|cancelled|draft|finished|verified|visible|available|urgent|overdue|public|enabled|disabled|incomplete|unfinished|resolved|unresolved|free)$/i.test(
      words[0]!,
    )
  )
    adjectives.push(words.shift()!.toLowerCase());
  return { noun: words.join(' '), adjectives, parts, owner, tail, isPlural: isAll };
}

function clean(noun: string): string {
  return noun
    .replace(/["`]/g, '')
    .replace(
      /\s+(?:records?|entry|entries|documents?|items?(?= )|objects?|details|data|info|information|list|resource|row|called|named|back|again|there|here|back end|submissions?)$/i,
      '',
    )
    .trim();
}

/** Whether two nouns name the same thing. */
export function sameWords(one: string, other: string): boolean {
  return wordsOf(one).join(' ').replace(/s\b/g, '') === wordsOf(other).join(' ').replace(/s\b/g, '');
}
