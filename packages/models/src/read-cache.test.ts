import { describe, expect, it } from 'vitest';
import { ReadCache } from './read-cache.ts';

describe('ReadCache', () => {
  it('reads once while a value is fresh, again afterwards, and at once when it was forgotten', async () => {
    let time = 0;
    let reads = 0;
    const cache = new ReadCache(async (key) => `${key} ${++reads}`, { keepMs: 100, now: () => time });
    await Promise.all([cache.get('a'), cache.get('a')]);
    expect(reads).toBe(1);
    time = 99;
    expect(await cache.get('a')).toBe('a 1');
    time = 100;
    expect(await cache.get('a')).toBe('a 2');
    cache.forget('a');
    expect(await cache.get('a')).toBe('a 3');
  });

  it('gives no caller a value that was being read when something changed', async () => {
    const values = [Promise.withResolvers<string>(), Promise.withResolvers<string>()];
    let reads = 0;
    const cache = new ReadCache(() => values[reads++]!.promise);
    const before = cache.get('a');
    cache.forget('a');
    const after = cache.get('a');
    values[1]!.resolve('new');
    values[0]!.resolve('old');
    expect(await before).toBe('old');
    expect(await after).toBe('new');
    expect(await cache.get('a')).toBe('new');
  });

  it('does not keep a failure', async () => {
    let reads = 0;
    const cache = new ReadCache(async () => {
      if (++reads === 1) throw new Error('lost');
      return null;
    });
    await expect(cache.get('a')).rejects.toThrow('lost');
    expect(await cache.get('a')).toBeNull();
  });

  it('keeps a bounded number of keys', async () => {
    let reads = 0;
    const cache = new ReadCache(async () => ++reads, { maxKeys: 2 });
    for (const key of ['a', 'b', 'c', 'c', 'b', 'a']) await cache.get(key);
    expect(reads).toBe(4);
  });
});
