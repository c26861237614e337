/** @module What became of every task of a turbo run, from the summary that turbo writes. */
import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** One task of one package. */
export interface Task {
  /** Such as `test`. */
  name: string;
  /** The package's name; `//` is the repository itself. */
  workspace: string;
  /** `skipped`: something it depends on failed. */
  state: 'passed' | 'cached' | 'failed' | 'skipped';
}

interface Summary {
  tasks: {
    task: string;
    package: string;
    command: string;
    cache: { status: 'HIT' | 'MISS' };
    execution?: { exitCode: number | null };
  }[];
}

/**
 * The tasks of the newest run since a time; its summary is deleted. Tasks without a command only order others and are left out.
 *
 * @param since milliseconds since 1970
 * @returns `[]` when turbo wrote no summary
 */
export function readTasks(root: string, since: number): Task[] {
  const folder = join(root, '.turbo', 'runs');
  if (!existsSync(folder)) return [];
  const [newest] = readdirSync(folder)
    .map((name) => ({ file: join(folder, name), time: statSync(join(folder, name)).mtimeMs }))
    .filter(({ time }) => time >= since)
    .sort((a, b) => b.time - a.time);
  if (newest === undefined) return [];

  const summary = JSON.parse(readFileSync(newest.file, 'utf8')) as Summary;
  rmSync(newest.file);
  return summary.tasks
    .filter(({ command }) => command !== '<NONEXISTENT>')
    .map((task) => ({ name: task.task, workspace: task.package, state: stateOf(task) }));
}

function stateOf({ cache, execution }: Summary['tasks'][number]): Task['state'] {
  if (cache.status === 'HIT') return 'cached';
  if (execution === undefined) return 'skipped';
  return execution.exitCode === 0 ? 'passed' : 'failed';
}
