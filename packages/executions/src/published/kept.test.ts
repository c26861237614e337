/** @module What is cached for less than a second: shared reads, changes, failures. */
import { expect, it, vi } from 'vitest';
import { Kept } from './kept.ts';

it('shares a read among calls at the same time, and does not cache what is missing', async () => {
  const kept = new Kept<number>();
  const read = vi.fn(async () => 1);
  expect(await Promise.all(Array.from({ length: 50 }, async () => kept.get('a', read)))).toEqual(
    Array(50).fill(1),
  );
  expect(kept.get('a', read)).toBe(1);
  expect(read).toHaveBeenCalledTimes(1);
  const missing = vi.fn(async () => null);
  expect([await kept.get('b', missing), await kept.get('b', missing)]).toEqual([null, null]);
  expect(missing).toHaveBeenCalledTimes(2);
});

it('does not cache what was read before a change', async () => {
  const kept = new Kept<string>();
  const { promise, resolve } = Promise.withResolvers<string>();
  const old = kept.get('a', () => promise);
  kept.clear();
  const fresh = kept.get('a', async () => 'new');
  resolve('old');
  expect([await old, await fresh]).toEqual(['old', 'new']);
  expect(kept.get('a', async () => 'unread')).toBe('new');
});

it('tells of a failure and reads again', async () => {
  const kept = new Kept<number>();
  await expect(kept.get('a', () => Promise.reject(new Error('away')))).rejects.toThrow('away');
  expect(await kept.get('a', async () => 2)).toBe(2);
});
