/** @module What came of one request of the evaluation, in figures. */
import type { AiMetadata, Proof } from '@orchestrix/ai';
import type { Workflow } from './account.ts';
import type { Reply } from './case.ts';

/** One request, change or hostile request. */
export interface Outcome {
  /** The case, and which of its requests. */
  name: string;
  family: string;
  kind: 'request' | 'change' | 'hostile';
  request: string;
  /** HTTP status of the answer. */
  status: number;
  /** Whether the answer holds a workflow. */
  valid: boolean;
  /** Whether every trial run of its proof passed. */
  proven: boolean;
  /** Whether it does what was asked for. */
  correct: boolean;
  /** Why not, for people. */
  reason?: string;
  /** Steps more than the shortest correct workflow has; for correct ones of kind `request`. */
  stepsBeyond?: number;
  tokens: number;
  repairs: number;
  /** Until the answer was there. */
  seconds: number;
}

/** What the AI routes answer. */
export type DraftAnswer = Workflow & {
  proof: Proof;
  metadata: AiMetadata;
  changes?: { kind: string; stepId?: string }[];
};

/** The answer to a request, and the workflow in it. */
export interface Asked {
  reply: Reply;
  seconds: number;
  draft: DraftAnswer | undefined;
}

/** The figures of an answer before anybody has tried the workflow. */
export function figuresOf({ reply: { status }, seconds, draft }: Asked) {
  return {
    status,
    valid: draft !== undefined,
    proven: draft?.proof.ok ?? false,
    correct: false,
    tokens: draft ? draft.metadata.inputTokens + draft.metadata.outputTokens : 0,
    repairs: draft?.metadata.repairs ?? 0,
    seconds,
  };
}

/** What the server says about a request that it does not fulfil. */
export function whyNot({ status, body }: Reply): string {
  const { code, error, details } = (body ?? {}) as { code?: string; error?: string; details?: unknown };
  return `answered ${status} ${code ?? ''}: ${error ?? ''} ${JSON.stringify(details ?? '')}`.slice(0, 500);
}
