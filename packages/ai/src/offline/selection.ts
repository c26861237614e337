/** @module Which documents a request means. */
import { type Field, fieldNamed, readConstant } from './field.ts';
import { fieldFor } from './names.ts';

/** Conditions on documents. */
export interface Selection {
  /** Compared with what the caller sends. */
  selectors: Field[];
  /** Compared with what the request says: a value, or an operator with one. */
  constants: Record<string, unknown>;
  /** Values that the caller sends and that no document is selected by. */
  changed: Field[];
  rest: string;
}

const END =
  '(?=$|[.;(]| ;;|,? (?:and )?(?:the )?[a-z]{1,20}(?: [a-z]{1,20})? (?:is|are|must|should|has to|can|may)\\b|,? (?:and )?(?:then |it )?(?:return|respond|reply|answer|set|chang|updat|delet|remov|mark|edit|modif|sort|newest|oldest|list|get|fetch|show|send|if|so|with|in|from|to|into|when|where|whose|please|or 404|else|otherwise)(?:s|e|es|ing|ed)?\\b)';
const BY = new RegExp(
  `,? ?\\b(?:(?:identified|selected|found|looked up|searched|filtered|filter(?:ing)?|matched|search(?:able)?|specified|chosen|determined|only) )?(?:by|given|using|based on|via|through|matching|taking|(?:for|with|from|in|of|at) (?:an? |the |one )?(?:given|specific|certain|particular|specified|matching|requested|chosen|selected|provided)|when given|if i give|(?:who|which|that) (?:has|have)(?: the| an?)?(?: given| specific)?|having(?: the| an?)?(?: given)?|where the caller (?:gives|sends|passes)) (?:the |its |their |his |her |it's |your |an? |user's |caller's |of |given |only |specific )*([\\w"'\`-][\\w,"'\`& -]{0,80}?)${END}`,
  'i',
);
const IS =
  /,? ?(?:\b(?:and|only|but|whose|where|with|having|that have|which have|who have|have|if)\b ?){1,3}(?:an? |the |their |its )*((?:[\w]+ ?){1,3}?) (?:is(?: set to)?|are|=|==|equals?(?: to)?|of|set to|being|was) (?:the )?("[^"]{1,60}"|'[^']{1,60}'|`[^`]{1,60}`|[\w-]+)(?: (?:value|one))?(?=$|[,.; )])/i;
const COMPARED =
  /,? ?(?:\b(?:and|only|but|whose|where|with|having|that have|which have|which|that|who|are|is|costs?|costing|the ones|those)\b ?){0,4}(?:an? |the |their |its )*\b((?:[\w]+ ?){0,2}?) ?(?:is |are |was )?(above|over|greater than|more than|higher than|bigger than|older than|at least|below|under|less than|fewer than|lower than|cheaper than|younger than|at most|costing (?:more|less) than|>=|<=|>|<) (?:or equal to )?(?:an? )?(?:[$€£] ?)?(\d{1,9}(?:\.\d+)?)/i;
const WITH =
  /,? ?\b(?:with|in|having|for) (?:the |an? )?(status|state|role|type|category|priority|stage|city|country|level|color|colour|genre|department) (?:of |= ?|set to )?("[^"]{1,60}"|'[^']{1,60}'|`[^`]{1,60}`|(?!and\b|or\b|by\b|given\b|to\b|as\b|of\b|that\b|from\b|field)[\w-]+)(?=$|[,.; )])/i;
const WITH_KEY =
  /,? ?\b(?:with|for|having|on) (?:the |an? |its |their |this |that |one )*((?:[\w]+ ){0,2}?(?:id|_id|email|e-mail|e-mail address|email address|slug|sku|code|reference|number|username|isbn|uuid|key|name))(?=$|[,.; )]| and\b| or\b)/i;
const ADJECTIVES =
  /^(?:only )?(?:the )?(active|inactive|published|unpublished|completed|done|open|pending|approved|rejected|closed|unread|read|paid|unpaid|archived|featured|shipped|delivered|cancelled|draft|finished|verified|visible|available|urgent|overdue|public|enabled|disabled|incomplete|unfinished|resolved|unresolved|free)(?: ones?| items?)?$/i;
const FLAGS: Readonly<Record<string, readonly [string, boolean]>> = {
  inactive: ['active', false],
  unpublished: ['published', false],
  unread: ['read', false],
  unpaid: ['paid', false],
  disabled: ['enabled', false],
  incomplete: ['completed', false],
  unfinished: ['finished', false],
  unresolved: ['resolved', false],
};
const TRUE_FLAGS = new Set(
  'active published completed done read paid archived featured finished verified visible available urgent public enabled free'.split(
    ' ',
  ),
);

