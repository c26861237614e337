/** @module Passwords are stored hashed, under one name, and told to nobody. */
import { compileValue, type Reference } from '@orchestrix/engine';
import { isObject } from '../builder/plain.ts';
import type { WrittenStep } from '../proof/plan-steps.ts';
import type { PolicyFinding } from './policy-finding.ts';
import { isPasswordName, passwordPlaces } from './stored-secrets.ts';

/** Where a step tells something to somebody. */
const TELLING: Readonly<Record<string, readonly string[]>> = {
  response: ['body', 'headers'],
  guard: ['message'],
  emailSend: ['to', 'subject', 'body'],
  jwtGenerate: ['payload'],
};

/** Leaks of passwords, and passwords that would be stored as they are. */
export function checkPasswords(steps: readonly WrittenStep[]): PolicyFinding[] {
  const places = passwordPlaces(steps);
  const holds = ({ segments, braced }: Reference) => places.holds(segments, braced);
  return steps.flatMap((step) => [
    ...(TELLING[step.type] ?? []).flatMap((field) => {
      const leak = compileValue(step.fields[field]).references.find(holds);
      return leak ? [leaks(step, field, leak.path)] : [];
    }),
    ...storesPlain(step, [...places.fromCaller]),
    ...answersEverything(step, steps, places.holds(['input'], true)),
  ]);
}

function leaks(step: WrittenStep, field: string, path: string): PolicyFinding {
  return {
    code: 'HOUSE_PASSWORD_LEAK',
    severity: 'error',
    step,
    field,
    message: `"{{ ${path} }}" in "${field}" is a password or holds one`,
    expected: 'only the fields that are needed, never a password',
    suggestion: 'Name the fields one by one, or leave the password out with a projection',
  };
}

/** `password` at the top of a document is hashed by the engine; anything else is stored as it is. */
function storesPlain(step: WrittenStep, fromCaller: readonly string[]): PolicyFinding[] {
  const passwords = fromCaller.filter((name) => /passw|pwd/i.test(name));
  if (step.type !== 'dbInsert' && step.type !== 'dbUpdate') return [];
  const { references } = compileValue(step.fields.data);
  return references
    .filter(({ segments: [root = '', ...path], braced, at }) => {
      // All that was sent: at the top of a document its "password" is hashed, and nothing else.
      if (root === 'input' && path.length === 0) {
        const isTop = at.length === 0 || (at.length === 1 && at[0] === '$set');
        return passwords.some((name) => !isTop || name !== 'password');
      }
      if (root === 'input') return path.some((segment) => isPasswordName(segment));
      return braced && path.length === 0 && isPasswordName(root);
    })
    .filter(({ at }) => !isHashed(at))
    .map(({ at, path }) => ({
      code: 'HOUSE_PASSWORD_PLAIN',
      severity: 'error',
      step,
      field: ['data', ...at].join('.'),
      message: `"{{ ${path} }}" would be stored as it is${at.length === 0 ? '' : ` under "${at.join('.')}"`}`,
      expected: 'a field called "password" at the top of the document, which is hashed',
      suggestion: `Store it as "password", or not at all`,
    }));
}

function isHashed(at: readonly (string | number)[]): boolean {
  const [first, second] = at;
  return (
    (at.length === 1 && first === 'password') ||
    (at.length === 2 && first === '$set' && second === 'password')
  );
}

/** A run that ends without a response answers all its variables. */
function answersEverything(
  step: WrittenStep,
  steps: readonly WrittenStep[],
  inputHoldsOne: boolean,
): PolicyFinding[] {
  if (step !== steps.at(-1) || !inputHoldsOne || steps.some(({ type }) => type === 'response')) return [];
  if (!steps.some(({ type, fields }) => type === 'dbInsert' && isObject(fields.data))) return [];
  return [
    {
      code: 'HOUSE_PASSWORD_LEAK',
      severity: 'warning',
      message: 'Without a response step the caller gets every variable of the run, what was sent included',
      expected: 'a response step at the end',
      suggestion: 'Add a response step with the fields that are needed',
    },
  ];
}
