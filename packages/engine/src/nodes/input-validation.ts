/** @module `inputValidation`: checks values against rules and stops the run with a message for every field that fails. */

import { z } from 'zod';
import { isSecretPath, joinFew, joinWords, quote, sayValue } from '../describe/say-value.ts';
import { TerminalError } from '../errors.ts';
import { defineNode, type NodeFinding, type StepContext } from '../node.ts';
import { convertValue, expectedType, readValueType, VALUE_TYPES, type ValueType } from '../values/convert.ts';
import { isPlainObject } from '../values/copy.ts';
import { parsePath, REQUEST, readSegments, requestOf } from '../values/path.ts';
import { compilePattern, type Pattern, PatternError } from '../values/pattern.ts';

/** Values of a rule that is one bound of a number: forms send them as texts. */
const limit = z.union([z.number(), z.string().regex(/^-?\d+(?:\.\d+)?$/)]).transform(Number);

const rule = z.looseObject({
  field: z.string({ error: 'Every rule needs a field' }).min(1, 'Every rule needs a field'),
  required: z.boolean().nullish(),
  absent: z.boolean().nullish(),
  type: z.string().nullish(),
  minLength: limit.nullish(),
  maxLength: limit.nullish(),
  min: limit.nullish(),
  max: limit.nullish(),
  exclusiveMin: limit.nullish(),
  exclusiveMax: limit.nullish(),
  pattern: z.string().nullish(),
  enum: z.array(z.unknown()).nullish(),
  message: z.string().nullish(),
});

type Rule = z.output<typeof rule>;
type Check = (value: unknown) => string | null;
interface CompiledRule {
  field: string;
  /** Path of the field; `*` stands for every item of a list. Null for a field that is no path. */
  segments: readonly string[] | null;
  type: ValueType | undefined;
  /** Replaces the rule's own messages. */
  message: string | null;
  absent: boolean;
  pattern: Pattern | PatternError | null;
  /** What is checked besides its being there, in words. */
  wanted: string;
  required: boolean;
  checks: Check[];
}

export const inputValidation = defineNode({
  type: 'inputValidation',
  title: 'Validate Input',
  category: 'input',
  summary: 'Checks values against rules; the run stops with a message for every field that breaks one.',
  aliases: { rules: ['rules', 'data.rules', 'data.fields.rules'] },
  config: z.object({
    rules: z
      .array(rule, { error: 'inputValidation: rules must be a list of objects with a field' })
      .nullish()
      .transform((rules) => (rules ?? []).map(compileRule))
      .describe(
        'What must hold: field (a path; * for every item of a list), required, absent, type, minLength, maxLength, min, max, ' +
          'exclusiveMin, exclusiveMax, pattern, enum; message replaces the messages of the rule',
      ),
  }),
  outputs: { name: 'validated', summary: 'true: a run that gets past this step has valid input.' },
  example: {
    type: 'inputValidation',
    rules: [{ field: 'input.email', required: true, type: 'email' }],
  },
  sideEffects: 'none',
  narrate: { start: () => 'Starting input validation', done: () => 'All fields passed validation' },
  describe: ({ rules }) => ({
    sentence: `Checks that ${joinFew(rules.map(sayRule), 20) || 'nothing in particular holds'}`,
    failsWhen: rules.length === 0 ? [] : ['what the caller sends breaks a rule'],
    requires: rules.flatMap(({ field, required }) => {
      const [, name] = /^(?:\{\{\s*)?(?:input\.)?([\w-]+)(?:\s*\}\})?$/.exec(field.trim()) ?? [];
      return required && name !== undefined ? [name] : [];
    }),
  }),
  refersTo: ({ rules }) =>
    rules.flatMap(({ field, segments }, index) => {
      const path = segments?.slice(0, segments.includes('*') ? segments.indexOf('*') : undefined);
      if (!path || path.length === 0) return [];
      const reference = { path: field, raw: field, segments: path, braced: true, optional: false, at: [] };
      return [{ reference, field: `rules.${index}.field` }];
    }),
  check: checkRules,
  run(context, { rules }) {
    const errors = new Map<string, string[]>();
    const pending = checkFrom(context, rules, 0, errors);
    return pending ? pending.then(() => verdict(context, errors)) : verdict(context, errors);
  },
});

