/** @module A plan: which steps a workflow has, how they are called and ordered, before any of them is configured. */
import type { EdgeCondition, InputVariable, Registry, WorkflowEdge } from '@orchestrix/engine';
import type { OutputSchema } from '../provider.ts';
import { nullable, strictObject } from './strict-schema.ts';
import type { Schema } from './type-facts.ts';

/** More steps than this are a loop of the model, not a workflow. */
export const MAX_STEPS = 60;
/** More values than any caller sends. */
export const MAX_INPUTS = 100;

/** One step of a plan. */
export interface PlannedStep {
  id: string;
  type: string;
  name?: string;
  /** What it is there for, in the model's words. */
  purpose: string;
  /** Under which name its result is stored; `null`: that of its type. */
  output: string | null;
  /** Id of the step it follows; `null`: the one before it. */
  after: string | null;
  when: EdgeCondition | null;
  /** What the plan says of its configuration already. */
  config: Record<string, unknown>;
  /** Whether nothing has to be asked about it any more. */
  settled: boolean;
}

/** A workflow as it was planned. */
export interface WorkflowPlan {
  title: string;
  inputs: InputVariable[];
  steps: PlannedStep[];
  /** Edges that the model drew itself; `null`: they follow from the steps. */
  edges: WorkflowEdge[] | null;
}

/** Types of inputs that the engine's validation knows. */
export const INPUT_TYPES = ['string', 'number', 'boolean', 'email', 'object', 'array', 'date'] as const;

const TEXT: Schema = { type: 'string' };
const TEXTS: Schema = { type: 'array', items: TEXT };

/** What a model has to decide before anything else. */
export const DECISION: Record<string, Schema> = {
  decision: {
    type: 'string',
    enum: ['build', 'ask', 'refuse'],
    description: 'build; ask when it is unclear what to build; refuse what would do harm',
  },
  reason: { type: ['string', 'null'], description: 'Why it is refused, for the person who asked' },
  questions: { ...TEXTS, description: 'What to ask the person; empty unless the decision is ask' },
};

/** Shape of a plan. */
export function planSchema(registry: Registry): OutputSchema {
  return {
    name: 'workflow_plan',
    strict: true,
    schema: strictObject({
      ...DECISION,
      title: { ...TEXT, description: 'A few words, such as: Sign up' },
      inputs: {
        type: 'array',
        description: 'The values that the caller sends',
        items: strictObject({
          name: TEXT,
          type: { type: 'string', enum: INPUT_TYPES },
          required: { type: 'boolean' },
          description: nullable(TEXT),
        }),
      },
      steps: {
        type: 'array',
        description: 'In the order of execution',
        items: strictObject({
          id: { ...TEXT, description: 'Short and telling, such as find_user' },
          type: { type: 'string', enum: registry.types() },
          purpose: {
            ...TEXT,
            description: 'What it does, with the names of fields and values it works with',
          },
          output: nullable({ ...TEXT, description: 'Name of its result for later steps' }),
          after: nullable({ ...TEXT, description: 'Id of the step it follows; null: the one before it' }),
          when: {
            enum: ['error', 'true', 'false', null],
            type: ['string', 'null'],
            description: 'error: runs only when that step fails; true and false: behind a condition',
          },
        }),
      },
    }),
  };
}
