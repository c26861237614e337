/** @module One request to a provider: what an SDK file is given, and what it gives back. */
import type { FinishReason, Message, OutputSchema } from '../provider.ts';

/** How JSON is asked for, from the strongest means to the weakest. */
export type OutputFormat = 'json_schema' | 'json_object' | 'text';

/** One request as an SDK file sends it. */
export interface Attempt {
  system: string;
  messages: readonly Message[];
  format: OutputFormat;
  /** There when `format` is `json_schema`. */
  schema: OutputSchema | undefined;
  maxTokens: number;
  /** Aborted when the caller cancels or the time is up. */
  signal: AbortSignal;
  /** There when the answer is wanted piece by piece. */
  onToken: ((piece: string) => void) | undefined;
}

/** An answer as an SDK file read it. */
export interface Reply {
  text: string;
  inputTokens: number;
  outputTokens: number;
  finishReason: FinishReason;
  /** The model that answered; `undefined` when the answer does not say. */
  model: string | undefined;
  /** Why the model declined, when it did. */
  refusal?: string;
}

/** Why an attempt failed, in words that no longer depend on an SDK. */
export type Failure =
  | { kind: 'status'; status: number; message: string; code?: string; retryAfterMs?: number }
  | { kind: 'network'; reason: string | undefined }
  | { kind: 'unreadable'; message: string };

/** One provider: the part that knows its SDK. */
export interface Dialect {
  name: string;
  model: string;
  /** The variable in which an operator sets the key, for messages. */
  keyVariable: string;
  secrets: readonly string[];
  /** Means of asking for JSON that the API has, strongest first. */
  formats: readonly OutputFormat[];
  send(attempt: Attempt): Promise<Reply>;
  /** Reads what the SDK threw. */
  explain(thrown: unknown): Failure;
}

/** Thrown by `send` for an answer that has not the provider's format. */
export class UnreadableReply extends Error {}

/** Thrown by `send` when an answer ended before it was complete. */
export class BrokenConnection extends Error {}

/** Longest text that is taken from a model, in characters: a model caught in a loop ends here. */
export const MAX_TEXT_LENGTH = 1_000_000;
