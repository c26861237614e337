import { describe, expect, it } from 'vitest';
import { createHealthService } from './health.ts';

describe('createHealthService', () => {
  it('is ready when everything that is required works', async () => {
    const health = createHealthService([
      { name: 'database', kind: 'embedded', required: 'required', check: async () => 1 },
      { name: 'mail', required: 'optional', check: () => Promise.reject(new Error('no server')) },
    ]);
    expect(await health.readiness()).toEqual({
      ok: true,
      status: 'degraded',
      dependencies: {
        database: { ok: true, kind: 'embedded', ms: expect.any(Number) },
        mail: { ok: false, error: 'no server', ms: expect.any(Number) },
      },
    });
  });

  it('is not ready when something required fails, hangs or throws', async () => {
    const check = (run: () => Promise<unknown>) =>
      createHealthService([{ name: 'x', required: 'required', check: run }], 10).readiness();
    const broken = () => {
      throw new Error('broken');
    };
    for (const run of [() => Promise.reject('text'), () => new Promise(() => undefined), broken])
      expect((await check(run)).ok).toBe(false);
  });
});
