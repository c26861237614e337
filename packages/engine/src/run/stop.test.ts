import { describe, expect, test } from 'vitest';
import { nodeOf, planWith } from '../../tests/nodes.ts';
import { compile, type ExecuteOptions, execute, systemClock, TerminalError } from '../index.ts';

/** Never ends by itself; says whether its signal was aborted. */
function endless() {
  const heard: unknown[] = [];
  const node = nodeOf('endless', ({ signal }) => {
    signal?.addEventListener('abort', () => heard.push(signal.reason));
    return new Promise(() => {});
  });
  return { node, heard };
}

/** Runs two steps, the first endless, and aborts after it has begun. */
async function cancelled(options: ExecuteOptions = {}, edges: Record<string, unknown>[] = []) {
  const { node, heard } = endless();
  const controller = new AbortController();
  const plan = planWith(
    [
      { id: 'wait', type: 'endless' },
      { id: 'next', type: 'give' },
    ],
    edges,
    [node],
  );
  const running = execute(plan, { ...options, signal: controller.signal });
  controller.abort();
  return { result: await running, heard };
}

describe('cancelling', () => {
  test('ends the run at once and reaches the port', async () => {
    const { result, heard } = await cancelled();
    expect(result).toMatchObject({
      ok: false,
      failedStep: 0,
      failedStepName: 'endless_0',
      errorCode: 'CANCELLED',
      error: 'The execution was cancelled',
    });
    expect(heard).toHaveLength(1);
  });

  test('is not caught by an error edge', async () => {
    const { result } = await cancelled({}, [{ source: 'wait', target: 'next', when: 'error' }]);
    expect(result).toMatchObject({ ok: false, errorCode: 'CANCELLED' });
    expect(result.steps).toHaveLength(1);
  });

  test('is not undone by an error edge of the last step', async () => {
    const { node } = endless();
    const controller = new AbortController();
    const plan = planWith(
      [
        { id: 'first', type: 'give' },
        { id: 'wait', type: 'endless' },
        { id: 'late', type: 'give' },
      ],
      [
        { source: 'first', target: 'late' },
        { source: 'late', target: 'wait' },
        { source: 'first', target: 'wait' },
      ],
      [node],
    );
    const caught = { ...plan, steps: plan.steps.map((step) => ({ ...step, catchesErrors: true })) };
    const running = execute(caught, { signal: controller.signal });
    controller.abort();
    expect((await running).ok).toBe(false);
  });

  test('before the start runs nothing', async () => {
    let runs = 0;
    const counts = nodeOf('counts', () => ++runs);
    const result = await execute(planWith([{ type: 'counts' }], [], [counts]), {
      signal: AbortSignal.abort(),
    });
    expect(result).toMatchObject({ ok: false, errorCode: 'CANCELLED', stepsExecuted: 0 });
    expect(runs).toBe(0);
  });

  test('by a step that runs synchronously stops the next', async () => {
    const controller = new AbortController();
    const stops = nodeOf('stops', () => controller.abort());
    const result = await execute(planWith([{ type: 'stops' }, { type: 'give' }], [], [stops]), {
      signal: controller.signal,
    });
    expect(result).toMatchObject({ ok: false, failedStep: 1, errorCode: 'CANCELLED', stepsExecuted: 1 });
  });

  test('with a reason of the catalogue gives that reason', async () => {
    const controller = new AbortController();
    const { node } = endless();
    const running = execute(planWith([{ type: 'endless' }], [], [node]), { signal: controller.signal });
    controller.abort(new TerminalError('The answer took too long', { code: 'LIMIT_TIME' }));
    expect(await running).toMatchObject({ errorCode: 'LIMIT_TIME', error: 'The answer took too long' });
  });

  test('reaches a delay', async () => {
    const controller = new AbortController();
    const running = execute(compile({ steps: [{ type: 'delay', seconds: 86_400 }] }), {
      signal: controller.signal,
    });
    controller.abort();
    expect(await running).toMatchObject({ ok: false, errorCode: 'CANCELLED' });
  });

  test('leaves no listener behind', async () => {
    const controller = new AbortController();
    let listeners = 0;
    const { signal } = controller;
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    signal.addEventListener = (...args: Parameters<typeof add>) => {
      listeners++;
      add(...args);
    };
    signal.removeEventListener = (...args: Parameters<typeof remove>) => {
      listeners--;
      remove(...args);
    };
    await execute(planWith([{ type: 'giveLater' }, { type: 'failLater' }]), { signal });
    expect(listeners).toBe(0);
  });

  test('a port that fails after the run was stopped harms nobody', async () => {
    const unhandled: unknown[] = [];
    const listen = (reason: unknown) => unhandled.push(reason);
    process.on('unhandledRejection', listen);
    const controller = new AbortController();
    const slow = nodeOf(
      'slow',
      () => new Promise((_, reject) => setTimeout(() => reject(new Error('late')), 5)),
    );
    const running = execute(planWith([{ type: 'slow' }], [], [slow]), { signal: controller.signal });
    controller.abort();
    await running;
    await new Promise((resolve) => setTimeout(resolve, 20));
    process.off('unhandledRejection', listen);
    expect(unhandled).toEqual([]);
  });
});

describe('time', () => {
  test('over, ends a port that does not listen', async () => {
    const { node, heard } = endless();
    const result = await execute(planWith([{ type: 'endless' }], [], [node]), { limits: { timeoutMs: 5 } });
    expect(result).toMatchObject({ ok: false, errorCode: 'LIMIT_TIME', errorDetails: { limit: 5 } });
    expect(heard).toHaveLength(1);
  });

  test.each([['give'], ['giveLater']])(
    'over, ends a run whose %s steps never let a timer fire',
    async (type) => {
      const busy = nodeOf('busy', () => {
        const end = performance.now() + 3;
        while (performance.now() < end);
      });
      const steps = Array.from({ length: 200 }, (_, i) => ({ type: i % 2 ? type : 'busy' }));
      const result = await execute(planWith(steps, [], [busy]), { limits: { timeoutMs: 10 } });
      expect(result).toMatchObject({ ok: false, errorCode: 'LIMIT_TIME' });
    },
  );

  test.each([[30 * 86_400_000], [Number.POSITIVE_INFINITY], [0], [-1], [Number.NaN]])(
    'a limit of %d ms does not end a run at once',
    async (timeoutMs) => {
      const waits = nodeOf('waits', () => systemClock.sleep(10));
      expect(
        await execute(planWith([{ type: 'waits' }], [], [waits]), { limits: { timeoutMs } }),
      ).toMatchObject({ ok: true });
    },
  );
});

describe('the clock of the machine', () => {
  test('refuses to wait for a signal that was aborted', async () => {
    await expect(systemClock.sleep(1, AbortSignal.abort(new Error('stop')))).rejects.toThrow('stop');
  });

  test('wakes up for the signal', async () => {
    const controller = new AbortController();
    const waiting = systemClock.sleep(86_400_000, controller.signal);
    controller.abort(new Error('stop'));
    await expect(waiting).rejects.toThrow('stop');
  });

  test('does not wake up at once when told to wait for a month', async () => {
    const controller = new AbortController();
    let woke = false;
    const waiting = systemClock.sleep(40 * 86_400_000, controller.signal).then(
      () => {
        woke = true;
      },
      () => {},
    );
    await new Promise((resolve) => setTimeout(resolve, 20));
    controller.abort(new Error('stop'));
    await waiting;
    expect(woke).toBe(false);
  });
});
