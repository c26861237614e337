/** @module Log lines: levels, fields, children; JSON in production, readable elsewhere, never with a secret. */
import { standardOutput } from './log-output.ts';
import { redact, redactText } from './redact.ts';

const LEVELS = { debug: 10, info: 20, warn: 30, error: 40, silent: 100 } as const;

/** From which level on lines are written. */
export type LogLevel = keyof typeof LEVELS;

/** What a line says besides its message. An error belongs under `error`. */
export type LogFields = Record<string, unknown>;

/** Writes log lines. */
export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** A logger whose every line carries `fields` too. */
  child(fields: LogFields): Logger;
}

/** How {@link createLogger} writes. */
export interface LoggerOptions {
  level: LogLevel;
  /** `json`: one object a line. `readable`: time, level, message, fields. */
  format: 'json' | 'readable';
  /** Where lines go, without the line break. Default: standard output. */
  write?: (line: string) => void;
  /** Milliseconds since 1970. Default: the system's clock. */
  now?: () => number;
}

/** A logger that redacts every line it writes. */
export function createLogger(options: LoggerOptions): Logger {
  const { level, format, write = standardOutput().write, now = Date.now } = options;
  const render = format === 'json' ? renderJson : renderReadable;

  const withFields = (own: LogFields): Logger => {
    const log = (lineLevel: LineLevel) => (message: string, fields?: LogFields) => {
      if (LEVELS[lineLevel] < LEVELS[level]) return;
      const safe = redact({ ...own, ...fields }) as LogFields;
      write(
        render({ time: new Date(now()).toISOString(), level: lineLevel, message: redactText(message) }, safe),
      );
    };
    return {
      debug: log('debug'),
      info: log('info'),
      warn: log('warn'),
      error: log('error'),
      child: (fields) => withFields({ ...own, ...fields }),
    };
  };
  return withFields({});
}

type LineLevel = Exclude<LogLevel, 'silent'>;

interface LineHead {
  time: string;
  level: LineLevel;
  message: string;
}

function renderJson(head: LineHead, fields: LogFields): string {
  return JSON.stringify({ ...fields, ...head });
}

function renderReadable(head: LineHead, fields: LogFields): string {
  const stack = stackOf(fields.error);
  const rest = Object.entries(fields)
    .filter(([key, value]) => value !== undefined && !(key === 'error' && stack !== undefined))
    .map(([key, value]) => `${key}=${typeof value === 'string' ? printable(value) : JSON.stringify(value)}`)
    .join(' ');
  const line = `${head.time.slice(11, 23)} ${head.level.padEnd(5)} ${printable(head.message)}${rest && `  ${rest}`}`;
  return stack === undefined ? line : `${line}\n${stack}`;
}

function stackOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('stack' in error)) return undefined;
  return typeof error.stack === 'string' ? error.stack.replace(/^/gm, '    ') : undefined;
}

/** Control characters could forge a line or drive a terminal. */
function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are exactly what must not reach the terminal.
  return text.replace(/[\u0000-\u001f\u007f-\u009f]/g, (character) => JSON.stringify(character).slice(1, -1));
}
