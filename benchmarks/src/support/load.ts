/** @module Load on an address, from a process of its own. */
import { join } from 'node:path';

/** What one round of load gave. */
export interface Load {
  /** Requests a second. */
  rate: number;
  /** Milliseconds. */
  p50: number;
  p99: number;
  /** Responses outside 200 to 299, and none. */
  failed: number;
}

/** Posts a JSON body over so many connections for so many seconds. */
export async function load(url: string, connections: number, seconds: number, body: string): Promise<Load> {
  const program = join(import.meta.dir, 'load.mjs');
  const child = Bun.spawn(['node', program, url, String(connections), String(seconds), body], {
    stderr: 'inherit',
  });
  return JSON.parse(await new Response(child.stdout).text()) as Load;
}
