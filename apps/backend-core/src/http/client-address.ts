/** @module The address of a caller, as Express finds it for requests, also where there is no Express. */
import type { IncomingMessage } from 'node:http';
import { ipKeyGenerator } from 'express-rate-limit';

/**
 * The address under which a caller is counted; one customer's whole IPv6 network counts as one.
 *
 * @param proxies how many reverse proxies in front are believed
 */
export function clientAddress(request: IncomingMessage, proxies: number): string {
  const own = request.socket.remoteAddress ?? '';
  const forwarded = String(request.headers['x-forwarded-for'] ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
  const chain = [...forwarded, own];
  return ipKeyGenerator(chain[Math.max(0, chain.length - 1 - proxies)] ?? own);
}
