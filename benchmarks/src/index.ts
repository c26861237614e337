/** @module Runs every benchmark beside this file, one process each; arguments choose some by name. */
import { readdirSync } from 'node:fs';
import { writePage } from './support/write-page.ts';

const SHARED = ['index.ts'];
const wanted = process.argv.slice(2);
const files = readdirSync(import.meta.dir).filter((name) => name.endsWith('.ts') && !SHARED.includes(name));
let failed = 0;
for (const file of files.sort()) {
  const name = file.slice(0, -'.ts'.length);
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  console.log(`\n# ${name}`);
  const child = Bun.spawn([process.execPath, `${import.meta.dir}/${file}`], {
    stdout: 'inherit',
    stderr: 'inherit',
  });
  if ((await child.exited) !== 0) failed++;
}
writePage();
process.exit(failed > 0 ? 1 : 0);
