/** @module Drafts graphs for the existing web client, with a language model or without one; loaded when it is first needed. */

import type { Completion, DraftOutcome, ModelProvider, Sandbox } from '@orchestrix/ai';
import type { AdmittedRequest, AiAdmission, AiCaller } from '@orchestrix/ai/service';
import { builtinRegistry } from '@orchestrix/engine';
import type { OwnerDatabases } from '@orchestrix/owner-databases';
import type { AiSettings } from '../config-ai.ts';
import type { DraftedCollections } from './drafted-collections.ts';

/** A graph that the web client can draw. */
export interface DrawnGraph {
  nodes: unknown[];
  edges: unknown[];
}

/** Turns a description into a graph. */
export interface GraphDrafter {
  /**
   * @throws OrchestrixError `AI_NOT_CONFIGURED` (503), `AI_NO_GRAPH` (502), `AI_TOO_MANY_REQUESTS`, `AI_BUDGET_EXHAUSTED` (429), or
   * what the provider failed with
   */
  draft(prompt: string, caller: AiCaller, signal: AbortSignal): Promise<DrawnGraph>;
}

/** What {@link createGraphDrafter} is built from. */
export interface GraphDrafterParts {
  settings: AiSettings;
  databases: Pick<OwnerDatabases, 'schemas'>;
  admission: AiAdmission;
  /** Where graphs are tried. */
  sandbox: Sandbox;
  /** Told what the graphs use. */
  drafted: DraftedCollections;
}

/** A drafter on what is configured, who knows the owner's collections and their fields. */
export function createGraphDrafter(parts: GraphDrafterParts): GraphDrafter {
  const { settings, databases, admission, sandbox, drafted } = parts;
  return {
    draft: async (prompt, caller, signal) => {
      const work =
        settings.provider === 'offline' ? await byRules(settings, sandbox) : await byModel(settings, sandbox);
      const admitted = await admission.admit('graph', caller, work.worker);
      try {
        // Collections improve a draft; a database that does not respond must not prevent it.
        const collections = await databases.schemas(caller.dataOwnerId).catch(() => undefined);
        const { graph, worker } = await work.draft(prompt, {
          collections: collections ?? {},
          signal,
          admitted,
        });
        await admitted.succeed(worker);
        drafted.remember(caller.dataOwnerId, graph);
        return graph;
      } catch (error) {
        await admitted.fail(error);
        throw error;
      }
    },
  };
}

interface GraphWork {
  worker: { provider: string; model: string };
  draft(
    prompt: string,
    context: { collections: Record<string, string[]>; signal: AbortSignal; admitted: AdmittedRequest },
  ): Promise<{ graph: DrawnGraph; worker: { provider: string; model: string } }>;
}

async function byModel(settings: AiSettings, sandbox: Sandbox): Promise<GraphWork> {
  const { createProvider, generateBuilderGraph } = await import('@orchestrix/ai');
  const provider = createProvider(settings, { timeoutMs: settings.timeoutMs });
  return {
    worker: { provider: provider.name, model: provider.model },
    draft: async (prompt, { collections, signal, admitted }) => {
      const counted = counting(provider, ({ usage, ...by }) => admitted.recordUse({ ...by, ...usage }));
      const { nodes, edges, metadata } = await generateBuilderGraph({
        prompt,
        provider: counted,
        signal,
        collections,
        sandbox,
      });
      return { graph: { nodes, edges }, worker: metadata };
    },
  };
}

function counting(provider: ModelProvider, count: (completion: Completion) => void): ModelProvider {
  return {
    name: provider.name,
    model: provider.model,
    complete: async (request) => {
      const completion = await provider.complete(request);
      count(completion);
      return completion;
    },
  };
}

async function byRules(settings: AiSettings, sandbox: Sandbox): Promise<GraphWork> {
  const { AiError, createDrafter, drawWorkflow, findFaults, proveGraph } = await import('@orchestrix/ai');
  const drafter = createDrafter(settings);
  const worker = { provider: drafter.name, model: drafter.model };
  return {
    worker,
    draft: async (prompt, { collections, signal }) => {
      const outcome = await drafter.draft(prompt, { registry: builtinRegistry, collections }, { signal });
      if (outcome.kind !== 'draft') throw new AiError('AI_NO_GRAPH', whyNot(outcome));
      const graph = drawWorkflow(outcome.definition);
      const [fault] = findFaults(await proveGraph(graph, { prompt, sandbox, signal }));
      if (fault)
        throw new AiError(
          'AI_NO_GRAPH',
          `The visual builder would send a workflow that fails: ${fault.message}`,
        );
      return { graph, worker };
    },
  };
}

function whyNot(outcome: Exclude<DraftOutcome, { kind: 'draft' }>): string {
  return outcome.kind === 'refusal' ? outcome.reason : outcome.questions.join(' ');
}
