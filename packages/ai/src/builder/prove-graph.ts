/** @module Proves a drawing: the steps that the visual builder will send stand the same trials as a draft. */
import { builtinRegistry, compile } from '@orchestrix/engine';
import type { Finding } from '../finding.ts';
import { type CheckedDraft, checkDraft, isError, withProblems } from '../generate/check-draft.ts';
import { checkPolicy } from '../policy/check-policy.ts';
import type { Sandbox } from '../proof/proof.ts';
import type { BuilderGraph } from './graph.ts';
import { sentSteps } from './sent-steps.ts';

/** What a drawing is proved with. */
export interface ProveGraphOptions {
  /** What the person asked for, in their words. */
  prompt: string;
  sandbox: Sandbox;
  signal?: AbortSignal | undefined;
}

/** What is known about the steps that will be sent for a drawing. */
export async function proveGraph(graph: BuilderGraph, options: ProveGraphOptions): Promise<CheckedDraft> {
  // The builder never sends a check of the token, which the label says; whether one was asked for is judged by what is drawn.
  const sent = { ...options, prompt: '', registry: builtinRegistry };
  const checked = await checkDraft({ steps: sentSteps(graph) }, sent);
  const drawn = compile({ steps: graph.nodes.map(({ id, type, data }) => ({ ...data.fields, id, type })) });
  const policy = drawn.ok ? checkPolicy(drawn, options.prompt) : [];
  const unprotected = policy.filter(({ code }) => code === 'HOUSE_UNPROTECTED');
  return withProblems(checked, unprotected);
}

/** What keeps a drawing from doing what was asked for: errors, and names that no step sets. */
export function findFaults({ findings }: CheckedDraft): Finding[] {
  return findings.filter((finding) => isError(finding) || finding.code === 'REFERENCE_UNKNOWN');
}
