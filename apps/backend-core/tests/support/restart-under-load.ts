/** @module Restarts the database of a server under load, and tells what came of it. */
import type { DatabaseProcess } from './database-process.ts';
import { createProcessClient } from './process-client.ts';

/** What {@link restartUnderLoad} does. */
export interface RestartPlan {
  /** Address of the server. */
  base: string;
  database: DatabaseProcess;
  rounds: number;
  /** Callers at the same time. */
  callers: number;
  /** Called after each round. */
  onRound?: (round: number, readyMs: number) => void;
}

/** What came of it. */
export interface RestartResult {
  /** Time from the moment at which the database listened again until the server was ready, for each round; at most a minute. */
  readyMs: number[];
  /** Calls that were answered with 200. */
  acknowledged: number;
  /** Keys of those whose document is not there. */
  lost: string[];
  /** How often each other status was answered. */
  refused: Record<string, number>;
  /** What those answers said, each text once. */
  messages: string[];
}

/** Longest wait for readiness. */
const GIVE_UP_MS = 60_000;

/** Ends the database with SIGTERM and starts it again, several times, while callers insert documents through a published API. */
export async function restartUnderLoad(plan: RestartPlan): Promise<RestartResult> {
  const { base, database, rounds, callers, onRound } = plan;
  const client = await createProcessClient(base);
  const path = await client.publish(`restarts-${crypto.randomUUID()}`, [
    { type: 'dbInsert', collection: 'restarts', document: { key: '{{ input.key }}' } },
    { type: 'response', body: { key: '{{ input.key }}' } },
  ]);
  const acknowledged: string[] = [];
  const refused: Record<string, number> = {};
  const messages = new Set<string>();
  let running = true;
  const call = async (caller: number) => {
    for (let n = 0; running; n++) {
      const key = `${caller}-${n}`;
      const { status, text } = await post(`${base}${path}`, { key });
      if (status === 200) acknowledged.push(key);
      else {
        messages.add(/"error":"([^"]*)"/.exec(text)?.[1] ?? text);
        refused[status] = (refused[status] ?? 0) + 1;
        await sleep(50);
      }
    }
  };
  const calling = Array.from({ length: callers }, (_, n) => call(n));
  const readyMs: number[] = [];
  for (let round = 0; round < rounds; round++) {
    await sleep(500 + Math.random() * 500);
    await database.stop();
    await sleep(500 + Math.random() * 1_000);
    await database.start();
    const ms = await untilReady(base);
    readyMs.push(ms);
    onRound?.(round, ms);
  }
  running = false;
  await Promise.all(calling);
  const stored = await readKeys(client);
  return {
    readyMs,
    acknowledged: acknowledged.length,
    lost: acknowledged.filter((key) => !stored.has(key)),
    refused,
    messages: [...messages],
  };
}

async function post(url: string, body: unknown): Promise<{ status: number; text: string }> {
  const options = {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  };
  return fetch(url, options).then(
    async (response) => ({ status: response.status, text: await response.text() }),
    () => ({ status: 0, text: 'no answer' }),
  );
}

async function untilReady(base: string): Promise<number> {
  const startedAt = performance.now();
  for (;;) {
    const status = await fetch(`${base}/health/ready`).then(
      (response) => response.status,
      () => 0,
    );
    const ms = performance.now() - startedAt;
    if (status === 200 || ms > GIVE_UP_MS) return Math.round(ms);
    await sleep(20);
  }
}

/** Every stored key, read in pages by a workflow of the same owner. */
async function readKeys(client: Awaited<ReturnType<typeof createProcessClient>>): Promise<Set<string>> {
  const path = await client.publish(`read-${crypto.randomUUID()}`, [
    {
      type: 'dbFind',
      collection: 'restarts',
      findType: 'many',
      filter: {},
      sort: { _id: 1 },
      skip: '{{ input.skip }}',
      limit: PAGE,
      projection: { key: 1 },
      output: 'found',
    },
    { type: 'response', body: { found: '{{ found }}' } },
  ]);
  const keys = new Set<string>();
  for (let skip = 0; ; skip += PAGE) {
    const { body } = await client.request(`POST ${path}`, { skip });
    const found = body.found as { key: string }[];
    for (const { key } of found) keys.add(key);
    if (found.length < PAGE) return keys;
  }
}

const PAGE = 1_000;

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
