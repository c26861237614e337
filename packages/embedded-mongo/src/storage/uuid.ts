/** @module Random UUIDs as BSON holds them. */
import { randomBytes } from 'node:crypto';

/** A random (version 4) UUID as 16 bytes. */
export function randomUuid(): Uint8Array {
  const bytes = new Uint8Array(randomBytes(16));
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  return bytes;
}
