/** @module What a reader without HTML sees of a mail. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { htmlToText } from './html-text.ts';
import { escapeHtml } from './template.ts';

describe('the text of HTML', () => {
  const cases: [string, string, string][] = [
    ['decodes entities', '<p>Ann &amp; Bob &lt;3 &#8364;&nbsp;5 &eacute;</p>', 'Ann & Bob <3 €\u00a05 é'],
    [
      'keeps the address of a link',
      '<a href="https://example.org/?a=1&amp;b=2">look</a>',
      'look [https://example.org/?a=1&b=2]',
    ],
    [
      'writes a bare link once',
      '<a href="https://example.org">https://example.org</a>',
      'https://example.org',
    ],
    ['separates paragraphs', '<p>one</p><p>two<br>three</p>', 'one\n\ntwo\nthree'],
    ['keeps headings as they are', '<h1>Your code</h1>123', 'Your code\n\n123'],
    ['marks list items', '<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>', ' * a\n   * b\n * c'],
    ['counts list items', '<ol start="3"><li>c</li><li>d</li></ol>', ' 3. c\n 4. d'],
    [
      'leaves out what is not to be read',
      '<title>t</title><style>p{}</style><script>x()</script><p>read</p>',
      'read',
    ],
    ['describes images', '<img src="a.png" alt="A hat"> <img src="b.png">', 'A hat'],
    ['keeps preformatted lines', '<pre>  a\n    b</pre>', '  a\n    b'],
    ['puts cells of a layout under each other', '<table><tr><td>a</td><td>b</td></tr></table>', 'a\nb'],
    [
      'keeps a table of data a table',
      '<table><tr><th>Item</th><th>Price</th></tr><tr><td>Hat</td><td>5</td></tr></table>',
      'Item   Price\nHat    5',
    ],
    ['survives broken HTML', '<p>one <b>two</p> <a href="x">three', 'one two\n\nthree [x]'],
  ];

  it.each(cases)('%s', async (_name, html, text) => {
    expect(await htmlToText(html)).toBe(text);
  });

  it('is the value again for every escaped value without odd white space', async () => {
    const words = fc.array(
      fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => /^[^\s\u200b\0]+$/u.test(text)),
      {
        minLength: 1,
      },
    );
    await fc.assert(
      fc.asyncProperty(words, async (parts) => {
        const value = parts.join(' ');
        expect(await htmlToText(`<p>${escapeHtml(value)}</p>`)).toBe(value);
      }),
      { numRuns: 300 },
    );
  });

  it('ends for HTML nested deeper than any stack', async () => {
    expect(await htmlToText(`${'<div>'.repeat(100_000)}deep`)).toBe('...');
  });
});