/** Checks the rules from one on; a promise when they take so long that others have to be let in between. */
function checkFrom(
  context: StepContext,
  rules: readonly CompiledRule[],
  from: number,
  errors: Map<string, string[]>,
): Promise<void> | undefined {
  for (let i = from; i < rules.length; i++) {
    checkRule(context, rules[i]!, errors);
    if (context.turn.isOver())
      return context.turn.next().then(() => checkFrom(context, rules, i + 1, errors));
  }
  return undefined;
}

function checkRule(context: StepContext, rule: CompiledRule, errors: Map<string, string[]>): void {
  for (const { name, value, path } of readPlaces(context, rule)) {
    const messages = messagesOf(rule, value, (converted) => {
      if (path !== null) context.nextInput = withConverted(context, path, converted);
    });
    if (messages.length === 0) continue;
    const told = rule.message === null ? messages : [rule.message];
    errors.set(name, [...(errors.get(name) ?? []), ...told]);
  }
}

function messagesOf(
  { required, absent, type, checks }: CompiledRule,
  value: unknown,
  convert: (converted: unknown) => void,
): string[] {
  if (value === undefined || value === null || value === '') return required ? ['Field is required'] : [];
  if (absent) return Array.isArray(value) && value.length === 0 ? [] : ['Field must be absent'];
  let checked: unknown = value;
  const messages: string[] = [];
  if (type !== undefined) {
    const converted = convertValue(type, value);
    if (converted === undefined) messages.push(expectedType(type));
    else if (converted !== value) {
      checked = converted;
      convert(converted);
    }
  }
  for (const check of checks) {
    const message = check(checked);
    if (message !== null) messages.push(message);
  }
  return messages;
}

/** One value that a rule is about. */
interface Place {
  /** How messages call it: the field, with positions where it said `*`. */
  name: string;
  value: unknown;
  /** Where it stands in the caller's values; null for a value of another variable, which no rule converts. */
  path: readonly string[] | null;
}

/** Items of lists that one rule looks at. */
const MAX_ITEMS = 100_000;

function readPlaces({ variables, nextInput }: StepContext, { field, segments }: CompiledRule): Place[] {
  if (!segments) return [{ name: field, value: undefined, path: null }];
  const input = nextInput ?? variables.input;
  const root = segments[0]!;
  const request = segments.length > 1 && root === REQUEST ? requestOf(variables) : undefined;
  const isSet = Object.hasOwn(variables, root);
  const isInput = root === 'input' || (!isSet && request === undefined);
  const path = root === 'input' ? segments.slice(1) : segments;
  const start = isInput ? input : isSet ? variables[root] : request;
  // A single name that is no variable is one of the caller's; a longer path of unknown name is nothing.
  if (isInput && root !== 'input' && segments.length > 1)
    return [{ name: field, value: undefined, path: null }];
  const inner = isInput ? path : segments.slice(1);
  if (!inner.includes('*'))
    return [{ name: field, value: readSegments(start, inner, 0), path: isInput ? inner : null }];
  const prefix = isInput ? (root === 'input' ? ['input'] : []) : [root];
  let open: { value: unknown; at: string[] }[] = [{ value: start, at: [] }];
  for (const segment of inner) {
    open =
      segment === '*'
        ? open.flatMap(({ value, at }) =>
            Array.isArray(value)
              ? value.slice(0, MAX_ITEMS).map((item: unknown, i) => ({ value: item, at: [...at, String(i)] }))
              : [],
          )
        : open.map(({ value, at }) => ({ value: readSegments(value, [segment], 0), at: [...at, segment] }));
    if (open.length > MAX_ITEMS) open = open.slice(0, MAX_ITEMS);
  }
  return open.map(({ value, at }) => ({
    name: [...prefix, ...at].join('.'),
    value,
    path: isInput ? at : null,
  }));
}

