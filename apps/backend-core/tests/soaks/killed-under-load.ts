/**
 * @module Ten `kill -9` of the server, a frozen database and a paused process, under load: no record contradicts what a caller was told, and
 * viewers of executions whose process is gone see an end.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient, type ExecutionEvent } from '@orchestrix/client';
import { startDatabaseProcess } from '../support/database-process.ts';
import { startServerProcess } from '../support/server-process.ts';

const KILLS = 10;
const CALLERS = 20;
/** Longer than the silence after which executions count as interrupted. */
const LONG_MS = 72_000;

const STEPS = [
  { type: 'inputValidation', rules: [{ field: 'input.n', type: 'number', required: true }] },
  { type: 'dbInsert', collection: 'entries', data: { n: '{{ input.n }}' } },
  { type: 'response', body: { n: '{{ input.n }}' } },
];

const dataDir = mkdtempSync(join(tmpdir(), 'soak-killed-'));
const database = await startDatabaseProcess();
const start = () =>
  startServerProcess({
    PORT: '0',
    DATA_DIR: dataDir,
    MONGODB_URI: database.uri,
    CALLS_PER_MINUTE_PER_CALLER: '0',
    CALLS_PER_MINUTE_PER_API: '0',
    EXECUTIONS_PER_MINUTE: '0',
  });
/** What callers were told, by execution. */
const told = new Map<string, 'success' | 'failed'>();
const waiting: string[] = [];
let server = start();
try {
  let base = await server.listening;
  const email = `ann-${crypto.randomUUID()}@example.org`;
  const { token } = await createClient({ baseUrl: base }).auth.register({ email, password: 'correct horse' });
  const client = () => createClient({ baseUrl: base, token });
  const { workflow } = await client().workflows.create({ steps: STEPS });
  const { apiPath } = await client().workflows.publish(workflow.workflowId, { apiName: 'call' });

  for (let round = 0; round < KILLS; round++) {
    const { executionId } = await client().start([{ type: 'delay', seconds: 3_600 }]);
    waiting.push(executionId);
    const load = callUntil(() => base, apiPath);
    await pause(1_500 + Math.random() * 500);
    server.kill('SIGKILL');
    await server.ended;
    await load.stop();
    server = start();
    base = await server.listening;
  }
  const afterKills = told.size;
  await pause(LONG_MS + 20_000);
  await judge(client(), `${KILLS} kills`);
  await judgeEnds(client());

  const frozen = callUntil(() => base, apiPath);
  await pause(1_000);
  database.signal('SIGSTOP');
  await pause(LONG_MS);
  database.signal('SIGCONT');
  await pause(20_000);
  await frozen.stop();
  await pause(15_000);
  await judge(client(), 'a frozen database');
  report(told.size > afterKills, `${told.size - afterKills} calls were answered around the frozen database`);

  const { executionId } = await client().start([{ type: 'delay', seconds: 100 }]);
  const second = start();
  await second.listening;
  const paused = callUntil(() => base, apiPath);
  await pause(1_000);
  server.kill('SIGSTOP');
  await pause(LONG_MS + 15_000);
  const seen = await createClient({ baseUrl: await second.listening, token }).executions.get(executionId);
  report(seen.status === 'interrupted', `a paused process's execution is ${seen.status} for others`);
  server.kill('SIGCONT');
  await pause(30_000);
  await paused.stop();
  const end = await client().executions.get(executionId);
  report(end.status === 'success', `its true end takes the place of that: ${end.status}`);
  await judge(client(), 'a paused process');
  second.kill('SIGKILL');
  await second.ended;
} finally {
  server.kill('SIGKILL');
  await server.ended;
  await database.remove();
  rmSync(dataDir, { recursive: true, force: true });
}

/** Calls the API from many callers; every third call is one that fails. */
function callUntil(base: () => string, apiPath: string): { stop(): Promise<void> } {
  let isOver = false;
  const call = async (caller: number) => {
    for (let n = 0; !isOver; n++) {
      const response = await fetch(`${base()}${apiPath}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(n % 3 === 0 ? {} : { n: caller * 1_000_000 + n }),
        signal: AbortSignal.timeout(5_000),
      }).catch(() => null);
      const executionId = response?.headers.get('x-execution-id');
      await response?.text().catch(() => '');
      if (executionId && (response?.status === 200 || response?.status === 400))
        told.set(executionId, response.status === 200 ? 'success' : 'failed');
      else await pause(50);
    }
  };
  const all = Promise.all(Array.from({ length: CALLERS }, (_, caller) => call(caller)));
  return {
    stop: async () => {
      isOver = true;
      await all;
    },
  };
}

async function judge(client: ReturnType<typeof createClient>, what: string): Promise<void> {
  const stored = new Map<string, string>();
  for await (const { executionId, status } of client.executions.list({ limit: 100 }))
    stored.set(executionId, status);
  const counts = { same: 0, missing: 0, unknown: 0 };
  const contradicting: string[] = [];
  for (const [executionId, outcome] of told) {
    const status = stored.get(executionId);
    if (status === outcome) counts.same++;
    else if (status === undefined) counts.missing++;
    else if (status === 'interrupted') counts.unknown++;
    else contradicting.push(`${executionId}: told ${outcome}, stored ${status}`);
  }
  report(
    contradicting.length === 0 && counts.same > 0,
    `after ${what}: of ${told.size} calls ${counts.same} are stored as they were answered, ${counts.missing} are missing, ${counts.unknown} are interrupted, ${contradicting.length} contradict ${contradicting.slice(0, 3).join('; ')}`,
  );
}

async function judgeEnds(client: ReturnType<typeof createClient>): Promise<void> {
  const ends: (string | undefined)[] = [];
  for (const executionId of waiting) {
    let last: ExecutionEvent | undefined;
    for await (const event of client.executions.follow(executionId, { signal: AbortSignal.timeout(10_000) }))
      last = event;
    ends.push(last && 'errorCode' in last ? last.errorCode : last?.type);
  }
  const ended = ends.filter((code) => code === 'INTERRUPTED').length;
  report(
    ended === waiting.length,
    `viewers of ${ended} of ${waiting.length} interrupted executions see an end`,
  );
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function report(ok: boolean, what: string): void {
  console.log(`${ok ? 'passed' : 'FAILED'}  ${what}`);
}
