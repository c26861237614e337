import { describe, expect, test } from 'vitest';
import { ENGINE_ERRORS, ensureError, OrchestrixError, TerminalError } from './errors.ts';

describe('OrchestrixError', () => {
  test('takes its status from the catalogue, unless it is given one', () => {
    expect(new OrchestrixError('m', { code: 'LIMIT_TIME' }).status).toBe(504);
    expect(new OrchestrixError('m', { code: 'LIMIT_TIME', status: 418 }).status).toBe(418);
    expect(new OrchestrixError('m', { code: 'OF_ANOTHER_PACKAGE' }).status).toBe(500);
    expect(new OrchestrixError('m', { code: 'toString' }).status).toBe(500);
  });

  test('keeps details and cause, and is named after its class', () => {
    const cause = new Error('inner');
    const error = new TerminalError('m', { code: 'CANCELLED', details: { a: 1 }, cause });
    expect(error).toMatchObject({ name: 'TerminalError', message: 'm', details: { a: 1 }, cause });
    expect(error).toBeInstanceOf(OrchestrixError);
    expect(new OrchestrixError('m', { code: 'CANCELLED' })).toMatchObject({
      name: 'OrchestrixError',
      details: null,
    });
  });
});

describe('ensureError', () => {
  test('gives back what is one already', () => {
    const error = new TerminalError('m', { code: 'CANCELLED' });
    expect(ensureError(error)).toBe(error);
  });

  test('gives everything else a code, and keeps it as the cause', () => {
    const thrown = new TypeError('no luck');
    expect(ensureError(thrown)).toMatchObject({
      message: 'no luck',
      code: 'STEP_FAILED',
      status: 422,
      cause: thrown,
    });
    expect(ensureError('text', 'LIMIT_TIME')).toMatchObject({
      message: 'text',
      code: 'LIMIT_TIME',
      status: 504,
    });
  });
});

test('every status is one that HTTP knows as an error', () => {
  for (const status of Object.values(ENGINE_ERRORS)) expect(status).toBeGreaterThanOrEqual(400);
});
