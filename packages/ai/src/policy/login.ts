/** @module A token is made only for somebody whose password was right. */
import { referencePath, type WrittenStep } from '../proof/plan-steps.ts';
import type { PolicyFinding } from './policy-finding.ts';

/** Tokens that are made behind a log-in whose result nobody looked at: `userLogin` does not fail for a wrong password. */
export function checkLogins(steps: readonly WrittenStep[]): PolicyFinding[] {
  return steps.flatMap((step, index) => {
    if (step.type !== 'jwtGenerate') return [];
    const login = steps.slice(0, index).findLast(({ type }) => type === 'userLogin');
    if (!login || login.output === null) return [];
    const looked = steps
      .slice(steps.indexOf(login) + 1, index)
      .some(({ type, fields }) => type !== 'userLogin' && looksAt(type, fields, `${login.output}.`));
    if (looked) return [];
    return [
      {
        code: 'HOUSE_LOGIN_UNCHECKED',
        severity: 'error' as const,
        step,
        message: `A token is made whatever "${login.output}" says: a wrong password gets one, too`,
        expected: `a guard on "{{ ${login.output}.ok }}" between the log-in and the token`,
        suggestion: `Add a guard: value "{{ ${login.output}.ok }}", is "true", statusCode 401`,
      },
    ];
  });
}

function looksAt(type: string, fields: WrittenStep['fields'], root: string): boolean {
  if (type === 'guard') return `${referencePath(fields.value)?.join('.') ?? ''}`.startsWith(root);
  // Other steps that decide by a value, such as conditions, name it somewhere.
  return type !== 'jwtGenerate' && type !== 'response' && JSON.stringify(fields).includes(root);
}
