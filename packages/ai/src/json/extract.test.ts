import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { extractJson, MAX_JSON_TEXT } from './extract.ts';

const GRAPH = { nodes: [{ id: 'a', type: 'input', text: 'a } b ] "c" \\ {' }], edges: [] };
const JSON_TEXT = JSON.stringify(GRAPH);
const hasNodes = (value: object) => 'nodes' in value;

describe('extractJson', () => {
  it.each([
    ['alone', JSON_TEXT],
    ['with blanks and a byte order mark', `\uFEFF\n  ${JSON_TEXT}\n`],
    ['in prose', `Sure! ${JSON_TEXT} Enjoy.`],
    ['behind braces in prose', `Use {name} and [it] like {this}: ${JSON_TEXT} {bye}`],
    ['behind an open brace in prose', `A smile :-{ and then ${JSON_TEXT}`],
    ['in a fence', `Here:\n\`\`\`json\n${JSON_TEXT}\n\`\`\`\nDone.`],
    ['in a fence without a language', `\`\`\`\n${JSON_TEXT}\n\`\`\``],
    ['in a fence without an end', `\`\`\`json\n${JSON_TEXT}`],
    ['in the second fence', `\`\`\`json\n{"other":1}\n\`\`\`\n\`\`\`json\n${JSON_TEXT}\n\`\`\``],
    ['behind other JSON', `{"thought":"hm"}\n${JSON_TEXT}`],
    ['behind thoughts', `<think>Maybe {"nodes":[{"id":"draft"}]}?</think>${JSON_TEXT}`],
    ['encoded twice', JSON.stringify(JSON_TEXT)],
  ])('finds JSON %s', (_name, text) => {
    expect(extractJson(text, hasNodes)).toEqual({ value: GRAPH, repaired: false });
  });

  it.each([
    ['comments', '{"nodes":[ // first\n{"id":"a"} /* last */],"edges":[]}'],
    ['trailing commas', '{"nodes":[{"id":"a",},],"edges":[],}'],
    ['single quotes', "{'nodes':[{'id':'a'}],'edges':[]}"],
    ['bare names', '{nodes:[{id:"a"}],edges:[]}'],
    [
      'comments in a fence, prose around',
      'So:\n```json\n{"nodes":[{"id":"a"}], // x\n"edges":[]}\n```\nBye {x}',
    ],
    ['a missing end', '{"edges":[],"nodes":[{"id":"a"'],
    ['a missing end behind prose', 'Sure: {"edges":[],"nodes":[{"id":"a"}'],
  ])('repairs %s', (_name, text) => {
    expect(extractJson(text, hasNodes)).toEqual({
      value: { nodes: [{ id: 'a' }], edges: [] },
      repaired: true,
    });
  });

  it.each(['', 'I cannot do that.', '42', '"text"', 'null', 'true', '</think>', '```', '```json\n```'])(
    'finds nothing in %j',
    (text) => {
      expect(extractJson(text)).toBeUndefined();
    },
  );

  it('gives another value when none is accepted', () => {
    expect(extractJson('a {"edges":[]} b', hasNodes)).toEqual({ value: { edges: [] }, repaired: false });
  });

  it('does not look at endless text, and survives deep nesting', () => {
    expect(extractJson(`${JSON_TEXT}${' '.repeat(MAX_JSON_TEXT)}`)).toBeUndefined();
    for (const text of ['[', '{', '{"a":', '[[{', '"{', '/*', '{//', "'", '`'])
      expect(() => extractJson(text.repeat(MAX_JSON_TEXT / text.length))).not.toThrow();
  });

  it('ends for a comma behind a backslash, where the repair alone would not', () => {
    for (const text of [
      '{"a":"b\\,"c":[]}',
      '{"a":"b\\\\,"c":[]}',
      '{"a":\\"b\\\\,"c":[]}',
      "{'a':'b\\,'c':[]}",
    ])
      expect(() => extractJson(text)).not.toThrow();
    const hasA = (value: object) => 'a' in value;
    expect(extractJson('{"a":"b\\,"c":[]}', hasA)?.value).toEqual({ a: 'b', c: [] });
  });

  it('finds the value again in any prose around it', () => {
    const prose = fc.stringMatching(/^[^{}[\]"`<>]*$/);
    const value = fc
      .dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 }))
      .map((one) => JSON.parse(JSON.stringify(one)));
    fc.assert(
      fc.property(prose, value, prose, (before, json, after) => {
        expect(extractJson(`${before}${JSON.stringify(json)}${after}`)?.value).toEqual(json);
      }),
      { numRuns: 500 },
    );
  });

  it('throws at no text', () => {
    const pieces = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      '"',
      '\\',
      ',',
      ':',
      '```',
      'json',
      '\n',
      'a',
      '1',
      '//',
      '/*',
      "'",
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(pieces, fc.string({ unit: 'binary' })), { maxLength: 60 }), (parts) => {
        const found = extractJson(parts.join(''));
        expect(found === undefined || typeof found.value === 'object').toBe(true);
      }),
      { numRuns: 1500 },
    );
  });
});
