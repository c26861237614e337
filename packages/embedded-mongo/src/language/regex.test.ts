/** @module Regular expressions mean what PCRE says, take linear time, and are refused where they cannot. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { refusalOf } from '../../tests/refusal-of.ts';
import { compileLinear, compileRegex } from './regex.ts';

describe('what PCRE says', () => {
  it.each<[pattern: string, text: string, matches: boolean, options?: string]>([
    ['^[[:alpha:]]+', 'ab1', true],
    ['^[[:alpha:]]+$', 'ab1', false],
    ['^[[:^alpha:]]+$', '12', true],
    ['^[x[:digit:]]+$', '1x2', true],
    ['[[:space:]]', '\v', true],
    ['[[:xdigit:]]{2}', 'fg', false],
    ['\\Qa.b\\E', 'a.b', true],
    ['\\Qa.b\\E', 'axb', false],
    ['\\Qa.b', 'a.b', true],
    ['^\\Qab\\E+$', 'abbb', true],
    ['^\\Qab\\E+$', 'abab', false],
    ['[\\Q]^\\E]', ']', true],
    ['\\Qc++\\E', 'in c++ too', true],
    ['ab$', 'ab\n', true],
    ['ab$', 'ab\n\n', false],
    ['ab$', 'ab\nc', false],
    ['a$\\n', 'a\n', true],
    ['(?:a+)+b$', 'aab\n', true],
    ['(?:a+)+b$', 'aab\nc', false],
    ['(?:a+)+\\nb$', 'aa\nb\n', true],
    ['(?:a+)+[^x]b$', 'aa\nb\n', true],
    ['(?:a+)+.b$', 'aa\nb\n', false],
    ['(?:a+)+.b$', 'aa\nb\n', true, 's'],
    ['(?:a+)+\\sb$', 'aa\nb', true],
    ['(?:a+)+\\Sb$', 'aa\nb', false],
    ['ab\\Z', 'ab\n', true],
    ['ab\\z', 'ab\n', false],
    ['\\Aab', 'cab', false],
    ['\\Aab', 'c\nab', false, 'm'],
    ['a.b', 'a\rb', true],
    ['a.b', 'a\u2028b', true],
    ['a.b', 'a\nb', false],
    ['a.b', 'a\nb', true, 's'],
    ['b$', 'ab\rc', false, 'm'],
    ['b$', 'ab\nc', true, 'm'],
    ['^c', 'ab\rc', false, 'm'],
    ['^c', 'ab\nc', true, 'm'],
    ['^$', 'a\n', false, 'm'],
    ['^$', 'a\n\nb', true, 'm'],
    ['^(?:b*)+$', 'a\n', false, 'm'],
    ['^(?:b*)+$', 'a\n\nb', true, 'm'],
    ['\\x{e9}', 'é', true],
    ['\\xe9', 'é', true],
    ['\\x{1f600}', '😀', true],
    ['^.$', '😀', true],
    ['\\x41', 'A', true],
    ['[\\101]', 'A', true],
    ['\\0101', '\b1', true],
    ['\\o{101}', 'A', true],
    ['\\cA', '\u0001', true],
    ['\\e\\a\\f', '\u001b\u0007\f', true],
    ['a\\hb', 'ahb', false],
    ['a\\hb', 'a b', true],
    ['a\\hb', 'a\u00a0b', true],
    ['a\\Hb', 'ahb', true],
    ['a\\vb', 'a\u2028b', true],
    ['a\\Rb', 'aRb', false],
    ['a\\Rb', 'a\nb', true],
    ['a\\Rb', 'a\r\nb', true],
    ['a\\R+b', 'a\r\n\nb', true],
    ['[]abc]', ']', true],
    ['[^]abc]', ']', false],
    ['[^]abc]', 'x', true],
    ['[a-]', '-', true],
    ['[a\\]b]', ']', true],
    ['[b\\b]', '\b', true],
    ['^\\s$', '\u00a0', false],
    ['^\\s$', '\v', true],
    ['^\\S$', '\u00a0', true],
    ['^\\N$', 'é', true],
    ['a\\Nb', 'a\nb', false, 's'],
    ['^\\d$', '٣', false],
    ['^\\w$', 'é', false],
    ['^\\w$', 'ſ', false, 'i'],
    ['^[\\w]$', 'ſ', false, 'i'],
    ['^s$', 'ſ', true, 'i'],
    ['É', 'é', true, 'i'],
    ['\\bé', 'aé', true],
    ['a(?i)b', 'aB', true],
    ['a(?i)b', 'AB', false],
    ['a(?i:b)c', 'aBC', false],
    ['(?i)a|b', 'B', true],
    ['(a(?i)b|c)d', 'Cd', true],
    ['(a(?i)b)c', 'aBC', false],
    ['(?i-i)a', 'A', false],
    ['(?s).', '\n', true],
    ['(?P<x>a)b', 'ab', true],
    ['(?<x>a)b', 'ab', true],
    ["(?'x'a)b", 'ab', true],
    ['a(?#comment)b', 'ab', true],
    ['a b # comment', 'ab', true, 'x'],
    ['a\\ b[ ]c', 'a b c', true, 'x'],
    ['a # one\n b', 'ab', true, 'x'],
    ['(?x) a b (?-x) c', 'ab c', true],
    ['a{,3}', 'a{,3}', true],
    ['a{', 'a{', true],
    ['a{x}', 'a{x}', true],
    ['^a{2}{3}$', 'aaaaaa', true],
    ['\\-\\/\\@\\_', '-/@_', true],
    ['\\p{Lu}', 'É', true],
    ['\\pL', '1', false],
    ['\\P{L}', '1', true],
    ['\\p{^L}', '1', true],
    ['^\\p{Greek}+$', 'αβγ', true],
    ['[\\p{L}\\d]', '_', false],
    ['(*UTF8)é', 'é', true],
    ['^.{1,5000}$', 'xyz', true],
    ['', 'anything', true],
    ['a|', 'b', true],
  ])('%s on %j: %s', (pattern, text, matches, options) => {
    expect(compileRegex(pattern, options).test(text)).toBe(matches);
    if (!pattern.includes('5000')) expect(compileLinear(pattern, options).test(text)).toBe(matches);
  });

  it('finds where it matches and what its groups hold', () => {
    const text = 'é-ab\n-ab\n';
    expect(compileRegex('(a)(x)?b$').find(text)).toEqual({ text: 'ab', index: 6, captures: ['a', null] });
    expect(compileRegex('((?:a|\\n)+)b$').find('x\nab')).toEqual({
      text: '\nab',
      index: 1,
      captures: ['\na'],
    });
    expect(compileRegex('(?:[\\n-]+)(a+b)').findAll(text)).toEqual([
      { text: '-ab', index: 1, captures: ['ab'] },
      { text: '\n-ab', index: 4, captures: ['ab'] },
    ]);
  });
});

describe('what linear time cannot do', () => {
  it.each([
    '(?=a)',
    '(?!a)',
    '(?<=a)b',
    '(?<!a)b',
    '(a)\\1',
    '(a)\\g1',
    '(?P<n>a)(?P=n)',
    '(?<n>a)\\k<n>',
    'a++',
    'a*+',
    'a?+',
    'a{2}+',
    '(?>a)',
    '(?|a|b)',
    '(?1)',
    '(?R)',
    '(?&n)',
    'a\\Kb',
    '\\X',
    '\\C',
    '\\Ga',
    '(?(1)a|b)',
    '(*UCP)a',
    'a(*SKIP)b',
    '\\R\\R',
    '\\R{2}',
    'x{1000}{1000}',
    '(?:(?:x{100}){100}){100}',
    '(?:ab){1,2000}',
    '\\p{Xan}',
    '(?U)a',
    '\\101',
    '(?m)^a\\Z(?:b+)+',
  ])('is refused: %s', (pattern) => {
    const refusal = refusalOf(() => compileRegex(pattern));
    expect(refusal.code).toBe(51091);
    expect(refusal.message).toContain('not supported by this server');
  });

  it.each([
    '(',
    ')',
    'a)',
    '[a',
    '[z-a]',
    '[[:nope:]]',
    '*a',
    '+',
    '{2}',
    'a{3,2}',
    'a{70000}',
    '\\',
    '\\y',
    '\\u00e9',
    '\\L',
    '[\\w-.]',
    '[a-\\d]',
    '[\\N]',
    '\\x{110000}',
    '\\x{zz}',
    '(?z)',
    '(?#a',
    '\\p{',
    `a${'('.repeat(300)}`,
    'a'.repeat(40_000),
  ])('is wrong in PCRE as well: %.20s', (pattern) => {
    const refusal = refusalOf(() => compileRegex(pattern));
    expect(refusal.code).toBe(51091);
    expect(refusal.message).toContain('Regular expression is invalid');
  });

  it('refuses unknown options and null bytes with their own codes', () => {
    expect(refusalOf(() => compileRegex('a', 'g')).code).toBe(51108);
    expect(refusalOf(() => compileRegex('a\0b')).code).toBe(51109);
  });

  it('refuses a text that is too long for a pattern with many states, instead of matching for seconds', () => {
    const pattern = compileRegex('(?:a|b)*a[ab]{900}c');
    expect(pattern.test('ab'.repeat(1000))).toBe(false);
    expect(refusalOf(() => pattern.test('ab'.repeat(100_000))).code).toBe(51156);
  });
});

describe('the two engines', () => {
  const atom = fc.constantFrom(
    'a',
    'b',
    'é',
    '.',
    '\\d',
    '\\s',
    '\\S',
    '[ab]',
    '[^a]',
    '[[:alpha:]]',
    '\\n',
    '\\Q.\\E',
    '\\R',
    '(a)',
    '(?:b)',
    '(a|b)',
  );
  const anchor = fc.constantFrom('^', '$', '\\A', '\\z', '\\Z', '\\b', '\\B', '');
  const quantifier = fc.constantFrom('', '', '', '?', '{2}', '*', '+', '*?', '{1,2}');
  const patterns = fc
    .array(fc.tuple(atom, quantifier), { maxLength: 5 })
    .chain((parts) => fc.tuple(anchor, fc.constant(parts.map((part) => part.join('')).join('')), anchor))
    .map((parts) => parts.join(''));
  const texts = fc.string({
    unit: fc.constantFrom('a', 'b', 'A', 'é', '1', ' ', '\n', '\r', '.', '😀'),
    maxLength: 8,
  });
  const options = fc.constantFrom('', 'i', 'm', 's', 'ims');

  it('give the same results', () => {
    fc.assert(
      fc.property(patterns, texts, options, (pattern, text, flags) => {
        const compiled = attempt(() => compileRegex(pattern, flags));
        const linear = attempt(() => compileLinear(pattern, flags));
        if (!compiled || !linear) return;
        expect(compiled.test(text)).toBe(linear.test(text));
        expect(compiled.find(text)).toEqual(linear.find(text));
        expect(compiled.findAll(text)).toEqual(linear.findAll(text));
      }),
      { numRuns: 3000 },
    );
  });

  it.each([
    ['(a+)+$|!$', 'a'],
    ['^(?:\\w|\\w)+$', 'a'],
    ['^\\s*[A-Z]*\\s*[A-Z]*\\s*[A-Z0-9]*\\s*[A-Z]*\\s*$', 'A'],
    ['\\s+$', ' '],
    ['(x+x+)+y', 'x'],
    ['.*.*=.*', 'x'],
  ])('take time in proportion to the text: %s', (pattern, unit) => {
    const regex = compileRegex(pattern);
    const measure = (length: number) => {
      const text = `${unit.repeat(length)}?`;
      const times = Array.from({ length: 7 }, () => {
        const started = performance.now();
        regex.test(text);
        return performance.now() - started;
      });
      return Math.min(...times);
    };
    measure(20_000);
    // Quadratic time would be 16 times as long.
    expect(measure(80_000) / (measure(20_000) + 0.05)).toBeLessThan(10);
  });
});

function attempt<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch {
    return undefined;
  }
}
