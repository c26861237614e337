import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { handleUnhandledErrors } from '../../src/unhandled-errors.ts';
import { createLogOutput } from '../../src/utils/log-output.ts';
import { createLogger } from '../../src/utils/logger.ts';

function setUp() {
  const lines: string[] = [];
  const counts: string[] = [];
  let ends = 0;
  const source = new EventEmitter();
  handleUnhandledErrors({
    process: source,
    logger: createLogger({ level: 'info', format: 'json', write: (line) => lines.push(line) }),
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

describe('createLogOutput', () => {
  it('drops and counts what cannot be written, and what waits for a reader that does not read', async () => {
    const turn = () => new Promise((resolve) => setImmediate(resolve));
    const stream = Object.assign(new EventEmitter(), {
      writableLength: 0,
      write: (text: string, done: (error?: Error) => void) => {
        if (text.startsWith('throw')) throw new Error('destroyed');
        done(text.startsWith('fail') ? new Error('full') : undefined);
        return true;
      },
    });
    const output = createLogOutput(stream);
    for (const line of ['fine', 'fail', 'throw', 'fine']) {
      output.write(line);
      await turn();
    }
    stream.emit('error', new Error('full'));
    expect(output.droppedLines()).toBe(2);
    stream.writableLength = 100_000_000;
    output.write('fine');
    expect(output.droppedLines()).toBe(3);
  });
});
