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

  test('shows failures with their code, and every execution in the form of execution-log', async () => {
    const sent: ExecutionLogData[] = [];
    const socketServer = { emitExecutionLog: (_: string, data: ExecutionLogData) => sent.push(data) };
    await runEngine(
      [{ type: 'inputValidation', rules: [{ field: 'a', required: true }] }],
      {},
      {},
      'r',
      socketServer,
    );
    expect(sent).toMatchObject([
      { type: 'step_start', seq: 1, stepIndex: 0, stepType: 'inputValidation' },
      {
        type: 'step_error',
        seq: 2,
        error: 'Input validation failed',
        errorCode: 'VALIDATION_FAILED',
        data: { a: ['Field is required'] },
      },
      {
        type: 'workflow_complete',
        seq: 3,
        error: 'Input validation failed',
        errorCode: 'VALIDATION_FAILED',
        data: { ok: false, stepsExecuted: 1, failedStep: 0, failedStepName: 'inputValidation_0' },
      },
    ]);
    for (const { timestamp } of sent) expect(new Date(timestamp).toISOString()).toBe(timestamp);
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
