/** @module Drafts graphs for the existing web client with a language model, loaded when it is first needed. */
import type { Config } from '../config.ts';
import { dataOwnerOf } from './builder-owner.ts';
import type { OwnerDatabases } from './owner-databases/owner-databases.ts';

/** Turns a description into a graph that the web client can draw. */
export interface GraphDrafter {
  /** @throws OrchestrixError `AI_NOT_CONFIGURED` (503), `AI_NO_GRAPH` (502), or what the provider failed with */
  draft(
    prompt: string,
    ownerId: string,
    signal: AbortSignal,
  ): Promise<{ nodes: unknown[]; edges: unknown[] }>;
}

/** A drafter on the configured provider, who knows the owner's collections and their fields. */
export function createGraphDrafter(
  ai: Config['ai'],
  databases: Pick<OwnerDatabases, 'schemas'>,
): GraphDrafter {
  return {
    draft: async (prompt, ownerId, signal) => {
      const { createProvider, generateBuilderGraph } = await import('@orchestrix/ai');
      const provider = createProvider(ai);
      // Knowing the collections helps; a database that does not answer is no reason to draft nothing.
      const collections = await databases.schemas(dataOwnerOf(ownerId)).catch(() => undefined);
      const { nodes, edges } = await generateBuilderGraph({
        prompt,
        provider,
        signal,
        ...(collections ? { collections } : {}),
      });
      return { nodes, edges };
    },
  };
}