/** The condition that an adjective means: a flag, or a status. */
export function adjectiveCondition(word: string, known: readonly string[]): readonly [string, unknown] {
  const [flag, value] = FLAGS[word] ?? [word, true];
  const existing = known.find((name) => name.toLowerCase() === flag || name.toLowerCase() === `is${flag}`);
  if (existing !== undefined) return [existing, value];
  if (known.includes('status')) return ['status', word];
  return word in FLAGS || TRUE_FLAGS.has(word) ? [flag, value] : ['status', word];
}

/** Reads the conditions in the words behind a thing. */
export function readSelection(
  tail: string,
  known: readonly string[],
  noun: string,
  selected: readonly string[] = [],
): Selection {
  const selection: Selection = { selectors: [], constants: {}, changed: [], rest: tail };
  const take = (pattern: RegExp, use: (match: RegExpExecArray) => boolean): void => {
    for (let count = 0; count < 4; count++) {
      const match = pattern.exec(selection.rest);
      if (!match || !use(match)) return;
      selection.rest =
        `${selection.rest.slice(0, match.index)} ${selection.rest.slice(match.index + match[0].length)}`.trim();
    }
  };
  take(
    /,? ?\b(?:but |and )?(?:only|just|which are|that are|who are|where they are|that is|if|which is) (?:the )?(?:currently |still |already )?((?:not )?\w+)(?: ones?)?(?=$|[,.;]| and\b| sorted)/i,
    (match) => addAdjective(match[1]!, known, selection),
  );
  take(COMPARED_TO_INPUT, (match) => addInputComparison(match, known, selection));
  take(COMPARED, (match) => addComparison(match, known, selection));
  take(IS, (match) => addEquality(match[1]!.trim(), match[2]!, known, selection, noun));
  take(WITH, (match) => addEquality(match[1]!, match[2]!, known, selection, noun));
  take(BY, (match) => addSelectors(match[1]!, known, selection, noun));
  take(/,? ?\b(?:that are |which are )?in stock\b/i, () => {
    selection.constants[fieldFor('stock', known)] = { $gt: 0 };
    return true;
  });
  if (selection.selectors.length === 0 && selected.length === 0)
    take(
      WITH_KEY,
      (match) => selection.selectors.length === 0 && addSelectors(match[1]!, known, selection, noun),
    );
  return selection;
}

function addAdjective(word: string, known: readonly string[], { constants }: Selection): boolean {
  const isNot = /^not /i.test(word);
  const bare = word.replace(/^not /i, '').toLowerCase();
  if (!ADJECTIVES.test(bare)) return false;
  const [field, value] = adjectiveCondition(bare, known);
  constants[field] = isNot ? (typeof value === 'boolean' ? !value : { $ne: value }) : value;
  return true;
}

const COMPARISONS: Readonly<Record<string, string>> = {
  'at least': '$gte',
  '>=': '$gte',
  'at most': '$lte',
  '<=': '$lte',
};

function addComparison(match: RegExpExecArray, known: readonly string[], { constants }: Selection): boolean {
  const word = match[2]!.toLowerCase();
  if (/\b(?:must|should|has to|needs to)\b/i.test(match[1]!)) return false;
  const implied =
    /cheap|cost/.test(word) || /\bcost/i.test(match[0]) ? 'price' : /old|young/.test(word) ? 'age' : '';
  const said = match[1]!
    .trim()
    .replace(/^(?:and|only|with|where|whose|are|is|that|which|the|cost|costs) ?/i, '');
  const name =
    said === '' || (/^(?:\w+s|ones|those)$/i.test(said) && implied !== '') ? implied || 'price' : said;
  const operator =
    COMPARISONS[word] ?? (/above|over|great|more|high|bigger|old|>/.test(word) ? '$gt' : '$lt');
  constants[fieldFor(name, known)] = { [operator]: Number(match[3]) };
  return true;
}

/** `cheaper than a maximum price the caller sends`: compared with a value of the caller. */
const COMPARED_TO_INPUT =
  /,? ?(?:\b(?:that|which|are|is|cost|costs|with|a|the|price|whose) ?){0,5}\b(cheaper|less expensive|more expensive|below|under|above|over|less|more|older|younger|at most|at least|up to|greater|lower|higher) (?:than )?(?:or equal to )?(?:an? |the )?(?:given |certain |specific )?(max(?:imum)? |min(?:imum)? )?([a-z]+)(?: (?:that )?(?:the caller|i|they|callers?|users?) (?:sends?|gives?|chooses?|passes?|provides?|picks?)| given| sent| provided)?(?=$|[,.;]| and\b)/i;

