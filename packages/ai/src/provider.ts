/** @module The one interface to every language model: text in, text out; nothing behind it knows an SDK. */

/** One turn of a conversation. */
export interface Message {
  role: 'user' | 'assistant';
  content: string;
}

/** The shape that an answer must have. */
export interface OutputSchema {
  /** Letters, digits, `_` and `-`, at most 64. */
  name: string;
  /** A JSON Schema of type object. */
  schema: Record<string, unknown>;
  /**
   * Whether the provider has to enforce the schema. Needs `additionalProperties: false` and every property required at each
   * level. Default false: the schema guides the model, and the caller checks.
   */
  strict?: boolean;
}

/** What a model is asked. */
export interface CompletionRequest {
  /** Instructions that stand above the conversation. */
  system: string;
  /** At least one; the last one is the user's. */
  messages: readonly Message[];
  /**
   * Asks for JSON: enforced by schema where the provider and the model can, else JSON mode, else plain text with the schema in
   * the instructions. The text is never checked here.
   */
  schema?: OutputSchema;
  /** Ends the request with `AI_CANCELLED`. */
  signal?: AbortSignal;
  /** Called with every piece of the answer as it arrives; its presence turns streaming on. After the first piece nothing is tried again. */
  onToken?: (piece: string) => void;
  /** Longest answer in tokens. Default 8192. */
  maxTokens?: number;
}

/** `stop`: the model was done; `length`: cut off at the longest answer; `other`: anything else the provider says. */
export type FinishReason = 'stop' | 'length' | 'other';

/** What a model answered. */
export interface Completion {
  /** Never empty. */
  text: string;
  /** `0` where the provider does not count. */
  usage: { inputTokens: number; outputTokens: number };
  finishReason: FinishReason;
  /** The model that answered, in the provider's words. */
  model: string;
  provider: string;
  /** How often providers were asked, retries included. */
  attempts: number;
  /** Providers that failed before this one answered, with the code of their error. */
  fallbacks?: readonly { provider: string; code: string }[];
}

/** A language model behind one provider. Holds its key in a closure: neither JSON nor inspection of this object shows it. */
export interface ModelProvider {
  readonly name: string;
  /** The model that is asked for. */
  readonly model: string;
  /**
   * @throws AiError when trying again may help: `AI_RATE_LIMITED`, `AI_UNAVAILABLE`, `AI_TIMEOUT`, `AI_BAD_RESPONSE`
   * @throws AiTerminalError otherwise: `AI_UNAUTHORIZED`, `AI_QUOTA_EXHAUSTED`, `AI_MODEL_UNKNOWN`, `AI_REQUEST_REJECTED`,
   * `AI_REFUSED`, `AI_CANCELLED`
   */
  complete(request: CompletionRequest): Promise<Completion>;
}

/** How often and how fast a failed request is repeated. Only 429, 5xx and lost connections are. */
export interface RetryOptions {
  /** Requests in all. Default 3. */
  maxAttempts?: number;
  /** Wait before the second request in milliseconds, doubled for each further one. Default 500. */
  backoffMs?: number;
  /** Longest wait in milliseconds; a provider that asks for a longer one ends the request. Default 20 000. */
  maxWaitMs?: number;
  /** Waits; rejects when the signal aborts. */
  sleep?: (ms: number, signal: AbortSignal | undefined) => Promise<void>;
  /** A number from 0 to 1. */
  random?: () => number;
}

/** What every provider is made from. */
export interface ProviderOptions {
  apiKey: string;
  /** Default: the provider's, see its file. */
  model?: string;
  /** Another address of the provider's API. */
  baseUrl?: string;
  /** Longest time one attempt may take, streaming included. Default 60 000. */
  timeoutMs?: number;
  retry?: RetryOptions;
}
