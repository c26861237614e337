/** @module What the existing web client does with workflows: run a drawing, save and publish it in one go. */

import { type OrchestrixError, TerminalError } from '@orchestrix/engine';
import {
  compileDefinition,
  type ExecutionService,
  type PublishedApiStore,
  slugOf,
} from '@orchestrix/executions';
import type { WorkflowContent, Workflows } from '@orchestrix/models';
import { serverError } from '../errors.ts';
import { dataOwnerOf, recordOwnerOf } from './owners.ts';

/** A drawing to run. */
export interface DrawnRun {
  ownerId: string;
  steps: unknown[];
  /** Absent: the steps run in the order of the list. */
  edges?: unknown[] | undefined;
  input: unknown;
  headers: Record<string, unknown>;
}

/** A drawing to save under an address. */
export interface DrawnWorkflow {
  ownerId: string;
  workflowId: string;
  steps: unknown[];
  /** Absent: the steps run in the order of the list. */
  edges?: unknown[] | undefined;
  apiName: string;
  inputVariables: unknown[];
}

/** The web client's side of workflows. */
export interface BuilderService {
  /** Starts a run and gives its id at once. */
  execute(run: DrawnRun): string;
  /**
   * Saves the steps, and lets the address and all former addresses of the workflow run them.
   *
   * @returns the path of the address
   * @throws OrchestrixError `VALIDATION_ERROR` for a name without a letter or digit; `PATH_TAKEN`, with nothing written
   */
  save(workflow: DrawnWorkflow): Promise<string>;
}

/** What {@link createBuilderService} is built from. */
export interface BuilderParts {
  workflows: Workflows;
  apis: PublishedApiStore;
  executions: ExecutionService;
  /** Called when a path stands for something else. */
  changed(): void;
}

/** The web client's side on repositories and executions. */
export function createBuilderService({ workflows, apis, executions, changed }: BuilderParts): BuilderService {
  return {
    execute: ({ ownerId, steps, edges, input, headers }) =>
      executions.start({
        ownerId: recordOwnerOf(ownerId),
        dataOwnerId: dataOwnerOf(ownerId),
        plan: compileDefinition({ steps, edges }),
        input,
        headers,
        trigger: 'run',
        isAsync: true,
      }).executionId,
    save: async ({ ownerId, workflowId, steps, edges, apiName, inputVariables }) => {
      const slug = slugOf(apiName);
      if (slug === '') throw nameWithoutSlug();
      const path = `/workflow/run/${workflowId}/${slug}`;
      if (!(await apis.isPathAvailable(ownerId, path))) throw pathTaken(path);
      const content = { steps, ...(edges && { edges }), inputVariables } as WorkflowContent;
      await workflows.save(ownerId, workflowId, content);
      const snapshot = await workflows.snapshot(ownerId, workflowId);
      if (!snapshot)
        throw serverError('CONFLICT', { message: 'The workflow was deleted while it was being saved.' });
      const { version } = snapshot;
      const publication = { workflowId, name: apiName, slug, path, method: 'POST', version };
      try {
        await apis.publish(ownerId, publication, { rename: true });
        await apis.setVersionForWorkflow(ownerId, workflowId, version);
      } finally {
        changed();
      }
      return path;
    },
  };
}

function nameWithoutSlug(): OrchestrixError {
  return serverError('VALIDATION_ERROR', {
    message: 'apiName must hold at least one letter or digit (a-z, 0-9)',
    details: [{ path: 'body.apiName', message: 'must hold at least one letter or digit (a-z, 0-9)' }],
  });
}

function pathTaken(path: string): TerminalError {
  return new TerminalError(`The address ${path} is already in use by another account: choose another name`, {
    code: 'PATH_TAKEN',
    status: 409,
  });
}
