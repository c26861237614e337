import { describe, expect, test } from 'vitest';
import { nodeOf } from '../tests/nodes.ts';
import { createRegistry, type ExecutionLogData, runEngine } from './index.ts';

describe('runEngine', () => {
  test('runs a list of steps and sends its events under its id', async () => {
    const sent: [string, ExecutionLogData][] = [];
    const socketServer = { emitExecutionLog: (id: string, data: ExecutionLogData) => sent.push([id, data]) };
    const result = await runEngine(
      [{ type: 'input', variables: [{ name: 'a', default: 1 }] }],
      {},
      {},
      'run-7',
      socketServer,
    );
    expect(result).toMatchObject({ ok: true, output: { input: { a: 1 } } });
    expect(sent.map(([id, { type, seq }]) => [id, type, seq])).toEqual([
      ['run-7', 'step_start', 1],
      ['run-7', 'step_complete', 2],
      ['run-7', 'workflow_complete', 3],
    ]);
  });

  test('needs no more than steps', async () => {
    expect(await runEngine([{ type: 'response', body: 1 }])).toMatchObject({
      ok: true,
      response: { body: 1 },
    });
  });

  test('hands on headers, ports, limits and a registry', async () => {
    const registry = createRegistry([nodeOf('shows', ({ headers }) => headers.a)]);
    const steps = [{ type: 'shows' }, { type: 'shows' }];
    expect(
      await runEngine(steps, {}, { A: 'x' }, undefined, null, { registry, limits: { maxSteps: 1 } }),
    ).toMatchObject({ ok: false, errorCode: 'LIMIT_STEPS' });
    expect(await runEngine(steps, {}, { A: 'x' }, undefined, null, { registry })).toMatchObject({
      output: { shows: 'x' },
    });
  });

  test('a viewer that fails does not harm the run', async () => {
    const socketServer = {
      emitExecutionLog() {
        throw new Error('gone');
      },
    };
    expect(await runEngine([{ type: 'response', body: 1 }], {}, {}, 'x', socketServer)).toMatchObject({
      ok: true,
    });
  });

  test.each([[undefined], ['steps'], [{}], [null]])('%j instead of steps is a result', async (steps) => {
    expect(await runEngine(steps as never)).toMatchObject({
      ok: false,
      failedStep: -1,
      errorCode: 'DEFINITION_INVALID',
    });
  });
});
