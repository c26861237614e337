/** @module What callers get: workflows that were compiled and tried, changes, explanations, intents. */
import type { Diagnostic, EdgeCondition, InputVariable, WorkflowStep } from '@orchestrix/engine';
import type { Collections } from '../builder/prompt.ts';
import type { Intent } from '../drafting/drafter.ts';
import type { Finding } from '../finding.ts';
import type { WorkflowChange } from '../patch/operations.ts';
import type { OnProgress } from '../progress.ts';
import type { Proof } from '../proof/proof.ts';

/** Use of language models for one answer. */
export interface AiMetadata {
  /** Who answered last; `offline` for the drafter without a model. */
  provider: string;
  model: string;
  inputTokens: number;
  outputTokens: number;
  /** Requests sent to providers, retries included; 0 when none was needed. */
  attempts: number;
  /** How often findings went back to the drafter. */
  repairs: number;
  /** Milliseconds, proof included. */
  durationMs: number;
  /** ISO 8601. */
  generatedAt: string;
  /** Providers that failed before the one that answered. */
  fallbacks?: { provider: string; code: string }[];
  /** Said where a reader must not take the answer for a model's. */
  note?: string;
}

/** A node with its place, for an editor: left upper corner in pixels. */
export interface PlacedNode {
  id: string;
  type: string;
  position: { x: number; y: number };
  data: { label: string; fields: Record<string, unknown> };
}

/** An edge as editors and the engine both read it. */
export interface NamedEdge {
  id: string;
  source: string;
  target: string;
  when?: EdgeCondition;
}

/** A definition in canonical spelling, every step with an id, every edge with an id. */
export interface WholeDefinition {
  steps: (WorkflowStep & { id: string })[];
  edges: NamedEdge[];
  inputVariables: InputVariable[];
}

/** A workflow that compiles, and what its trial runs showed. */
export interface GeneratedWorkflow extends WholeDefinition {
  title: string;
  nodes: PlacedNode[];
  /** For people: what it does, when it fails, who may call it. */
  explanation: string;
  /** The compiler's warnings; findings of the safety rules that are no errors; findings of the proof. */
  diagnostics: (Diagnostic | Finding)[];
  proof: Proof;
  metadata: AiMetadata;
}

/** A workflow after a change. */
export interface ChangedWorkflow extends Omit<GeneratedWorkflow, 'title'> {
  /** Empty when nothing had to be changed. */
  changes: WorkflowChange[];
}

/** A workflow in words. */
export interface ExplainedWorkflow {
  explanation: string;
  /** What {@link explanation} is made from: the engine's `describe(plan)`. */
  description: unknown;
  diagnostics: Diagnostic[];
  metadata: AiMetadata;
}

/** What a text asks for. */
export type AnalyzedIntent = Intent & { metadata: AiMetadata };

/** What every request to {@link WorkflowAi} may carry. */
export interface AiRequestOptions {
  collections?: Collections | undefined;
  signal?: AbortSignal | undefined;
  onProgress?: OnProgress | undefined;
  /** Called with the tokens of every answer of a model, also when the work fails later. */
  onUsage?:
    | ((usage: {
        provider: string;
        model: string;
        inputTokens: number;
        outputTokens: number;
        attempts: number;
      }) => void)
    | undefined;
}

/**
 * Plain words in, workflows out. Errors of all methods: what providers fail with, and
 * `AI_PROMPT_REQUIRED` (400), `AI_PROMPT_TOO_LONG` (413), `AI_WORKFLOW_INVALID` (422, `details.diagnostics`),
 * `AI_REQUEST_UNCLEAR` (422, `details.questions`), `AI_REQUEST_REFUSED` (422), `AI_CHANGE_REFUSED` (422,
 * `details.diagnostics`), `AI_NO_WORKFLOW` (502, `details.diagnostics`).
 */
export interface WorkflowAi {
  generate(request: AiRequestOptions & { prompt: string }): Promise<GeneratedWorkflow>;
  /** @param request `existing`: a definition in any accepted spelling */
  change(request: AiRequestOptions & { prompt: string; existing: unknown }): Promise<ChangedWorkflow>;
  /** Works without a model as well. */
  explain(request: AiRequestOptions & { existing: unknown }): Promise<ExplainedWorkflow>;
  intent(request: AiRequestOptions & { prompt: string; hasWorkflow?: boolean }): Promise<AnalyzedIntent>;
}
