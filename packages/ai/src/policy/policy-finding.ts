/** @module What one safety rule finds. */
import type { Finding } from '../finding.ts';
import type { WrittenStep } from '../proof/plan-steps.ts';

/** What a rule says; the step and its place are added. */
export type PolicyFinding = Pick<Finding, 'code' | 'severity' | 'message' | 'expected' | 'suggestion'> & {
  /** Absent for the workflow as a whole. */
  step?: WrittenStep;
  /** The field of the step. */
  field?: string;
};
