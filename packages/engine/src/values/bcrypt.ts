/** @module How bcrypt hashes look. */

/** Whether a text is a bcrypt hash as this engine and other implementations write it. */
export function isBcryptHash(text: string): boolean {
  return /^\$2[abxy]\$\d\d\$[./A-Za-z0-9]{53}$/.test(text);
}
