import { defineConfig } from 'vitest/config';

/**
 * What every package's test run shares. Workspace packages resolve to their TypeScript source (the `bun` export
 * condition), so that a test never runs against a stale build; results are written where `scripts/check.ts` counts them.
 */
export default defineConfig({
  resolve: { conditions: ['bun', 'import', 'module', 'default'] },
  ssr: {
    resolve: {
      conditions: ['bun', 'import', 'module', 'default'],
      externalConditions: ['bun', 'import', 'default'],
    },
  },
  test: {
    // Bun has no usable child-process pool for vitest 5; threads are what works there.
    pool: 'threads',
    // One set of modules for all files: to load a whole server anew for each takes longer than most of them run.
    isolate: false,
    include: ['src/**/*.test.ts', 'tests/**/*.test.ts'],
    reporters: ['default', ['json', { outputFile: 'test-results/vitest.json' }]],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // What is waited for may take long on a busy machine; the usual second is a timed assert.
    expect: { poll: { timeout: 30_000 } },
  },
});
