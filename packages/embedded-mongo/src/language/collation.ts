/** @module String order of a collation, as far as this server supports collations. */
import { CommandError } from '../command-error.ts';
import { compareStrings, type StringOrder } from './compare.ts';
import { type Document, getField, keysOf } from './fields.ts';
import { isNumber, toNumber } from './numbers.ts';

/** MongoDB's collation document; `locale` is required, `strength` 1 (base letters), 2 (also accents) or 3 (also case). */
export interface Collation {
  locale: string;
  strength?: number;
  [option: string]: unknown;
}

const ACCEPTED: Record<string, (value: unknown) => boolean> = {
  locale: (value) => typeof value === 'string' && value !== '',
  strength: (value) => isNumber(value) && [1, 2, 3].includes(toNumber(value)),
  numericOrdering: (value) => typeof value === 'boolean',
  caseLevel: (value) => value === false,
  caseFirst: (value) => value === 'off',
  alternate: (value) => value === 'non-ignorable',
  maxVariable: (value) => value === 'punct' || value === 'space',
  normalization: (value) => typeof value === 'boolean',
  backwards: (value) => value === false,
  version: () => true,
};

/**
 * The order of strings under a collation; without one, or for the locale `simple`, the order of their bytes.
 *
 * @throws CommandError BadValue for an option that this server does not honour
 */
export function stringOrder(collation?: Collation): StringOrder {
  if (collation === undefined) return compareStrings;
  const document = collation as Document;
  for (const option of keysOf(document)) {
    const accepted = ACCEPTED[option];
    if (accepted === undefined) {
      throw new CommandError('BadValue', `BSON field 'collation.${option}' is an unknown field.`);
    }
    if (!accepted(document[option])) {
      throw new CommandError('BadValue', `The collation option '${option}' with this value is not supported`);
    }
  }
  const locale = getField(document, 'locale');
  if (locale === undefined) throw new CommandError('BadValue', "Field 'locale' is required in collation");
  if (locale === 'simple') return compareStrings;
  return collatorFor(document).compare;
}

/** Whether strings compare by their bytes, so that an index without a collation serves. */
export function isSimpleCollation(collation?: Collation): boolean {
  return stringOrder(collation) === compareStrings;
}

const SENSITIVITY = { 1: 'base', 2: 'accent', 3: 'variant' } as const;

function collatorFor(collation: Document): Intl.Collator {
  const strength = getField(collation, 'strength');
  const level = (isNumber(strength) ? toNumber(strength) : 3) as 1 | 2 | 3;
  const options = {
    sensitivity: SENSITIVITY[level],
    numeric: getField(collation, 'numericOrdering') === true,
  };
  const tag = String(collation.locale).replaceAll('_', '-');
  if (!isKnownLocale(tag)) {
    throw new CommandError(
      'BadValue',
      `Field 'locale' is invalid in: { locale: "${String(collation.locale)}" }`,
    );
  }
  return new Intl.Collator(tag, options);
}

/** A locale that ICU does not know would silently sort as the machine's own. */
function isKnownLocale(tag: string): boolean {
  try {
    return Intl.Collator.supportedLocalesOf(tag).length > 0;
  } catch {
    return false;
  }
}
