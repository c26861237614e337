/**
 * @module `bun test` in the root or in a package: the tests are vitest's, which Bun's own runner cannot run, so this preload (named in every
 * `bunfig.toml`) hands over to the package's `test` script and ends with its exit code. Bun does not tell a preload its filters.
 */
import { spawnSync } from 'node:child_process';

console.log('These tests are vitest\'s: running "bun run test". One file: bun --bun vitest run <file>');
const { status } = spawnSync(process.execPath, ['run', 'test'], { stdio: 'inherit' });
process.exit(status ?? 1);
