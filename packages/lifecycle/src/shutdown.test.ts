import { describe, expect, it } from 'vitest';
import { runShutdown, shutDownOnSignal } from './shutdown.ts';

function setUp() {
  const lines: string[] = [];
  const log = (message: string) => void lines.push(message);
  const logger = { info: log, error: log };
  return { lines, logger };
}

describe('runShutdown', () => {
  it('runs the steps one after the other, also after one that fails or hangs', async () => {
    const { logger, lines } = setUp();
    const order: string[] = [];
    const failed = await runShutdown(
      [
        { name: 'a', run: async () => void order.push('a') },
        { name: 'b', run: () => Promise.reject(new Error('b is broken')) },
        { name: 'c', run: () => new Promise(() => undefined), timeoutMs: 5 },
        {
          name: 'd',
          run: () => {
            throw new Error('at once');
          },
        },
        { name: 'e', run: () => order.push('e') },
      ],
      logger,
    );
    expect(order).toEqual(['a', 'e']);
    expect(failed).toEqual(['b', 'c', 'd']);
    expect(lines.filter((line) => line.includes('did not end'))).toHaveLength(3);
  });
});

it('gives every step after the deadline a moment only', async () => {
  const hang = { run: () => new Promise(() => undefined), timeoutMs: 600_000 };
  const steps = ['a', 'b', 'c'].map((name) => ({ name, ...hang }));
  expect(await runShutdown(steps, setUp().logger, performance.now())).toEqual(['a', 'b', 'c']);
});

describe('shutDownOnSignal', () => {
  function start(run: () => Promise<unknown>, now: () => number = Date.now) {
    const listeners = new Map<string, () => void>();
    const exits: number[] = [];
    const { promise: exited, resolve } = Promise.withResolvers<number>();
    shutDownOnSignal({
      process: {
        on: (signal, listener) => listeners.set(signal, listener),
        exit: (code) => {
          exits.push(code);
          resolve(code);
        },
      },
      steps: () => [{ name: 'work', run }],
      logger: setUp().logger,
      now,
    });
    return { signal: (name: string) => listeners.get(name)!(), exited, exits };
  }

  it('exits with 0 when everything has ended', async () => {
    let ended = false;
    const { signal, exited } = start(async () => {
      ended = true;
    });
    signal('SIGTERM');
    expect(await exited).toBe(0);
    expect(ended).toBe(true);
  });

  it('exits with 1 when a step did not end', async () => {
    const { signal, exited } = start(() => Promise.reject(new Error('broken')));
    signal('SIGTERM');
    expect(await exited).toBe(1);
  });

  it('exits at once at the second signal', async () => {
    let time = 1_000;
    const { signal, exits } = start(
      () => new Promise(() => undefined),
      () => time,
    );
    signal('SIGINT');
    expect(exits).toEqual([]);
    // Passed on a second time by whoever started the process.
    time += 10;
    signal('SIGINT');
    expect(exits).toEqual([]);
    time += 1_000;
    signal('SIGTERM');
    expect(exits).toEqual([1]);
  });
});
