/** @module Refuses requests that name another host than this server: what a page reaches by DNS rebinding names its own. */
import { isIP } from 'node:net';
import type { RequestHandler } from 'express';
import type { Config } from '../config.ts';
import { serverError } from '../errors.ts';

/** Whether a `Host` header may be used. */
export type HostCheck = (host: string | undefined) => boolean;

/**
 * While anonymous access is on outside production, the host is one of: `localhost`, an IP address (no name can be rebound to one), the
 * configured `HOST`, a host of `FRONTEND_URL`, one of `ALLOWED_HOSTS`. Otherwise tokens protect every route and any host is fine.
 */
export function createHostCheck(
  config: Pick<Config, 'production' | 'anonymousAccess' | 'host' | 'corsOrigins' | 'allowedHosts'>,
): HostCheck {
  if (config.production || !config.anonymousAccess) return () => true;
  const names = new Set(
    [
      'localhost',
      config.host,
      ...config.allowedHosts,
      ...config.corsOrigins.map((origin) => new URL(origin).hostname),
    ].map((name) => name.toLowerCase()),
  );
  return (host) => {
    if (host === undefined) return true;
    const name = /^(\[[^\]]*\]|[^:]*)(?::\d{1,5})?$/.exec(host)?.[1]?.toLowerCase().replace(/\.$/, '');
    if (name === undefined) return false;
    return names.has(name) || name.endsWith('.localhost') || isIP(name.replace(/^\[|\]$/g, '')) !== 0;
  };
}

/** 400 for a request with two hosts, which a proxy and this server could read differently; 403 for a foreign one. */
export function hostCheck(isAllowed: HostCheck): RequestHandler {
  return (request, _response, next) => {
    if (hasTwoHosts(request.rawHeaders))
      return next(serverError('REQUEST_INVALID', { message: 'The request has more than one Host header.' }));
    if (isAllowed(request.headers.host)) return next();
    next(
      serverError('FORBIDDEN', {
        message: 'This server does not answer to this host name. Add it to ALLOWED_HOSTS to allow it.',
      }),
    );
  };
}

function hasTwoHosts(rawHeaders: readonly string[]): boolean {
  let hosts = 0;
  for (let i = 0; i < rawHeaders.length; i += 2) if (rawHeaders[i]!.toLowerCase() === 'host') hosts++;
  return hosts > 1;
}
