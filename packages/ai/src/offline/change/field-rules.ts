/** @module Other rules for fields that are there: required, type, limits, values, default. */
import type { PatchOperation } from '../../patch/operations.ts';
import type { Field } from '../field.ts';
import { applyAttributes, hideInnerSeparators } from '../field-attributes.ts';
import { ruleOf } from '../steps.ts';
import {
  fieldsOf,
  freeId,
  namesIn,
  type Outcome,
  type Parts,
  rulesFor,
  setField,
  spelling,
  variablesOf,
} from './parts.ts';

const ABOUT_RULES =
  /\b(?:required|optional|mandatory|necessary|at least|at most|minimum|maximum|min|max|between|from -?\d|one of|either|default\w*|longer|shorter|long|positive|negative|numbers?|numeric|integer|boolean|text|string|date|e-?mail|greater|less|more|fewer|characters|chars|digits|must|should|may|can|cannot|can't|allow\w*|limit\w*|no longer|empty|blank|omitted|left out|up to|optionally|only|valid|required to)\b/i;
const ADDS =
  /^(?:also |additionally )?(?:add|store|save|include|ask for|collect|record|take|accept|introduce) (?!(?:an? |the )?(?:minimum|maximum|default|range|limit|min|max|enum|length|check|rule|validation)\b)/i;
const LIMITS = ['min', 'max', 'minLength', 'maxLength', 'enum'] as const;

/** `The category is required`, `the comment may have at most 500 characters`. */
export function changeFieldRules(wish: string, parts: Parts): Outcome {
  if (!parts.input || !ABOUT_RULES.test(wish) || ADDS.test(wish)) return null;
  const names = variablesOf(parts).map(({ name }) => name);
  const isAll =
    /^(?:make )?(?:all|every|everything)(?: of (?:the|them))?(?: (?:fields?|inputs?|values?))?\b/i.test(wish);
  const named = isAll ? names : namesIn(subjectOf(wish), names);
  if (named.length === 0) return null;
  const others = /^(?:only|just) .*\b(?:required|mandatory)\b/i.test(wish)
    ? names.filter((name) => !named.includes(name))
    : [];
  const outcomes = [
    ...named.map((name) => changeOne(name, wish, parts)),
    ...others.map((name) => changeOne(name, 'optional', parts)),
  ];
  const understood = outcomes.filter((one) => one !== null);
  return understood.length > 0 ? understood.flat() : null;
}

/** What stands in quotes or in parentheses are values and no names. */
function subjectOf(wish: string): string {
  return wish
    .replace(/"[^"]*"|\([^)]*\)/g, ' ')
    .replace(/\b(?:one of|either|only be|must be|can be|defaults? to)\b.*$/i, ' ');
}

function changeOne(name: string, wish: string, parts: Parts): PatchOperation[] | null {
  const index = variablesOf(parts).findIndex((one) => one.name === name);
  const before = fieldsOf(parts)[index]!;
  const [rule] = rulesFor(parts, name);
  const rules = (parts.validate?.rules ?? []) as Record<string, unknown>[];
  const said = wishAbout(name, wish);
  const field: Field = { ...before };
  applyAttributes(field, hideInnerSeparators(said));
  if (
    /\b(?:no longer|not|isn't|needn't|doesn't (?:have|need) to be) (?:be )?(?:required|mandatory|necessary|needed|given)\b|\b(?:may|can) be (?:left out|omitted|missing|empty)/i.test(
      said,
    )
  )
    field.required = false;
  else if (
    /\b(?:no longer|not) optional\b|\bhas to be (?:there|given|sent|filled)|\bmust (?:not be (?:missing|empty)|be (?:there|sent|given))|^(?:require|always require)\b/i.test(
      said,
    )
  )
    field.required = true;
  asLength(field, before, said);
  // "One of 1, 2 or 3" is no range from 1 to 2.
  if (field.enum !== undefined) for (const key of ['min', 'max'] as const) delete field[key];
  const operations: PatchOperation[] = [];
  let isSaid =
    /\b(?:optional|required|mandatory|necessary|needed)\b/i.test(said) || field.required !== before.required;
  const onInput = (key: string, value: unknown): void => {
    operations.push(...setField(parts.input!, `variables.${index}.${key}`, value));
  };
  const onRule = (key: string, value: unknown): void => {
    if (rule !== undefined && parts.validate)
      operations.push(...setField(parts.validate, `rules.${rule}.${key}`, value));
  };
  if (field.required !== before.required) {
    onInput('required', field.required);
    onRule('required', field.required);
  }
  if (field.type !== before.type) {
    isSaid = true;
    onInput('type', field.type);
    onRule('type', field.type);
  }
  if (field.default !== undefined) {
    isSaid = true;
    onInput('default', field.default);
  }
  for (const key of LIMITS) {
    if (field[key] === undefined) continue;
    isSaid = true;
    onRule(key, field[key]);
  }
  if (!isSaid) return null;
  if (rule !== undefined) return operations;
  if (parts.validate && rules.length >= 0)
    operations.push({ op: 'append', id: parts.validate.id, field: 'rules', value: ruleOf(field) });
  else
    operations.push({
      op: 'add',
      step: { id: freeId('validate', parts), type: 'inputValidation', rules: [ruleOf(field)] },
      after: parts.auth?.id ?? parts.input!.id,
    });
  return operations;
}

/** The wish without the name, whose words could be taken for a type or a limit. */
function wishAbout(name: string, wish: string): string {
  const spelled = spelling(name);
  const [first] = wish.split(spelled);
  const head = first === undefined || first.length > 60 ? '' : first;
  return `${head.replace(/^(?:make|let|set|limit|change|the|a|an) ?/i, (word) => (/^limit/i.test(word) ? 'at most ' : ' '))} ${wish.slice(head.length).replace(spelled, ' ')}`
    .replace(/\b(?:limited|limit(?: it)?|shortened|restricted|cut) (?:to|at) (?=\d)/gi, 'at most ')
    .replace(/^at most (.*?)\bto (?=\d)/i, '$1 at most ')
    .replace(/(\d+) (characters|chars|letters) (?:at )?(?:max(?:imum)?|most)\b/gi, 'at most $1 $2')
    .replace(/(\d+) (?:max(?:imum)?|at most)$/gi, 'at most $1')
    .replace(/\bonly (?=["\w-]+(?:, ["\w-]+)* or ["\w-]+)/i, 'one of ');
}

/** "At least 3" is about the length of a text. */
function asLength(field: Field, before: Field, said: string): void {
  if (
    !['string', 'email'].includes(before.type) ||
    field.type !== 'number' ||
    /\bnumber|numeric|integer\b/i.test(said)
  )
    return;
  if (field.enum !== undefined || (field.min === undefined && field.max === undefined)) return;
  const { min, max } = field;
  field.type = before.type;
  if (min !== undefined) field.minLength = min;
  if (max !== undefined) field.maxLength = max;
  delete field.min;
  delete field.max;
}
