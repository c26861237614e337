/** @module Everything a draft has to stand: the compiler, the safety rules, and trial runs in a sandbox. */
import { compile, type Plan, type Registry, type WorkflowDefinition } from '@orchestrix/engine';
import type { Finding } from '../finding.ts';
import { checkPolicy } from '../policy/check-policy.ts';
import type { OnProgress } from '../progress.ts';
import type { Proof, Sandbox } from '../proof/proof.ts';
import { proveWorkflow } from '../proof/prove-workflow.ts';

/** What a draft is checked with. */
export interface CheckOptions {
  /** What the person asked for, in their words. */
  prompt: string;
  registry: Registry;
  sandbox: Sandbox;
  signal?: AbortSignal | undefined;
  onProgress?: OnProgress | undefined;
}

/** A draft and what is known about it. */
export interface CheckedDraft {
  plan: Plan;
  /** All that was found, worst first by kind: compiler, safety rules, trials. */
  findings: Finding[];
  /** Absent for a draft that does not compile, or breaks a safety rule: it is not run. */
  proof: Proof | undefined;
  /** The lower, the better; 0: nothing was found. */
  faults: number;
}

/** Weights that keep a worse kind of fault above any number of lighter ones; a definition has far fewer findings than that. */
const WEIGHT = { compile: 1e12, policy: 1e9, proof: 1e6, warning: 1 };

/** Compiles, judges and tries a draft. */
export async function checkDraft(
  definition: WorkflowDefinition,
  options: CheckOptions,
): Promise<CheckedDraft> {
  const { prompt, registry, sandbox, signal, onProgress } = options;
  onProgress?.({ type: 'stage', stage: 'compile', message: 'Checking the workflow' });
  const plan = compile(definition, registry);
  const policy = plan.ok ? checkPolicy(plan, prompt) : [];
  const found: Finding[] = [...plan.diagnostics, ...policy];
  for (const finding of found) onProgress?.({ type: 'finding', finding });
  const usable = plan.ok && !policy.some(isError);
  if (!usable)
    return { plan, findings: found, proof: undefined, faults: faultsOf(plan.diagnostics, policy, []) };

  onProgress?.({ type: 'stage', stage: 'proof', message: 'Trying the workflow in a sandbox' });
  const proof = await proveWorkflow({ plan, sandbox, signal, onProgress });
  return {
    plan,
    findings: [...found, ...proof.findings],
    proof,
    faults: faultsOf(plan.diagnostics, policy, proof.findings),
  };
}

/** The same draft with operations that could not be done: as bad as a trial that was not passed, and told with the rest. */
export function withProblems(draft: CheckedDraft, problems: readonly Finding[]): CheckedDraft {
  if (problems.length === 0) return draft;
  const faults = draft.faults + problems.length * WEIGHT.proof;
  return { ...draft, findings: [...problems, ...draft.findings], faults };
}

/** Whether a finding keeps a workflow from being handed out, or a trial from being passed. */
export function isError({ severity }: Pick<Finding, 'severity'>): boolean {
  return severity === 'error';
}

function faultsOf(
  compiler: readonly Finding[],
  policy: readonly Finding[],
  proof: readonly Finding[],
): number {
  const errors = (findings: readonly Finding[]) => findings.filter(isError).length;
  const all = compiler.length + policy.length + proof.length;
  const grave = errors(compiler) + errors(policy) + errors(proof);
  return (
    errors(compiler) * WEIGHT.compile +
    errors(policy) * WEIGHT.policy +
    errors(proof) * WEIGHT.proof +
    (all - grave) * WEIGHT.warning
  );
}
