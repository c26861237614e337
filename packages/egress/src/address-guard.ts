/** @module Resolves host names to public addresses, or refuses them. */
import { lookup } from 'node:dns/promises';
import { isIP, type LookupFunction } from 'node:net';
import { OrchestrixError, TerminalError } from '@orchestrix/engine';
import { isPrivateAddress, isPrivateName } from './private-addresses.ts';

/** The IP addresses of a host name, exactly as a connection would find them; rejects when there are none. */
export type AddressResolver = (name: string) => Promise<string[]>;

/** Why a host is refused: one of its addresses is not public, or its name has none. */
export type HostProblem = 'not-public' | 'not-resolved';

/** Options of {@link createAddressGuard}. */
export interface AddressGuardOptions {
  /** Default: the system's resolver. */
  resolve?: AddressResolver;
  /** How long one name may take to resolve, in milliseconds. Default: 5,000. */
  timeoutMs?: number;
  /** The error that a refused host is reported with. Default: `ADDRESS_NOT_PUBLIC` (422), `HOST_NOT_RESOLVED` (502). */
  toError?: (problem: HostProblem, host: string) => Error;
}

/** Admits hosts whose addresses are all public. */
export interface AddressGuard {
  /**
   * The addresses of a host, at least one.
   *
   * @param host a name, or an IP address without brackets
   * @throws TerminalError `ADDRESS_NOT_PUBLIC` when the name is a local one or any of its addresses is not public
   * @throws OrchestrixError `HOST_NOT_RESOLVED` when the name has no address, or the resolver does not answer in time
   */
  resolvePublic(host: string): Promise<string[]>;
  /**
   * The same as a `lookup` option of `node:net`: a name can resolve to another address a moment after it was checked, so the check is
   * repeated for every socket.
   */
  lookup: LookupFunction;
}

/** A guard on a resolver. */
export function createAddressGuard(options: AddressGuardOptions = {}): AddressGuard {
  const { resolve = resolveBySystem, timeoutMs = 5_000, toError = defaultError } = options;

  const resolvePublic = async (host: string): Promise<string[]> => {
    const isAddress = isIP(host) !== 0;
    if (!isAddress && isPrivateName(host)) throw toError('not-public', host);
    const addresses = isAddress ? [host] : await inTime(resolve(host), timeoutMs).catch(() => []);
    if (addresses.length === 0) throw toError('not-resolved', host);
    if (addresses.some(isPrivateAddress)) throw toError('not-public', host);
    return addresses;
  };

  return {
    resolvePublic,
    lookup: (host, { all }, done) => {
      resolvePublic(host).then(
        (addresses) => {
          const found = addresses.map((address) => ({ address, family: isIP(address) }));
          if (all) done(null, found);
          else done(null, found[0]!.address, found[0]!.family);
        },
        (error: Error) => done(error, ''),
      );
    },
  };
}

const resolveBySystem: AddressResolver = async (name) =>
  (await lookup(name, { all: true })).map(({ address }) => address);

async function inTime<T>(work: Promise<T>, timeoutMs: number): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('no response')), timeoutMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

function defaultError(problem: HostProblem, host: string): Error {
  return problem === 'not-public'
    ? new TerminalError(`${host} is not an address of the public internet`, {
        code: 'ADDRESS_NOT_PUBLIC',
        status: 422,
      })
    : new OrchestrixError(`The host name ${host} cannot be resolved`, {
        code: 'HOST_NOT_RESOLVED',
        status: 502,
      });
}
