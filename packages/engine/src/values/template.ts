/** @module Values with references in them, parsed once and resolved as often as a plan runs. */

import { TerminalError } from '../errors.ts';
import { parsePath, readSegments, type Variables } from './path.ts';
import { toText } from './text.ts';

/** One place in a value that refers to a variable. */
export interface Reference {
  /** As written, without braces: `input.email`. */
  readonly path: string;
  /** Exactly as written, braces and spaces included. */
  readonly raw: string;
  readonly segments: readonly string[];
  /** Whether it stood in `{{ }}`; a bare path is plain text when its root is no variable. */
  readonly braced: boolean;
  /** Where it stands inside the value: keys and list positions. */
  readonly at: readonly (string | number)[];
}

/** Called while a value is resolved; either may throw to stop. */
export interface ResolveObserver {
  /** A reference whose root is known and whose rest is missing. */
  missing?(reference: Reference): void;
  /** A reference that was resolved. */
  value?(reference: Reference, value: unknown): void;
}

type Resolver = (variables: Variables, observer: ResolveObserver | undefined) => unknown;
type Renderer = (variables: Variables, transform: (text: string) => string) => string;

/** A value parsed for its references. */
export class Template {
  constructor(
    /** The value as written. */
    readonly source: unknown,
    /** Every reference in it, in reading order. */
    readonly references: readonly Reference[],
    private readonly resolver: Resolver,
    private readonly renderer: Renderer,
  ) {}

  /** Whether it is the same for every run. */
  get isConstant(): boolean {
    return this.references.length === 0;
  }

  /** The value with its references replaced; `undefined` for a reference without a value. */
  resolve(variables: Variables, observer?: ResolveObserver): unknown {
    return this.resolver(variables, observer);
  }

  /** The value as text; `transform` (for instance escaping) is applied to what comes from variables and not to what the author wrote. */
  render(variables: Variables, transform: (text: string) => string): string {
    return this.renderer(variables, transform);
  }
}

/**
 * Parses a value. Rules are those of `docs/templates.md`: a string that is wholly one reference keeps the type of what it
 * refers to, a reference inside longer text becomes text, an unknown root leaves the text as it is, keys are never
 * templates, and what a variable holds is never parsed again.
 */
export function compileValue(source: unknown): Template {
  const references: Reference[] = [];
  const resolver = compileNode(source, [], references);
  const renderer: Renderer =
    typeof source === 'string'
      ? compileRenderer(source)
      : (variables) => toText(resolver(variables, undefined));
  return new Template(source, references, resolver, renderer);
}

/**
 * Resolves a value against variables in one go: the short form of {@link compileValue} for callers who do it once.
 *
 * @param variables by name; the caller's values under `input`
 * @param value any JSON value
 * @example
 * resolveObject({ input: { age: 30 } }, { years: '{{ input.age }}', text: 'Age {{input.age}}' })
 * // { years: 30, text: 'Age 30' }
 */
export function resolveObject(variables: Variables, value: unknown): unknown {
  return compileValue(value).resolve(variables);
}

/** Values nested deeper than this are refused: no form, model or database makes them, and they exhaust the stack. */
export const MAX_DEPTH = 128;

function compileNode(source: unknown, at: (string | number)[], references: Reference[]): Resolver {
  if (at.length > MAX_DEPTH) {
    throw new TerminalError(`A value is nested more than ${MAX_DEPTH} levels deep`, {
      code: 'DEFINITION_INVALID',
    });
  }
  if (typeof source === 'string') return compileString(source, at, references);
  if (Array.isArray(source)) return compileList(source, at, references);
  if (isPlainObject(source)) return compileObject(source, at, references);
  return () => source;
}

function compileList(source: unknown[], at: (string | number)[], references: Reference[]): Resolver {
  const before = references.length;
  const items = source.map((item, index) => compileNode(item, [...at, index], references));
  if (references.length === before) return () => source;
  return (variables, observer) => {
    const result: unknown[] = [];
    for (const item of items) {
      const value = item(variables, observer);
      if (value !== undefined) result.push(value);
    }
    return result;
  };
}

