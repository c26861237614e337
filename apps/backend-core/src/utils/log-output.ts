/** @module Writes log lines to a stream, and drops and counts those that cannot be written. */

/** The part of a writable stream that {@link createLogOutput} needs. */
export interface LineStream {
  /** How many bytes wait to be written. */
  readonly writableLength: number;
  write(text: string, done: (error?: Error | null) => void): boolean;
  on(event: 'error', listener: (error: Error) => void): unknown;
}

/** Where log lines go. */
export interface LogOutput {
  /** Never throws. */
  write(line: string): void;
  /** Writes what is waiting at once; for the end of the process. */
  flush(): void;
  /** How many lines were dropped since the process began. */
  droppedLines(): number;
}

/** When more than this waits for a reader that does not read, further lines are dropped instead of filling the memory. */
const MAX_WAITING_BYTES = 8 * 1024 * 1024;

/**
 * Lines to a stream whose other end may be a full disk, a closed pipe or a reader that has stopped. A lost line must not end a server
 * that works: it is dropped and counted, and the next line is tried again, because a disk may have room later.
 */
export function createLogOutput(stream: LineStream): LogOutput {
  let dropped = 0;
  let lines: string[] = [];
  let waiting = 0;
  /** All lines of a turn of the loop go out together: a write for each would cost a request more than its workflow. */
  const flush = () => {
    const count = lines.length;
    const text = lines.join('');
    lines = [];
    waiting = 0;
    try {
      stream.write(text, (error) => {
        if (error) dropped += count;
      });
    } catch {
      dropped += count;
    }
  };
  // Without a listener the "error" event of a failed write is an uncaught exception. The write's callback counts it.
  stream.on('error', () => undefined);
  return {
    write: (line) => {
      if (stream.writableLength + waiting > MAX_WAITING_BYTES) {
        dropped++;
        return;
      }
      if (lines.length === 0) setImmediate(flush);
      lines.push(`${line}\n`);
      waiting += line.length;
    },
    flush: () => {
      if (lines.length > 0) flush();
    },
    droppedLines: () => dropped,
  };
}

let output: LogOutput | undefined;

/** The output of this process on its standard output; one for the process, so that its stream has one listener. */
export function standardOutput(): LogOutput {
  if (output === undefined) {
    // Warnings of the runtime and of libraries go to the other stream; they need no count.
    process.stderr.on('error', () => undefined);
    output = createLogOutput(process.stdout);
    process.on('exit', output.flush);
  }
  return output;
}
