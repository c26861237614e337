/** @module A text that a regular expression is likely to match; whoever asks for one checks it. */

/** More is never needed for a trial, and a pattern may ask for a million. */
const MAX_LENGTH = 300;

/**
 * A text for a pattern: literals as they stand, the first alternative, the fewest repetitions. Look-arounds are passed
 * over, so the text need not match.
 *
 * @param source the pattern without slashes
 * @param extra repetitions beyond the fewest, where the pattern allows more
 */
export function textForPattern(source: string, extra = 0): string {
  const reader: Reader = { source, at: 0, extra, groups: [] };
  return readAlternatives(reader).slice(0, MAX_LENGTH);
}

interface Reader {
  readonly source: string;
  at: number;
  readonly extra: number;
  readonly groups: string[];
}

/** Reads up to a closing parenthesis or the end; of several alternatives the first counts. */
function readAlternatives(reader: Reader): string {
  let first: string | undefined;
  let text = '';
  while (reader.at < reader.source.length && reader.source[reader.at] !== ')') {
    if (reader.source[reader.at] === '|') {
      reader.at++;
      first ??= text;
      text = '';
      continue;
    }
    const one = readOne(reader);
    const repeated = one.repeat(Math.min(readCount(reader), MAX_LENGTH));
    text = (text + repeated).slice(0, MAX_LENGTH);
  }
  return first ?? text;
}

function readOne(reader: Reader): string {
  const character = reader.source[reader.at++]!;
  if (character === '(') return readGroup(reader);
  if (character === '[') return readClass(reader);
  if (character === '\\') return readEscape(reader);
  if (character === '^' || character === '$') return '';
  return character === '.' ? 'a' : character;
}

function readGroup(reader: Reader): string {
  const opening =
    /^\?(?:[:=!]|<[=!]|<[^>]*>)/.exec(reader.source.slice(reader.at, reader.at + 80))?.[0] ?? '';
  reader.at += opening.length;
  const text = readAlternatives(reader);
  reader.at++;
  if (/[=!]$/.test(opening)) return '';
  if (opening !== '?:') reader.groups.push(text);
  return text;
}

function readEscape(reader: Reader): string {
  const character = reader.source[reader.at++] ?? '';
  if (/[1-9]/.test(character)) return reader.groups[Number(character) - 1] ?? '';
  if (character === 'u' || character === 'x') return readCodePoint(reader, character);
  if (character === 'p' || character === 'P') {
    const name = /^\{[^}]*\}/.exec(reader.source.slice(reader.at, reader.at + 40))?.[0] ?? '';
    reader.at += name.length;
    return /^\{N/.test(name) ? '4' : /^\{Lu/.test(name) ? 'A' : 'a';
  }
  return ESCAPES[character] ?? character;
}

const ESCAPES: Readonly<Record<string, string>> = {
  d: '4',
  D: 'a',
  w: 'a',
  W: '-',
  s: ' ',
  S: 'a',
  b: '',
  B: '',
  n: '\n',
  t: '\t',
  r: '\r',
};

function readCodePoint(reader: Reader, kind: string): string {
  const digits = /^(?:\{([0-9a-f]+)\}|([0-9a-f]{2,4}))/i.exec(reader.source.slice(reader.at, reader.at + 10));
  const hex = digits?.[1] ?? digits?.[2]?.slice(0, kind === 'x' ? 2 : 4);
  if (!digits || hex === undefined) return kind;
  reader.at += digits[1] === undefined ? hex.length : digits[0].length;
  const code = Number.parseInt(hex, 16);
  return code <= 0x10ffff ? String.fromCodePoint(code) : '';
}

const TRIED = [...'a4A-_ .@+/:#!'];

/** One character of a class, found by asking the class itself. */
function readClass(reader: Reader): string {
  const start = reader.at - 1;
  if (reader.source[reader.at] === '^') reader.at++;
  while (reader.at < reader.source.length && reader.source[reader.at] !== ']') {
    reader.at += reader.source[reader.at] === '\\' ? 2 : 1;
  }
  reader.at++;
  const source = reader.source.slice(start, reader.at);
  try {
    const test = new RegExp(`^${source}$`);
    const own = [...source.slice(1, -1)].filter((one) => one !== '\\' && one !== '^');
    return [...TRIED, ...own].find((one) => test.test(one)) ?? '';
  } catch {
    return '';
  }
}

/** How often the part before is repeated. */
function readCount(reader: Reader): number {
  const quantifier = /^(?:[*+?]|\{(\d+)(,(\d*))?\})\??/.exec(reader.source.slice(reader.at, reader.at + 30));
  if (!quantifier) return 1;
  reader.at += quantifier[0].length;
  const { extra } = reader;
  if (quantifier[1] === undefined) {
    const sign = quantifier[0][0];
    if (sign === '?') return Math.min(extra, 1);
    return (sign === '+' ? 1 : 0) + extra;
  }
  const least = Number(quantifier[1]);
  if (quantifier[2] === undefined) return least;
  const most = quantifier[3] ? Number(quantifier[3]) : Number.POSITIVE_INFINITY;
  return Math.min(least + extra, most);
}
