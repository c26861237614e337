/** @module The content of a workflow, apart from who owns it and which version it is. */
import type { InputVariable, WorkflowEdge, WorkflowStep } from '@orchestrix/engine';
import type { WorkflowRow, WorkflowVersionRow } from '../schemas/workflow.ts';

/** What a person edits of a workflow. */
export interface WorkflowContent {
  name?: string | undefined;
  description?: string | undefined;
  steps: WorkflowStep[];
  edges?: WorkflowEdge[] | undefined;
  inputVariables?: InputVariable[] | undefined;
}

/** A workflow as stored, gaps of old rows filled. */
export interface StoredWorkflow {
  workflowId: string;
  ownerId: string;
  /** Counts the changes, from 1. */
  version: number;
  name: string | null;
  description: string | null;
  steps: WorkflowStep[];
  edges: WorkflowEdge[];
  inputVariables: InputVariable[];
  createdAt: Date | null;
  updatedAt: Date | null;
}

/** A workflow in a list: without its definition. */
export interface WorkflowSummary {
  workflowId: string;
  name: string | null;
  description: string | null;
  version: number;
  /** Number of steps. */
  stepCount: number;
  createdAt: Date | null;
  updatedAt: Date | null;
}

const PARTS = ['name', 'description', 'steps', 'edges', 'inputVariables'] as const;

/** Only the parts of a content that are given; whatever else the object carries is left behind. */
export function contentOf(content: Partial<WorkflowContent>): Partial<WorkflowContent> {
  return Object.fromEntries(
    PARTS.map((part) => [part, content[part]]).filter(([, value]) => value !== undefined),
  );
}

/** Whether a row holds these parts already, key order included: the order of keys can matter to a step. */
export function sameContent(row: WorkflowRow, parts: Partial<WorkflowContent>): boolean {
  const stored: object = readContent(row);
  return Object.entries(parts).every(
    ([part, value]) => JSON.stringify(Reflect.get(stored, part)) === JSON.stringify(value),
  );
}

/** The definition and texts of a stored row, gaps of old rows filled. */
export function readContent(
  row: WorkflowRow | WorkflowVersionRow,
): Pick<StoredWorkflow, 'name' | 'description' | 'steps' | 'edges' | 'inputVariables'> {
  return {
    name: row.name ?? null,
    description: row.description ?? null,
    steps: listOfSteps(row.steps),
    edges: (row.edges ?? []) as WorkflowEdge[],
    inputVariables: (row.inputVariables ?? []) as InputVariable[],
  };
}

/** A stored row as the rest of the program sees it. */
export function toStoredWorkflow(row: WorkflowRow): StoredWorkflow {
  return {
    workflowId: row.workflowId,
    ownerId: row.ownerId,
    version: row.version ?? 1,
    ...readContent(row),
    createdAt: row.createdAt ?? null,
    updatedAt: row.updatedAt ?? null,
  };
}

/** The short form for lists. */
export function toSummary(row: WorkflowRow): WorkflowSummary {
  return {
    workflowId: row.workflowId,
    name: row.name ?? null,
    description: row.description ?? null,
    version: row.version ?? 1,
    stepCount: listOfSteps(row.steps).length,
    createdAt: row.createdAt ?? null,
    updatedAt: row.updatedAt ?? null,
  };
}

/** What should be a list of steps and is not becomes a list with one thing that is no step: it shows, and a run of it fails. */
function listOfSteps(stored: unknown): WorkflowStep[] {
  return Array.isArray(stored) ? stored : [(stored ?? null) as WorkflowStep];
}
