import { expect, test } from 'vitest';
import { createSemaphore } from './semaphore.ts';

test('permits are handed on in order, and released once', async () => {
  const semaphore = createSemaphore(1);
  const order: number[] = [];
  const release = await semaphore.acquire();
  const later = [1, 2].map(async (n) => {
    const releaseOwn = await semaphore.acquire();
    order.push(n);
    releaseOwn();
  });
  release();
  release();
  await Promise.all(later);
  expect(order).toEqual([1, 2]);
  expect(semaphore.acquired).toBe(0);
});
