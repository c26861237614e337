/** @module Values with references in them, parsed once and resolved as often as a plan runs. */

import { TerminalError } from '../errors.ts';
import { isPlainObject, MAX_DEPTH } from './copy.ts';
import { REQUEST, readSegments, requestOf, type Variables } from './path.ts';
import { parseReferences, type Reference } from './reference.ts';
import { sizeOf } from './size.ts';
import { toText } from './text.ts';
import { findUnreadable, type UnreadableBraces } from './unreadable.ts';

/** Called while a value is resolved; each may throw to stop. */
export interface ResolveObserver {
  /** A reference whose root is known and whose rest is missing. */
  missing?(reference: Reference): void;
  /** Gives what stands for a reference in braces whose root is unknown; without it, the text stays as it was written. */
  unknown?(reference: Reference): unknown;
  /** Gives what stands for a reference that was resolved; `undefined` leaves it out. */
  value?(reference: Reference, value: unknown): unknown;
}

type Resolver = (scope: Scope) => unknown;

/** Most text that one value may build, in characters, where a run says nothing else. */
const MAX_TEXT_LENGTH = 32 * 1024 * 1024;

/** How much text the values of a run may still build, by its variables. */
const rooms = new WeakMap<Variables, () => number>();

/**
 * Bounds the text that values build from these variables: it is charged before it is built, so that a short template
 * cannot fill the memory.
 *
 * @param charactersLeft asked once for every value that builds text
 */
export function limitText(variables: Variables, charactersLeft: () => number): void {
  rooms.set(variables, charactersLeft);
}

/** One value being resolved. */
class Scope {
  private textLeft = -1;

  constructor(
    readonly variables: Variables,
    readonly observer?: ResolveObserver,
  ) {}

