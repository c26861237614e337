/** @module What an execution tells while it goes on, and what it hands back at its end. */

/** What every event says. */
interface EventBase {
  executionId: string;
  /** Place in the log of its execution: from 1, without gaps. */
  position: number;
  /** Milliseconds since 1970; never less than in the event before. */
  at: number;
}

interface StepEventBase extends EventBase {
  /** Names the step in its plan. */
  path: string;
  /** Position of the step in the order of execution, from 0. */
  stepIndex: number;
  stepType: string;
  /** The step's name, or `<type>_<index>`. */
  stepName: string;
  /** 1 for the first attempt. */
  attempt: number;
}

/** The first event of every execution. */
export interface ExecutionStartedEvent extends EventBase {
  type: 'execution_started';
  /** Steps of the plan. */
  totalSteps: number;
  /** What the caller sent, redacted; absent when nothing was sent. */
  input?: unknown;
}

interface EndedEventBase extends EventBase {
  totalSteps: number;
  stepsExecuted: number;
  /** Milliseconds, fractions included. */
  durationMs: number;
}

/** The last event of an execution that went well. */
export interface ExecutionCompletedEvent extends EndedEventBase {
  type: 'execution_completed';
  /** All variables, redacted. */
  output?: unknown;
  /** The answer of a `response` or `guard` step, redacted. */
  response?: Answer;
}

/** The last event of any other execution. */
export interface ExecutionFailedEvent extends EndedEventBase {
  type: 'execution_failed' | 'execution_cancelled';
  error: string;
  errorCode: string;
  errorDetails?: unknown;
  /** Index of the step that failed; -1 when the execution failed before its first step. */
  failedStep: number;
  failedStepName: string;
  /** Appended by another process, because the end is not known; a true end replaces it. */
  interim?: true;
}

/** A step begins. */
export interface StepStartedEvent extends StepEventBase {
  type: 'step_started';
  /** What it is about to do, in a sentence; see `narrate` of the node type. */
  message?: string;
}

/** A step has ended well. Values are redacted. */
export interface StepCompletedEvent extends StepEventBase {
  type: 'step_completed';
  /** What it has done, in a sentence. */
  message?: string;
  /** What it logged as its input and its output. */
  input: unknown;
  output: unknown;
  /** The beginning of what it gave; absent when it gave nothing. */
  value?: unknown;
  durationMs: number;
}

/** A step has failed. Values are redacted. */
export interface StepFailedEvent extends StepEventBase {
  type: 'step_failed';
  error: string;
  errorCode: string;
  errorDetails?: unknown;
  /** What it logged as its input. */
  input: unknown;
  /** The beginning of what it was about. */
  value?: unknown;
  durationMs: number;
}

/** No edge that was taken leads to the step. */
export interface StepSkippedEvent extends StepEventBase {
  type: 'step_skipped';
}

/** What happens inside a step. */
export interface NoteEvent extends StepEventBase {
  type: 'note';
  /** `info`: what is being done; `data`: what came of it. */
  phase: 'info' | 'data' | 'success';
  title: string;
  message: string;
  /** Redacted and shortened. */
  data?: unknown;
}

/** One event of an execution: what is stored, sent and followed. Secrets are redacted. */
export type ExecutionEvent =
  | ExecutionStartedEvent
  | ExecutionCompletedEvent
  | ExecutionFailedEvent
  | StepStartedEvent
  | StepCompletedEvent
  | StepFailedEvent
  | StepSkippedEvent
  | NoteEvent;

/** An event that ends the log of its execution. */
export type ExecutionEndEvent = ExecutionCompletedEvent | ExecutionFailedEvent;

/** Whether nothing comes after this event. */
export function isExecutionEnd(event: ExecutionEvent): event is ExecutionEndEvent {
  return (
    event.type === 'execution_completed' ||
    event.type === 'execution_failed' ||
    event.type === 'execution_cancelled'
  );
}

/** Receives the events of an execution as they happen. What it throws is swallowed: a viewer never harms an execution. */
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
