/** @module The operations by which a workflow is changed: on the ids of its steps, never the whole of it. */
import type { EdgeCondition, WorkflowStep } from '@orchestrix/engine';

/** One operation. Fields are paths with dots into the step in canonical spelling: `filter.email`, `rules.0.required`. */
export type PatchOperation =
  /** Puts a new step behind another one (`null`: before the first), on the edge with this condition. */
  | { op: 'add'; step: WorkflowStep & { id: string }; after: string | null; when?: EdgeCondition | null }
  /** Takes a step out and joins what stood before it to what stood behind it. */
  | { op: 'remove'; id: string }
  /** Gives a field of a step a value; what leads there is made where it is missing. */
  | { op: 'set'; id: string; field: string; value: unknown }
  /** Takes a field out of a step, or an item out of a list. */
  | { op: 'unset'; id: string; field: string }
  /** Adds an item to the end of a list, which is made where it is missing. */
  | { op: 'append'; id: string; field: string; value: unknown }
  /** Moves a step behind another one (`null`: to the front). */
  | { op: 'move'; id: string; after: string | null };

/** One difference between two definitions, with a sentence for people. */
export interface WorkflowChange {
  kind:
    | 'step-added'
    | 'step-removed'
    | 'step-changed'
    | 'step-moved'
    | 'edge-added'
    | 'edge-removed'
    | 'input-added'
    | 'input-removed'
    | 'input-changed';
  /** The step it is about; for inputs the step that declares them. Absent for edges. */
  stepId?: string;
  /** Path inside the step, or the name of the input. */
  field?: string;
  before?: unknown;
  after?: unknown;
  /** Such as: `The step "validate" now also requires "phone".` */
  sentence: string;
}
