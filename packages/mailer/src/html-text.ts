/** @module The text part of an HTML mail. */
import type { DomNode, FormatCallback, HtmlToTextOptions } from 'html-to-text';

type Convert = (html: string) => string;

let converter: Promise<Convert> | undefined;

/**
 * What a reader without HTML sees: paragraphs and lists keep their shape, a link its address, entities are decoded, scripts and styles
 * are left out. The parser is loaded with the first mail, not with the package.
 *
 * @param html a document or a part of one; never fails on malformed HTML
 * @returns lines separated by `\n`, not wrapped
 * @example
 * await htmlToText('<p>Hello, <a href="https://example.org">look</a></p>'); // 'Hello, look [https://example.org]'
 */
export async function htmlToText(html: string): Promise<string> {
  converter ??= import('html-to-text').then(({ compile }) => compile(OPTIONS));
  const convert = await converter;
  return convert(html);
}

/** A table with header cells holds data and stays a table; any other one only places things, so its cells follow each other. */
const mailTable: FormatCallback = (element, walk, builder, options) => {
  const name = hasHeaderCell(element.children ?? []) ? 'dataTable' : 'block';
  builder.options.formatters[name]?.(element, walk, builder, options);
};

function hasHeaderCell(nodes: readonly DomNode[]): boolean {
  return nodes.some(
    (node) => node.name === 'th' || (node.name !== 'table' && hasHeaderCell(node.children ?? [])),
  );
}

/** An image is what its description says; its address helps nobody who cannot see it. */
const imageText: FormatCallback = (element, _walk, builder) => {
  builder.addInline(element.attribs?.alt ?? '', {});
};

const heading = (selector: string) => ({ selector, options: { uppercase: false } });

const OPTIONS: HtmlToTextOptions = {
  wordwrap: false,
  // Deeper or longer than any mail that is meant to be read; keeps a hostile one from taking the process's time.
  limits: { maxDepth: 200, maxInputLength: 4_000_000 },
  formatters: { mailTable, imageText },
  selectors: [
    ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map(heading),
    { selector: 'a', options: { hideLinkHrefIfSameAsText: true } },
    { selector: 'img', format: 'skip' },
    { selector: 'img[alt]', format: 'imageText' },
    { selector: 'table', format: 'mailTable', options: { uppercaseHeaderCells: false } },
    { selector: 'td', format: 'block', options: { leadingLineBreaks: 1, trailingLineBreaks: 1 } },
    { selector: 'title', format: 'skip' },
  ],
};