/** The caller's values with one of them converted; only what lies on the way to it is copied. */
function withConverted(
  { variables, nextInput }: StepContext,
  path: readonly string[],
  value: unknown,
): Record<string, unknown> {
  const input = (nextInput ?? variables.input) as Record<string, unknown>;
  return replaceAt(input, path, 0, value) as Record<string, unknown>;
}

function replaceAt(container: unknown, path: readonly string[], from: number, value: unknown): unknown {
  if (from === path.length) return value;
  const key = path[from]!;
  if (Array.isArray(container))
    return container.with(Number(key), replaceAt(container[Number(key)], path, from + 1, value));
  const fields = container as Record<string, unknown>;
  return { ...fields, [key]: replaceAt(fields[key], path, from + 1, value) };
}

/** @throws TerminalError `VALIDATION_FAILED` with the messages by field */
function verdict(context: StepContext, errors: ReadonlyMap<string, string[]>): true {
  const ok = errors.size === 0;
  const message = ok ? 'Validation passed' : 'Validation failed';
  context.note?.('data', 'Validation result', message, { ok, failedFields: [...errors.keys()] });
  if (!ok) {
    const details = Object.fromEntries(errors);
    throw new TerminalError('Input validation failed', { code: 'VALIDATION_FAILED', details });
  }
  context.logOutput = { valid: true };
  return true;
}

function compileRule(source: Rule): CompiledRule {
  const pattern = source.pattern ? readPattern(source.pattern) : null;
  return {
    pattern,
    field: source.field.trim().replace(/^\{\{\s*|\s*\}\}$/g, ''),
    segments: readField(source.field),
    type: source.type ? readValueType(source.type) : undefined,
    message: source.message || null,
    absent: source.absent === true,
    wanted: sayWanted(source),
    required: source.required === true,
    checks: compileChecks(source, pattern),
  };
}

function sayRule({ field, required, wanted }: CompiledRule): string {
  const name = quote(field.replace(/^\{\{\s*|\s*\}\}$/g, '').replace(/^input\./, ''));
  if (wanted === '') return required ? `${name} is there` : `${name} is allowed`;
  return required ? `${name} is there and is ${wanted}` : `${name}, if given, is ${wanted}`;
}

function sayWanted(source: Rule): string {
  const {
    field,
    type,
    minLength,
    maxLength,
    min,
    max,
    exclusiveMin,
    exclusiveMax,
    pattern,
    enum: allowed,
  } = source;
  const parts = [
    source.absent ? 'absent' : '',
    type ? `of type ${type}` : '',
    minLength == null ? '' : `at least ${minLength} long`,
    maxLength == null ? '' : `at most ${maxLength} long`,
    min == null ? '' : `at least ${min}`,
    max == null ? '' : `at most ${max}`,
    exclusiveMin == null ? '' : `greater than ${exclusiveMin}`,
    exclusiveMax == null ? '' : `less than ${exclusiveMax}`,
    pattern ? 'of the expected form' : '',
    allowed && allowed.length > 0 ? `one of ${sayAllowed(field, allowed)}` : '',
  ];
  return joinWords(
    parts.filter((part) => part !== ''),
    'and',
  );
}

function sayAllowed(field: string, allowed: readonly unknown[]): string {
  if (allowed.length > 8 || isSecretPath(field.split(/[^\w-]+/))) return `${allowed.length} values`;
  return joinWords(allowed.map(sayValue), 'or');
}

/** A field is a path, with or without braces; `*` stands for every item of a list. */
function readField(field: string): readonly string[] | null {
  const text = (/^\{\{(.*)\}\}$/s.exec(field.trim())?.[1] ?? field).trim();
  // No name holds a star, so that any other name can stand in for it while the path is read.
  const segments = parsePath(text.replace(/(?<=\.)\*(?=\.|$)/g, STAR));
  return segments?.map((segment) => (segment === STAR ? '*' : segment)) ?? null;
}

const STAR = '\u{10330}';

