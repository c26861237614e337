/** @module The parts of a MongoDB connection string, read strictly: what could be read in two ways is refused. */
import { isIP } from 'node:net';

/** A connection string, taken apart. */
export interface ConnectionString {
  scheme: 'mongodb' | 'mongodb+srv';
  /** As it stands in the text, percent-encoded. */
  username: string | null;
  hasPassword: boolean;
  hosts: readonly Host[];
  /** Empty, or `/` and perhaps the name of a database, as it stands in the text. */
  path: string;
  options: readonly ConnectionOption[];
}

/** One server of a connection string. */
export interface Host {
  kind: 'name' | 'address' | 'socket';
  /** A host name or an IP address without brackets; of a socket, the path as it stands in the text. */
  name: string;
  /** With port and brackets, as it stands in the text. */
  text: string;
}

/** `name=value` after the question mark. */
export interface ConnectionOption {
  /** Decoded, as the driver reads it. */
  name: string;
  value: string;
}

/**
 * Takes a connection string apart; `null` when it is not one, and when an `@`, `/`, `:`, `?` or `#` that is not percent-encoded leaves open
 * what belongs to the password.
 */
export function parseConnectionString(uri: string): ConnectionString | null {
  if (uri.length > MAX_LENGTH) return null;
  const match = /^(mongodb(?:\+srv)?):\/\/([^/?#\s]*)((?:\/[^/?#\s:@]*)?)(?:\?([^#\s@]*))?$/.exec(uri);
  if (!match) return null;
  const [, scheme, authority = '', path = '', query = ''] = match;
  const parts = authority.split('@');
  if (parts.length > 2) return null;
  const hosts = (parts.at(-1) as string).split(',').map(readHost);
  if (!hosts.every((host) => host !== null)) return null;
  const credentials = parts.length === 2 ? readCredentials(parts[0] as string) : ANONYMOUS;
  if (!credentials || !isDecodable(path)) return null;
  return {
    scheme: scheme as ConnectionString['scheme'],
    ...credentials,
    hosts,
    path,
    // As the driver does it, or a name could look different to it than to the checks here.
    options: [...new URLSearchParams(query)].map(([name, value]) => ({ name, value })),
  };
}

/** Far beyond every real one, which names a handful of hosts. */
const MAX_LENGTH = 4096;

const ANONYMOUS = { username: null, hasPassword: false };

function readCredentials(text: string): { username: string; hasPassword: boolean } | null {
  const [username = '', ...rest] = text.split(':');
  if (username === '' || rest.length > 1 || !isDecodable(text)) return null;
  return { username, hasPassword: rest.length === 1 };
}

function readHost(text: string): Host | null {
  if (/\.sock$/i.test(text)) return isDecodable(text) ? { kind: 'socket', name: text, text } : null;
  const [, bracketed, plain, port] = /^(?:\[([0-9a-f:.]+)\]|([\w.-]+))(?::(\d{1,5}))?$/i.exec(text) ?? [];
  if (port !== undefined && (Number(port) === 0 || Number(port) > 65_535)) return null;
  if (bracketed !== undefined)
    return isIP(bracketed) === 6 ? { kind: 'address', name: bracketed, text } : null;
  if (plain === undefined || /^[.-]|\.\./.test(plain)) return null;
  return { kind: isIP(plain) === 4 ? 'address' : 'name', name: plain, text };
}

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}
