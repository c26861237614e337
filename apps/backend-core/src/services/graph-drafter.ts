/** @module Drafts graphs for the existing web client with a language model, loaded when it is first needed. */
import type { Config } from '../config.ts';

/** Turns a description into a graph that the web client can draw. */
export interface GraphDrafter {
  /** @throws OrchestrixError `AI_NOT_CONFIGURED` (503), `AI_NO_GRAPH` (502), or what the provider failed with */
  draft(prompt: string, signal: AbortSignal): Promise<{ nodes: unknown[]; edges: unknown[] }>;
}

/** A drafter on the configured provider. */
export function createGraphDrafter(ai: Config['ai']): GraphDrafter {
  return {
    draft: async (prompt, signal) => {
      const { createProvider, generateBuilderGraph } = await import('@orchestrix/ai');
      return generateBuilderGraph({ prompt, provider: createProvider(ai), signal });
    },
  };
}
