import { expect, it } from 'vitest';
import { CallCounter } from './call-counter.ts';
import type { CallCounts } from './ports.ts';

const MINUTE = 60_000;

/** A store that counters share. */
function createStore(): CallCounts & { failing: boolean } {
  const totals = new Map<string, number>();
  const store = {
    failing: false,
    add: async (counts: ReadonlyMap<string, number>) => {
      if (store.failing) throw new Error('away');
      for (const [key, count] of counts) totals.set(key, (totals.get(key) ?? 0) + count);
      return new Map([...counts.keys()].map((key) => [key, totals.get(key)!]));
    },
  };
  return store;
}

it('counts by key within a window, and says how long the window lasts', () => {
  let time = 10 * MINUTE + 15_000;
  const counter = new CallCounter({ windowMs: MINUTE, now: () => time });
  expect([counter.hit('a', 2), counter.hit('a', 2), counter.hit('b', 2)]).toEqual([null, null, null]);
  expect(counter.hit('a', 2)).toBe(45_000);
  time += 45_000;
  expect(counter.hit('a', 2)).toBeNull();
});

it('knows the calls of other processes once they were shared, and counts none twice', async () => {
  const shared = createStore();
  const options = { windowMs: MINUTE, shared, shareMs: MINUTE, now: () => 90_000 };
  const [one, other] = [new CallCounter(options), new CallCounter(options)];
  for (let call = 0; call < 3; call++) one.hit('a', 5);
  await one.share();
  await one.share();
  expect(other.hit('a', 5)).toBeNull();
  await other.share();
  expect(other.hit('a', 5)).toBeNull();
  expect(other.hit('a', 5)).not.toBeNull();
  expect(one.hit('a', 5)).toBeNull();
  await one.share();
  expect(one.hit('a', 5)).not.toBeNull();
  one.close();
  other.close();
});

it('sends later what could not be shared', async () => {
  const shared = createStore();
  const options = { windowMs: MINUTE, shared, shareMs: MINUTE, now: () => 90_000 };
  const [one, other] = [new CallCounter(options), new CallCounter(options)];
  one.hit('a', 3);
  one.hit('a', 3);
  shared.failing = true;
  await one.share();
  shared.failing = false;
  await one.share();
  other.hit('a', 3);
  await other.share();
  expect(other.hit('a', 3)).not.toBeNull();
  one.close();
  other.close();
});
