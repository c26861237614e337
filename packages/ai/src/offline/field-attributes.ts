/** @module What is said about a field: its type, whether it is required, and what values it takes. */
import { type Field, readConstant } from './field.ts';

const NUMBER = '(-?\\d{1,12}(?:\\.\\d{1,6})?)';
const LENGTH = '(?: ?-? ?(?:characters?|chars?|letters?|symbols?|digits?|long))';
const COMMA = '¦';

/** Where words about a field begin, behind its name. */
export const ATTRIBUTE_START =
  /\s*[(:=[]|\s+(?:-|is|are|which|that|must|mustn't|should|shall|has to|have to|needs? to|cannot|can|can't|may|as (?:an? )?(?:number|string|text|boolean|integer)|of type|type:? (?:number|string|text|boolean|bool|email|integer|int|date|float)|between|at (?:least|most)|defaults?|defaulting|by default|initially|with (?:a |the |an )?(?:initial |default )?(?:status|default|min\w*|max\w*|at|values?|length|between)|from -?\d|-?\d{1,9} ?(?:-|to|\.\.) ?\d{1,9}|one of|either|any of|required|optional|mandatory|unique|start(?:s|ing)?(?: as| at| with| out)|min(?:imum)?|max(?:imum)?|greater|bigger|more|less|not|no (?:more|less|longer|shorter)|longer|up to|set to|positive|numeric|if given|if any|in (?:the )?range|will|gets?|>|<|, )\b/i;

/** Hides separators that belong to one field (`(low, medium)`, `between 1 and 5`, `one of a, b or c`) from whoever splits lists. */
export function hideInnerSeparators(text: string): string {
  const hidden = text
    .replace(
      /\bwhether (?:or not )?(?:it|they|he|she|the \w+) (?:is|are|was|has been|have been|has|have) (?:an? )?([\w-]+)/gi,
      '$1 (boolean)',
    )
    .replace(/\(([^()]{0,200})\)/g, (_, inner: string) => `(${hide(inner)})`)
    .replace(/\[([^[\]]{0,200})\]/g, (_, inner: string) => `(${hide(inner)})`)
    .replace(/"[^"]{0,200}"/g, hide)
    .replace(new RegExp(`\\b(between|from) ${NUMBER} and ${NUMBER}`, 'gi'), `$1 $2 ${COMMA} $3`)
    .replace(/\b(true|yes)\s*(?:\/| or )\s*(false|no)\b/gi, '(boolean)');
  return hidden.replace(
    /\b(one of|any of|either|(?:can|may|must|should)(?: only)? be(?: either| one of)?|is (?:either|one of)|enum|values?(?: are)?|allowed values?(?: are)?)(?: the values?)?(:? )((?:["'`]?[\w-]{1,30}["'`]?(?: ?, ?(?:or )?| or | ?[/|] ?)){1,12}["'`]?[\w-]{1,30}["'`]?)/gi,
    (whole, lead: string, gap: string, list: string) => {
      if (
        /^(?:an?|at|between|greater|unique|positive|empty|left|blank|less|more|given|required|optional|number|omitted|longer)\b/i.test(
          list,
        )
      )
        return whole;
      const strict = /\b(?:can|may|must|should)(?: only)? be$/i.test(lead) && !/ or |[/|]/.test(list);
      return strict ? whole : `${lead}${gap}${hide(list)}`;
    },
  );
}

function hide(text: string): string {
  return text.replace(/,\s*(?:or |and )?| or | and | ?[/|] ?/g, COMMA).replace(/;/g, COMMA);
}

/** Applies what a text says to a field. */
export function applyAttributes(field: Field, text: string): void {
  const said = text.toLowerCase().trim();
  applyType(field, said);
  applyLimits(field, said);
  const list = enumOf(text);
  if (list !== null) {
    field.enum = list;
    if (list.every((one) => typeof one === 'number')) field.type = 'number';
    else if (field.type !== 'boolean') field.type = 'string';
  }
  if (/\bunique\b|\bno duplicates?\b|\bnot (?:yet |already )?(?:be )?(?:taken|used|exist)/.test(said))
    field.unique = true;
  applyDefault(field, text);
  if (
    /\b(?:not (?:required|mandatory|necessary)|optional(?:ly)?|nullable|omitted|left out|if (?:given|any|present|provided|known)|(?:can|may) be (?:left )?(?:empty|blank|null|missing))\b/.test(
      said,
    )
  )
    field.required = false;
  else if (
    /\b(?:required|mandatory|compulsory|obligatory|not (?:be )?(?:empty|blank|null|missing)|(?:be )?(?:given|present|provided|filled))\b/.test(
      said,
    )
  )
    field.required = true;
}

function applyType(field: Field, said: string): void {
  if (/\b(?:numbers?|numeric|integers?|ints?|floats?|decimals?|double)\b/.test(said)) field.type = 'number';
  else if (/\b(?:booleans?|bool|flag|true\/false|yes\/no)\b/.test(said)) field.type = 'boolean';
  else if (/\b(?:strings?|text|varchar)\b/.test(said)) field.type = 'string';
  else if (/\b(?:valid )?e-?mail(?: address)?\b/.test(said)) field.type = 'email';
  else if (/\b(?:array|list of)\b/.test(said)) field.type = 'array';
  else if (/\b(?:json|object)\b/.test(said)) field.type = 'object';
  else if (/^[\s(:-]*(?:iso )?(?:date|datetime|timestamp)\b/.test(said)) field.type = 'date';
}

const RANGE = new RegExp(
  `(?:between|from|range(?: of)?|:|\\(|^|in|of) ?${NUMBER} ?(?:${COMMA}|and|to|-|\\.\\.\\.?) ?${NUMBER}(${LENGTH})?`,
);
const LEAST = new RegExp(
  `(?:at least|min(?:imum)?(?: length| value)?(?: of|:| is)?|>=|no (?:less|fewer|shorter) than|not (?:less|fewer|shorter) than|(more than|greater than|above|over|bigger than|higher than|longer than|exceed|>)) ?${NUMBER}(${LENGTH})?`,
);
const MOST = new RegExp(
  `(?:at most|max(?:imum)?(?: length| value)?(?: of|:| is)?|<=|no (?:more|longer|greater|higher) than|not (?:be )?(?:more|longer|greater|higher|exceed)(?: than)?|up to|(less than|below|under|fewer than|shorter than|smaller than|lower than|<)) ?${NUMBER}(${LENGTH})?`,
);
const OR_MORE = new RegExp(`${NUMBER}(?:\\+| or more)(${LENGTH})?`);

function applyLimits(field: Field, said: string): void {
  const range = RANGE.exec(said);
  if (range) {
    setLimit(field, 'least', Number(range[1]), isLength(field, said, range[3]));
    setLimit(field, 'most', Number(range[2]), isLength(field, said, range[3]));
    return;
  }
  // "no more than 5" holds "more than 5".
  const most = MOST.exec(said);
  const rest = most ? said.replace(most[0], ' ') : said;
  if (most)
    setLimit(
      field,
      'most',
      Number(most[2]) - (most[1] === undefined ? 0 : stepOf(field)),
      isLength(field, said, most[3]),
    );
  const least = LEAST.exec(rest);
  if (least)
    setLimit(
      field,
      'least',
      Number(least[2]) + (least[1] === undefined ? 0 : stepOf(field)),
      isLength(field, said, least[3]),
    );
  const orMore = least ? null : OR_MORE.exec(rest);
  if (orMore) setLimit(field, 'least', Number(orMore[1]), isLength(field, said, orMore[2]));
  if (
    /\b(?:non-?negative|not (?:be )?negative|zero or more|can't be negative|cannot be negative)\b/.test(said)
  )
    setLimit(field, 'least', 0, false);
  else if (/\bpositive\b/.test(said)) setLimit(field, 'least', stepOf(field), false);
}

function isLength(field: Field, said: string, unit: string | undefined): boolean {
  if (unit !== undefined || /\blength\b/.test(said)) return true;
  return field.name === 'password';
}

/** The smallest number above zero that makes sense: things are counted, money has cents. */
function stepOf(field: Field): number {
  return /price|amount|cost|total|fee|budget|salary|weight|rate|balance|tax/i.test(field.name) ? 0.01 : 1;
}

function setLimit(field: Field, end: 'least' | 'most', value: number, isText: boolean): void {
  if (!Number.isFinite(value)) return;
  if (isText) {
    if (end === 'least') field.minLength = value;
    else field.maxLength = value;
    return;
  }
  field.type = 'number';
  if (end === 'least') field.min = value;
  else field.max = value;
}

function enumOf(text: string): unknown[] | null {
  const match =
    /\b(?:one of|any of|either|be|enum|values?(?: are)?|is|are)(?: the values?)?:? \(?([^()]*¦[^()]*)\)?/i.exec(
      text,
    ) ??
    /\((?:one of:? |either |enum:? |string,? ?)?([^()]*¦[^()]*)\)/i.exec(text) ??
    /: ?([\w-]+(?:¦[\w-]+){1,10})\b/.exec(text);
  if (!match) return null;
  const items = match[1]!
    .split(COMMA)
    .map((item) =>
      item
        .trim()
        .replace(/^(?:or|and|(?:either |any |one )of|either) /, '')
        .replace(/\s+(?:and|with|but|defaults?|which|by default|required|optional|is|-)\b.*$/i, ''),
    )
    .filter((item) => item !== '');
  const isList = items.length > 1 && items.every((item) => /^["'`]?[\w -]{1,30}["'`]?$/.test(item));
  // "(required, number)" are words about a field and not values for it.
  if (!isList || items.some((item) => ABOUT.test(item)) || /between|from \d/.test(match[0])) return null;
  return items.map(readConstant);
}

const ABOUT =
  /^(?:required|optional|numbers?|string|text|booleans?|bool|integers?|int|email|unique|mandatory|date|positive|min\b.*|max\b.*|at (?:least|most).*|default.*|between.*|not .*|must .*|valid .*|numeric|decimal|float|whole.*|in \w+|up to.*)$/i;

const VALUE = `("[^"]{0,100}"|'[^']{0,100}'|\`[^\`]{0,100}\`|-?[\\w.]+(?:-\\w+)*)`;
const DEFAULT = new RegExp(
  `\\b(?:defaults?(?: value)?(?: to| is| of| =|:|=)?|defaulting to|default:|by default(?: is| it is)?|if (?:missing|absent|not (?:given|set|provided)),? (?:it is|use|then|set to|becomes))(?: set to)? ${VALUE}`,
  'i',
);
const BEFORE_DEFAULT = new RegExp(`(?:^|is|are|be|:|\\() ?${VALUE} (?:by|as)(?: the)? default`, 'i');
const CONSTANT = new RegExp(
  `(?:\\b(?:starts?(?: out)? (?:as|at|with|in)|starting (?:as|at|with)|initially(?: is| set to)?|initial value(?: is| of)?|(?:is|are|be|gets?|will be|should be|must be)?(?: initially| always| automatically)? ?set to|is (?:always|initially)|should (?:always |initially )?be(?= ["'\`])|begins? (?:as|at|with))|^\\s*=) ?(?:the (?:value )?)?${VALUE}`,
  'i',
);

function applyDefault(field: Field, text: string): void {
  const plain = text.replaceAll(COMMA, ',');
  const given = DEFAULT.exec(plain) ?? BEFORE_DEFAULT.exec(plain);
  if (given) {
    field.default = readConstant(given[1]!);
    field.required = false;
    fitType(field, field.default);
    return;
  }
  const constant = CONSTANT.exec(plain);
  if (!constant || /^(?:an?|the)$/i.test(constant[1]!)) return;
  field.constant = readConstant(constant[1]!);
  fitType(field, field.constant);
}

function fitType(field: Field, value: unknown): void {
  if (typeof value === 'boolean' || typeof value === 'number')
    field.type = typeof value as 'boolean' | 'number';
  else if (field.type === 'number' || field.type === 'boolean') field.type = 'string';
}
