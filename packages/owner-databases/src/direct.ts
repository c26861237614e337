/** @module A connection string as one string a server, each for a connection to that server alone. */
import { type ConnectionString, parseConnectionString } from './connection-string.ts';

/** What a `mongodb+srv://` name stands for. */
export interface ServiceRecords {
  /** `host:port`, each. */
  targets: readonly string[];
  /** Options that the name's TXT record adds, as in a query string. */
  options: string;
}

/** Options that a connection to one server, found by us, must not carry. */
const DROPPED = new Set(['directconnection', 'srvmaxhosts', 'srvservicename']);

/**
 * One connection string for every server that is named. A driver that is connected to one server alone goes to no other, whatever that
 * server says of its members.
 *
 * @param uri a string that was checked
 * @param service the records of a `mongodb+srv://` name
 */
export function directUris(uri: string, service?: ServiceRecords): string[] {
  const parts = parseConnectionString(uri);
  if (!parts) return [];
  // A load balancer is one server, and the driver asks it for no members.
  if (hasOption(parts, 'loadBalanced', 'true')) return [uri];
  const credentials = /^mongodb(?:\+srv)?:\/\/([^@/]*@)?/.exec(uri)?.[1] ?? '';
  const hosts = parts.scheme === 'mongodb' ? parts.hosts.map(({ text }) => text) : (service?.targets ?? []);
  const options = new URLSearchParams(parts.scheme === 'mongodb' ? '' : service?.options);
  if (parts.scheme === 'mongodb+srv') options.set('tls', 'true');
  for (const { name, value } of parts.options) {
    if (DROPPED.has(name.toLowerCase())) continue;
    // What the string says itself counts more than a record.
    for (const other of [...options.keys()])
      if (other.toLowerCase() === name.toLowerCase() || (isTls(other) && isTls(name))) options.delete(other);
    options.append(name, value);
  }
  options.set('directConnection', 'true');
  const path = parts.path === '' ? '/' : parts.path;
  return hosts.map((host) => `mongodb://${credentials}${host}${path}?${options.toString()}`);
}

function isTls(name: string): boolean {
  return ['tls', 'ssl'].includes(name.toLowerCase());
}

function hasOption({ options }: ConnectionString, name: string, value: string): boolean {
  return options.some((one) => one.name.toLowerCase() === name.toLowerCase() && one.value === value);
}
