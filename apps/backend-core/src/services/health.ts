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

/** Everything the server depends on. */
export interface Readiness {
  ok: boolean;
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
      return { ok, dependencies: Object.fromEntries(checks.map(({ name }, i) => [name, results[i]!])) };
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
