/**
 * @module `bun scripts/mutation/mutate.ts <package folder> <source folder or file> [test filter…]`: makes one small fault after the
 * other in a copy of the package and runs the tests that the filters name; what these let through has to face all tests of the package.
 * Prints what survived, and ends with the share that was noticed.
 */
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { runQuietly, tool } from '../tools.ts';
import { ROOT } from '../workspaces.ts';
import { findMutants, type Mutant } from './mutants.ts';

const [folder = '', target = '', ...filters] = process.argv.slice(2);
const copy = mkdtempSync(join(tmpdir(), 'mutation-'));
const root = copyPackage(resolve(folder));
let noticed = 0;
let total = 0;
try {
  if (!(await passes(filters))) throw new Error('The tests fail without any fault');
  for (const file of sourceFiles(resolve(root, target))) await mutateFile(file);
  const share = total === 0 ? 100 : (noticed / total) * 100;
  console.log(`${join(folder, target)}: ${noticed} of ${total} noticed, ${share.toFixed(1)} %`);
} finally {
  rmSync(copy, { recursive: true, force: true });
}
process.exit(0);

async function mutateFile(file: string): Promise<void> {
  const source = readFileSync(file, 'utf8');
  for (const mutant of findMutants(source)) {
    total++;
    writeFileSync(file, source.slice(0, mutant.start) + mutant.after + source.slice(mutant.end));
    // Those nearby are quick, and notice most; the others are asked about the rest.
    if (!(await passes(filters)) || (filters.length > 0 && !(await passes([])))) noticed++;
    else console.log(describe(file, mutant));
  }
  writeFileSync(file, source);
}

/** The repository with links to everything but the package, so that its tests find what they read elsewhere. */
function copyPackage(source: string): string {
  const place = relative(ROOT, source);
  const parent = dirname(place);
  mkdirSync(join(copy, parent), { recursive: true });
  const link = (path: string) => symlinkSync(join(ROOT, path), join(copy, path));
  for (const entry of readdirSync(ROOT)) if (entry !== parent && entry !== '.git') link(entry);
  for (const entry of readdirSync(join(ROOT, parent)))
    if (entry !== basename(place)) link(join(parent, entry));
  const linked = new Set(['node_modules', 'dist', 'test-results']);
  cpSync(source, join(copy, place), { recursive: true, filter: (path) => !linked.has(basename(path)) });
  link(join(place, 'node_modules'));
  return join(copy, place);
}

function sourceFiles(path: string): string[] {
  if (statSync(path).isFile()) return [path];
  return readdirSync(path)
    .flatMap((entry) => sourceFiles(join(path, entry)))
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .sort();
}

/** A process each: nothing of the fault before is left in it, and one that never ends can be ended. */
async function passes(some: readonly string[]): Promise<boolean> {
  const limits = ['--bail', '1', '--testTimeout', '10000', '--reporter', 'dot'];
  const run = runQuietly(['timeout', '240', ...tool('vitest'), 'run', ...some, ...limits], { cwd: root });
  return (await run).exitCode === 0;
}

function describe(file: string, { line, before, after }: Mutant): string {
  const flat = (text: string) => text.replace(/\s+/g, ' ').slice(0, 80);
  return `survived  ${relative(root, file)}:${line}  ${flat(before)}  →  ${flat(after)}`;
}
