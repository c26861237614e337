/** @module Values with references in them, parsed once and resolved as often as a plan runs. */

import { TerminalError } from '../errors.ts';
import { isPlainObject, MAX_DEPTH } from './copy.ts';
import { readSegments, type Variables } from './path.ts';
import { parseReferences, type Reference } from './reference.ts';
import { toText } from './text.ts';

/** Called while a value is resolved; either may throw to stop. */
export interface ResolveObserver {
  /** A reference whose root is known and whose rest is missing. */
  missing?(reference: Reference): void;
  /** Gives what stands for a reference in braces whose root is unknown; without it, the text stays as it was written. */
  unknown?(reference: Reference): unknown;
  /** A reference that was resolved. */
  value?(reference: Reference, value: unknown): void;
}

type Resolver = (variables: Variables, observer: ResolveObserver | undefined) => unknown;

/** Longest text made of several parts, in characters: without a bound, a short template could fill the memory. */
const MAX_TEXT_LENGTH = 32 * 1024 * 1024;

/** A value parsed for its references. */
export class Template {
  /** The source cut once, when it is rendered for the first time; most templates never are. */
  private textParts: readonly (string | Reference)[] | undefined;

  constructor(
    /** The value as written. */
    readonly source: unknown,
    /** Every reference in it, in reading order. */
    readonly references: readonly Reference[],
    private readonly resolver: Resolver,
  ) {}

  /** Whether it is the same for every run. */
  get isConstant(): boolean {
    return this.references.length === 0;
  }

  /**
   * The value with its references replaced; `undefined` for a reference without a value.
   *
   * @throws TerminalError `LIMIT_OUTPUT_SIZE` when a text in it would become longer than 32 Mi characters; and whatever
   *   the observer throws
   */
  resolve(variables: Variables, observer?: ResolveObserver): unknown {
    return this.resolver(variables, observer);
  }

  /** The value as text; `transform` (for instance escaping) is applied to what comes from variables and not to what the author wrote. */
  render(variables: Variables, transform: (text: string) => string): string {
    if (typeof this.source !== 'string') return transform(toText(this.resolve(variables)));
    this.textParts ??= parseReferences(this.source, []);
    return joinParts(this.textParts, (reference) => {
      const text = toText(lookUp(reference, variables, undefined));
      return isKnown(reference, variables) ? transform(text) : text;
    });
  }
}

/**
 * Parses a value. Rules are those of `docs/templates.md`: a string that is wholly one reference keeps the type of what it
 * refers to, a reference inside longer text becomes text, an unknown root leaves the text as it is, keys are never
 * templates, and what a variable holds is never parsed again.
 *
 * @throws TerminalError `DEFINITION_INVALID` for a value nested more than 128 levels deep
 */
export function compileValue(source: unknown): Template {
  const references: Reference[] = [];
  const resolver = compileNode(source, [], references);
  return new Template(source, references, resolver);
}

/**
 * Resolves a value against variables in one go: the short form of {@link compileValue} for callers who do it once.
 *
 * @param variables by name; the caller's values under `input`
 * @param value any JSON value
 * @throws TerminalError as {@link compileValue} and {@link Template.resolve}
 * @example
 * resolveObject({ input: { age: 30 } }, { years: '{{ input.age }}', text: 'Age {{input.age}}' })
 * // { years: 30, text: 'Age 30' }
 */
export function resolveObject(variables: Variables, value: unknown): unknown {
  return compileValue(value).resolve(variables);
}

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
  const parts = parseReferences(source, at);
  for (const part of parts) if (typeof part !== 'string') references.push(part);
  const only = parts[0];
  if (parts.length === 1 && only !== undefined) {
    if (typeof only === 'string') return () => source;
    return (variables, observer) => lookUp(only, variables, observer);
  }
  return (variables, observer) =>
    joinParts(parts, (reference) => toText(lookUp(reference, variables, observer)));
}

function joinParts(parts: readonly (string | Reference)[], textOf: (reference: Reference) => string): string {
  let text = '';
  for (const part of parts) {
    text += typeof part === 'string' ? part : textOf(part);
    if (text.length > MAX_TEXT_LENGTH) {
      throw new TerminalError(`A text made from variables is larger than ${MAX_TEXT_LENGTH} characters`, {
        code: 'LIMIT_OUTPUT_SIZE',
        details: { limit: MAX_TEXT_LENGTH },
      });
    }
  }
  return text;
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
    return reference.braced && observer?.unknown ? observer.unknown(reference) : reference.raw;
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
