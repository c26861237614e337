/** @module What a run tells while it goes on, and what it hands back at its end. */

/** One event of a run, in the form that live viewers read. */
export interface ExecutionLogData {
  type: 'step_start' | 'step_complete' | 'step_error' | 'workflow_complete';
  /** 1 for the first event of a run, then one more each: no gap tells a viewer that nothing was lost. */
  seq: number;
  /** Position of the step in the order of execution, from 0. */
  stepIndex?: number;
  stepType?: string;
  /** Redacted; what the step logged as its output, or the outcome of the run. */
  data?: unknown;
  error?: string;
  /** ISO 8601. */
  timestamp: string;
}

/** An event with everything the engine knows about it. */
export interface ExecutionEvent extends ExecutionLogData {
  executionId: string;
  stepId?: string;
  stepName?: string;
  /** Redacted; what the step logged as its input. */
  input?: unknown;
  /** Milliseconds, fractions included. */
  durationMs?: number;
  totalSteps: number;
  failedStep?: number;
  errorCode?: string;
  /** What the step is about to do, or has done, in a sentence; see `narrate` of the node type. */
  message?: string;
  /** Redacted and shortened; what the step stored, or what it was about when it failed. Only when notes are listened to. */
  value?: unknown;
}

/** What happens inside a step, for people who watch. */
export interface StepNote {
  executionId: string;
  stepIndex: number;
  stepId: string;
  stepType: string;
  stepName: string;
  /** `info`: what is being done; `data`: what came of it. */
  phase: 'info' | 'data' | 'success';
  title: string;
  message: string;
  /** Redacted and shortened. */
  data?: unknown;
}

/** Receives the events of a run as they happen. What it throws is swallowed: a viewer never harms a run. */
export type Observer = (event: ExecutionEvent) => void;

/** What happened to one step. */
export interface StepLog {
  stepIndex: number;
  stepType: string;
  /** The step's name, or `<type>_<index>`. */
  stepName: string;
  status: 'success' | 'failed' | 'skipped';
  input: unknown;
  output: unknown;
  error: { message: string; details: unknown } | null;
  durationMs: number;
  /** Milliseconds since 1970. */
  startedAt: number;
}

/** What a `response` step answers. */
export interface Answer {
  /** 200 to 599. */
  statusCode: number;
  /** Lower-case names from the allow-list of the `response` node. */
  headers: Record<string, string>;
  body: unknown;
}

/** How a run ended. Passwords, tokens and other secrets in it are redacted. */
export interface WorkflowExecutionResult {
  ok: boolean;
  stepsExecuted: number;
  steps: StepLog[];
  /** All variables at the end; only when the run succeeded. */
  output?: unknown;
  /** The answer of a `response` step, redacted for display; callers get the one handed to `onAnswer`. */
  response?: Answer;
  error?: string;
  errorDetails?: unknown;
  /** A code of the catalogue; only when the run failed. */
  errorCode?: string;
  /** Index of the step that failed; -1 when the run failed before its first step. */
  failedStep?: number;
  failedStepName?: string;
  totalDurationMs: number;
}
