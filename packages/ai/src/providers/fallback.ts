/** @module Several providers as one: the next is asked when one cannot answer at the moment. */
import { AiError, type AiErrorCode, AiTerminalError } from '../errors.ts';
import type { Completion, CompletionRequest, ModelProvider } from '../provider.ts';

/** What another provider may well do better. A refusal or a cancellation is nobody's outage. */
const OUTAGES: ReadonlySet<AiErrorCode> = new Set([
  'AI_RATE_LIMITED',
  'AI_UNAVAILABLE',
  'AI_TIMEOUT',
  'AI_UNAUTHORIZED',
  'AI_QUOTA_EXHAUSTED',
  'AI_MODEL_UNKNOWN',
  'AI_BAD_RESPONSE',
]);

/**
 * A provider that asks the first one, and the next ones in their order when it fails with an outage. Name and model are those of
 * the first; every completion says who gave it and who failed before.
 *
 * @param providers at least one
 * @throws the error of the last one, when all fail
 */
export function withFallback(providers: readonly [ModelProvider, ...ModelProvider[]]): ModelProvider {
  const [first, ...others] = providers;
  if (others.length === 0) return first;

  async function complete(request: CompletionRequest): Promise<Completion> {
    const fallbacks: { provider: string; code: string }[] = [];
    let attempts = 0;
    for (const [index, provider] of providers.entries()) {
      try {
        const completion = await provider.complete(request);
        return {
          ...completion,
          attempts: completion.attempts + attempts,
          ...(fallbacks.length > 0 && { fallbacks }),
        };
      } catch (error) {
        if (!isOutage(error) || index === providers.length - 1) throw error;
        fallbacks.push({ provider: provider.name, code: error.code });
        attempts += attemptsOf(error);
      }
    }
    throw new Error('a fallback needs at least one provider');
  }
  return { name: first.name, model: first.model, complete };
}

function isOutage(error: unknown): error is AiError | AiTerminalError {
  return (error instanceof AiError || error instanceof AiTerminalError) && OUTAGES.has(error.code);
}

function attemptsOf({ details }: AiError | AiTerminalError): number {
  const { attempts } = (details ?? {}) as { attempts?: unknown };
  return typeof attempts === 'number' ? attempts : 1;
}
