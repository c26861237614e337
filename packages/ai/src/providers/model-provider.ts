/** @module What all providers have in common: deadlines, cancellation, retries, and the fall from JSON schema to plain text. */
import { systemClock } from '@orchestrix/engine';
import { AiError, type AiErrorDetails, AiTerminalError } from '../errors.ts';
import type { Completion, CompletionRequest, ModelProvider, RetryOptions } from '../provider.ts';
import { presentable } from '../secrets.ts';
import type { Attempt, Dialect, Failure, OutputFormat, Reply } from './attempt.ts';
import { isFormatRefused, isPassing, toAiError } from './failure.ts';

/** The provider that speaks a dialect. */
export function createModelProvider(
  dialect: Dialect,
  options: { timeoutMs?: number | undefined; retry?: RetryOptions | undefined },
): ModelProvider {
  const { maxAttempts = 3, backoffMs = 500, maxWaitMs = 20_000 } = options.retry ?? {};
  const wait = options.retry?.sleep ?? systemClock.sleep;
  const random = options.retry?.random ?? Math.random;
  const timeoutMs = options.timeoutMs ?? 60_000;
  /** What this model was found not to understand; asked for once only. */
  const refused = new Set<OutputFormat>();

  /** How long to wait before the next attempt; `undefined`: not at all, it is over. */
  function pause(failure: Failure, failures: number): number | undefined {
    if (!isPassing(failure) || failures >= maxAttempts) return undefined;
    const asked = failure.kind === 'status' ? failure.retryAfterMs : undefined;
    if (asked !== undefined) return asked <= maxWaitMs ? asked : undefined;
    return Math.min(maxWaitMs, backoffMs * 2 ** (failures - 1)) * (0.5 + random() / 2);
  }

  async function complete(request: CompletionRequest): Promise<Completion> {
    let attempts = 0;
    let failures = 0;
    for (;;) {
      if (request.signal?.aborted) throw cancelled(dialect);
      const format = request.schema ? bestFormat(dialect, refused) : 'text';
      attempts += 1;
      const known: AiErrorDetails = { provider: dialect.name, model: dialect.model, attempts };
      const outcome = await tryOnce(dialect, request, format, timeoutMs, known);
      if ('reply' in outcome) return toCompletion(outcome.reply, dialect, known, attempts);
      const { failure, streamed } = outcome;
      if (format !== 'text' && isFormatRefused(failure)) {
        refused.add(format);
        continue;
      }
      failures += 1;
      const ms = streamed ? undefined : pause(failure, failures);
      if (ms === undefined) throw toAiError(failure, dialect, known);
      await wait(ms, request.signal).catch(() => {
        throw cancelled(dialect);
      });
    }
  }

  return { name: dialect.name, model: dialect.model, complete };
}

type Outcome = { reply: Reply } | { failure: Failure; streamed: boolean };

/** One request with its deadline. Throws what must not be repeated: a timeout, a cancellation, an error of the caller's `onToken`. */
async function tryOnce(
  dialect: Dialect,
  request: CompletionRequest,
  format: OutputFormat,
  timeoutMs: number,
  known: AiErrorDetails,
): Promise<Outcome> {
  const deadline = new AbortController();
  const stopped = Promise.withResolvers<never>();
  const stop = (error: unknown) => {
    stopped.reject(error);
    deadline.abort();
  };
  const cancel = () => stop(cancelled(dialect));
  const timer = setTimeout(
    () => stop(new AiError('AI_TIMEOUT', `${dialect.name} gave no answer within ${timeoutMs} ms`, known)),
    timeoutMs,
  );
  request.signal?.addEventListener('abort', cancel, { once: true });
  let streamed = false;
  const { onToken } = request;
  const pass = (piece: string) => {
    if (deadline.signal.aborted) return;
    streamed = true;
    try {
      onToken?.(piece);
    } catch (error) {
      stop(error);
    }
  };
  try {
    // The race keeps a deadline also where an SDK does not look at the signal.
    const attempt = toAttempt(request, format, deadline.signal, onToken && pass);
    const sent = dialect.send(attempt).then(
      (reply): Outcome => ({ reply }),
      (thrown): Outcome => ({ failure: dialect.explain(thrown), streamed }),
    );
    return await Promise.race([stopped.promise, sent]);
  } finally {
    clearTimeout(timer);
    request.signal?.removeEventListener('abort', cancel);
    // Nobody may wait for this any more.
    stopped.promise.catch(() => {});
  }
}

function toAttempt(
  { system, messages, schema, maxTokens = 8192 }: CompletionRequest,
  format: OutputFormat,
  signal: AbortSignal,
  onToken: ((piece: string) => void) | undefined,
): Attempt {
  const enforced = format === 'json_schema' ? schema : undefined;
  const told =
    schema && !enforced
      ? `${system}\n\nAnswer with one JSON object and nothing else. It must satisfy this JSON Schema:\n${JSON.stringify(schema.schema)}`
      : system;
  return { system: told, messages, format, schema: enforced, maxTokens, signal, onToken };
}

function bestFormat({ formats }: Dialect, refused: ReadonlySet<OutputFormat>): OutputFormat {
  return formats.find((format) => !refused.has(format)) ?? 'text';
}

function toCompletion(reply: Reply, dialect: Dialect, known: AiErrorDetails, attempts: number): Completion {
  const { name, model, secrets } = dialect;
  if (reply.refusal !== undefined)
    throw new AiTerminalError(
      'AI_REFUSED',
      `${name}: the model declined: ${presentable(reply.refusal, secrets)}`,
      known,
    );
  if (reply.text.trim() === '') {
    const why = reply.finishReason === 'length' ? '; it used up its tokens before the first word' : '';
    throw new AiError('AI_BAD_RESPONSE', `${name}: the model's answer is empty${why}`, known);
  }
  return {
    text: reply.text,
    usage: { inputTokens: reply.inputTokens, outputTokens: reply.outputTokens },
    finishReason: reply.finishReason,
    model: reply.model ?? model,
    provider: name,
    attempts,
  };
}

function cancelled({ name }: Dialect): AiTerminalError {
  return new AiTerminalError('AI_CANCELLED', `${name}: the request was cancelled`, { provider: name });
}
