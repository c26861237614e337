/**
 * @module `bun run check:long`: soaks that take minutes, for what a short test meets by chance only. Every file in the `tests/soaks`
 * folder of a workspace is a program that prints a line `passed  …` or `FAILED  …` for each thing that it checked. Ends with
 * `N passed, N failed`. Arguments name the soaks to run.
 */
import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { listWorkspaces, ROOT } from './workspaces.ts';

const soaks = listWorkspaces()
  .map(({ folder }) => join(ROOT, folder, 'tests/soaks'))
  .filter((folder) => existsSync(folder))
  .flatMap((folder) => readdirSync(folder).map((file) => join(folder, file)));
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !soaks.some((path) => nameOf(path) === name));
if (unknown.length > 0) {
  console.error(`No soak is called ${unknown.join(', ')}. There are: ${soaks.map(nameOf).join(', ')}`);
  process.exit(2);
}

let passed = 0;
let failed = 0;
for (const path of soaks.filter((each) => wanted.length === 0 || wanted.includes(nameOf(each)))) {
  console.log(nameOf(path));
  const { exitCode, lines } = await run(path);
  passed += lines.filter((line) => line.startsWith('passed  ')).length;
  failed += lines.filter((line) => line.startsWith('FAILED  ')).length;
  if (exitCode === 0) continue;
  console.log(`FAILED  ${nameOf(path)} ended with ${exitCode}`);
  failed++;
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);

/** Runs a soak and shows what it prints while it prints it. */
async function run(path: string): Promise<{ exitCode: number; lines: string[] }> {
  const child = Bun.spawn([process.execPath, path], { stdout: 'pipe', stderr: 'inherit' });
  let text = '';
  for await (const chunk of child.stdout.pipeThrough(new TextDecoderStream())) {
    process.stdout.write(chunk);
    text += chunk;
  }
  return { exitCode: await child.exited, lines: text.split('\n') };
}

function nameOf(path: string): string {
  return basename(path, '.ts');
}