function compileChecks(source: Rule, pattern: Pattern | PatternError | null): Check[] {
  const checks: Check[] = [];
  const { minLength, maxLength, min, max, exclusiveMin, exclusiveMax } = source;
  if (minLength != null) {
    checks.push((v) => (lengthOf(v) < minLength ? `Expected at least ${minLength} characters` : null));
  }
  if (maxLength != null) {
    checks.push((v) => (lengthOf(v) > maxLength ? `Expected at most ${maxLength} characters` : null));
  }
  const bound = (holds: (number: number) => boolean, message: string) => {
    checks.push((v) => {
      const number = v instanceof Date ? undefined : convertValue('number', v);
      return typeof number === 'number' && holds(number) ? null : message;
    });
  };
  if (min != null) bound((number) => number >= min, `Expected a number of at least ${min}`);
  if (max != null) bound((number) => number <= max, `Expected a number of at most ${max}`);
  if (exclusiveMin != null)
    bound((number) => number > exclusiveMin, `Expected a number greater than ${exclusiveMin}`);
  if (exclusiveMax != null)
    bound((number) => number < exclusiveMax, `Expected a number less than ${exclusiveMax}`);
  if (pattern) {
    // A pattern that cannot be used is a finding of the definition, and lets no value through.
    checks.push((v) =>
      typeof v === 'string' && !(pattern instanceof PatternError) && pattern.test(v)
        ? null
        : 'Does not match the expected pattern',
    );
  }
  if (source.enum && source.enum.length > 0) {
    const type = source.type ? readValueType(source.type) : undefined;
    const allowed = source.enum.map((one) => (type === undefined ? one : (convertValue(type, one) ?? one)));
    checks.push((v) =>
      allowed.some((one) => one === v) ? null : `Expected one of: ${allowed.map(String).join(', ')}`,
    );
  }
  return checks;
}

function checkRules(config: { rules: CompiledRule[] }, step: Record<string, unknown>): NodeFinding[] {
  const findings: NodeFinding[] = [];
  const rules = Array.isArray(step.rules) ? (step.rules as Rule[]) : [];
  rules.forEach((one, index) => {
    if (!isPlainObject(one)) return;
    const { type, pattern, field } = one;
    if (typeof type === 'string' && type.trim() !== '' && type !== 'any' && !readValueType(type)) {
      findings.push({
        code: 'CONFIG_INVALID',
        severity: 'error',
        path: `rules.${index}.type`,
        message: `The rule's type "${type}" is not known`,
        got: type,
        expected: `one of ${VALUE_TYPES.join(', ')}`,
      });
    }
    if (typeof field === 'string' && field !== '' && !readField(field)) {
      findings.push({
        code: 'TEMPLATE_UNREADABLE',
        severity: 'error',
        path: `rules.${index}.field`,
        message: `The rule's field "${field}" is no path, so it would find nothing`,
        got: field,
        expected: 'a path such as input.items.0.price or input.items.*.price',
        ...(/\[/.test(field) ? { suggestion: `Write ${field.replace(/\[(\d+|\*)\]/g, '.$1')}` } : {}),
      });
    }
    if (typeof pattern === 'string' && pattern !== '')
      findings.push(...checkPattern(pattern, index, config.rules[index]?.pattern));
  });
  return findings;
}

function checkPattern(
  pattern: string,
  index: number,
  compiled: Pattern | PatternError | null | undefined,
): NodeFinding[] {
  if (!compiled) return [];
  const isRefused = compiled instanceof PatternError;
  if (!isRefused && compiled.advice === undefined) return [];
  return [
    {
      code: 'CONFIG_INVALID',
      severity: isRefused ? 'error' : 'warning',
      path: `rules.${index}.pattern`,
      message: isRefused ? compiled.message : 'The pattern uses look-ahead',
      got: pattern,
      expected: 'a regular expression as in JavaScript, without slashes, look-around and back-references',
      suggestion: isRefused ? compiled.suggestion : compiled.advice!,
    },
  ];
}

function readPattern(source: string): Pattern | PatternError {
  try {
    return compilePattern(source);
  } catch (error) {
    if (error instanceof PatternError) return error;
    throw error;
  }
}

function lengthOf(value: unknown): number {
  if (typeof value === 'string') return [...value].length;
  return Array.isArray(value) ? value.length : String(value).length;
}
