/** @module What a workflow is: the shapes of a stored or received definition. */

/** One node of a workflow as it is stored: flat, its configuration beside `id` and `type`. */
export interface WorkflowStep {
  /** Unique in its workflow; made from the position when a stored step has none. */
  id?: string;
  /** Name of a registered node type. */
  type: string;
  /** What people call the step; logs show it. */
  name?: string;
  [config: string]: unknown;
}

/** Under which outcome of its source an edge is taken; without one, after a success. */
export type EdgeCondition = 'true' | 'false' | 'error';

/** An order between two steps. */
export interface WorkflowEdge {
  id?: string;
  source: string;
  target: string;
  when?: EdgeCondition;
}

/** A value that callers are expected to send. */
export interface InputVariable {
  name: string;
  type?: string;
  default?: unknown;
  required?: boolean;
}

/** A workflow: its steps, the edges between them (none: list order), and what it takes. */
export interface WorkflowDefinition {
  steps: WorkflowStep[];
  edges?: WorkflowEdge[];
  inputVariables?: InputVariable[];
}
