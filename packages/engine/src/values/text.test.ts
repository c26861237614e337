import { describe, expect, test } from 'vitest';
import { escapeHtml, toText } from './text.ts';

describe('toText', () => {
  test.each([
    [null, ''],
    [undefined, ''],
    ['a', 'a'],
    [0, '0'],
    [false, 'false'],
    [10n, '10'],
    [{ a: [1, null] }, '{"a":[1,null]}'],
    [{ n: 10n }, '{"n":"10"}'],
    [new Date(0), '1970-01-01T00:00:00.000Z'],
    [{ toJSON: () => '65a1' }, '65a1'],
    [{ toJSON: () => undefined }, ''],
  ])('%o', (value, text) => {
    expect(toText(value)).toBe(text);
  });

  test('what cannot be written as JSON becomes a note and not an exception', () => {
    const cycle: Record<string, unknown> = {};
    cycle.self = cycle;
    expect(toText(cycle)).toBe('[circular]');
    let deep: unknown = 1;
    for (let i = 0; i < 200_000; i++) deep = [deep];
    expect(typeof toText(deep)).toBe('string');
  });
});

test('escapeHtml escapes the five characters', () => {
  expect(escapeHtml(`<a href="x" title='y'>&</a>`)).toBe(
    '&lt;a href=&quot;x&quot; title=&#39;y&#39;&gt;&amp;&lt;/a&gt;',
  );
});
