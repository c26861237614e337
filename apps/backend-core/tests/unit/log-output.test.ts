import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { createLogOutput } from '../../src/utils/log-output.ts';

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
