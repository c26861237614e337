/** @module Values of the caller are checked before they are used, and doubles of accounts are looked for. */
import { isObject } from '../builder/plain.ts';
import { textOf, type WrittenStep } from '../proof/plan-steps.ts';
import type { PolicyFinding } from './policy-finding.ts';

const WRITERS = new Set(['dbInsert', 'dbUpdate', 'dbDelete', 'emailSend']);

/** Steps that come too early, or without what has to come before them. */
export function checkOrder(steps: readonly WrittenStep[]): PolicyFinding[] {
  return [...unvalidated(steps), ...doubles(steps)];
}

function unvalidated(steps: readonly WrittenStep[]): PolicyFinding[] {
  const outputs = new Set(steps.flatMap(({ output }) => (output === null ? [] : [output])));
  const checked = steps.findIndex(({ type }) => type === 'inputValidation');
  const early = steps.slice(0, checked === -1 ? steps.length : checked).find(
    ({ type, references }) =>
      WRITERS.has(type) &&
      // All of the input is stored as it comes by those who want it so: webhooks.
      references.some(({ segments: [root = '', second], braced }) =>
        root === 'input' ? second !== undefined : braced && second === undefined && !outputs.has(root),
      ),
  );
  if (!early) return [];
  return [
    {
      code: 'HOUSE_UNVALIDATED',
      severity: 'warning',
      step: early,
      message: 'Values of the caller are used here before they are checked',
      expected: 'an inputValidation step before anything is written or sent',
      suggestion: 'Add an inputValidation step behind the input, with a rule for each value',
    },
  ];
}

function doubles(steps: readonly WrittenStep[]): PolicyFinding[] {
  return steps.flatMap((step, index) => {
    const { data, collection } = step.fields;
    const account =
      step.type === 'dbInsert' &&
      isObject(data) &&
      Object.hasOwn(data, 'email') &&
      Object.hasOwn(data, 'password');
    if (!account) return [];
    const looked = steps
      .slice(0, index)
      .some(({ type, fields }) => type === 'dbFind' && textOf(fields.collection) === textOf(collection));
    if (looked) return [];
    return [
      {
        code: 'HOUSE_DUPLICATE_UNCHECKED',
        severity: 'warning' as const,
        step,
        message: 'An account is stored without looking for one with the same address',
        expected: 'a dbFind by email and a guard before it',
        suggestion: 'Find by email first, and stop with a guard (is: "absent", statusCode: 409)',
      },
    ];
  });
}
