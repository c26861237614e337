/** @module `inputValidation`: checks values against rules and stops the run with a message for every field that fails. */

import { z } from 'zod';
import { isSecretPath, joinFew, joinWords, quote, sayValue } from '../describe/say-value.ts';
import { TerminalError } from '../errors.ts';
import { defineNode, type NodeFinding, type StepContext } from '../node.ts';
import { isEmailAddress } from '../values/email.ts';
import { parsePath, readSegments, type Variables } from '../values/path.ts';
import { compilePattern, type Pattern, PatternError } from '../values/pattern.ts';

const TYPES = ['string', 'number', 'boolean', 'email', 'object', 'array', 'date'] as const;

const limit = z.union([z.number(), z.string().regex(/^-?\d+(?:\.\d+)?$/)]).transform(Number);

const rule = z.looseObject({
  field: z.string({ error: 'Every rule needs a field' }).min(1, 'Every rule needs a field'),
  required: z.boolean().nullish(),
  type: z.string().nullish(),
  minLength: limit.nullish(),
  maxLength: limit.nullish(),
  min: limit.nullish(),
  max: limit.nullish(),
  pattern: z.string().nullish(),
  enum: z.array(z.unknown()).nullish(),
});

type Rule = z.output<typeof rule>;
type Check = (value: unknown) => string | null;
interface CompiledRule {
  field: string;
  /** What is checked besides its being there, in words. */
  wanted: string;
  read(variables: Variables): unknown;
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
      .describe('What must hold: field, required, type, minLength, maxLength, min, max, pattern, enum'),
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
    const { field, read, required, checks } = rules[i]!;
    const value = read(context.variables);
    const messages: string[] = [];
    if (value === undefined || value === null || value === '') {
      if (required) messages.push('Field is required');
    } else {
      for (const check of checks) {
        const message = check(value);
        if (message !== null) messages.push(message);
      }
    }
    if (messages.length > 0) errors.set(field, [...(errors.get(field) ?? []), ...messages]);
    if (context.turn.isOver())
      return context.turn.next().then(() => checkFrom(context, rules, i + 1, errors));
  }
  return undefined;
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
  return {
    field: source.field,
    read: compileField(source.field),
    wanted: sayWanted(source),
    required: source.required === true,
    checks: compileChecks(source),
  };
}

function sayRule({ field, required, wanted }: CompiledRule): string {
  const name = quote(field.replace(/^\{\{\s*|\s*\}\}$/g, '').replace(/^input\./, ''));
  if (wanted === '') return required ? `${name} is there` : `${name} is allowed`;
  return required ? `${name} is there and is ${wanted}` : `${name}, if given, is ${wanted}`;
}

function sayWanted({ field, type, minLength, maxLength, min, max, pattern, enum: allowed }: Rule): string {
  const parts = [
    type ? `of type ${type}` : '',
    minLength == null ? '' : `at least ${minLength} long`,
    maxLength == null ? '' : `at most ${maxLength} long`,
    min == null ? '' : `at least ${min}`,
    max == null ? '' : `at most ${max}`,
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

/** A field is a path, with or without braces; a single name that is no variable is one of the caller's. */
function compileField(field: string): (variables: Variables) => unknown {
  const braced = /^\{\{(.*)\}\}$/s.exec(field.trim());
  const segments = parsePath((braced?.[1] ?? field).trim());
  if (!segments) return () => undefined;
  const root = segments[0]!;
  return (variables) => {
    if (Object.hasOwn(variables, root)) return readSegments(variables[root], segments, 1);
    return segments.length === 1 ? readSegments(variables.input, segments, 0) : undefined;
  };
}

function compileChecks(source: Rule): Check[] {
  const checks: Check[] = [];
  const type = source.type?.toLowerCase();
  if (type === 'number') checks.push((v) => (isNumeric(v) ? null : 'Expected number'));
  if (type === 'string') checks.push((v) => (typeof v === 'string' ? null : 'Expected string'));
  if (type === 'boolean') checks.push((v) => (typeof v === 'boolean' ? null : 'Expected boolean'));
  if (type === 'email') checks.push((v) => (isEmail(v) ? null : 'Expected email'));
  if (type === 'object') checks.push((v) => (isObject(v) ? null : 'Expected object'));
  if (type === 'array') checks.push((v) => (Array.isArray(v) ? null : 'Expected array'));
  if (type === 'date') checks.push((v) => (isDate(v) ? null : 'Expected date'));
  const { minLength, maxLength, min, max } = source;
  if (minLength != null) {
    checks.push((v) => (lengthOf(v) < minLength ? `Expected at least ${minLength} characters` : null));
  }
  if (maxLength != null) {
    checks.push((v) => (lengthOf(v) > maxLength ? `Expected at most ${maxLength} characters` : null));
  }
  if (min != null)
    checks.push((v) => (isNumeric(v) && Number(v) >= min ? null : `Expected a number of at least ${min}`));
  if (max != null)
    checks.push((v) => (isNumeric(v) && Number(v) <= max ? null : `Expected a number of at most ${max}`));
  const pattern = source.pattern ? readPattern(source.pattern) : null;
  if (pattern) {
    // A pattern that cannot be used is a finding of the definition, and lets no value through.
    checks.push((v) =>
      typeof v === 'string' && !(pattern instanceof PatternError) && pattern.test(v)
        ? null
        : 'Does not match the expected pattern',
    );
  }
  if (source.enum && source.enum.length > 0) {
    const allowed = source.enum;
    checks.push((v) =>
      allowed.some((one) => one === v) ? null : `Expected one of: ${allowed.map(String).join(', ')}`,
    );
  }
  return checks;
}

function checkRules(_config: unknown, step: Record<string, unknown>): NodeFinding[] {
  const findings: NodeFinding[] = [];
  const rules = Array.isArray(step.rules) ? (step.rules as Rule[]) : [];
  rules.forEach((one, index) => {
    const { type, pattern } = one;
    if (typeof type === 'string' && !(TYPES as readonly string[]).includes(type.toLowerCase())) {
      findings.push({
        code: 'CONFIG_INVALID',
        severity: 'warning',
        path: `rules.${index}.type`,
        message: `The rule's type "${type}" is not known and checks nothing`,
        got: type,
        expected: `one of ${TYPES.join(', ')}`,
      });
    }
    if (typeof pattern === 'string' && pattern !== '') findings.push(...checkPattern(pattern, index));
  });
  return findings;
}

function checkPattern(pattern: string, index: number): NodeFinding[] {
  const compiled = readPattern(pattern);
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

function isNumeric(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  return typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value));
}

function isEmail(value: unknown): boolean {
  return typeof value === 'string' && isEmailAddress(value);
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isDate(value: unknown): boolean {
  return (
    value instanceof Date ||
    ((typeof value === 'string' || typeof value === 'number') && !Number.isNaN(new Date(value).getTime()))
  );
}

function lengthOf(value: unknown): number {
  if (typeof value === 'string') return [...value].length;
  return Array.isArray(value) ? value.length : String(value).length;
}
