/**
 * @module Makes small faults in the places where a silent one costs most, and asks whether the tests notice. A folder passes with the share
 * that `docs/tests.md` gives it; survivors are printed, to be judged there.
 */
import { join } from 'node:path';
import { ROOT } from '../../workspaces.ts';

/** The package, what is mutated in it, the tests that are asked first, and the least share that has to be noticed. */
const PLACES = [
  ['packages/engine', 'src/values/path.ts', ['src/values'], 85],
  ['packages/engine', 'src/operators.ts', ['src/operators.test.ts', 'src/nodes'], 85],
  ['packages/models', 'src/schemas', ['tests/schema-rules.property.test.ts'], 85],
  ['packages/sessions', 'src', [], 85],
] as const;

for (const [folder, target, filters, least] of PLACES) {
  const command = [process.execPath, 'scripts/mutation/mutate.ts', folder, target, ...filters];
  const child = Bun.spawn(command, { cwd: ROOT, stdout: 'pipe', stderr: 'inherit' });
  const lines = (await new Response(child.stdout).text()).trim().split('\n');
  for (const line of lines.slice(0, -1)) console.log(line);
  const share = Number(/([\d.]+) %$/.exec(lines.at(-1) ?? '')?.[1] ?? Number.NaN);
  const isEnough = (await child.exited) === 0 && share >= least;
  console.log(
    `${isEnough ? 'passed' : 'FAILED'}  ${lines.at(-1) ?? join(folder, target)} (at least ${least} %)`,
  );
}
