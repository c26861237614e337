/** @module Connection strings for people to look at: where it leads, not how to get in. */
import { type ConnectionString, parseConnectionString } from './connection-string.ts';
import { isKnownOption } from './known-options.ts';

/**
 * The connection string with bullets for the password, all of the user name but its first letter, and the value of every option that is
 * not known to be harmless. Of a text that cannot be read for sure, nothing is shown.
 *
 * @example
 * maskUri('mongodb+srv://carol:hunter2@c0.example.net/db'); // mongodb+srv://c•••:••••••••@c0.example.net/db
 */
export function maskUri(uri: string): string {
  const parts = parseConnectionString(uri);
  if (!parts) return HIDDEN;
  const hosts = parts.hosts.map(({ text }) => text).join(',');
  return `${parts.scheme}://${credentials(parts)}${hosts}${parts.path}${query(parts)}`;
}

const HIDDEN = '••••••••';

function credentials({ username, hasPassword }: ConnectionString): string {
  if (username === null) return '';
  const [first = ''] = decodeURIComponent(username);
  const shown = /^[\p{L}\p{N}]$/u.test(first) ? first : '•';
  return `${shown}•••${hasPassword ? `:${HIDDEN}` : ''}@`;
}

function query({ options }: ConnectionString): string {
  if (options.length === 0) return '';
  return `?${options.map(({ name, value }) => `${nameOf(name)}=${isKnownOption(name) ? encodeURIComponent(value) : HIDDEN}`).join('&')}`;
}

/** A name that is none may be a piece of a secret, too. */
function nameOf(name: string): string {
  return isKnownOption(name) || /^[a-z]*(password|secret|token|key)$/i.test(name) ? name : HIDDEN;
}
