/** @module The short form: definitions in and out, for embedders who need nothing around them. */
import type { WorkflowDefinition } from '@orchestrix/engine';
import type { Collections } from './builder/prompt.ts';
import type { WorkflowAi } from './generate/results.ts';

/** What a provider knows besides the request. */
export interface GenerationContext {
  /** Collections that exist, with their fields, so that names fit. */
  collections?: Collections | undefined;
  signal?: AbortSignal | undefined;
}

/** Plain words in, definitions out; each was compiled and tried before it is returned. Errors: see {@link WorkflowAi}. */
export interface AIProvider {
  readonly name: string;
  generateWorkflow(prompt: string, context?: GenerationContext): Promise<WorkflowDefinition>;
  /** The workflow after a change; steps that the change does not touch keep their ids and their spelling. */
  generateMutation(
    prompt: string,
    existing: WorkflowDefinition,
    context?: GenerationContext,
  ): Promise<WorkflowDefinition>;
  /** What it does, when it fails, what it reads and writes, who may call it. */
  explainWorkflow(workflow: WorkflowDefinition): Promise<string>;
}

/**
 * The short form of a generation loop.
 *
 * @example
 * const ai = createAIProvider('groq', createWorkflowAi({ drafter, sandbox: memorySandbox() }));
 * const { steps } = await ai.generateWorkflow('Register users with name, email and password');
 */
export function createAIProvider(name: string, ai: WorkflowAi): AIProvider {
  return {
    name,
    generateWorkflow: async (prompt, context = {}) => definitionOf(await ai.generate({ prompt, ...context })),
    generateMutation: async (prompt, existing, context = {}) =>
      definitionOf(await ai.change({ prompt, existing, ...context })),
    explainWorkflow: async (workflow) => (await ai.explain({ existing: workflow })).explanation,
  };
}

function definitionOf({ steps, edges, inputVariables }: Required<WorkflowDefinition>): WorkflowDefinition {
  return { steps, edges, inputVariables };
}
