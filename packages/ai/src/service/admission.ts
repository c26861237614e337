/** @module Admits requests to language models and records their usage. */
import { OrchestrixError } from '@orchestrix/engine';
import type { AiAllowance, AiCaller } from './allowance.ts';

/** Tokens of one completion. */
export interface AiUse {
  provider: string;
  model: string;
  inputTokens: number;
  outputTokens: number;
}

/** Who worked on a request, as far as it is known. */
export interface AiWorker {
  provider: string;
  model: string;
  repairs?: number | undefined;
}

/** Where requests and tokens are counted. */
export interface AiMetrics {
  aiRequest(request: {
    /** What was asked: `generate`, `change`, `explain`, `intent`, `graph`. */
    route: string;
    provider: string;
    model: string;
    /** `success`, or the code of the error. */
    outcome: string;
    durationMs: number;
    /** How often findings went back to the model. */
    repairs: number;
  }): void;
  aiTokens(provider: string, model: string, tokens: { inputTokens: number; outputTokens: number }): void;
}

/** One request that was admitted. */
export interface AdmittedRequest {
  /** Records a completion, whether or not the request succeeds. */
  recordUse(use: AiUse): void;
  /** Ends the request; resolves when all of its use is stored. */
  succeed(worker: AiWorker): Promise<void>;
  /** The same for a request that failed. */
  fail(error: unknown): Promise<void>;
}

/** Admits requests. */
export interface AiAdmission {
  /**
   * @param route for the metrics: `generate`, `change`, …
   * @param expected who is going to work on it
   * @throws OrchestrixError `AI_TOO_MANY_REQUESTS`, `AI_BUDGET_EXHAUSTED`
   */
  admit(route: string, caller: AiCaller, expected: AiWorker): Promise<AdmittedRequest>;
}

/** Admission by an allowance. */
export function createAiAdmission(parts: { allowance: AiAllowance; metrics: AiMetrics }): AiAdmission {
  const { allowance, metrics } = parts;
  return {
    admit: async (route, caller, expected) => {
      await allowance.admit(caller);
      const begun = performance.now();
      const stored: Promise<void>[] = [];
      let last = expected;
      const end = async (worker: AiWorker, outcome: string) => {
        const { provider, model, repairs = 0 } = worker;
        const durationMs = performance.now() - begun;
        metrics.aiRequest({ route, provider, model, outcome, durationMs, repairs });
        await Promise.all(stored);
      };
      return {
        recordUse: ({ provider, model, inputTokens, outputTokens }) => {
          last = { provider, model };
          metrics.aiTokens(provider, model, { inputTokens, outputTokens });
          if (inputTokens + outputTokens > 0)
            stored.push(allowance.spend(caller, { inputTokens, outputTokens }));
        },
        succeed: (worker) => end(worker, 'success'),
        fail: (error) => end(last, error instanceof OrchestrixError ? error.code : 'INTERNAL_ERROR'),
      };
    },
  };
}
