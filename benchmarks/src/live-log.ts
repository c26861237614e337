/** @module The live log over Socket.IO, beside bare Socket.IO rooms that get as many events of the same form. */
import { join } from 'node:path';
import { freePort, startProgram, startServer } from './support/programs.ts';
import { median, type ReportRow, report } from './support/report.ts';
import { ROUNDS } from './support/rounds.ts';

const STEPS = 400;
/** Two for each step, two for the pause in which viewers join, one for the end. */
const EVENTS = 2 * STEPS + 3;

interface Seen {
  ms: number;
  received: number;
  outOfOrder: number;
}

const port = await freePort();
const base = `http://127.0.0.1:${port}`;
const rooms = await startProgram(
  [process.execPath, join(import.meta.dir, 'subjects', 'socket-rooms.ts')],
  { PORT: String(port) },
  base,
);
const server = await startServer({
  EXECUTIONS_PER_MINUTE: '0',
  CONNECTIONS_PER_ADDRESS: '0',
  CONNECTIONS_PER_ACCOUNT: '0',
});
try {
  const rows: ReportRow[] = [];
  for (const viewers of [1, 100, 1_000]) {
    const bare: Seen[] = [];
    const ours: Seen[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      bare.push(await view(base, viewers, 'join', {}, `${base}/?events=${EVENTS}`));
      ours.push(await viewExecution(viewers));
    }
    const ratios = bare.map(({ ms }, round) => ms / ours[round]!.ms);
    for (const [subject, seen] of [
      ['bare Socket.IO rooms', bare],
      ['execution log', ours],
    ] as const)
      rows.push({
        subject,
        viewers,
        'events/s': Math.round((viewers * (EVENTS - 2)) / (median(seen.map(({ ms }) => ms)) / 1_000)),
        'ms (median)': Math.round(median(seen.map(({ ms }) => ms))),
        spread: seen.map(({ ms }) => Math.round(ms)).join(' '),
        'of bare rooms': subject === 'execution log' ? Math.round(median(ratios) * 1_000) / 1_000 : 1,
        'out of order': seen.reduce((sum, { outOfOrder }) => sum + outOfOrder, 0),
        missing: seen.reduce((sum, { received }) => sum + viewers * EVENTS - received, 0),
      });
  }
  report('live-log', rows);
} finally {
  await server.stop();
  await rooms.stop();
}

/** An execution that waits for its viewers first. */
async function viewExecution(viewers: number): Promise<Seen> {
  const steps = [
    { type: 'delay', seconds: 1 + viewers / 250 },
    ...Array.from({ length: STEPS }, (_, n) => ({ type: 'input', variables: [{ name: 'n', default: n }] })),
  ];
  const { executionId } = await server.send('POST', '/workflows/run?async=true', { steps });
  return view(server.base, viewers, 'join-execution', { executionId }, '', server.token);
}

async function view(
  url: string,
  viewers: number,
  joinEvent: string,
  message: unknown,
  trigger: string,
  token = '',
): Promise<Seen> {
  const program = join(import.meta.dir, 'subjects', 'viewers.ts');
  const command = [
    process.execPath,
    program,
    url,
    String(viewers),
    joinEvent,
    JSON.stringify(message),
    trigger,
    token,
  ];
  const child = Bun.spawn(command, { stderr: 'inherit' });
  return JSON.parse(await new Response(child.stdout).text()) as Seen;
}
