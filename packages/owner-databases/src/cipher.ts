/** @module Connection strings at rest: AES-256-GCM in the contract's text, and the two older forms for reading. */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

/** Encrypts and decrypts connection strings. */
export interface ConnectionCipher {
  /** `enc:` and base64 of 12 bytes IV, 16 bytes tag, and the ciphertext. */
  encrypt(uri: string): string;
  /**
   * Reads what {@link encrypt} wrote, the same bytes without `enc:`, and a connection string that was stored as it is.
   *
   * @throws Error when the text was written under another key, is damaged, or is none of the three; it says nothing of the text
   */
  decrypt(stored: string): string;
}

/** @param encryptionKey 64 hexadecimal digits */
export function createConnectionCipher(encryptionKey: string): ConnectionCipher {
  const key = Buffer.from(encryptionKey, 'hex');
  return {
    encrypt: (uri) => {
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv('aes-256-gcm', key, iv, { authTagLength: TAG_BYTES });
      const text = Buffer.concat([cipher.update(uri, 'utf8'), cipher.final()]);
      return PREFIX + Buffer.concat([iv, cipher.getAuthTag(), text]).toString('base64');
    },
    decrypt: (stored) => {
      if (/^mongodb(\+srv)?:\/\//.test(stored)) return stored;
      const bytes = bytesOf(stored.startsWith(PREFIX) ? stored.slice(PREFIX.length) : stored);
      const iv = bytes.subarray(0, IV_BYTES);
      const cipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: TAG_BYTES });
      cipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
      try {
        return cipher.update(bytes.subarray(IV_BYTES + TAG_BYTES), undefined, 'utf8') + cipher.final('utf8');
      } catch {
        throw new Error('The stored connection string was encrypted under another key, or is damaged');
      }
    },
  };
}

const PREFIX = 'enc:';
const IV_BYTES = 12;
const TAG_BYTES = 16;

function bytesOf(base64: string): Buffer {
  const bytes = /^[A-Za-z0-9+/]+={0,2}$/.test(base64) ? Buffer.from(base64, 'base64') : Buffer.alloc(0);
  if (bytes.length > IV_BYTES + TAG_BYTES) return bytes;
  throw new Error('The stored connection string has none of the known forms');
}
