/** @module Notices when the npx that started this process was ended: its shell does not pass signals on, and would leave us running. */
import { readFileSync } from 'node:fs';

/** Processes between npx and a script that `bun run` started: a shell and `bun run`, with room for one more. */
const LONGEST_CHAIN = 4;
const INTERVAL_MS = 500;

/**
 * Calls back once when this process was started through npx and npx, or something between, is gone. Looks at /proc; where there is none
 * (and when npx was not involved) nothing is watched.
 */
export function whenLauncherEnds(onEnd: () => void): void {
  const chain = chainToNpm();
  if (chain === undefined) return;
  const timer = setInterval(() => {
    if (chain.every(({ pid, parent }) => parentOf(pid) === parent)) return;
    clearInterval(timer);
    onEnd();
  }, INTERVAL_MS);
  timer.unref();
}

interface Link {
  pid: number;
  parent: number;
}

/** This process and its ancestors below npm, each with its parent. */
function chainToNpm(): Link[] | undefined {
  const chain: Link[] = [];
  let pid = process.pid;
  while (chain.length < LONGEST_CHAIN) {
    const parent = parentOf(pid);
    if (parent === undefined || parent <= 1) return undefined;
    chain.push({ pid, parent });
    if (isNpm(parent)) return chain;
    pid = parent;
  }
  return undefined;
}

/** The fourth field of /proc/<pid>/stat; the second one is in brackets and may itself contain any. */
function parentOf(pid: number): number | undefined {
  const stat = read(`/proc/${pid}/stat`);
  if (stat === undefined) return undefined;
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
}

/** npm calls its process `npm exec …`; until it has done so it is `node …/npx`. */
function isNpm(pid: number): boolean {
  return /\bnpm exec\b|\bnpx(?:-cli\.js)?\b/.test(
    read(`/proc/${pid}/cmdline`)?.split('\0').slice(0, 2).join(' ') ?? '',
  );
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
