/**
 * @module `bun run check`: everything that must hold before a change is merged. Installs, then lets turbo build, type-check, test and
 * examine what changed since the last time; ends with `N passed, N failed`, the tests of all packages together.
 *
 * Arguments are turbo's: `bun run check --force` repeats what has been cached.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { ensureBrowser } from './browser.ts';
import { install } from './install.ts';
import { countTests, resultsFile } from './test-results.ts';
import { environment, runVisibly, tool } from './tools.ts';
import { readTasks, type Task } from './turbo-summary.ts';
import { listWorkspaces, ROOT } from './workspaces.ts';

/** Tasks of every package, then tasks of the repository as a whole. */
const TASKS = [
  'build',
  'test',
  'package',
  '//#typecheck',
  '//#lint',
  '//#knip',
  '//#imports',
  '//#words',
  '//#smoke',
];

const startedAt = Date.now();
const withoutBrowser = await ensureBrowser(process.env.CI === 'true');
const installed = await install().catch((error: Error) => error);
if (installed instanceof Error) finish([`install: ${installed.message}`], [], 1);

// A result that this run does not bring (from its cache or anew) must not be counted.
const tested = listWorkspaces()
  .filter(hasTests)
  .map(({ folder }) => folder);
for (const folder of tested) rmSync(join(ROOT, resultsFile(folder)), { force: true });

const exitCode = await runVisibly(
  [
    ...tool('turbo'),
    'run',
    ...TASKS,
    '--continue=dependencies-successful',
    '--concurrency=2',
    '--output-logs=errors-only',
    '--log-order=grouped',
    '--summarize',
    ...process.argv.slice(2),
  ],
  // Without the delay Bun's allocator returns memory to the system and asks for it again all the time; processes end soon here.
  { env: { ...environment(), MIMALLOC_PURGE_DELAY: '-1' } },
);
const tasks = withSkipped(readTasks(ROOT, startedAt));
finish(tasks.filter((task) => task.state === 'failed').map(describeFailure), tasks, exitCode);

/** Prints what happened and ends the process; the last line is the count of tests. */
function finish(failures: string[], tasks: Task[], turboExitCode: number): never {
  console.log();
  for (const line of describeSteps(tasks)) console.log(line);
  if (turboExitCode !== 0 && failures.length === 0)
    failures.push(`turbo ended with ${turboExitCode}; see above`);
  for (const failure of failures) console.log(`FAILED  ${failure}`);

  const counts = countTests(ROOT, tasks.length === 0 ? [] : tested, foldersWithFailedTests(tasks));
  for (const folder of counts.missing) console.log(`FAILED  ${folder} left no test results`);
  if (withoutBrowser !== undefined) console.log(withoutBrowser);
  const seconds = ((Date.now() - startedAt) / 1000).toFixed(1);
  console.log(
    `${failures.length === 0 ? 'All steps passed' : `${failures.length} steps failed`} in ${seconds} s`,
  );
  console.log(`${counts.passed} passed, ${counts.failed} failed`);
  process.exit(failures.length > 0 || counts.failed > 0 ? 1 : 0);
}

/** turbo says nothing about tasks that it left out because something they need had failed. */
function withSkipped(ran: Task[]): Task[] {
  if (ran.length === 0) return ran;
  const expected = TASKS.flatMap((task) => {
    if (task.startsWith('//#')) return { name: task.slice(3), workspace: '//' };
    const having = listWorkspaces().filter(({ manifest }) => manifest.scripts?.[task] !== undefined);
    return having.map(({ manifest }) => ({ name: task, workspace: manifest.name }));
  });
  const isMissing = (one: { name: string; workspace: string }) =>
    !ran.some(({ name, workspace }) => name === one.name && workspace === one.workspace);
  return [...ran, ...expected.filter(isMissing).map((one): Task => ({ ...one, state: 'skipped' }))];
}

function foldersWithFailedTests(tasks: Task[]): string[] {
  const names = tasks
    .filter(({ name, state }) => name === 'test' && state === 'failed')
    .map((task) => task.workspace);
  return listWorkspaces()
    .filter(({ manifest }) => names.includes(manifest.name))
    .map(({ folder }) => folder);
}

function describeSteps(tasks: Task[]): string[] {
  const names = [...new Set(tasks.map((task) => task.name))];
  return names.map((name) => {
    const ofName = tasks.filter((task) => task.name === name);
    const states = (['passed', 'cached', 'failed', 'skipped'] as const).flatMap((state) => {
      const count = ofName.filter((task) => task.state === state).length;
      return count === 0 ? [] : `${count} ${state}`;
    });
    return `${name.padEnd(10)} ${states.join(', ')}`;
  });
}

function describeFailure({ name, workspace }: Task): string {
  return workspace === '//'
    ? `${name}   alone: bun run ${name}`
    : `${name} of ${workspace}   alone: bunx turbo run ${name} --filter=${workspace}`;
}

function hasTests({ manifest }: { manifest: { scripts?: Record<string, string> } }): boolean {
  return manifest.scripts?.test !== undefined;
}
