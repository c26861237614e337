/** @module Inputs for trials: a good one, and what becomes of it when a value is left out or of the wrong type. */
import { type InputField, inputFields } from './input-fields.ts';
import { textForPattern } from './make-pattern.ts';
import { idFor, kindOf, valuesAround, valuesFor } from './make-value.ts';
import type { Plan } from '@orchestrix/engine';
import { callerReferences, isRecord, type ReadStep, templateOf } from './read-plan.ts';
import { passesGuard, ruleTest } from './run-node.ts';

/** What a caller would send. */
export interface GoodInput {
  values: Record<string, unknown>;
  fields: readonly InputField[];
  /** Fields for which no value was found that the workflow lets pass. */
  impossible: readonly InputField[];
}

/** A good input for a plan, the same for the same plan. */
export function makeGoodInput(plan: Plan, steps: readonly ReadStep[]): GoodInput {
  const all = inputFields(plan, steps);
  const labels = all.map(({ label }) => label);
  // The value of an object is made of the values inside it.
  const fields = all.filter(({ label }) => !labels.some((other) => other.startsWith(`${label}.`)));
  const guards = steps.filter(isCallerGuard);
  const impossible: InputField[] = [];
  const waiting = new Set(fields.map(({ label }) => label));
  let values: Record<string, unknown> = {};
  for (const field of fields) {
    waiting.delete(field.label);
    const own = guards.filter((guard) => concerns(guard, field) && !waitsFor(guard, waiting));
    const passes = ruleTest(field.rules);
    const fits = (input: Record<string, unknown>) =>
      passes(input) && own.every(({ plan: step }) => passesGuard(step, { input }));
    const found = inputsWith(values, field, own, fits);
    if (!found) impossible.push(field);
    values = found ?? withValue(values, field.path, valuesFor(nameOf(field), field.type)[0]);
  }
  if (all.length === 0 && steps.some((step) => callerReferences(step).length > 0)) {
    // The workflow takes whatever comes, as the receiver of a webhook does.
    values = { event: 'created', id: idFor('event'), message: 'A short text for the trial' };
  }
  return { values, fields, impossible };
}

/** The input without one value. */
export function withoutValue(input: Record<string, unknown>, path: readonly string[]): Record<string, unknown> {
  return change(input, path, 0, undefined) as Record<string, unknown>;
}

/** The input with another value at a path; objects and lists on the way are made. */
export function withValue(
  input: Record<string, unknown>,
  path: readonly string[],
  value: unknown,
): Record<string, unknown> {
  return change(input, path, 0, value) as Record<string, unknown>;
}

/** A value that is not of a field's type; `undefined` for a type that any value has. */
export function wrongValue(field: InputField): unknown {
  return { number: 'not a number', boolean: 'perhaps', email: 'not an address', date: 'not a date', object: 'no object', array: 'no list' }[
    kindOf(field.type) ?? ''
  ];
}

/** The key by which people know a field: the last that is no position in a list. */
export function nameOf({ path }: Pick<InputField, 'path'>): string {
  return path.findLast((key) => !/^\d+$/.test(key)) ?? '';
}

function inputsWith(
  values: Record<string, unknown>,
  field: InputField,
  guards: readonly ReadStep[],
  fits: (input: Record<string, unknown>) => boolean,
): Record<string, unknown> | undefined {
  for (const value of candidates(field, values, guards)) {
    const input = withValue(values, field.path, value);
    if (fits(input)) return input;
  }
  return undefined;
}

/** Guards that look at nothing but what the caller sent. */
function isCallerGuard(step: ReadStep): boolean {
  if (step.type !== 'guard') return false;
  const looked = step.references.filter(({ field }) => field === 'value' || field === 'to');
  return looked.length > 0 && looked.every(({ origin }) => origin?.step === null && origin.path.length > 0);
}

function concerns(guard: ReadStep, { label }: InputField): boolean {
  return callerReferences(guard).some(({ origin }) => isWithin(label, origin?.path.join('.') ?? ''));
}

function waitsFor(guard: ReadStep, waiting: ReadonlySet<string>): boolean {
  const paths = callerReferences(guard).map(({ origin }) => origin?.path.join('.') ?? '');
  return [...waiting].some((label) => paths.some((path) => isWithin(label, path)));
}

function isWithin(label: string, path: string): boolean {
  return label === path || label.startsWith(`${path}.`);
}

