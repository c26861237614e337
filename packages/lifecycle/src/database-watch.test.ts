import { afterEach, describe, expect, it } from 'vitest';
import { createDatabaseWatch, type DatabaseWatch } from './database-watch.ts';

const open: DatabaseWatch[] = [];
afterEach(() => {
  for (const watch of open.splice(0)) watch.close();
});

function start(ping: () => Promise<unknown>, timeoutMs = 100) {
  let time = 0;
  const watch = createDatabaseWatch({ ping, timeoutMs, intervalMs: 5, now: () => time });
  open.push(watch);
  return {
    watch,
    advance: (ms: number) => {
      time += ms;
    },
  };
}

const looks = () => new Promise((resolve) => setTimeout(resolve, 40));

describe('createDatabaseWatch', () => {
  it('takes a database for lost that has failed for longer than the limit, until it answers again', async () => {
    let isThere = true;
    const { watch, advance } = start(() => (isThere ? Promise.resolve() : Promise.reject(new Error('away'))));
    await looks();
    expect(watch.isLost()).toBe(false);
    isThere = false;
    await looks();
    advance(101);
    await expect.poll(() => watch.isLost()).toBe(true);
    isThere = true;
    await expect.poll(() => watch.isLost()).toBe(false);
  });

  it('does not count the time that the process itself was suspended', async () => {
    const { watch, advance } = start(() => Promise.resolve());
    await looks();
    advance(1_000_000);
    expect(watch.isLost()).toBe(false);
  });

  it('counts a look without an end', async () => {
    const { watch, advance } = start(() => new Promise(() => undefined));
    await looks();
    advance(50);
    await looks();
    advance(101);
    await expect.poll(() => watch.isLost()).toBe(true);
  });

  it('never takes it for lost when it is switched off', async () => {
    const { watch, advance } = start(() => Promise.reject(new Error('away')), 0);
    await looks();
    advance(1_000_000);
    expect(watch.isLost()).toBe(false);
  });
});
