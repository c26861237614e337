/** @module The browser that the browser tests drive: found, in CI installed, else said to be missing. */
import { existsSync } from 'node:fs';
import { runQuietly } from './tools.ts';

/** Where Debian and others put it; the tests look in the same places. */
const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/**
 * Makes sure that there is a browser. Only in CI, as root on a Debian, one is installed: nobody's own machine is changed
 * by a check.
 *
 * @param isCi whether this run is CI's
 * @returns a line for the end of the check when the browser tests could not run, else `undefined`
 */
export async function ensureBrowser(isCi: boolean): Promise<string | undefined> {
  if (PLACES.some(existsSync)) return undefined;
  if (isCi && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    console.log('Installing Chromium for the browser tests …');
    const update = await runQuietly(['apt-get', 'update', '-qq']);
    const install = await runQuietly([
      'apt-get',
      'install',
      '-y',
      '-qq',
      '--no-install-recommends',
      'chromium',
    ]);
    if (PLACES.some(existsSync)) return undefined;
    console.log((update.output + install.output).slice(-2_000));
  }
  return 'The browser tests were not run: there is no Chromium (Debian: apt-get install chromium).';
}
