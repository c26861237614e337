/** @module In which order a list comes, and how much of it. */
import { fieldFor } from './names.ts';
import { takeAll, takeFirst } from './read-request.ts';

/** Order and length of a list. */
export interface Order {
  sort: Record<string, 1 | -1> | null;
  limit: number | null;
  isPaged: boolean;
  /** One document is wanted: the first in this order. */
  isOne: boolean;
}

const WORDS: Readonly<Record<string, number>> = {
  one: 1,
  two: 2,
  three: 3,
  four: 4,
  five: 5,
  six: 6,
  seven: 7,
  eight: 8,
  nine: 9,
  ten: 10,
  twelve: 12,
  fifteen: 15,
  twenty: 20,
  thirty: 30,
  fifty: 50,
  hundred: 100,
};
const COUNT = `(\\d{1,4}|${Object.keys(WORDS).join('|')})`;
const LIMITS = [
  new RegExp(
    `\\b(last|latest|newest|most recent|recent|top|first|oldest|highest|cheapest|best) ${COUNT}\\b(?! (?:days|hours|characters|minutes|weeks|months|years))(?: most recent| newest| latest)?`,
    'i',
  ),
  new RegExp(
    `\\b${COUNT} (latest|newest|most recent|last|recent|oldest|cheapest|most expensive|highest rated|best)\\b`,
    'i',
  ),
  new RegExp(
    `,? ?(?:and |but )?(?:limit(?:ed)?(?: it| them| the (?:list|result|results))?(?: to)?|at most|no more than|max(?:imum)?(?: of)?|up to|only(?: the)?(?: first)?|not more than) ${COUNT}(?: (?:results?|items?|entries|records|of them|rows|documents|at a time))?(?= ?(?:$|[,.;]| and\\b| \\w+s\\b))`,
    'i',
  ),
];
/** `5 max`. */
const MOST =
  /,? ?(?:\(| - )?\b(\d{1,4}) (?:max(?:imum)?|at most|at a time|per page|results?|items?|only)\b\)?/i;
const DIRECTED =
  /,? ?(?:and )?\(?\b(?:(?:(?<=^|[,;:(.] ?|\band |\bthen |\balso )(?:sort|order))(?: (?:them|it|the list|(?:the )?results?|the \w+))? by|sorted(?: by| on| after)?|ordered(?: by| on| after)|(?:sorting|ordering|arranged|ranked) (?:by|on|after)) (?:the |their )?((?:[\w]+ ?){1,3}?)(?:,? ?\(?((?:in )?(?:asc(?:ending)?|desc(?:ending)?|(?:the )?(?:highest|lowest|newest|oldest|latest|most recent|cheapest|largest|smallest|biggest|low(?:est)?|high(?:est)?|a)(?: ones?)?(?: (?:first|on top|to (?:low|high|z)(?:est)?))?|alphabetically|reverse)(?: order)?)\)?)?(?=$|[,.;)]| and\b| for\b| of\b| with\b| where\b)\)?/i;
const NAMED: readonly (readonly [RegExp, string, 1 | -1])[] = [
  [
    /,? ?(?:and |sorted |ordered |with |in |the |\(){0,4}\b(?:newest|latest|most recent|recent|last created|youngest|recently (?:added|created))(?: ones?| \w+s)? (?:at the top|on top|come first|first|to oldest)\)?|,? ?\b(?:in )?(?:reverse(?:d)? chronological(?:ly)?(?: order)?|descending (?:order )?(?:of|by) (?:creation|date|time))/i,
    'createdAt',
    -1,
  ],
  [
    /,? ?(?:and |sorted |ordered |with |in |the |\(){0,4}\b(?:oldest|earliest|first created)(?: ones?| \w+s)? (?:at the top|on top|come first|first)\)?|,? ?\b(?:in )?chronological(?:ly)?(?: order)?/i,
    'createdAt',
    1,
  ],
  [/,? ?(?:and |with |the ){0,3}\b(?:cheapest|lowest priced?)(?: ones?)? first/i, 'price', 1],
  [
    /,? ?(?:and |with |the ){0,3}\b(?:most expensive|highest priced?|priciest)(?: ones?)? first/i,
    'price',
    -1,
  ],
  [
    /,? ?(?:and |with |the ){0,3}\b(?:best|highest|top)[- ]?(?:rated|rating)(?: ones?)?(?: first)?/i,
    'rating',
    -1,
  ],
  [
    /,? ?(?:and |sorted |ordered |in |from )*\bby (?:the |their )?name,?(?: from)? a (?:to|-) z\b/i,
    'name',
    1,
  ],
  [
    /,? ?(?:sorted |ordered |in )?alphabetical(?:ly)?(?: order)?(?: (?:sorted |ordered )?by (?:the |their )?name)?/i,
    'name',
    1,
  ],
];

