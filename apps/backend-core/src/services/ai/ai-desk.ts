/** @module Lets requests to language models in, and keeps the books: limits, use, metrics. */
import { OrchestrixError } from '@orchestrix/engine';
import type { Metrics } from '../metrics.ts';
import type { AiAllowance, AiCaller } from './ai-limits.ts';

/** Tokens of one answer of a model. */
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

/** One request that was let in. */
export interface AiTicket {
  /** Counts an answer of a model, whatever becomes of the request. */
  use(use: AiUse): void;
  /** Ends the request; resolves when all of its use is stored. */
  succeeded(worker: AiWorker): Promise<void>;
  /** The same for one that failed. */
  failed(error: unknown): Promise<void>;
}

/** Lets requests in. */
export interface AiDesk {
  /**
   * @param route for the metrics: `generate`, `change`, …
   * @param expected who is going to work on it
   * @throws OrchestrixError `AI_TOO_MANY_REQUESTS`, `AI_BUDGET_EXHAUSTED`
   */
  admit(route: string, caller: AiCaller, expected: AiWorker): Promise<AiTicket>;
}

/** A desk on limits and metrics. */
export function createAiDesk({ allowance, metrics }: { allowance: AiAllowance; metrics: Metrics }): AiDesk {
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
        use: ({ provider, model, inputTokens, outputTokens }) => {
          last = { provider, model };
          metrics.aiTokens(provider, model, { inputTokens, outputTokens });
          if (inputTokens + outputTokens > 0)
            stored.push(allowance.spend(caller, { inputTokens, outputTokens }));
        },
        succeeded: (worker) => end(worker, 'success'),
        failed: (error) => end(last, error instanceof OrchestrixError ? error.code : 'INTERNAL_ERROR'),
      };
    },
  };
}
