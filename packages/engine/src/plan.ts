/** @module A compiled workflow: everything a run needs, with nothing left to parse. */

import type { EdgeCondition, InputVariable, WorkflowEdge } from './definition.ts';
import type { Diagnostic } from './diagnostics.ts';
import type { TerminalError } from './errors.ts';
import type { NodeType } from './node.ts';
import type { CanonicalStep } from './normalize.ts';

/** An edge into a step. */
export interface PlanEdge {
  /** Index of the source in {@link Plan.steps}. */
  from: number;
  when: EdgeCondition | null;
}

/** One step, ready to run. */
export interface PlanStep {
  /** Unique in the plan and the same in every compilation of a definition: runtimes journal by it. */
  readonly key: string;
  readonly id: string;
  /** Position in the order of execution, from 0. */
  readonly index: number;
  readonly type: string;
  /** The given name, or `<type>_<index>`. */
  readonly name: string;
  /** `null` for a step that cannot run; then `broken` says why. */
  readonly node: NodeType | null;
  readonly config: unknown;
  /** Variable under which the result is stored. */
  readonly output: string | null;
  /** `null` when the plan has no edges into it: then it always runs. */
  readonly incoming: readonly PlanEdge[] | null;
  /** Whether an edge `when: error` leaves it: then its failure does not end the run. */
  readonly catchesErrors: boolean;
  readonly broken: TerminalError | null;
}

/** A compiled workflow. Immutable; may be cached and run any number of times at once. */
export interface Plan {
  /** In the order of execution. */
  readonly steps: readonly PlanStep[];
  readonly diagnostics: readonly Diagnostic[];
  /** Whether no diagnostic is an error. A plan that is not ok still runs up to the first step that cannot. */
  readonly ok: boolean;
  /** Why the plan cannot even start: a cycle, or no definition at all. */
  readonly fatal: TerminalError | null;
  /** The definition in canonical spelling, in list order. */
  readonly definition: { steps: CanonicalStep[]; edges: WorkflowEdge[]; inputVariables: InputVariable[] };
  /** Names that `input` steps and the definition's `inputVariables` declare. */
  readonly inputNames: readonly string[];
}
