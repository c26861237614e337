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
}

/** Gives the plan of a stored version. */
export class PlanCache {
  private readonly plans = new Map<string, Plan>();

  constructor(private readonly maxPlans = 500) {}

  get(stored: StoredVersion): Plan {
    const { ownerId, workflowId, version, createdAt, updatedAt, steps, edges } = stored;
    const key = JSON.stringify([ownerId, workflowId, version, createdAt, updatedAt]);
    const plan = this.plans.get(key) ?? compile({ steps, edges });
    this.plans.delete(key);
    this.plans.set(key, plan);
    if (this.plans.size > this.maxPlans) this.plans.delete(this.plans.keys().next().value!);
    return plan;
  }
}
