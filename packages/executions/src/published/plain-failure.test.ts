import type { WorkflowExecutionResult } from '@orchestrix/engine';
import { describe, expect, it } from 'vitest';
import { publicResult } from './plain-failure.ts';

function failed(errorCode: string, error: string, errorDetails: unknown = null): WorkflowExecutionResult {
  const about = {
    stepIndex: 0,
    stepType: 'x',
    stepName: 'x',
    input: {},
    output: null,
    durationMs: 1,
    startedAt: 0,
  };
  return {
    ok: false,
    stepsExecuted: 1,
    steps: [{ ...about, status: 'failed', error: { message: error, details: errorDetails } }],
    error,
    errorCode,
    errorDetails,
    failedStep: 0,
    totalDurationMs: 1,
  };
}

describe('publicResult', () => {
  it.each([
    ['DATABASE_FAILED', 'connection 26 to 10.1.2.3:26601 closed'],
    ['DATABASE_UNREACHABLE', 'connect ECONNREFUSED 10.1.2.3:27017'],
    [
      'OWNER_DATABASE_UNREACHABLE',
      'Could not connect to your database: Could not connect to db.internal:27017',
    ],
    ['OWNER_DATABASE_REFUSED', 'The address 10.1.2.3 is private'],
    ['MAIL_FAILED', 'connect ECONNREFUSED 10.1.2.3:25'],
  ])('%s: names no host and no port anywhere', (code, message) => {
    const text = JSON.stringify(publicResult(failed(code, message, { host: '10.1.2.3' })));
    expect(text).not.toMatch(/10\.1\.2\.3|internal|27017|ECONN/);
    expect(text).toContain(code);
  });

  it('says when a mail may have gone out', () => {
    expect(publicResult(failed('MAIL_FAILED', 'Timeout', { delivery: 'unknown' })).error).toContain(
      'may have been sent',
    );
  });

  it('keeps the words of everything that the workflow itself refuses', () => {
    const result = failed('VALIDATION_FAILED', 'Validation failed', { 'input.a': ['Field is required'] });
    expect(publicResult(result)).toBe(result);
    const good = { ok: true, stepsExecuted: 0, steps: [], totalDurationMs: 1 };
    expect(publicResult(good)).toBe(good);
  });
});