/** What is tried for a field, best first; bounded, for every one is put to the rules. */
function candidates(
  field: InputField,
  values: Record<string, unknown>,
  guards: readonly ReadStep[],
): unknown[] {
  const name = nameOf(field);
  const fromGuards = guards.flatMap((guard) => comparedWith(guard, field, values)).flatMap(valuesAround);
  const fromRules = field.rules.flatMap(({ enum: allowed }) => (Array.isArray(allowed) ? allowed : []));
  const kind = kindOf(field.type);
  const usual = isUsedAsId(field) && kind === undefined ? [idFor(name)] : [];
  const fallback = field.fallback === undefined || field.fallback === null ? [] : [field.fallback];
  const named = [...usual, ...fallback, ...valuesFor(name, field.type)];
  const numbers = kind === 'number' || kind === undefined ? numbersOf(field) : [];
  const texts = named.filter((one): one is string => typeof one === 'string');
  const wanted = [
    ...fromRules.slice(0, 50),
    ...fromGuards.slice(0, 50),
    ...named,
    ...numbers,
    ...patternTexts(field),
    ...texts.slice(0, 10).flatMap((text) => fittedLengths(text, field)),
    ...listsOf(named, field),
  ].slice(0, 250);
  // A guard may want a value to be absent, as a trap for robots does.
  return guards.length > 0 ? [...wanted, undefined, ''] : wanted;
}

/** The other side of a guard: a constant, or a value of the caller that is already chosen. */
function comparedWith(guard: ReadStep, { label }: InputField, values: Record<string, unknown>): unknown[] {
  return ['value', 'to'].flatMap((side) => {
    const template = templateOf(guard, side);
    if (!template || template.source === undefined) return [];
    const own = callerReferences(guard, side).some(({ origin }) => isWithin(label, origin?.path.join('.') ?? ''));
    return own ? [] : [template.resolve({ input: values })];
  });
}

function isUsedAsId({ uses }: InputField): boolean {
  return uses.some(({ step, field }) => {
    const filter = templateOf(step, field)?.source;
    if (field !== 'filter' || !isRecord(filter) || typeof filter._id !== 'string') return false;
    return callerReferences(step, 'filter').some(({ reference }) => reference.raw === filter._id);
  });
}

function numbersOf({ rules }: InputField): number[] {
  return rules.flatMap(({ min, max }) => {
    const [least, most] = [min, max].map((one) => (one === undefined || one === null ? undefined : Number(one)));
    const middle = least !== undefined && most !== undefined ? [Math.floor((least + most) / 2)] : [];
    return [...middle, ...[least, most].flatMap((one) => (one === undefined ? [] : [one, one + 1, one - 1]))];
  });
}

function patternTexts({ rules }: InputField): string[] {
  return rules.flatMap(({ pattern, minLength }) =>
    typeof pattern === 'string'
      ? [0, 1, 5, 11, Number(minLength ?? 0)].map((extra) => textForPattern(pattern, extra))
      : [],
  );
}

/** Longer texts are never needed, and a rule may ask for a billion characters. */
const MAX_TEXT = 20_000;

function fittedLengths(text: string, { rules }: InputField): string[] {
  return rules.flatMap(({ minLength, maxLength }) => {
    const least = Math.min(Number(minLength ?? 0), MAX_TEXT);
    const fitted: string[] = [];
    if (text.length < least) {
      const missing = least - text.length;
      fitted.push('a'.repeat(missing) + text, (text + ' and more'.repeat(Math.ceil(missing / 9))).slice(0, least));
      fitted.push(text + '7'.repeat(missing));
    }
    if (maxLength !== undefined && maxLength !== null) {
      const most = Number(maxLength);
      if (text.length > most) fitted.push(text.slice(0, Math.max(most, 0)), 'a@b.co');
    }
    return fitted;
  });
}

function listsOf(values: readonly unknown[], { rules }: InputField): unknown[] {
  const [list] = values.filter(Array.isArray);
  if (!list) return [];
  return rules.flatMap(({ minLength, maxLength }) => {
    const count = Math.min(Number(minLength ?? maxLength ?? list.length), 1_000);
    return Number.isInteger(count) && count >= 0 ? [Array.from({ length: count }, (_, i) => list[i % list.length])] : [];
  });
}

function change(container: unknown, path: readonly string[], at: number, value: unknown): unknown {
  if (at === path.length) return value;
  const key = path[at]!;
  const isPosition = /^\d{1,3}$/.test(key) && (Array.isArray(container) || container === undefined) && at > 0;
  if (isPosition) {
    const list: unknown[] = Array.isArray(container) ? [...container] : [];
    list[Math.min(Number(key), list.length)] = change(list[Number(key)], path, at + 1, value);
    return list;
  }
  const before = isRecord(container) ? container : {};
  const inner = change(Object.hasOwn(before, key) ? before[key] : undefined, path, at + 1, value);
  const entries = Object.entries(before).filter(([name]) => name !== key);
  return Object.fromEntries(inner === undefined ? entries : [...entries, [key, inner]]);
}
