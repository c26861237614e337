/** @module Messages of the wire protocol, and how they are cut out of a stream. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toBytes, toPlain } from '../language/documents.ts';
import { crc32c } from './crc32c.ts';
import { MAX_MESSAGE_BYTES, MessageFramer, ProtocolError } from './framing.ts';
import { frameAnswer, parseMessage } from './message.ts';

const OP_MSG = 2013;

function message(opCode: number, ...parts: Uint8Array[]): Uint8Array {
  const payload = Buffer.concat(parts);
  const header = Buffer.alloc(16);
  header.writeInt32LE(16 + payload.length, 0);
  header.writeInt32LE(7, 4);
  header.writeInt32LE(opCode, 12);
  return new Uint8Array(Buffer.concat([header, payload]));
}

const flags = (bits: number) => Uint8Array.of(bits & 255, bits >> 8, 0, 0);
const body = (document: Record<string, unknown>) => Buffer.concat([Uint8Array.of(0), toBytes(document)]);

function sequence(name: string, documents: Record<string, unknown>[]): Uint8Array {
  const content = Buffer.concat([Buffer.from(`${name}\0`), ...documents.map(toBytes)]);
  const size = Buffer.alloc(4);
  size.writeInt32LE(content.length + 4);
  return Buffer.concat([Uint8Array.of(1), size, content]);
}

describe('parseMessage', () => {
  it('reads a body and the documents beside it', () => {
    const wire = parseMessage(
      message(OP_MSG, flags(0), body({ insert: 'a' }), sequence('documents', [{ x: 1 }, { x: 2 }])),
    );
    expect(toPlain(wire.body)).toEqual({ insert: 'a' });
    expect(wire.sequences.get('documents')!.map(toPlain)).toEqual([{ x: 1 }, { x: 2 }]);
    expect(wire).toMatchObject({ requestId: 7, kind: 'msg', unanswered: false });
  });

  it('knows that nobody waits for an answer', () => {
    expect(parseMessage(message(OP_MSG, flags(2), body({ ping: 1 }))).unanswered).toBe(true);
  });

  it('checks a checksum and refuses a wrong one', () => {
    const unsigned = message(OP_MSG, flags(1), body({ ping: 1 }), new Uint8Array(4));
    const view = new DataView(unsigned.buffer);
    view.setUint32(unsigned.length - 4, crc32c(unsigned.subarray(0, unsigned.length - 4)), true);
    expect(toPlain(parseMessage(unsigned).body)).toEqual({ ping: 1 });
    unsigned[22] = unsigned[22]! ^ 1;
    expect(() => parseMessage(unsigned)).toThrow(/checksum/);
  });

  it('computes the checksum as published for CRC-32C', () => {
    expect(crc32c(Buffer.from('123456789'))).toBe(0xe3069283);
  });

  it.each([
    ['unknown required flags', message(OP_MSG, flags(4), body({ ping: 1 }))],
    ['two bodies', message(OP_MSG, flags(0), body({ ping: 1 }), body({ ping: 1 }))],
    ['no body', message(OP_MSG, flags(0), sequence('documents', []))],
    ['an unknown section', message(OP_MSG, flags(0), Uint8Array.of(9))],
    ['OP_COMPRESSED', message(2012, flags(0))],
    ['OP_INSERT', message(2002, flags(0))],
  ])('refuses %s', (_, bytes) => {
    expect(() => parseMessage(bytes)).toThrow(ProtocolError);
  });

  it('frames an answer with the request it belongs to', () => {
    const wire = parseMessage(message(OP_MSG, flags(0), body({ ping: 1 })));
    const answer = Buffer.from(frameAnswer(wire, 3, toBytes({ ok: 1 })));
    expect(answer.readInt32LE(0)).toBe(answer.length);
    expect(answer.readInt32LE(8)).toBe(7);
    expect(toPlain(parseMessage(answer).body)).toEqual({ ok: 1 });
  });
});

describe('MessageFramer', () => {
  it('gives the same messages however the stream is cut', () => {
    const payloads = fc.array(fc.uint8Array({ maxLength: 200 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(payloads, fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1 }), (parts, cuts) => {
        const messages = parts.map((part) => message(OP_MSG, part));
        const stream = Buffer.concat(messages);
        const framer = new MessageFramer();
        const found: Uint8Array[] = [];
        for (let at = 0, cut = 0; at < stream.length; cut++) {
          const length = cuts[cut % cuts.length]!;
          framer.push(stream.subarray(at, at + length));
          at += length;
          for (let next = framer.next(); next; next = framer.next()) found.push(next);
        }
        expect(found.map((bytes) => Buffer.from(bytes))).toEqual(messages.map((bytes) => Buffer.from(bytes)));
      }),
      { numRuns: 200 },
    );
  });

  it.each([-1, 0, 15, MAX_MESSAGE_BYTES + 1])('refuses a message that announces %d bytes', (length) => {
    const header = Buffer.alloc(16);
    header.writeInt32LE(length);
    const framer = new MessageFramer();
    framer.push(header);
    expect(() => framer.next()).toThrow(ProtocolError);
  });
});
