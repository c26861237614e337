/** @module What a workflow wants from its callers: names, types, rules, as far as it says. */
import type { Plan } from '@orchestrix/engine';
import { isObject } from '../builder/plain.ts';
import { comparedPath, referencePath, textOf, type WrittenStep } from './plan-steps.ts';

/** Types that trials know. */
export type ValueType = 'string' | 'number' | 'boolean' | 'email' | 'date' | 'object' | 'array';

/** One value of the caller. */
export interface CallerValue {
  /** Dots reach into objects. */
  name: string;
  /** As a rule or a declaration says; `undefined`: nobody does. */
  type: ValueType | undefined;
  required: boolean;
  /** Whether something stands in when it is left out. */
  hasDefault: boolean;
  /** Whether it selects by `_id`. */
  isId: boolean;
  min?: number;
  max?: number;
  minLength?: number;
  maxLength?: number;
  pattern?: string;
  /** Only these are let through. */
  choices?: readonly unknown[];
  /** A guard compares it with another value of the caller. */
  comparedWith?: { is: unknown; name: string };
  /** A guard wants it to be left out. */
  unwanted?: boolean;
}

const MAX_VALUES = 100;

/** Every value that steps declare, check, or refer to. */
export function callerValues(plan: Plan, steps: readonly WrittenStep[]): CallerValue[] {
  const values = new Map<string, CallerValue>();
  const of = (name: string): CallerValue => {
    const known = values.get(name);
    if (known) return known;
    const made: CallerValue = { name, type: undefined, required: false, hasDefault: false, isId: false };
    if (values.size < MAX_VALUES) values.set(name, made);
    return made;
  };
  const variables = steps
    .filter(({ type }) => type === 'input')
    .flatMap(({ fields }) => listOf(fields.variables));
  for (const variable of [...variables, ...plan.definition.inputVariables]) {
    if (!isObject(variable) || textOf(variable.name) === '') continue;
    const value = of(textOf(variable.name));
    value.type ??= typeOf(variable.type);
    value.hasDefault ||= variable.default !== undefined && variable.default !== null;
    value.required ||= variable.required === true;
  }
  const outputs = new Set(steps.flatMap(({ output }) => (output === null ? [] : [output])));
  for (const { fields } of steps.filter(({ type }) => type === 'inputValidation')) {
    for (const rule of listOf(fields.rules)) if (isObject(rule)) takeRule(rule, outputs, of);
  }
  for (const { references } of steps) {
    for (const { segments, braced } of references) {
      const name = callerName(segments, braced, outputs);
      if (
        name !== undefined &&
        ![...values.keys()].some((known) => known === name || name.startsWith(`${known}.`))
      )
        of(name);
    }
  }
  for (const { fields } of steps) takeIds(fields.filter, outputs, of);
  for (const step of steps.filter(({ type }) => type === 'guard')) takeGuard(step, outputs, of);
  return [...values.values()];
}

function takeRule(
  rule: Record<string, unknown>,
  outputs: ReadonlySet<string>,
  of: (name: string) => CallerValue,
): void {
  const bare = textOf(rule.field).replace(/^\{\{\s*|\s*\}\}$/g, '');
  const segments = bare.split('.');
  const name =
    segments[0] === 'input' ? segments.slice(1).join('.') : outputs.has(segments[0] ?? '') ? '' : bare;
  if (name === '') return;
  const value = of(name);
  value.type = typeOf(rule.type) ?? value.type;
  value.required ||= rule.required === true;
  for (const limit of ['min', 'max', 'minLength', 'maxLength'] as const) {
    const number = rule[limit] === null || rule[limit] === undefined ? Number.NaN : Number(rule[limit]);
    if (!Number.isNaN(number)) value[limit] = number;
  }
  if (textOf(rule.pattern) !== '') value.pattern = textOf(rule.pattern);
  const choices = listOf(rule.enum);
  if (choices.length > 0) value.choices = choices;
}

/** A guard that looks at a value of the caller says what gets through. */
function takeGuard(
  { fields }: WrittenStep,
  outputs: ReadonlySet<string>,
  of: (name: string) => CallerValue,
): void {
  const segments = referencePath(fields.value);
  const name = segments && callerName(segments, true, outputs);
  if (name === undefined) return;
  const value = of(name);
  const { to } = fields;
  if (fields.is === 'absent') value.unwanted = true;
  if (fields.is === 'true' || fields.is === 'false') value.choices = [fields.is === 'true'];
  const other = comparedPath(to);
  if (other !== undefined) {
    const otherName = callerName(other, true, outputs);
    if (otherName !== undefined && otherName !== name)
      value.comparedWith = { is: fields.is, name: otherName };
    return;
  }
  if (fields.is === 'equal') value.choices = [to];
  if (fields.is === 'oneOf')
    value.choices = Array.isArray(to)
      ? to
      : textOf(to)
          .split(',')
          .map((one) => one.trim());
  const number = Number(to);
  if (Number.isNaN(number)) return;
  if (fields.is === 'greater') value.min = Math.max(value.min ?? number + 1, number + 1);
  if (fields.is === 'less') value.max = Math.min(value.max ?? number - 1, number - 1);
}

function takeIds(filter: unknown, outputs: ReadonlySet<string>, of: (name: string) => CallerValue): void {
  if (!isObject(filter)) return;
  const segments = referencePath(filter._id);
  const name = segments && callerName(segments, true, outputs);
  if (name !== undefined) of(name).isId = true;
}

/** The caller's value that a reference means; `undefined` for a variable, for all of the input, and for what is only text. */
function callerName(
  segments: readonly string[],
  braced: boolean,
  outputs: ReadonlySet<string>,
): string | undefined {
  const [root = '', ...rest] = segments;
  if (root === 'input') return rest.length === 0 ? undefined : rest.join('.');
  return braced && rest.length === 0 && !outputs.has(root) ? root : undefined;
}

const TYPES: Readonly<Record<string, ValueType>> = {
  string: 'string',
  text: 'string',
  number: 'number',
  integer: 'number',
  int: 'number',
  float: 'number',
  boolean: 'boolean',
  bool: 'boolean',
  email: 'email',
  date: 'date',
  object: 'object',
  json: 'object',
  array: 'array',
  list: 'array',
};

function typeOf(type: unknown): ValueType | undefined {
  return TYPES[textOf(type).toLowerCase()];
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}
