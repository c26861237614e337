/** @module What is wrong with a draft, whoever found it: the compiler, the safety rules, or a trial run. */
import type { Diagnostic } from '@orchestrix/engine';

/** A finding in the engine's form of a diagnostic, with further codes: those of {@link POLICY_CODES} and {@link PROOF_CODES}. */
export type Finding = Omit<Diagnostic, 'code'> & { code: string };

/** Safety rules that a workflow can break; what breaks one with severity `error` is never handed out. */
export const POLICY_CODES = [
  'HOUSE_PASSWORD_LEAK',
  'HOUSE_PASSWORD_PLAIN',
  'HOUSE_MASS_MAIL',
  'HOUSE_MASS_CHANGE',
  'HOUSE_LOGIN_UNCHECKED',
  'HOUSE_UNPROTECTED',
  'HOUSE_UNVALIDATED',
  'HOUSE_DUPLICATE_UNCHECKED',
] as const;

/** What a trial run can find. */
export const PROOF_CODES = [
  'PROOF_FAILED',
  'PROOF_REFUSED',
  'PROOF_MISSING_ACCEPTED',
  'PROOF_MISSING_FAILED',
  'PROOF_TYPE_ACCEPTED',
  'PROOF_TYPE_FAILED',
  'PROOF_DUPLICATE_ACCEPTED',
  'PROOF_DUPLICATE_FAILED',
  'PROOF_TOKEN_IGNORED',
  'PROOF_UNKNOWN_FAILED',
  'PROOF_IMPOSSIBLE',
] as const;
