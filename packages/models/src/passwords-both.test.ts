/** @module The two implementations of bcrypt understand each other. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createPasswords, loadScript } from './passwords.ts';

it('hashes of one are verified by the other', async () => {
  const native = createPasswords({ cost: 4 });
  const script = await loadScript();
  // bcrypt reads 72 bytes, and a grapheme may have a dozen; one more character has to count.
  const password = fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 18 })
    .filter((text) => Buffer.byteLength(text) < 72);
  await fc.assert(
    fc.asyncProperty(password, async (plain) => {
      const [a, b] = [await native.hash(plain), await script.hash(plain, 4)];
      expect(await script.verify(plain, a)).toBe(true);
      expect(await native.verify(plain, b)).toBe(true);
      expect(await script.verify(`${plain}x`, a)).toBe(false);
      expect(await native.verify(`${plain}x`, b)).toBe(false);
    }),
  );
});
