/** @module The address of a server as drivers take it. */

/** A connection string. */
export function addressOf(host: string, port: number): string {
  return `mongodb://${host.includes(':') ? `[${host}]` : host}:${port}/?directConnection=true`;
}
