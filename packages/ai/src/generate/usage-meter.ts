/** @module Counts what one request costs, over all answers of all models. */
import type { Completion } from '../provider.ts';
import type { AiMetadata, AiRequestOptions } from './results.ts';

/** The count of one request. */
export interface UsageMeter {
  add(completion: Completion): void;
  /** The findings went back to the drafter once more. */
  repaired(): void;
  metadata(): AiMetadata;
}

/** Said of everything that no language model has made. */
export const OFFLINE_NOTE =
  'Drafted by rules without a language model (AI_PROVIDER=offline): only common kinds of requests are understood.';

/**
 * @param who name and model of the drafter, for the time when no model has answered
 * @param onUsage told of every answer at once, so that it is counted also when the work fails later
 */
export function createUsageMeter(
  who: { name: string; model: string },
  onUsage: AiRequestOptions['onUsage'],
): UsageMeter {
  const started = performance.now();
  const total = { inputTokens: 0, outputTokens: 0, attempts: 0 };
  const fallbacks: { provider: string; code: string }[] = [];
  let repairs = 0;
  let last = { provider: who.name, model: who.model };
  return {
    add: ({ provider, model, usage, attempts, fallbacks: failed }) => {
      total.inputTokens += usage.inputTokens;
      total.outputTokens += usage.outputTokens;
      total.attempts += attempts;
      for (const one of failed ?? []) {
        if (!fallbacks.some(({ provider: known, code }) => known === one.provider && code === one.code))
          fallbacks.push(one);
      }
      last = { provider, model };
      onUsage?.({ provider, model, ...usage, attempts });
    },
    repaired: () => {
      repairs += 1;
    },
    metadata: () => ({
      ...last,
      ...total,
      repairs,
      durationMs: Math.round(performance.now() - started),
      generatedAt: new Date().toISOString(),
      ...(fallbacks.length > 0 && { fallbacks }),
      ...(last.provider === OFFLINE && { note: OFFLINE_NOTE }),
    }),
  };
}

/** Name of the drafter that needs no model. */
export const OFFLINE = 'offline';
