/** @module Drafting with a language model. */
import type { CallOptions, DraftedGraph } from './api-types.ts';
import type { Http } from './http.ts';

/** How far a draft is. */
export interface AiProgress {
  /** `asked` and `answered` come from the client itself; a server that tells more adds stages in between. */
  stage: 'asked' | 'answered' | (string & Record<never, never>);
  /** Milliseconds since the call. */
  elapsedMs: number;
  data?: unknown;
}

/** What every method takes that asks a language model. */
export interface AiOptions extends CallOptions {
  onProgress?: ((progress: AiProgress) => void) | undefined;
}

/** Drafting. */
export interface AiApi {
  /** A graph for the visual builder that does what the prompt describes. */
  generateGraph(prompt: string, options?: AiOptions): Promise<DraftedGraph>;
}

/** Builds {@link AiApi}. */
export function createAi(http: Http): AiApi {
  return {
    generateGraph: (prompt, options = {}) =>
      reported(options, () =>
        http.request('POST /workflow/generate', { body: { prompt }, signal: options.signal }),
      ),
  };
}

/** Asks, and tells how far it is. */
async function reported<Result>({ onProgress }: AiOptions, ask: () => Promise<Result>): Promise<Result> {
  const begun = Date.now();
  const tell = (stage: AiProgress['stage']) => onProgress?.({ stage, elapsedMs: Date.now() - begun });
  tell('asked');
  const result = await ask();
  tell('answered');
  return result;
}
