/** @module Paths that owners give their APIs: `/customers/:id`, below their slug. */
import { executionError } from '../errors.ts';

/** Most parts of a path, and most characters. */
const MAX_PARTS = 10;
const MAX_LENGTH = 200;

const PARAMETER = /^:[A-Za-z_][A-Za-z0-9_]{0,49}$/;
/** What stands in addresses as it is. */
const LITERAL = /^[A-Za-z0-9_~-][A-Za-z0-9._~-]*$/;
/** Names that would mean something else among a run's values. */
const RESERVED = new Set(['__proto__', 'constructor', 'prototype', 'input']);

/** A path of one's own, checked. */
export interface OwnPath {
  /** `/customers/:id` */
  route: string;
  /** Two paths of the same form match the same addresses: `/customers/:`. */
  form: string;
}

/**
 * @param text as an owner wrote it; one `/` at its end does not count
 * @throws OrchestrixError `VALIDATION_ERROR` saying what is wrong
 */
export function readOwnPath(text: string): OwnPath {
  const route = text.length > 1 && text.endsWith('/') ? text.slice(0, -1) : text;
  const parts = partsOf(route);
  const names = parts.filter((part) => part.startsWith(':'));
  const wrong = parts.find((part) => !PARAMETER.test(part) && !LITERAL.test(part));
  const problem =
    !route.startsWith('/') || route === '/'
      ? 'begins with "/" and has at least one part'
      : route.length > MAX_LENGTH || parts.length > MAX_PARTS
        ? `has at most ${MAX_PARTS} parts and ${MAX_LENGTH} characters`
        : wrong !== undefined
          ? `has parts of letters, digits, "-", "_", "." and "~", or parameters such as ":id"; "${wrong}" is neither`
          : new Set(names).size < names.length
            ? 'names every parameter once'
            : names.some((name) => RESERVED.has(name.slice(1)))
              ? `may not call a parameter ${[...RESERVED].join(', ')}`
              : undefined;
  if (problem !== undefined)
    throw executionError('VALIDATION_ERROR', `A path ${problem}.`, [
      { path: 'body.path', message: `a path ${problem}` },
    ]);
  return { route, form: `/${parts.map((part) => (part.startsWith(':') ? ':' : part)).join('/')}` };
}

/**
 * The parameters of an address that a route matches; `null` when it does not.
 *
 * @param parts of the address, decoded
 */
export function matchRoute(route: string, parts: readonly string[]): Record<string, string> | null {
  const expected = partsOf(route);
  if (expected.length !== parts.length) return null;
  const params: Record<string, string> = {};
  for (const [i, part] of expected.entries()) {
    const given = parts[i]!;
    if (!part.startsWith(':')) {
      if (part !== given) return null;
    } else if (given === '') return null;
    else params[part.slice(1)] = given;
  }
  return params;
}

/** Orders routes that match one address: a written part goes before a parameter, from left to right. */
export function compareRoutes(a: string, b: string): number {
  const [left, right] = [partsOf(a), partsOf(b)];
  for (const [i, part] of left.entries()) {
    const difference = Number(part.startsWith(':')) - Number(right[i]?.startsWith(':'));
    if (difference !== 0) return difference;
  }
  return 0;
}

const partsOf = (route: string): string[] => route.slice(1).split('/');
