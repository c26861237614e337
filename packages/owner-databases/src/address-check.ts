/** @module Where an owner's connection string leads, decided before a connection is made. */
import { lookup, resolveSrv, resolveTxt } from 'node:dns/promises';
import { isIP, type LookupFunction } from 'node:net';
import { createAddressGuard, type HostProblem, isPrivateName } from '@orchestrix/egress';
import { type ConnectionString, type Host, parseConnectionString } from './connection-string.ts';
import { directUris, type ServiceRecords } from './direct.ts';
import { ownerDatabaseError, refused } from './errors.ts';
import { isKnownMechanism, isKnownOption } from './known-options.ts';

/** How names are resolved. Both reject when there is no such name. */
export interface Resolver {
  /** The IP addresses of a host name, exactly as a connection would find them. */
  addresses(name: string): Promise<string[]>;
  /** The host names that a service name stands for such as `_mongodb._tcp.example.net`, with or without `:port`. */
  services(name: string): Promise<string[]>;
  /** The texts that a name has; none when left out. */
  texts?(name: string): Promise<string[]>;
}

/** Checks addresses of owners' databases. */
export interface AddressCheck {
  /**
   * @throws TerminalError `OWNER_DATABASE_REFUSED` (422) that says what to change, without any part of the credentials
   * @throws OrchestrixError `OWNER_DATABASE_UNREACHABLE` (422) when a name cannot be resolved
   */
  uri(uri: string): Promise<void>;
  /**
   * The servers of a checked string, one connection string each; `null` where every address is allowed and the driver may go to the
   * members that a server names.
   */
  direct(uri: string): Promise<string[] | null>;
  /**
   * How a connection has to resolve names, so that it goes nowhere else than was checked: a name can mean another address a moment
   * later. Absent where every address is allowed.
   */
  lookup?: LookupFunction;
}

/** @param options `privateHosts: 'refused'` resolves every host and refuses what does not lie in the public internet */
export function createAddressCheck(options: {
  privateHosts: 'allowed' | 'refused';
  resolver?: Resolver;
}): AddressCheck {
  const { privateHosts, resolver = SYSTEM } = options;
  const guard = createAddressGuard({ resolve: resolver.addresses, toError });
  const requirePublic = async (hosts: readonly Host[]): Promise<void> => {
    for (const { kind, name } of hosts) {
      if (kind === 'socket') throw notPublic(name);
      await guard.resolvePublic(name);
    }
  };
  return {
    uri: async (uri) => {
      const parts = parseConnectionString(uri);
      if (!parts) throw refused(NOT_READABLE);
      requireKnownOptions(parts);
      if (privateHosts === 'allowed') return;
      await requirePublic(parts.scheme === 'mongodb' ? parts.hosts : await serviceHosts(parts, resolver));
    },
    direct: async (uri) => {
      if (privateHosts === 'allowed') return null;
      const parts = parseConnectionString(uri);
      return directUris(
        uri,
        parts?.scheme === 'mongodb+srv' ? await serviceRecords(parts, resolver) : undefined,
      );
    },
    ...(privateHosts === 'allowed' ? {} : { lookup: guard.lookup }),
  };
}

const NOT_READABLE =
  'The connection string must look like mongodb://user:password@host:27017/database or mongodb+srv://…; ' +
  'percent-encode @ : / ? # % in the user name and the password.';

const SYSTEM: Resolver = {
  addresses: async (name) => (await lookup(name, { all: true })).map(({ address }) => address),
  services: async (name) => (await resolveSrv(name)).map(({ name: target, port }) => `${target}:${port}`),
  texts: async (name) => (await resolveTxt(name)).map((parts) => parts.join('')),
};

/** How long a service name may take to resolve, in milliseconds. */
const RESOLVE_MS = 5_000;

function requireKnownOptions({ options }: ConnectionString): void {
  for (const { name, value } of options) {
    // The name may be a piece of a password that was not encoded, so it is repeated only when it looks like a name.
    const shown = /^[a-z]{1,40}$/i.test(name) ? `The option ${name}` : 'One of the options';
    if (!isKnownOption(name))
      throw refused(`${shown} of the connection string is not accepted by this server: remove it.`);
    if (name.toLowerCase() === 'authmechanism' && !isKnownMechanism(value))
      throw refused(
        'This server connects with a user name and a password (SCRAM or PLAIN) only: change authMechanism.',
      );
    if (name.toLowerCase() === 'srvservicename' && !/^[\w-]{1,15}$/.test(value))
      throw refused('The option srvServiceName of the connection string is not a name of a service.');
  }
}

/** The servers that a `mongodb+srv://` name stands for. */
async function serviceHosts(parts: ConnectionString, resolver: Resolver): Promise<Host[]> {
  return (await serviceTargets(parts, resolver)).map((target) => hostOf(target.replace(/:\d+$/, '')));
}

async function serviceRecords(parts: ConnectionString, resolver: Resolver): Promise<ServiceRecords> {
  const targets = await serviceTargets(parts, resolver);
  const texts = (await resolver.texts?.(parts.hosts[0]!.name).catch(() => [])) ?? [];
  // The two options that such a record may hold.
  const options = [...new URLSearchParams(texts[0] ?? '')].filter(([name]) =>
    /^(?:authSource|replicaSet)$/i.test(name),
  );
  return { targets, options: new URLSearchParams(options).toString() };
}

async function serviceTargets({ hosts, options }: ConnectionString, resolver: Resolver): Promise<string[]> {
  const service = options.find(({ name }) => name.toLowerCase() === 'srvservicename')?.value ?? 'mongodb';
  const [first] = hosts;
  if (!first || hosts.length > 1 || first.kind !== 'name' || isPrivateName(first.name)) {
    if (first?.kind === 'name' && hosts.length === 1) throw notPublic(first.name);
    throw refused('A mongodb+srv:// connection string names exactly one host, by its name.');
  }
  return resolveService(first.name, () => resolver.services(`_${service}._tcp.${first.name}`));
}

async function resolveService(name: string, find: () => Promise<string[]>): Promise<string[]> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error('no response')), RESOLVE_MS);
  try {
    const found = await Promise.race([find(), late]);
    if (found.length > 0) return found;
  } catch {
    // The resolver's own text adds nothing that the owner could use.
  } finally {
    clearTimeout(timer);
  }
  throw notResolved(name);
}

function hostOf(name: string): Host {
  return { kind: /\.sock$/i.test(name) ? 'socket' : isIP(name) ? 'address' : 'name', name, text: name };
}

function toError(problem: HostProblem, host: string): Error {
  return problem === 'not-public' ? notPublic(host) : notResolved(host);
}

function notPublic(host: string): Error {
  return refused(
    `${host} is not an address of the public internet, and this server connects to no other. Use a database that is reachable ` +
      'from the internet, or ask whoever runs this server to set ALLOW_PRIVATE_DATABASES=true.',
  );
}

function notResolved(name: string): Error {
  return ownerDatabaseError('OWNER_DATABASE_UNREACHABLE', {
    message: `The host name ${name} cannot be resolved. Check its spelling.`,
  });
}
