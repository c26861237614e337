/** @module All cases, by family in the order of {@link FAMILIES}. */
import type { EvaluationCase } from '../case.ts';
import { approvalCases } from './approval.ts';
import { contactCases } from './contact.ts';
import { createCases } from './create.ts';
import { deleteCases } from './delete.ts';
import { listCases } from './list.ts';
import { logInCases } from './log-in.ts';
import { otherCases } from './other.ts';
import { protectedCases } from './protected.ts';
import { readCases } from './read.ts';
import { signUpCases } from './sign-up.ts';
import { updateCases } from './update.ts';
import { webhookCases } from './webhook.ts';

export { hostileCases } from './hostile.ts';

export const cases: readonly EvaluationCase[] = [
  ...signUpCases,
  ...logInCases,
  ...createCases,
  ...readCases,
  ...listCases,
  ...updateCases,
  ...deleteCases,
  ...contactCases,
  ...protectedCases,
  ...approvalCases,
  ...webhookCases,
  ...otherCases,
];
