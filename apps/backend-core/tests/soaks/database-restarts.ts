/** @module Thirty graceful restarts of the database under load: ready again within five seconds each, nothing acknowledged lost. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startDatabaseProcess } from '../support/database-process.ts';
import { restartUnderLoad } from '../support/restart-under-load.ts';
import { startServerProcess } from '../support/server-process.ts';

const ROUNDS = 30;
const CALLERS = 20;
const READY_MS = 5_000;

const dataDir = mkdtempSync(join(tmpdir(), 'soak-restarts-'));
const database = await startDatabaseProcess();
const server = startServerProcess({ PORT: '0', DATA_DIR: dataDir, MONGODB_URI: database.uri });
try {
  const { readyMs, acknowledged, lost, refused } = await restartUnderLoad({
    base: await server.listening,
    database,
    rounds: ROUNDS,
    callers: CALLERS,
    onRound: (round, ms) => console.log(`restart ${round + 1} of ${ROUNDS}: ready after ${ms} ms`),
  });
  const sorted = [...readyMs].sort((a, b) => a - b);
  const late = readyMs.filter((ms) => ms > READY_MS).length;
  const helped = server.output().match(/driver was stuck/g)?.length ?? 0;
  report(
    late === 0,
    `ready again within ${READY_MS} ms after ${ROUNDS - late} of ${ROUNDS} restarts: median ${sorted[sorted.length >> 1]} ms, longest ${sorted.at(-1)} ms; the watchdog acted ${helped} times`,
  );
  report(
    lost.length === 0 && acknowledged > 0,
    `${lost.length} of ${acknowledged} acknowledged documents lost; refused by status: ${JSON.stringify(refused)}`,
  );
} finally {
  server.kill('SIGKILL');
  await server.ended;
  await database.remove();
  rmSync(dataDir, { recursive: true, force: true });
}

function report(ok: boolean, what: string): void {
  console.log(`${ok ? 'passed' : 'FAILED'}  ${what}`);
}
