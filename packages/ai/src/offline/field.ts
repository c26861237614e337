/** @module One value that a caller sends, as it was asked for. */
import { wordsOf } from './names.ts';

/** A type that validation knows. */
export type FieldType = 'string' | 'number' | 'boolean' | 'email' | 'date' | 'array' | 'object' | 'any';

/** A field of a document with what was said about it. */
export interface Field {
  name: string;
  type: FieldType;
  required: boolean;
  min?: number;
  max?: number;
  minLength?: number;
  maxLength?: number;
  enum?: unknown[];
  /** Taken when the caller sends nothing. */
  default?: unknown;
  /** Always this value; the caller does not send it. */
  constant?: unknown;
  unique?: boolean;
}

const NUMBERS = new Set(
  `price prices amount age quantity qty stock rating total count score cost weight height width length size budget salary
  year number points duration minutes hours days percent percentage discount balance stars seats guests capacity pages
  calories distance latitude humidity pressure speed altitude area volume bedrooms bathrooms servings goals wins credits nights copies runtime
  episodes population bpm reps sets steps calories longitude lat lng level priority_number units tax fee rate mileage rooms people participants
  persons tickets likes votes floor kilometers kilometres km kg temperature value`.split(/\s+/),
);
const BOOLEANS = new Set(
  `done active published completed enabled disabled verified archived featured visible available paid read subscribed
  deleted confirmed urgent public private finished checked flag accepted instock`.split(/\s+/),
);
const LISTS = new Set('tags items labels ingredients skills attachments hobbies'.split(' '));
/** Numbers by name that people write with letters, zeros in front or dashes. */
const TEXT_NUMBERS =
  /(?:phone|mobile|order|invoice|account|card|serial|tracking|house|flat|tax|vat|room|table|flight|reference|part|model|telephone|contact|id|passport|licen[cs]e|registration|ticket|customer|employee|member|booking|reservation|parcel|contract|seat|locker|case|policy|article|product|item|student|patient|vehicle)\s?number|size$/;

/** The type that a name suggests. */
export function typeByName(name: string): FieldType {
  const words = wordsOf(name);
  const last = words.at(-1) ?? '';
  const phrase = words.join(' ');
  if (
    last === 'email' ||
    phrase === 'e mail' ||
    phrase === 'mail' ||
    phrase.endsWith('email address') ||
    phrase.endsWith('mail address')
  )
    return 'email';
  // An invoice's number may be INV-7, a size M: nothing is asked of their type.
  if (/^(?:number|size|value|level|length|payload|details|metadata|address)$/.test(phrase)) return 'any';
  if (LISTS.has(last)) return 'array';
  if (TEXT_NUMBERS.test(phrase) || (last === 'number' && words.length > 1)) return 'string';
  if ((words[0] === 'is' || words[0] === 'has') && words.length > 1) return 'boolean';
  if (NUMBERS.has(last)) return 'number';
  if (words.length > 2 && words[0] === 'number' && words[1] === 'of') return 'number';
  if (BOOLEANS.has(last) || last === 'flag') return 'boolean';
  return 'string';
}

/** A field by its name alone. */
export function fieldNamed(name: string): Field {
  return { name, type: typeByName(name), required: true };
}

/** A constant as people write it: `true`, `5`, `open`, `"open"`. */
export function readConstant(text: string): unknown {
  const bare = text.trim().replace(/^["'`]|["'`.,]+$/g, '');
  if (/^(?:true|yes)$/i.test(bare)) return true;
  if (/^(?:false|no)$/i.test(bare)) return false;
  if (/^-?\d{1,15}(?:\.\d{1,9})?$/.test(bare)) return Number(bare);
  if (/^(?:zero)$/i.test(bare)) return 0;
  if (/^(?:empty|blank|nothing)$/i.test(bare)) return '';
  return bare;
}
