import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { handleUnhandledErrors } from './unhandled-errors.ts';

function setUp() {
  const lines: string[] = [];
  const counts: string[] = [];
  let ends = 0;
  const source = new EventEmitter();
  const log = (message: string) => void lines.push(message);
  handleUnhandledErrors({
    process: source,
    logger: { info: log, error: log },
    count: (kind) => counts.push(kind),
    end: () => {
      ends++;
    },
  });
  return { source, lines, counts, ends: () => ends };
}

const systemError = (code: string, syscall: string) =>
  Object.assign(new Error(`${code}: ${syscall}`), { code, syscall });

describe('handleUnhandledErrors', () => {
  it('goes on after a rejection and after the failure of a single stream, and logs both', () => {
    const { source, lines, counts, ends } = setUp();
    source.emit('unhandledRejection', new Error('forgotten'));
    source.emit('unhandledRejection', undefined);
    source.emit('uncaughtException', systemError('EPIPE', 'write'));
    source.emit('uncaughtException', systemError('ECONNRESET', 'read'));
    expect(ends()).toBe(0);
    expect(lines).toHaveLength(4);
    expect(counts).toEqual(['rejection', 'rejection', 'exception', 'exception']);
  });

  it('ends the process, once, after any other exception', () => {
    const { source, ends } = setUp();
    source.emit('uncaughtException', new TypeError('x is not a function'));
    source.emit('uncaughtException', systemError('ENOENT', 'open'));
    source.emit('uncaughtException', 'a text');
    expect(ends()).toBe(1);
  });
});