function addInputComparison(match: RegExpExecArray, known: readonly string[], selection: Selection): boolean {
  const [whole, word = '', bound, noun = ''] = match;
  if (
    bound === undefined &&
    !/\b(?:sends?|gives?|chooses?|passes?|provides?|picks?|given|sent|provided)$|\b(?:given|certain|specific) \w+$/i.test(
      whole,
    )
  )
    return false;
  // "Under a given category" says where something is, not how large.
  if (/^\d|^(?:category|type|status|state|genre|brand|tag|topic|section|department|name|title)$/i.test(noun))
    return false;
  const isUpper = /cheap|less|below|under|younger|at most|up to|lower/i.test(word);
  const field = fieldFor(
    /^(?:amount|price|limit|value)$/i.test(noun) && /cheap|expens/i.test(word) ? 'price' : noun,
    known,
  );
  const name = `${isUpper ? 'max' : 'min'}${field.charAt(0).toUpperCase()}${field.slice(1)}`;
  const operator = /at most|up to|at least/i.test(word)
    ? isUpper
      ? '$lte'
      : '$gte'
    : isUpper
      ? '$lt'
      : '$gt';
  selection.constants[field] = { [operator]: `{{ input.${name} }}` };
  selection.changed.push({ ...fieldNamed(name), type: 'number' });
  return true;
}

function addEquality(
  name: string,
  value: string,
  known: readonly string[],
  selection: Selection,
  noun: string,
): boolean {
  if (
    /^(?:a|an|the|it|new|and|required|optional|unique|not|must|should|at|of|one|either|between|in|only)$/i.test(
      value,
    )
  )
    return false;
  if (/^(?:given|specified|provided|sent|passed|matching|chosen)$/i.test(value))
    return addSelectors(name, known, selection, noun);
  selection.constants[fieldFor(name, known)] = readConstant(value);
  return true;
}

function addSelectors(list: string, known: readonly string[], selection: Selection, noun: string): boolean {
  const names = list
    .split(/,\s*(?:and |or )?| and | or | & /)
    .map((name) => name.trim())
    .filter((name) => name !== '');
  let added = false;
  for (const item of names.slice(0, 6)) {
    const isNew = /^(?:an? |the |its |their |his |her )*new /i.test(item);
    const bare = item
      .replace(
        /^(?:(?:an?|the|its|their|his|her|new|given|user's|each|same|both|also|to|be|unique|specific|it's) )+/i,
        '',
      )
      .replace(/["'`]/g, '')
      .replace(/ (?:field|parameter|value|param)$/i, '')
      .replace(/'s /g, ' ');
    if (
      bare === '' ||
      bare.split(' ').length > 4 ||
      (/^(?:documents?|entry|entries|records?|rows?|items?|maximum price|minimum price|date|time|it|them|that|this|one|users?|e-?mail send|default|hand|myself|name of)$/i.test(
        bare,
      ) &&
        bare !== 'user' &&
        !known.includes(bare))
    )
      continue;
    const field = fieldNamed(isNew ? fieldFor(bare, known) : selectorName(bare, known, noun));
    const target = isNew ? selection.changed : selection.selectors;
    if (![...selection.changed, ...selection.selectors].some(({ name }) => name === field.name))
      target.push(field);
    added = true;
  }
  return added;
}

/** `product id` of a product is `id`; `customer` among orders may be `customerId`. */
function selectorName(phrase: string, known: readonly string[], noun: string): string {
  if (/^_?id$|^ids$|^identifier$|^uuid$/i.test(phrase)) return 'id';
  if (/^e-?mail(?: address)?$|^mail(?: address)?$|^e-?mail adress$/i.test(phrase) && !known.includes(phrase))
    return 'email';
  const last = noun.split(' ').at(-1)?.replace(/s$/i, '') ?? '';
  const own =
    /^(.+?)[ _-](id|email|e-mail|name|slug)$/i.exec(phrase) ?? /^(.+?)(Id|Email|Name|Slug)$/.exec(phrase);
  const field = fieldFor(phrase, known);
  if (known.includes(field)) return field;
  if (
    own &&
    last !== '' &&
    (own[1]!.toLowerCase() === last.toLowerCase() || own[1]!.toLowerCase() === noun.toLowerCase())
  )
    return own[2]!.toLowerCase().replace('-', '');
  return (
    known.find((name) => name === `${field}Id`) ?? known.find((name) => name === `${field}Email`) ?? field
  );
}
