import { expect, test } from 'vitest';
import { defer } from './deferred.ts';

test('starts by itself', async () => {
  const { promise, resolve } = Promise.withResolvers<string>();
  defer(1, async () => resolve('started'));
  expect(await promise).toBe('started');
});

test('starts at once when it is needed, and once only', async () => {
  let runs = 0;
  const work = defer(60_000, async () => ++runs);
  expect(await Promise.all([work.now(), work.now()])).toEqual([1, 1]);
  expect(await work.cancel()).toBe(1);
});

test('does not start after it was cancelled', async () => {
  let runs = 0;
  const work = defer(1, async () => ++runs);
  expect(await work.cancel()).toBeUndefined();
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(runs).toBe(0);
});
