import { describe, expect, it } from 'vitest';
import { createLogger, type LogLevel } from '../../src/utils/logger.ts';
import { redact, redactText } from '../../src/utils/redact.ts';

function capture(format: 'json' | 'readable', level: LogLevel = 'debug') {
  const lines: string[] = [];
  const logger = createLogger({ level, format, write: (line) => lines.push(line), now: () => 0 });
  return { lines, logger };
}

describe('createLogger', () => {
  it('writes one JSON object a line, with the fields of its parents', () => {
    const { lines, logger } = capture('json');
    logger
      .child({ requestId: 'r1' })
      .child({ a: 1 })
      .info('hello', { b: [2] });
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      { time: '1970-01-01T00:00:00.000Z', level: 'info', message: 'hello', requestId: 'r1', a: 1, b: [2] },
    ]);
  });

  it('leaves out what is below its level', () => {
    const { lines, logger } = capture('json', 'warn');
    logger.debug('1');
    logger.info('2');
    logger.warn('3');
    logger.error('4');
    expect(lines).toHaveLength(2);
    const silent = capture('json', 'silent');
    silent.logger.error('5');
    expect(silent.lines).toEqual([]);
  });

  it('writes readable lines that cannot be forged', () => {
    const { lines, logger } = capture('readable');
    logger.warn('two\nlines', { path: '/a\u001b[31m', n: 1 });
    expect(lines).toEqual(['00:00:00.000 warn  two\\nlines  path=/a\\u001b[31m n=1']);
  });

  it('writes an error with its stack, code and cause', () => {
    const { lines, logger } = capture('json');
    logger.error('failed', {
      error: Object.assign(new Error('outer', { cause: new Error('inner') }), { code: 'X' }),
    });
    expect(JSON.parse(lines[0]!).error).toMatchObject({
      message: 'outer',
      code: 'X',
      cause: { message: 'inner' },
    });
  });

  it('never writes a secret', () => {
    const { lines, logger } = capture('json');
    logger.info('Bearer abc.def.ghi went to mongodb://u:hunter2@db/x', {
      password: 'hunter2',
      nested: [{ accessToken: 'hunter2', Authorization: 'hunter2', apiKey: 'hunter2', jwtSecret: 'hunter2' }],
      error: new Error('mongodb+srv://u:hunter2@db refused'),
    });
    expect(lines[0]).not.toMatch(/hunter2|abc\.def/);
    expect(lines[0]).toContain('db/x');
  });
});

describe('redact', () => {
  it('survives cycles, depth, odd values', () => {
    const cycle: Record<string, unknown> = {
      big: 1n,
      when: new Date(Number.NaN),
      bytes: new Uint8Array(3),
      f: Math.max,
    };
    cycle.self = cycle;
    let deep: unknown = 'end';
    for (let i = 0; i < 50; i++) deep = { deep };
    expect(JSON.stringify(redact({ cycle, deep, list: Array(1000).fill(1) }))).toContain('[circular]');
  });

  it('keeps flags and missing values of secret-sounding keys', () => {
    expect(redact({ hasToken: true, token: null })).toEqual({ hasToken: true, token: null });
  });

  it('takes secrets out of query texts and tokens out of prose', () => {
    expect(redactText('GET /x?token=abc&q=1')).toBe('GET /x?token=[redacted]&q=1');
    expect(redactText('got eyJhbGciOi.eyJ1c2Vy.c2ln here')).toBe('got [redacted] here');
  });
});
