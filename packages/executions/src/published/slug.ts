/** @module The part of a published path that is made from an API's name. */

/**
 * Trimmed, lower case, every run of characters outside `a-z0-9` one `-`, no `-` at either end. `''` when nothing is left.
 *
 * @example
 * slugOf('  Create Users! ') // 'create-users'
 */
export function slugOf(name: string): string {
  return name
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((part) => part !== '')
    .join('-');
}
