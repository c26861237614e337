/** @module The pool of owners' connections. */
import { afterEach, describe, expect, it } from 'vitest';
import { ConnectionPool, type ConnectionPoolOptions } from './connection-pool.ts';

/** What a pool keeps here. */
interface Thing {
  name: string;
  closed: boolean;
}

const pools: ConnectionPool<Thing>[] = [];
afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.close()));
});

function createPool(options: Partial<ConnectionPoolOptions<Thing>> = {}) {
  let time = 0;
  let opened = 0;
  const pool = new ConnectionPool<Thing>({
    close: async (thing) => {
      thing.closed = true;
    },
    now: () => time,
    ...options,
  });
  pools.push(pool);
  const open = async (): Promise<Thing> => ({ name: `connection ${++opened}`, closed: false });
  return {
    pool,
    lease: (owner: string, version = 'v1') => pool.lease({ owner, version }, open),
    opened: () => opened,
    pass: (ms: number) => {
      time += ms;
    },
  };
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 0));

describe('ConnectionPool', () => {
  it('opens once for callers at the same time, and shares one failure', async () => {
    const { pool, lease, opened } = createPool();
    const leases = await Promise.all([lease('a'), lease('a'), lease('a')]);
    expect(new Set(leases.map(({ connection }) => connection)).size).toBe(1);
    expect(opened()).toBe(1);

    let attempts = 0;
    const failing = async (): Promise<Thing> => {
      attempts++;
      throw new Error('refused');
    };
    const both = [1, 2].map(() => pool.lease({ owner: 'b', version: 'v1' }, failing));
    for (const one of both) await expect(one).rejects.toThrow('refused');
    expect(attempts).toBe(1);
    expect(pool.size).toBe(1);
    await expect(lease('b')).resolves.toBeDefined();
  });

  it('never closes a connection in use, however long it takes; closes it when it was idle for long enough', async () => {
    const { pool, lease, pass } = createPool({ idleMs: 1000 });
    const first = await lease('a');
    const second = await lease('a');
    pass(10_000);
    pool.sweep();
    await settled();
    expect(first.connection.closed).toBe(false);
    first.release();
    first.release();
    pass(10_000);
    pool.sweep();
    await settled();
    expect(second.connection.closed).toBe(false);
    second.release();
    pass(999);
    pool.sweep();
    await settled();
    expect(second.connection.closed).toBe(false);
    pass(1);
    pool.sweep();
    await settled();
    expect(second.connection.closed).toBe(true);
    expect(pool.size).toBe(0);
  });

  it('gives another connection for another version, and closes the former when it is free', async () => {
    const { pool, lease } = createPool();
    const former = await lease('a', 'v1');
    const idle = await lease('a', 'v0');
    idle.release();
    const other = await lease('b', 'v1');
    const next = await lease('a', 'v2');
    pool.dropOthers('a', 'v2');
    await settled();
    expect([former, idle, other, next].map(({ connection }) => connection.closed)).toEqual([
      false,
      true,
      false,
      false,
    ]);
    former.release();
    await settled();
    expect(former.connection.closed).toBe(true);
    expect((await lease('a', 'v2')).connection).toBe(next.connection);
    expect((await lease('a', 'v1')).connection).not.toBe(former.connection);
  });

  it('never holds more than its bound: the one unused for longest makes room', async () => {
    const { pool, lease, pass } = createPool({ max: 2 });
    const a = await lease('a');
    a.release();
    pass(1);
    const b = await lease('b');
    b.release();
    const c = await lease('c');
    expect(pool.size).toBe(2);
    expect([a, b, c].map(({ connection }) => connection.closed)).toEqual([true, false, false]);
  });

  it('waits while all are in use, and takes the first that becomes free', async () => {
    const { pool, lease } = createPool({ max: 1 });
    const a = await lease('a');
    const waiting = lease('b');
    await settled();
    expect(a.connection.closed).toBe(false);
    expect(pool.size).toBe(1);
    a.release();
    const b = await waiting;
    expect(a.connection.closed).toBe(true);
    expect(b.connection.closed).toBe(false);
    expect(pool.size).toBe(1);
  });

  it('says that it is busy when nothing becomes free, and goes on afterwards', async () => {
    const { lease } = createPool({ max: 1, waitMs: 20 });
    const a = await lease('a');
    await expect(lease('b')).rejects.toMatchObject({ code: 'OWNER_DATABASES_BUSY' });
    expect(a.connection.closed).toBe(false);
    a.release();
    await expect(lease('b')).resolves.toBeDefined();
  });

  it('lets go of a caller that gave up, and keeps the connection it was opening', async () => {
    const { pool } = createPool();
    const controller = new AbortController();
    const { promise, resolve } = Promise.withResolvers<Thing>();
    const key = { owner: 'a', version: 'v1' };
    const leaving = pool.lease(key, () => promise, controller.signal);
    const staying = pool.lease(key, () => promise);
    controller.abort(new Error('gone'));
    await expect(leaving).rejects.toThrow('gone');
    resolve({ name: 'late', closed: false });
    expect((await staying).connection).toMatchObject({ name: 'late', closed: false });
    await expect(pool.lease(key, () => promise, controller.signal)).rejects.toThrow('gone');
  });

  it('keeps its bound and its promise under a crowd of owners', async () => {
    let open = 0;
    let most = 0;
    const pool = new ConnectionPool<Thing>({
      max: 3,
      close: async (thing) => {
        await settled();
        thing.closed = true;
        open--;
      },
    });
    pools.push(pool);
    const work = async (index: number): Promise<void> => {
      const lease = await pool.lease({ owner: `o${index % 7}`, version: `v${index % 2}` }, async () => {
        most = Math.max(most, ++open);
        await settled();
        if (index % 11 === 0) {
          open--;
          throw new Error('refused');
        }
        return { name: '', closed: false };
      });
      for (let turn = 0; turn < 3; turn++) {
        await settled();
        expect(lease.connection.closed).toBe(false);
      }
      if (index % 5 === 0) pool.dropOthers(`o${index % 7}`, null);
      expect(lease.connection.closed).toBe(false);
      lease.release();
    };
    const results = await Promise.allSettled(Array.from({ length: 200 }, (_, index) => work(index)));
    const failures = results.flatMap((result) =>
      result.status === 'rejected' ? [String(result.reason)] : [],
    );
    expect(failures.filter((text) => text !== 'Error: refused')).toEqual([]);
    expect(most).toBeLessThanOrEqual(3);
    await pool.close();
    expect(open).toBe(0);
    expect(pool.size).toBe(0);
  });

  it('closes everything at the end, also what is in use, and opens nothing more', async () => {
    const { pool, lease } = createPool({ max: 1 });
    const a = await lease('a');
    const waiting = lease('b');
    const refused = expect(waiting).rejects.toMatchObject({ code: 'SHUTTING_DOWN' });
    await pool.close();
    await refused;
    expect(a.connection.closed).toBe(true);
    await expect(lease('c')).rejects.toMatchObject({ code: 'SHUTTING_DOWN' });
  });
});
