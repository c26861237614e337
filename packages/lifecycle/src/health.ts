/** @module Whether the server and what it depends on work. */

/** One dependency's state. */
export interface DependencyHealth {
  ok: boolean;
  /** How long its check took, in milliseconds. */
  ms: number;
  /** What kind it is: `embedded`, `mongodb`, `smtp`, `outbox`. */
  kind?: string;
  /** Why it does not work; never a connection string. */
  error?: string;
}

/** `degraded`: requests can be served, but something optional does not work. */
export type ReadinessStatus = 'ready' | 'degraded' | 'unavailable';

/** Everything the server depends on. */
export interface Readiness {
  ok: boolean;
  status: ReadinessStatus;
  dependencies: Record<string, DependencyHealth>;
}

/** One check. Only those that are `required` decide whether the server is ready. */
export interface HealthCheck {
  name: string;
  kind?: string;
  required: 'required' | 'optional';
  /** Rejects when the dependency does not work. */
  check(): Promise<unknown>;
}

/** Checks all dependencies. */
export interface HealthService {
  readiness(): Promise<Readiness>;
}

/** @param timeoutMs a dependency that takes longer counts as not working. Default: 2000 */
export function createHealthService(checks: readonly HealthCheck[], timeoutMs = 2_000): HealthService {
  return {
    readiness: async () => {
      const results = await Promise.all(checks.map((each) => examine(each, timeoutMs)));
      const ok = checks.every(({ required }, index) => required === 'optional' || results[index]?.ok);
      const status = !ok ? 'unavailable' : results.every((each) => each.ok) ? 'ready' : 'degraded';
      return {
        ok,
        status,
        dependencies: Object.fromEntries(checks.map(({ name }, i) => [name, results[i]!])),
      };
    },
  };
}

async function examine({ check, kind }: HealthCheck, timeoutMs: number): Promise<DependencyHealth> {
  const startedAt = performance.now();
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
  const end = (rest: { ok: boolean; error?: string }): DependencyHealth => ({
    ...rest,
    ms: Math.round((performance.now() - startedAt) * 100) / 100,
    ...(kind !== undefined && { kind }),
  });
  try {
    await Promise.race([check(), late]);
    return end({ ok: true });
  } catch (error) {
    return end({ ok: false, error: error instanceof Error ? error.message : String(error) });
  } finally {
    clearTimeout(timer);
  }
}

/**
 * A check that costs something, made at most once in `ms`: callers in between get the last result, and share one that is being made.
 */
export function recently(ms: number, check: () => Promise<unknown>): () => Promise<unknown> {
  let last: { at: number; result: Promise<unknown>; pending: boolean } | undefined;
  return () => {
    if (last && (last.pending || performance.now() - last.at < ms)) return last.result;
    const made = { at: performance.now(), result: check(), pending: true };
    last = made;
    const done = () => {
      made.at = performance.now();
      made.pending = false;
    };
    made.result.then(done, () => {
      done();
      // What failed is tried again at the next question: recovery is seen at once.
      made.at = Number.NEGATIVE_INFINITY;
    });
    return made.result;
  };
}