  /** @throws TerminalError `LIMIT_OUTPUT_SIZE` when so many characters of text are more than may be built */
  charge(characters: number): void {
    if (this.textLeft === -1) {
      this.textLeft = Math.min(MAX_TEXT_LENGTH, rooms.get(this.variables)?.() ?? MAX_TEXT_LENGTH);
    }
    this.textLeft -= characters;
    if (this.textLeft >= 0) return;
    throw new TerminalError('The text that a step builds from variables is too large', {
      code: 'LIMIT_OUTPUT_SIZE',
      details: { limit: MAX_TEXT_LENGTH },
    });
  }
}

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
    /** Braces in it that hold no path and stay as text. */
    readonly unreadable: readonly UnreadableBraces[] = [],
  ) {}

  /** Whether it is the same for every run. */
  get isConstant(): boolean {
    return this.references.length === 0;
  }

  /**
   * The value with its references replaced; `undefined` for a reference without a value.
   *
   * @throws TerminalError `LIMIT_OUTPUT_SIZE` when its texts together would become longer than 32 Mi characters, or than
   *   the run has room for; and whatever the observer throws
   */
  resolve(variables: Variables, observer?: ResolveObserver): unknown {
    return this.resolver(new Scope(variables, observer));
  }

  /** The value as text; `transform` (for instance escaping) is applied to what comes from variables and not to what the author wrote. */
  render(variables: Variables, transform: (text: string) => string): string {
    const scope = new Scope(variables);
    if (typeof this.source !== 'string') {
      const value = this.resolver(scope);
      scope.charge(textSize(value));
      return transform(toText(value));
    }
    this.textParts ??= parseReferences(this.source, []);
    return joinParts(this.textParts, scope, (reference) => {
      const text = toChargedText(reference, scope);
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
  const found: Found = { references: [], unreadable: [] };
  const resolver = compileNode(source, [], found);
  return new Template(source, found.references, resolver, found.unreadable);
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

/** What a value was found to hold. */
interface Found {
  references: Reference[];
  unreadable: UnreadableBraces[];
}

function compileNode(source: unknown, at: (string | number)[], found: Found): Resolver {
  if (at.length > MAX_DEPTH) {
    throw new TerminalError(`A value is nested more than ${MAX_DEPTH} levels deep`, {
      code: 'DEFINITION_INVALID',
    });
  }
  if (typeof source === 'string') return compileString(source, at, found);
  if (Array.isArray(source)) return compileList(source, at, found);
  if (isPlainObject(source)) return compileObject(source, at, found);
  return () => source;
}

function compileList(source: unknown[], at: (string | number)[], found: Found): Resolver {
  const { references } = found;
  const before = references.length;
  const items = source.map((item, index) => compileNode(item, [...at, index], found));
  if (references.length === before) return () => source;
  const isOptional = areOptional(references, before);
  return (scope) => {
    const result: unknown[] = [];
    for (const item of items) {
      const value = item(scope);
      if (value !== undefined) result.push(value);
    }
    return result.length === 0 && isOptional ? undefined : result;
  };
}

function compileObject(source: Record<string, unknown>, at: (string | number)[], found: Found): Resolver {
  const { references } = found;
  const before = references.length;
  const keys = Object.keys(source).filter((key) => key !== '__proto__');
  const fields = keys.map((key) => compileNode(source[key], [...at, key], found));
  if (references.length === before) return () => source;
  const isOptional = areOptional(references, before);
  return (scope) => {
    const result: Record<string, unknown> = {};
    let isEmpty = true;
    for (let i = 0; i < fields.length; i++) {
      const value = fields[i]!(scope);
      if (value === undefined) continue;
      isEmpty = false;
      result[keys[i]!] = value;
    }
    return isEmpty && isOptional ? undefined : result;
  };
}

/** Whether a part holds optional references only: when all of them are without a value, the part is left out as well. */
function areOptional(references: readonly Reference[], from: number): boolean {
  for (let i = from; i < references.length; i++) if (!references[i]!.optional) return false;
  return true;
}

function compileString(source: string, at: (string | number)[], found: Found): Resolver {
  const parts = parseReferences(source, at);
  for (const part of parts) {
    if (typeof part !== 'string') found.references.push(part);
    else if (part.includes('{{')) found.unreadable.push(...findUnreadable(part, at));
  }
  const only = parts[0];
  if (parts.length === 1 && only !== undefined) {
    if (typeof only === 'string') return () => source;
    return ({ variables, observer }) => lookUp(only, variables, observer);
  }
  return (scope) => joinParts(parts, scope, (reference) => toChargedText(reference, scope));
}

function joinParts(
  parts: readonly (string | Reference)[],
  scope: Scope,
  textOf: (reference: Reference) => string,
): string {
  let text = '';
  for (const part of parts) {
    if (typeof part === 'string') scope.charge(part.length);
    text += typeof part === 'string' ? part : textOf(part);
  }
  return text;
}

/** The value of a reference as text, charged before it is written out. */
function toChargedText(reference: Reference, scope: Scope): string {
  const value = lookUp(reference, scope.variables, scope.observer);
  scope.charge(textSize(value));
  return toText(value);
}

/** About how many characters the text of a value has. */
function textSize(value: unknown): number {
  if (typeof value === 'string') return value.length;
  return typeof value === 'object' && value !== null ? sizeOf(value, MAX_TEXT_LENGTH * 2) / 2 : 24;
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
  } else if (isRequest(reference, variables)) {
    value = readSegments(requestOf(variables), segments, 1);
  } else {
    return reference.braced && observer?.unknown ? observer.unknown(reference) : reference.raw;
  }
  if (value === undefined) {
    observer?.missing?.(reference);
    return undefined;
  }
  return observer?.value ? observer.value(reference, value) : value;
}

function isKnown(reference: Reference, variables: Variables): boolean {
  const root = reference.segments[0]!;
  if (Object.hasOwn(variables, root) || isRequest(reference, variables)) return true;
  return reference.braced && reference.segments.length === 1 && hasInput(variables, root);
}

function isRequest({ braced, segments }: Reference, variables: Variables): boolean {
  return braced && segments[0] === REQUEST && requestOf(variables) !== undefined;
}

function hasInput(variables: Variables, name: string): boolean {
  const { input } = variables;
  return input !== null && typeof input === 'object' && Object.hasOwn(input, name);
}
