/** @module Stored workflows: checked before they are stored, versioned with every change. */
import { type Diagnostic, OrchestrixError } from '@orchestrix/engine';
import { type Compilable, compileDefinition } from '@orchestrix/executions';
import type {
  PageQuery,
  StoredWorkflow,
  WorkflowContent,
  Workflows,
  WorkflowVersion,
} from '@orchestrix/models';
import { serverError } from '../errors.ts';

/** What a client may set; the compiler, not the type, says whether it makes a workflow. */
export interface WorkflowInput {
  name?: string | undefined;
  description?: string | undefined;
  steps: unknown[];
  edges?: unknown[] | undefined;
  inputVariables?: unknown[] | undefined;
}

/** A stored workflow, and what the compiler warns about. */
export interface CheckedWorkflow {
  workflow: StoredWorkflow;
  diagnostics: readonly Diagnostic[];
}

/** Stores, changes and finds workflows. Every method throws an OrchestrixError `NOT_FOUND` for an unknown workflow. */
export interface WorkflowService {
  list(ownerId: string, query: PageQuery & { q?: string | undefined }): ReturnType<Workflows['list']>;
  get(ownerId: string, workflowId: string): Promise<StoredWorkflow>;
  /** @throws OrchestrixError `DEFINITION_INVALID`, `WORKFLOW_EXISTS` */
  create(ownerId: string, workflowId: string | undefined, content: WorkflowInput): Promise<CheckedWorkflow>;
  /** @throws OrchestrixError `DEFINITION_INVALID`, `VERSION_CONFLICT` */
  update(
    ownerId: string,
    workflowId: string,
    changes: Partial<WorkflowInput>,
    expectedVersion?: number,
  ): Promise<CheckedWorkflow>;
  delete(ownerId: string, workflowId: string): Promise<void>;
  /** Newest first, the current one included. */
  versions(ownerId: string, workflowId: string): Promise<WorkflowVersion[]>;
  version(ownerId: string, workflowId: string, version: number): Promise<WorkflowVersion>;
}

/** Workflows on their repository. */
export function createWorkflowService(workflows: Workflows): WorkflowService {
  const get = async (ownerId: string, workflowId: string) =>
    (await workflows.get(ownerId, workflowId)) ?? missing();
  return {
    list: (ownerId, query) => workflows.list(ownerId, query),
    get,
    create: async (ownerId, workflowId, content) => {
      const diagnostics = requireCompilable(content);
      const workflow = await workflows.create(ownerId, { ...(content as WorkflowContent), workflowId });
      return { workflow, diagnostics };
    },
    update: async (ownerId, workflowId, changes, version) => {
      const diagnostics = requireCompilable({ ...(await get(ownerId, workflowId)), ...withoutGaps(changes) });
      const workflow = await workflows.update(ownerId, workflowId, changes as Partial<WorkflowContent>, {
        version,
      });
      return { workflow: workflow ?? missing(), diagnostics };
    },
    delete: async (ownerId, workflowId) => {
      if (!(await workflows.delete(ownerId, workflowId))) missing();
    },
    versions: async (ownerId, workflowId) => (await workflows.listVersions(ownerId, workflowId)) ?? missing(),
    version: async (ownerId, workflowId, version) =>
      (await workflows.getVersion(ownerId, workflowId, version)) ??
      missing('There is no such version of this workflow.'),
  };
}

/**
 * What the compiler says of a definition that may be stored.
 *
 * @throws OrchestrixError `DEFINITION_INVALID` with every diagnostic in `details`
 */
export function requireCompilable(definition: Compilable): readonly Diagnostic[] {
  const { ok, diagnostics } = compileDefinition(definition);
  if (ok) return diagnostics;
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
  throw new OrchestrixError(
    `The workflow does not compile: ${errors[0]?.message ?? 'unknown reason'}${more}`,
    {
      code: 'DEFINITION_INVALID',
      // A definition of a megabyte can be wrong in as many places.
      details: diagnostics.slice(0, MAX_DIAGNOSTICS),
    },
  );
}

/** How many findings an answer carries. */
export const MAX_DIAGNOSTICS = 200;

function withoutGaps(changes: Partial<WorkflowInput>): Partial<WorkflowInput> {
  return Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
}

function missing(message = 'There is no workflow with this id.'): never {
  throw serverError('NOT_FOUND', { message });
}
