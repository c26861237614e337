/** @module Compiled plans of stored versions: compiled once, found again by what they were made from. */
import { compile, type Plan } from '@orchestrix/engine';

/** What is compiled. A version never changes, so that its plan can be kept. */
export interface StoredVersion {
  ownerId: string;
  workflowId: string;
  version: number;
  /** Rows of the earlier backend changed without a new version, and a deleted id can be used again: times tell them apart. */
  createdAt: Date | null;
  updatedAt?: Date | null;
  steps: unknown[];
  edges: unknown[];
  inputVariables: unknown[];
}

/** A definition as it arrives: by a route, from the store, or drawn in the visual builder. */
export interface Compilable {
  steps: unknown;
  edges?: unknown;
  inputVariables?: unknown;
}

/** The one place where the server compiles: all of a definition, what it declares included. */
export function compileDefinition({ steps, edges, inputVariables }: Compilable): Plan {
  return compile({
    steps,
    ...(edges === undefined ? {} : { edges }),
    ...(inputVariables === undefined ? {} : { inputVariables }),
  });
}

/** Gives the plan of a stored version. */
export class PlanCache {
  private readonly plans = new Map<string, Plan>();

  constructor(private readonly maxPlans = 500) {}

  get(stored: StoredVersion): Plan {
    const { ownerId, workflowId, version, createdAt, updatedAt } = stored;
    const key = JSON.stringify([ownerId, workflowId, version, createdAt, updatedAt]);
    const plan = this.plans.get(key) ?? compileDefinition(stored);
    this.plans.delete(key);
    this.plans.set(key, plan);
    if (this.plans.size > this.maxPlans) this.plans.delete(this.plans.keys().next().value!);
    return plan;
  }
}
