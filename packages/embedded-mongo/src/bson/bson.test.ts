/** @module BSON read and moved around without being decoded. */
import { Double } from 'bson';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toBytes, toPlain } from '../language/documents.ts';
import { assembleCursorAnswer, assembleWithDocument } from './assemble.ts';
import { idDocument, identifyDocument } from './identify.ts';
import { checkDocument, elementName, findElement } from './walk.ts';

const key = fc.stringMatching(/^[a-z]{1,5}$/).filter((name) => name !== '_id');
const value = fc.jsonValue({ maxDepth: 3 });
const document = fc.dictionary(key, value, { maxKeys: 6 });

describe('identifyDocument', () => {
  it('moves _id to the front, keeps the rest in order, and adds what is missing', () => {
    fc.assert(
      fc.property(document, document, fc.option(fc.string()), (before, after, id) => {
        const given = { ...before, ...(id !== null && { _id: id }), ...after };
        const { bytes } = identifyDocument(toBytes(given));
        const { _id, ...rest } = given as Record<string, unknown>;
        const read = toPlain(bytes);
        expect(Object.keys(read)).toEqual(['_id', ...Object.keys(rest)]);
        if (id !== null) expect(Buffer.compare(bytes, toBytes({ _id, ...rest }))).toBe(0);
        expect(toPlain(idDocument(identifyDocument(bytes)))).toEqual({ _id: read._id });
      }),
      { numRuns: 200 },
    );
  });

  it('returns the very same bytes when _id is in front already', () => {
    const bytes = toBytes({ _id: 1, a: 2 });
    expect(identifyDocument(bytes).bytes).toBe(bytes);
  });

  it.each([[[1]], [undefined]])('refuses %j as _id', (id) => {
    expect(() => identifyDocument(toBytes({ _id: id }))).toThrow(/can't use a value of type .* for _id/);
  });
});

describe('checkDocument', () => {
  it('accepts every document that was written properly', () => {
    fc.assert(
      fc.property(document, (given) => checkDocument(toBytes(given))),
      { numRuns: 200 },
    );
  });

  it('refuses damaged bytes or lets through only what can be read', () => {
    let refused = 0;
    fc.assert(
      fc.property(document, fc.nat(), fc.integer({ min: 1, max: 255 }), (given, at, change) => {
        const bytes = toBytes(given);
        bytes[at % bytes.length] = bytes[at % bytes.length]! ^ change;
        try {
          checkDocument(bytes);
        } catch {
          refused++;
          return;
        }
        expect(toPlain(bytes)).toBeTypeOf('object');
      }),
      { numRuns: 1000 },
    );
    expect(refused).toBeGreaterThan(100);
  });

  it('refuses a regular expression with an option that could not be read again', () => {
    const bytes = toBytes({ a: /x/im });
    expect(() => checkDocument(bytes)).not.toThrow();
    bytes[bytes.lastIndexOf(0x6d)] = 0x70;
    expect(() => checkDocument(bytes)).toThrow(/unknown option/);
  });

  it('refuses nesting that would exhaust the stack', () => {
    let nested: Record<string, unknown> = {};
    for (let depth = 0; depth < 179; depth++) nested = { a: nested };
    const deep = [toBytes(nested)];
    for (let depth = 0; depth < 10; depth++)
      deep.push(assembleWithDocument(toBytes({}), 'a', deep.at(-1)!, toBytes({})));
    expect(() => checkDocument(deep[0]!)).not.toThrow();
    expect(() => checkDocument(deep.at(-1)!)).toThrow(/nested/);
  });
});

describe('assembleCursorAnswer', () => {
  it('writes what the decoded documents would give', () => {
    fc.assert(
      fc.property(fc.array(document, { maxLength: 120 }), fc.string({ maxLength: 8 }), (documents, name) => {
        const namespace = `db.${name.replaceAll('\0', '')}`;
        const answer = assembleCursorAnswer({
          batchName: 'firstBatch',
          documents: documents.map(toBytes),
          cursorId: 5n,
          namespace,
        });
        checkDocument(answer);
        expect(toPlain(answer)).toEqual(
          toPlain(toBytes({ cursor: { firstBatch: documents, id: 5n, ns: namespace }, ok: new Double(1) })),
        );
      }),
      { numRuns: 100 },
    );
  });
});

it('finds an element by its name', () => {
  const bytes = toBytes({ first: { _id: 1 }, ünï: 'x', _id: 2 });
  const found = findElement(bytes, '_id')!;
  expect(elementName(bytes, found)).toBe('_id');
  expect(bytes[found.valueStart]).toBe(2);
  expect(findElement(bytes, 'nothing')).toBeUndefined();
});
