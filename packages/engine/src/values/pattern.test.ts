import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compilePattern, MAX_PATTERN_TEXT, PatternError, withPatternLimit } from './pattern.ts';

const native = (source: string): RegExp => {
  try {
    return new RegExp(source, 'u');
  } catch {
    return new RegExp(source);
  }
};

/** Patterns that hold a backtracking matcher, with a text of `n` letters that makes them. */
const SLOW: [string, (n: number) => string][] = [
  ['^\\s*[A-Z]*\\s*[A-Z]*\\s*[A-Z0-9]*\\s*[A-Z]*\\s*$', (n) => `${'A'.repeat(n)}!`],
  ['^a*a*a*a*a*a*a*a*a*b$', (n) => 'a'.repeat(n)],
  ['(.*)(.*)(.*)(.*)(.*)(.*)(.*)[0-9]$', (n) => 'a'.repeat(n)],
  ['^(?:\\w|\\d)+$', (n) => `${'1'.repeat(n)}!`],
  ['^(a|a)*$', (n) => `${'a'.repeat(n)}b`],
  ['^([a-z]|[a-y])*$', (n) => `${'c'.repeat(n)}!`],
  ['^(a+)+$', (n) => `${'a'.repeat(n)}!`],
  ['^(?:a?){50}a{50}$', (n) => `${'a'.repeat(n)}!`],
  ['(?:x+x+)+y', (n) => 'x'.repeat(n)],
  ['^(?=(?:a|aa)+$)(?:a|aa)+$', (n) => `${'a'.repeat(n)}!`],
];

test.each(SLOW)('%s: answers for a text of any length', (source, text) => {
  const pattern = compilePattern(source);
  expect(pattern.test(text(MAX_PATTERN_TEXT - 1))).toBe(false);
  expect(pattern.test(text(MAX_PATTERN_TEXT))).toBe(false);
});

test.each([
  ['^[^\\s@]+@[^\\s@]+\\.[^\\s@]+$', ['a@b.co'], ['a b@c.d', 'a@b']],
  ['^\\u00e9\\x41\\u{1F600}$', ['éA😀'], ['eA😀']],
  ['^.$', ['a', 'é', '😀'], ['\n', '\r', '\u2028', 'ab', '']],
  ['^\\s+$', [' \t\u00a0\u2003\ufeff\v'], ['a', '']],
  ['^[^\\s]+$', ['ab'], ['a\u00a0b']],
  ['^[\\S ]+$', ['a b'], ['a\u2003b', 'a\tb']],
  ['^[\\s\\S]*$', ['a\nb', ''], []],
  ['^\\p{Letter}+$', ['größe'], ['a1']],
  ['^\\p{Script=Greek}+$', ['αβγ'], ['abc']],
  ['^(?<word>\\w+)$', ['abc_1'], ['é']],
  ['^[\\b]$', ['\b'], ['b']],
  ['^\\ü\\/\\-$', ['ü/-'], ['u']],
  ['^[A-Z]{2}\\d{2,4}$', ['AB12', 'AB1234'], ['AB1', 'AB12345']],
  ['^(?=.*\\d)(?=.*[A-Z])(?!.*\\s).{8,}$', ['Abcdefg1'], ['abcdefg1', 'Abcdefgh', 'Abc def1', 'Ab1']],
  ['^(?!admin$)\\w+$', ['adam', 'admin2'], ['admin']],
])('%s', (source, right, wrong) => {
  const pattern = compilePattern(source);
  for (const text of right) expect([text, pattern.test(text)]).toEqual([text, true]);
  for (const text of wrong) expect([text, pattern.test(text)]).toEqual([text, false]);
});

describe('refused, with a suggestion', () => {
  test.each([
    ['a(?=b)', /look-ahead/],
    ['a(?!b)', /look-ahead/],
    ['(?<=a)b', /look-behind/],
    ['(?<!a)b', /look-behind/],
    ['^(?=a)b|c', /look-ahead/],
    ['^(?=a)*b', /look-ahead/],
    ['^(?=a(?=b))a', /look-ahead/],
    ['^(a)\\1$', /refers back/],
    ['(?<x>a)\\k<x>', /refers back/],
    ['(', /not a valid/],
    ['a**', /not a valid/],
    ['[b-a]', /not a valid/],
    ['x{1001}', /not a valid/],
    ['(?:a{1000}){1000}', /not a valid/],
    ['(?:.{500}|.{600}){1}.{900}[a-z]{700}', /too large/],
    [`^(?:${'abcdefghij|'.repeat(600)})$`, /longer than/],
  ])('%s', (source, message) => {
    let thrown: unknown;
    try {
      compilePattern(source);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(PatternError);
    expect((thrown as PatternError).message).toMatch(message);
    expect((thrown as PatternError).suggestion).not.toBe('');
  });
});

test('the patterns of one definition have a bound together', () => {
  let refused = 0;
  withPatternLimit(() => {
    for (let i = 0; i < 100; i++) {
      try {
        compilePattern(`^[a-z]{1,1000}x${i}$`);
      } catch {
        refused++;
      }
    }
  });
  expect(refused).toBeGreaterThan(80);
  expect(() => compilePattern('^after{1,900}$')).not.toThrow();
});

test('matches what the native engine matches', () => {
  const atom = fc.constantFrom(
    'a',
    'b',
    '1',
    '.',
    '\\d',
    '\\w',
    '\\s',
    '\\S',
    '[ab]',
    '[^a]',
    '[\\s1]',
    '[^\\S\\n]',
    '\\.',
    'é',
    '\\u0062',
    '(?:a|b1)',
    '\\b',
    '(a)',
  );
  const repeat = fc.constantFrom('', '', '*', '+', '?', '{2}', '{1,2}', '+?', '*?');
  const part = fc.tuple(atom, repeat).map(([one, count]) => (one === '\\b' ? one : one + count));
  const pattern = fc
    .tuple(
      fc.constantFrom('', '^'),
      fc.array(part, { minLength: 1, maxLength: 4 }),
      fc.constantFrom('', '$'),
      fc.boolean(),
    )
    .map(([start, parts, end, either]) => start + parts.join(either ? '|' : '') + end);
  const text = fc.string({
    unit: fc.constantFrom('a', 'b', '1', '.', ' ', '\n', '\u00a0', 'é', '😀'),
    maxLength: 6,
  });
  fc.assert(
    fc.property(pattern, fc.array(text, { minLength: 1, maxLength: 8 }), (source, texts) => {
      const ours = compilePattern(source);
      const theirs = native(source);
      for (const one of texts) expect([source, one, ours.test(one)]).toEqual([source, one, theirs.test(one)]);
    }),
    { numRuns: 1_000 },
  );
});