/** Takes what is said about order and length out of the sentences. */
export function takeOrder(sentences: string[], known: readonly string[]): Order {
  const order: Order = { sort: null, limit: null, isPaged: false, isOne: false };
  if (
    takeFirst(
      sentences,
      /,? ?(?:;; ?)?(?:the )?(?:callers? |client )?(?:sends? |gives? |says? |with )?(?:how many (?:\w+ )?|(?:a |the )?(?:number|count) (?:of \w+ )?|an? offset )to skip\b[^.;]*/i,
    )
  )
    order.isPaged = true;
  const single = takeFirst(
    sentences,
    /\b(most recent(?:ly \w+)?|newest|latest|last added|oldest|first) (?=(?!one\b|first\b|names?\b|class\b|line\b|aid\b)[a-z]+(?<!s)(?:$|[,.;]| (?:from|in|of|by|with|for)\b))/i,
  );
  if (single) {
    order.isOne = true;
    order.sort = { createdAt: /oldest|first/i.test(single[1]!) ? 1 : -1 };
  }
  if (
    takeAll(
      sentences,
      /,? ?(?:and )?\b(?:(?:with |support(?:s|ing)? )?(?:page and limit|limit and skip|skip and limit|limit and offset|pagination|paging)|paginated|in pages|page by page)(?: support)?/i,
    ).length > 0
  )
    order.isPaged = true;
  const spelled = takeFirst(
    sentences,
    /,? ?(?:sorted |ordered |and )*(?:in )?alphabetical(?:ly)?(?: order)? (?:sorted |ordered )?by (?:the |their )?([a-z]+(?: name)?)/i,
  );
  if (spelled) order.sort = { [fieldFor(spelled[1]!, known)]: 1 };
  for (const [pattern, field, direction] of NAMED) {
    if (takeFirst(sentences, pattern)) order.sort ??= { [fieldFor(field, known)]: direction };
  }
  const ranked = takeFirst(sentences, RANKED);
  if (ranked) {
    order.limit = toCount(ranked[2]!);
    order.sort = {
      [fieldFor(ranked[4]!.trim(), known)]: /^(?:bottom|lowest|worst)$/i.test(ranked[1]!) ? 1 : -1,
    };
    sentences.splice(0, sentences.length, ...restored(sentences, ranked));
  }
  const most = takeFirst(sentences, MOST);
  if (most) order.limit = Number(most[1]);
  const directed = takeFirst(sentences, DIRECTED);
  if (directed) order.sort = sortOf(directed[1]!.trim(), directed[2] ?? '', known);
  for (const pattern of LIMITS) {
    const match = takeFirst(sentences, pattern);
    if (!match) continue;
    const [count, word] =
      /^\d|^(?:one|two|three|four|five|six|seven|eight|nine|ten|t|f|h)\w*$/i.test(match[1]!) &&
      match[2] !== undefined &&
      !/^\d/.test(match[2]) &&
      toCount(match[1]!) > 0
        ? [match[1]!, match[2]]
        : [match[2] ?? match[1]!, match[2] === undefined ? '' : match[1]!];
    order.limit ??= toCount(count);
    if (/last|latest|newest|recent/i.test(word)) order.sort ??= { createdAt: -1 };
    if (/oldest/i.test(word)) order.sort ??= { createdAt: 1 };
    if (/cheapest/i.test(word)) order.sort ??= { price: 1 };
    if (/expensive/i.test(word)) order.sort ??= { price: -1 };
  }
  if (takeFirst(sentences, /\b(?:the )?(?:newest|latest|most recent)(?= \w+s\b)/i))
    order.sort ??= { createdAt: -1 };
  return order;
}

const RANKED = new RegExp(
  `\\b(top|best|highest|bottom|lowest|worst) ${COUNT} ([a-z]+(?: [a-z]+)?) by (?:their |the )?(\\w+(?: \\w+)?)(?=$|[,.;]| and\\b)`,
  'i',
);

/** The things that were ranked stay part of the request. */
function restored(sentences: readonly string[], match: RegExpExecArray): string[] {
  const source = match.input;
  const rest = `${source.slice(0, match.index)}all ${match[3]!}${source.slice(match.index + match[0].length)}`;
  const left = `${source.slice(0, match.index)} ${source.slice(match.index + match[0].length)}`
    .replace(/\s+/g, ' ')
    .trim();
  return sentences.map((sentence) => (sentence === left ? rest : sentence));
}

function toCount(text: string): number {
  return WORDS[text.toLowerCase()] ?? Number(text);
}

function sortOf(phrase: string, direction: string, known: readonly string[]): Record<string, 1 | -1> {
  const isDate =
    /^(?:creation|created|date|time|creation date|creation time|date created|date of creation|most recent|newest|latest|recency|age)$/i.test(
      phrase,
    ) && !known.includes(phrase);
  const descending =
    /desc|highest|newest|latest|most recent|largest|biggest|reverse|^high/i.test(direction) ||
    /newest|recent|latest/i.test(phrase);
  return { [isDate ? 'createdAt' : fieldFor(phrase, known)]: descending ? -1 : 1 };
}
