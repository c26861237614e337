/** @module Which variables hold a password: the caller's, and documents of collections that keep one. */
import { isSecretName } from '@orchestrix/engine';
import { isObject } from '../builder/plain.ts';
import { textOf, type WrittenStep } from '../proof/plan-steps.ts';

/** What is known about where passwords are. */
export interface PasswordPlaces {
  /** Names of the caller's passwords. */
  readonly fromCaller: ReadonlySet<string>;
  /** Whether the path, with its root, is a password or holds one. */
  holds(segments: readonly string[], braced: boolean): boolean;
}

/** Collections that keep log-ins by their name alone; members of a club or accounts of a bank need not have passwords. */
const ACCOUNTS = /^(users?|(user|customer)s?[-_]?accounts?|admins?|logins?|credentials)$/i;
/** What is said about a password is none: `passwordResetUrl`, `passwordChangedAt`. */
const ABOUT_ONE =
  /(?:[uU]rl|[lL]ink|[a-z]At|_at|[rR]equested|[rR]equired|[cC]hanged|[eE]xpires|[eE]xpiry|[pP]olicy|[sS]trength)$/;

/** A password, by the name of its field; a token is made to be handed out. */
export function isPasswordName(name: string): boolean {
  return isSecretName(name) && !ABOUT_ONE.test(name) && !/token|cookie|bearer|authorization|jwt/i.test(name);
}

/** Looks through the steps once. */
export function passwordPlaces(steps: readonly WrittenStep[]): PasswordPlaces {
  const outputs = new Set(steps.flatMap(({ output }) => (output === null ? [] : [output])));
  const inputs = callerPasswords(steps, outputs);
  const collections = new Set(
    steps
      .filter(
        ({ type, fields }) =>
          type === 'dbInsert' && isObject(fields.data) && Object.keys(fields.data).some(isPasswordName),
      )
      .map(({ fields }) => textOf(fields.collection)),
  );
  const keeping = new Map<string, boolean>();
  for (const { type, output, fields } of steps) {
    if (output === null || !type.startsWith('db')) continue;
    const collection = textOf(fields.collection);
    const keeps = collections.has(collection) || ACCOUNTS.test(collection);
    keeping.set(output, keeps && !leavesOut(fields.projection));
  }
  return {
    fromCaller: inputs,
    holds: ([root = '', ...path], braced) => {
      if (path.some((segment) => isPasswordName(segment))) return root === 'input' || outputs.has(root);
      if (root === 'input') return path.length === 0 && inputs.size > 0;
      if (!outputs.has(root)) return braced && path.length === 0 && isPasswordName(root);
      // One document, or an item of a list of them, as a whole.
      return keeping.get(root) === true && path.every((segment) => /^\d+$/.test(segment));
    },
  };
}

function callerPasswords(steps: readonly WrittenStep[], outputs: ReadonlySet<string>): Set<string> {
  const names = steps.flatMap(({ type, fields, references }) => [
    ...(type === 'input' && Array.isArray(fields.variables)
      ? fields.variables.map((one: unknown) => textOf(isObject(one) ? one.name : ''))
      : []),
    ...references.flatMap(({ segments: [root = '', second], braced }) => {
      if (root === 'input') return second === undefined ? [] : [second];
      return braced && second === undefined && !outputs.has(root) ? [root] : [];
    }),
  ]);
  return new Set(names.filter((name) => name !== '' && isPasswordName(name)));
}

/** Whether a projection keeps the password back: by naming it, or by naming what is wanted. */
function leavesOut(projection: unknown): boolean {
  if (Array.isArray(projection))
    return projection.length > 0 && !projection.some((name) => isPasswordName(String(name)));
  if (typeof projection === 'string') {
    const names = projection.split(/[\s,]+/).filter((name) => name !== '');
    if (names.some((name) => name.startsWith('-')))
      return names.some((name) => isPasswordName(name.slice(1)));
    return names.length > 0 && !names.some(isPasswordName);
  }
  if (!isObject(projection)) return false;
  const entries = Object.entries(projection);
  const wanted = entries.filter(([name, include]) => name !== '_id' && Number(include) === 1);
  if (wanted.length > 0) return !wanted.some(([name]) => isPasswordName(name));
  return entries.some(([name, include]) => isPasswordName(name) && Number(include) === 0);
}
