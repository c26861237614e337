/** @module The safety rules, checked on the compiled workflow, whoever drafted it. */
import type { Plan } from '@orchestrix/engine';
import type { Finding } from '../finding.ts';
import { writtenSteps } from '../proof/plan-steps.ts';
import { checkLogins } from './login.ts';
import { checkChanges } from './mass-change.ts';
import { checkMails } from './mass-mail.ts';
import { checkPasswords } from './passwords.ts';
import { checkProtection } from './protection.ts';
import { checkOrder } from './validation.ts';

/**
 * What a workflow does against the safety rules. Findings of severity `error` keep it from being handed out.
 *
 * @param plan has to be ok
 * @param prompt what was asked for: some rules depend on it
 */
export function checkPolicy(plan: Plan, prompt: string): Finding[] {
  const steps = writtenSteps(plan);
  const positions = new Map(plan.definition.steps.map(({ id }, index) => [id, index]));
  const found = [
    ...checkPasswords(steps),
    ...checkMails(steps),
    ...checkChanges(steps),
    ...checkLogins(steps),
    ...checkProtection(steps, prompt),
    ...checkOrder(steps),
  ];
  return found.map(({ step, field, ...finding }) => ({
    ...finding,
    stepId: step?.id ?? null,
    path: step
      ? [`steps.${positions.get(step.id)}`, ...(field === undefined ? [] : [field])].join('.')
      : 'steps',
  }));
}
