/** @module What the server counts, in the text format that Prometheus reads. */

import type { AiMetrics } from '@orchestrix/ai/service';

/** Counters of this process. */
export interface Metrics extends AiMetrics {
  /** An error that nothing has handled. */
  unhandledError(kind: 'exception' | 'rejection'): void;
  /** All of them as text, and its media type. */
  text(): Promise<{ text: string; contentType: string }>;
}

/** What {@link createMetrics} asks when it is asked. */
export interface MetricsParts {
  /** Executions that run in this process. */
  runningExecutions(): number;
  /** Log lines that could not be written. */
  droppedLogLines(): number;
}

/**
 * Counters that begin at zero with every process, as Prometheus expects. The library is loaded with the first count, for a server
 * that starts has nothing to count yet.
 */
export function createMetrics(parts: MetricsParts): Metrics {
  let loading: ReturnType<typeof createCounters> | undefined;
  const counters = () => {
    loading ??= createCounters(parts);
    return loading;
  };
  return {
    aiRequest: ({ route, provider, model, outcome, durationMs, repairs: times }) => {
      void counters().then(({ requests, seconds, repairs }) => {
        requests.inc({ route, provider, model, outcome });
        seconds.observe({ route, provider }, durationMs / 1000);
        repairs.inc(times);
      });
    },
    aiTokens: (provider, model, { inputTokens, outputTokens }) => {
      void counters().then(({ tokens }) => {
        tokens.inc({ provider, model, direction: 'input' }, inputTokens);
        tokens.inc({ provider, model, direction: 'output' }, outputTokens);
      });
    },
    unhandledError: (kind) => {
      void counters().then(({ unhandled }) => unhandled.inc({ kind }));
    },
    text: async () => {
      const { registry } = await counters();
      return { text: await registry.metrics(), contentType: registry.contentType };
    },
  };
}

/** From a twentieth of a second, as the drafter without a model takes, to the longest that somebody waits. */
const SECONDS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60, 120, 300];

async function createCounters({ runningExecutions, droppedLogLines }: MetricsParts) {
  const { Counter, Gauge, Histogram, Registry } = await import('prom-client');
  const registry = new Registry();
  const registers = [registry];
  const requests = new Counter({
    name: 'orchestrix_ai_requests_total',
    help: 'Requests for drafts, changes, explanations and intents by how they ended.',
    labelNames: ['route', 'provider', 'model', 'outcome'],
    registers,
  });
  const tokens = new Counter({
    name: 'orchestrix_ai_tokens_total',
    help: 'Tokens of language models by direction: input or output.',
    labelNames: ['provider', 'model', 'direction'],
    registers,
  });
  const seconds = new Histogram({
    name: 'orchestrix_ai_duration_seconds',
    help: 'Time that such requests took, proof included.',
    labelNames: ['route', 'provider'],
    buckets: SECONDS,
    registers,
  });
  const repairs = new Counter({
    name: 'orchestrix_ai_repairs_total',
    help: 'How often findings about a draft went back to whoever drafted it.',
    registers,
  });
  new Gauge({
    name: 'orchestrix_executions_running',
    help: 'Executions that run in this process.',
    registers,
    collect() {
      this.set(runningExecutions());
    },
  });
  new Counter({
    name: 'orchestrix_log_lines_dropped_total',
    help: 'Log lines that could not be written to standard output.',
    registers,
    collect() {
      this.reset();
      this.inc(droppedLogLines());
    },
  });
  const unhandled = new Counter({
    name: 'orchestrix_unhandled_errors_total',
    help: 'Errors that no code has handled, by kind: exception or rejection.',
    labelNames: ['kind'],
    registers,
  });
  return { registry, requests, tokens, seconds, repairs, unhandled };
}
