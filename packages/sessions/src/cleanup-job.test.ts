/** @module The clean-up job: again and again, one run at a time, and stopped cleanly. */
import { expect, it } from 'vitest';
import { startCleanupJob } from './cleanup-job.ts';

/** A cleanup whose runs end when the test says so. */
function controlledStore() {
  const runs: PromiseWithResolvers<number>[] = [];
  const waiting: (() => void)[] = [];
  return {
    runs,
    cleanup() {
      const run = Promise.withResolvers<number>();
      runs.push(run);
      for (const notify of waiting.splice(0)) notify();
      return run.promise;
    },
    async started(count: number) {
      while (runs.length < count) await new Promise<void>((resolve) => waiting.push(resolve));
    },
  };
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

it('reports counts and errors, and goes on after an error', async () => {
  const store = controlledStore();
  const reported: unknown[] = [];
  const onError = (error: unknown) => reported.push(error);
  const job = startCleanupJob(store, { intervalMs: 1, onCleaned: (count) => reported.push(count), onError });
  await store.started(1);
  store.runs[0]!.resolve(3);
  await store.started(2);
  const failure = new Error('database away');
  store.runs[1]!.reject(failure);
  await store.started(3);
  store.runs[2]!.resolve(0);
  await job.stop();
  expect(reported.slice(0, 3)).toEqual([3, failure, 0]);
});

it('never runs twice at a time', async () => {
  const store = controlledStore();
  const job = startCleanupJob(store, { intervalMs: 1 });
  await store.started(1);
  await pause(30);
  expect(store.runs).toHaveLength(1);
  store.runs[0]!.resolve(0);
  await store.started(2);
  store.runs[1]!.resolve(0);
  await job.stop();
});

it('waits for the run that is going on when it is stopped, and starts none after', async () => {
  const store = controlledStore();
  const job = startCleanupJob(store, { intervalMs: 1 });
  await store.started(1);
  let stopped = false;
  const stop = job.stop().then(() => {
    stopped = true;
  });
  await pause(20);
  expect(stopped).toBe(false);
  store.runs[0]!.resolve(0);
  await stop;
  await job.stop();
  await pause(20);
  expect(store.runs).toHaveLength(1);
});

it('does not keep a process alive', async () => {
  const code = `const { startCleanupJob } = await import(${JSON.stringify(new URL('./cleanup-job.ts', import.meta.url).href)});
startCleanupJob({ cleanup: async () => 0 });`;
  const child = Bun.spawn([process.execPath, '--eval', code], { stdout: 'ignore', stderr: 'pipe' });
  expect(await child.exited).toBe(0);
});