function compileObject(
  source: Record<string, unknown>,
  at: (string | number)[],
  references: Reference[],
): Resolver {
  const before = references.length;
  const keys = Object.keys(source).filter((key) => key !== '__proto__');
  const fields = keys.map((key) => compileNode(source[key], [...at, key], references));
  if (references.length === before) return () => source;
  return (variables, observer) => {
    const result: Record<string, unknown> = {};
    for (let i = 0; i < fields.length; i++) {
      const value = fields[i]!(variables, observer);
      if (value !== undefined) result[keys[i]!] = value;
    }
    return result;
  };
}

function compileString(source: string, at: (string | number)[], references: Reference[]): Resolver {
  const parts = parseString(source, at);
  for (const part of parts) if (typeof part !== 'string') references.push(part);
  const only = parts[0];
  if (parts.length === 1 && only !== undefined) {
    if (typeof only === 'string') return () => source;
    return (variables, observer) => lookUp(only, variables, observer);
  }
  return (variables, observer) => {
    let text = '';
    for (const part of parts) {
      text += typeof part === 'string' ? part : toText(lookUp(part, variables, observer));
    }
    return text;
  };
}

function compileRenderer(source: string): Renderer {
  const parts = parseString(source, []);
  return (variables, transform) => {
    let text = '';
    for (const part of parts) {
      if (typeof part === 'string') text += part;
      else if (isKnown(part, variables)) text += transform(toText(lookUp(part, variables, undefined)));
      else text += part.raw;
    }
    return text;
  };
}

/** Literal texts and references, in order; a text without references is one literal. */
function parseString(source: string, at: readonly (string | number)[]): (string | Reference)[] {
  if (!source.includes('{{')) {
    const segments = parsePath(source);
    return [segments ? { path: source, raw: source, segments, braced: false, at } : source];
  }
  const parts: (string | Reference)[] = [];
  let literal = '';
  let position = 0;
  while (position < source.length) {
    const open = source.indexOf('{{', position);
    const close = open < 0 ? -1 : source.indexOf('}}', open + 2);
    if (close < 0) break;
    const inner = source.slice(open + 2, close);
    const segments = parsePath(inner.trim());
    if (segments) {
      literal += source.slice(position, open);
      if (literal !== '') parts.push(literal);
      literal = '';
      parts.push({
        path: segments.join('.'),
        raw: source.slice(open, close + 2),
        segments,
        braced: true,
        at,
      });
      position = close + 2;
    } else {
      // Not a reference: keep one brace and look again, since `{{{a}}` holds one a character later.
      literal += source.slice(position, open + 1);
      position = open + 1;
    }
  }
  literal += source.slice(position);
  if (literal !== '' || parts.length === 0) parts.push(literal);
  return parts;
}

/** The value of a reference; the text as it was written when its root is unknown. */
function lookUp(reference: Reference, variables: Variables, observer: ResolveObserver | undefined): unknown {
  const { segments } = reference;
  const root = segments[0]!;
  let value: unknown;
  if (Object.hasOwn(variables, root)) {
    value = readSegments(variables[root], segments, 1);
  } else if (reference.braced && segments.length === 1 && hasInput(variables, root)) {
    value = (variables.input as Record<string, unknown>)[root];
  } else {
    return reference.raw;
  }
  if (value === undefined) observer?.missing?.(reference);
  else observer?.value?.(reference, value);
  return value;
}

function isKnown(reference: Reference, variables: Variables): boolean {
  const root = reference.segments[0]!;
  if (Object.hasOwn(variables, root)) return true;
  return reference.braced && reference.segments.length === 1 && hasInput(variables, root);
}

function hasInput(variables: Variables, name: string): boolean {
  const { input } = variables;
  return input !== null && typeof input === 'object' && Object.hasOwn(input, name);
}

/** Whether a value is an object as JSON makes them: no class instance such as a Date or an ObjectId. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
