/** @module From a request in plain words to a graph for the visual builder. */

import { isCutOff } from '../drafting/ask-model.ts';
import { AiError } from '../errors.ts';
import type { CheckedDraft } from '../generate/check-draft.ts';
import { extractJson } from '../json/extract.ts';
import type { Sandbox } from '../proof/proof.ts';
import type { Completion, Message, ModelProvider } from '../provider.ts';
import { requirePrompt } from '../request-text.ts';
import type { BuilderGraph } from './graph.ts';
import { looksLikeGraph, noGraph, normalizeBuilderGraph } from './normalize-graph.ts';
import { builderInstructions, type Collections, GRAPH_SCHEMA, quotedRequest } from './prompt.ts';
import { findFaults, proveGraph } from './prove-graph.ts';

/** What a graph is made from. */
export interface GenerateGraphOptions {
  /** What the person wants, in their words. */
  prompt: string;
  provider: ModelProvider;
  /** Ends the work with `AI_CANCELLED`. */
  signal?: AbortSignal;
  /** What is in the owner's database, so that names fit. */
  collections?: Collections;
  /** Where the graph is tried; absent: it is not. */
  sandbox?: Sandbox;
}

/** Use of the model over all its answers. */
export interface GenerationMetadata {
  provider: string;
  model: string;
  inputTokens: number;
  outputTokens: number;
  /** Requests that were sent, retries included. */
  attempts: number;
  /** Whether the model had to be asked a second time for a usable graph. */
  repaired: boolean;
}

/** A graph and what it cost. */
export interface GeneratedGraph extends BuilderGraph {
  metadata: GenerationMetadata;
}

/**
 * Asks the model for a graph; when its first answer is of no use, or does not pass its trials, it is told why, once. A graph with
 * blank settings is not tried: people fill them in.
 *
 * @throws AiTerminalError `AI_PROMPT_REQUIRED`, `AI_PROMPT_TOO_LONG`
 * @throws AiError `AI_NO_GRAPH` when neither answer holds a usable graph
 * @throws whatever {@link ModelProvider.complete} throws
 */
export async function generateBuilderGraph(options: GenerateGraphOptions): Promise<GeneratedGraph> {
  const { prompt, provider, signal, collections } = options;
  requirePrompt(prompt);
  const ask = (messages: Message[]) =>
    provider.complete({
      system: builderInstructions(collections),
      messages,
      schema: GRAPH_SCHEMA,
      ...(signal && { signal }),
    });

  const question: Message = { role: 'user', content: quotedRequest(prompt) };
  const first = await ask([question]);
  const draft = readGraph(first);
  const check = 'graph' in draft ? await tryGraph(draft.graph, options) : undefined;
  const why = 'graph' in draft ? faultsOf(check) : repairRequest(draft.error, first);
  if ('graph' in draft && why === undefined) return { ...draft.graph, metadata: metadata([first]) };

  const repair = ask([
    question,
    { role: 'assistant', content: first.text.slice(0, MAX_QUOTED_REPLY) },
    { role: 'user', content: why ?? '' },
  ]);
  // A repair that fails is no reason to lose a graph that can be shown.
  const second = await (check ? repair.catch(keepFirst) : repair);
  const repaired = second && readGraph(second);
  const completions: [Completion, ...Completion[]] = second ? [first, second] : [first];
  if (check && 'graph' in draft) {
    const better =
      repaired && 'graph' in repaired && (await isBetter(repaired.graph, check, options)) ? repaired : draft;
    return { ...better.graph, metadata: metadata(completions) };
  }
  if (!repaired || 'error' in repaired) throw repaired?.error ?? noGraph('no-json', 'No answer');
  return { ...repaired.graph, metadata: metadata(completions) };
}

async function tryGraph(
  graph: BuilderGraph,
  { prompt, sandbox, signal }: GenerateGraphOptions,
): Promise<CheckedDraft | undefined> {
  const acts = graph.nodes.some(({ type }) => !['input', 'inputValidation', 'authMiddleware'].includes(type));
  if (!sandbox || !acts) return undefined;
  const checked = await proveGraph(graph, { prompt, sandbox, signal });
  return checked.plan.ok ? checked : undefined;
}

/** What the model has to mend; nothing for a graph without faults. */
function faultsOf(checked: CheckedDraft | undefined): string | undefined {
  const faults = checked ? findFaults(checked) : [];
  if (faults.length === 0) return undefined;
  const list = faults.map(({ message, suggestion }) => `- ${message}. ${suggestion ?? ''}`).join('\n');
  return `That graph was tried, and does not do what it should:\n${list}\nAnswer again with the whole JSON object alone: {"nodes":[…],"edges":[…]}.`;
}

async function isBetter(
  graph: BuilderGraph,
  than: CheckedDraft,
  options: GenerateGraphOptions,
): Promise<boolean> {
  const checked = await tryGraph(graph, options);
  return checked !== undefined && checked.faults <= than.faults;
}

function keepFirst(error: unknown): undefined {
  if (error instanceof AiError && error.code !== 'AI_CANCELLED') return undefined;
  throw error;
}

const MAX_QUOTED_REPLY = 8000;

/** The graph in a model's answer, or why there is none. Of an answer that was cut off nothing is read: steps would be missing. */
function readGraph(completion: Completion): { graph: BuilderGraph } | { error: AiError } {
  const { text } = completion;
  try {
    if (isCutOff(completion)) throw noGraph('cut-off', 'The AI output was cut off');
    const found = extractJson(text, looksLikeGraph);
    if (!found) throw noGraph('no-json', 'No JSON object found in AI output');
    return { graph: normalizeBuilderGraph(found.value) };
  } catch (error) {
    if (error instanceof AiError) return { error };
    throw error;
  }
}

function repairRequest(error: AiError, { finishReason }: Completion): string {
  const cut =
    finishReason === 'length' ? ' It was cut off because it was too long: draw a smaller graph.' : '';
  return `That answer cannot be used: ${error.message}.${cut} Answer again with the JSON object alone: {"nodes":[…],"edges":[…]}.`;
}

function metadata(completions: [Completion, ...Completion[]]): GenerationMetadata {
  const total = (count: (completion: Completion) => number) =>
    completions.reduce((sum, completion) => sum + count(completion), 0);
  const { provider, model } = completions.at(-1) ?? completions[0];
  return {
    provider,
    model,
    inputTokens: total(({ usage }) => usage.inputTokens),
    outputTokens: total(({ usage }) => usage.outputTokens),
    attempts: total(({ attempts }) => attempts),
    repaired: completions.length > 1,
  };
}
