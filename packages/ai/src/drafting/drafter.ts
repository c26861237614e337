/** @module Whoever drafts workflows: a language model, or the offline drafter. Neither compiles nor proves what it drafts. */
import type { PlanDescription, Registry, WorkflowDefinition } from '@orchestrix/engine';
import type { Collections } from '../builder/prompt.ts';
import type { Finding } from '../finding.ts';
import type { PatchOperation } from '../patch/operations.ts';
import type { OnProgress } from '../progress.ts';
import type { Completion } from '../provider.ts';

/** What a drafter knows besides the request. */
export interface DraftContext {
  registry: Registry;
  /** Collections of the owner with their fields, so that names fit. */
  collections: Collections;
}

/** What a drafter gets to work with. */
export interface DrafterCall {
  signal?: AbortSignal | undefined;
  onProgress?: OnProgress | undefined;
  /** Called with every answer of a model, so that its use is counted also when the work fails later. */
  onCompletion?: ((completion: Completion) => void) | undefined;
}

/** A workflow as it was drafted; nothing about it has been checked. */
export interface Draft {
  kind: 'draft';
  /** A few words, such as `Sign up`. */
  title: string;
  definition: WorkflowDefinition;
}

/** The request leaves too much open. */
export interface DraftQuestions {
  kind: 'questions';
  /** At least one. */
  questions: string[];
}

/** The request asks for what may not be built. */
export interface DraftRefusal {
  kind: 'refusal';
  /** For the person who asked. */
  reason: string;
}

/** What comes of a request for a new workflow. */
export type DraftOutcome = Draft | DraftQuestions | DraftRefusal;

/** What comes of a request for a change. */
export type ChangeOutcome = { kind: 'patch'; operations: PatchOperation[] } | DraftQuestions | DraftRefusal;

/** What a person wants. */
export interface Intent {
  intent: 'create' | 'change' | 'explain' | 'run' | 'question' | 'unclear';
  /** 0 to 1. */
  confidence: number;
  entities: {
    /** Collections, fields and node types that the text names. */
    collections: string[];
    fields: string[];
    nodeTypes: string[];
  };
  /** Questions to ask before anything can be built. */
  missing: string[];
}

/** Drafts, corrects and changes workflows. */
export interface Drafter {
  /** The provider's name; `offline` for the one without a model. */
  readonly name: string;
  readonly model: string;
  draft(prompt: string, context: DraftContext, call: DrafterCall): Promise<DraftOutcome>;
  /** Corrects what it drafted itself. `null` when it knows nothing better. */
  repair(
    request: {
      prompt: string;
      definition: WorkflowDefinition;
      findings: readonly Finding[];
      context: DraftContext;
    },
    call: DrafterCall,
  ): Promise<PatchOperation[] | WorkflowDefinition | null>;
  /** Operations that change `existing` (canonical spelling, every step with an id) as asked. */
  change(
    request: { prompt: string; existing: WorkflowDefinition; context: DraftContext },
    call: DrafterCall,
  ): Promise<ChangeOutcome>;
  intent(
    prompt: string,
    context: DraftContext & { hasWorkflow: boolean },
    call: DrafterCall,
  ): Promise<Intent>;
  /** Words for a description, which name no step that is not in it; `null` when it has none. Absent: the engine's own words are used. */
  phrase?(description: PlanDescription, call: DrafterCall): Promise<string | null>;
}
