/** @module Connection strings at rest. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createConnectionCipher } from './cipher.ts';

const cipher = createConnectionCipher('0a'.repeat(32));

describe('createConnectionCipher', () => {
  it('reads what it wrote, with and without the prefix', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: 'grapheme' }), (uri) => {
        const stored = cipher.encrypt(uri);
        expect(stored).toMatch(/^enc:/);
        expect(cipher.decrypt(stored)).toBe(uri);
        expect(cipher.decrypt(stored.slice(4))).toBe(uri);
      }),
    );
  });

  it('never writes the same text twice, and nothing of the connection string', () => {
    const uri = 'mongodb://ann:hunter2@h/db';
    expect(cipher.encrypt(uri)).not.toBe(cipher.encrypt(uri));
    expect(Buffer.from(cipher.encrypt(uri).slice(4), 'base64').toString('latin1')).not.toContain('hunter2');
  });

  it('reads what was stored as it is', () => {
    expect(cipher.decrypt('mongodb://h/db')).toBe('mongodb://h/db');
    expect(cipher.decrypt('mongodb+srv://h/db')).toBe('mongodb+srv://h/db');
  });

  it('notices every changed byte, another key, and text of no known form; and repeats nothing of it', () => {
    const stored = cipher.encrypt('mongodb://ann:hunter2@h/db');
    const bytes = Buffer.from(stored.slice(4), 'base64');
    fc.assert(
      fc.property(fc.nat({ max: bytes.length - 1 }), fc.integer({ min: 1, max: 255 }), (index, change) => {
        const damaged = Buffer.from(bytes);
        damaged[index] = (damaged[index] as number) ^ change;
        expect(() => cipher.decrypt(`enc:${damaged.toString('base64')}`)).toThrow(/damaged/);
      }),
    );
    expect(() => createConnectionCipher('0b'.repeat(32)).decrypt(stored)).toThrow(/another key/);
    for (const text of [
      '',
      'enc:',
      'enc:AAAA',
      'a b',
      'hunter2 hunter2 hunter2 hunter2 hunter2',
      'enc:mongodb://h',
    ])
      expect(() => cipher.decrypt(text)).toThrow(
        expect.objectContaining({ message: expect.not.stringContaining('hunter2') }),
      );
  });
});
