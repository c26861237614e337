/** @module A published API, validate and respond, beside the same route written by hand in Express; all in one minute, in turns. */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { median, type ReportRow, report } from './report.ts';

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 5);
const SECONDS = Number(process.env.BENCH_SECONDS ?? 4);
const CONNECTIONS = [1, 32, 256];
const BODY = JSON.stringify({ email: 'ann@example.org' });

interface Subject {
  name: string;
  url: string;
  stop(): Promise<void>;
}

const STEPS = [
  { type: 'inputValidation', rules: [{ field: 'input.email', type: 'email', required: true }] },
  { type: 'response', body: { ok: true, email: '{{ input.email }}' } },
];

const subjects = await Promise.all([
  startExpress('plain'),
  startExpress('full'),
  startServer('all'),
  startServer('none'),
]);
try {
  for (const { url } of subjects) await load(url, 32, 2);
  const rows: ReportRow[] = [];
  for (const connections of CONNECTIONS) {
    const rounds = subjects.map((): Load[] => []);
    for (let round = 0; round < ROUNDS; round++)
      for (const [i, { url }] of subjects.entries()) rounds[i]!.push(await load(url, connections, SECONDS));
    const middle = (i: number, figure: keyof Load) => median(rounds[i]!.map((each) => each[figure]));
    for (const [i, { name }] of subjects.entries())
      rows.push({
        subject: name,
        connections,
        'requests/s': Math.round(middle(i, 'rate')),
        spread: rounds[i]!.map(({ rate }) => Math.round(rate))
          .sort((a, b) => a - b)
          .join(' '),
        'p50 ms': middle(i, 'p50'),
        'p99 ms': middle(i, 'p99'),
        'of plain Express': ratio(i, 0, rounds),
        'of full Express': ratio(i, 1, rounds),
        failed: rounds[i]!.reduce((sum, { failed }) => sum + failed, 0),
      });
  }
  report('published-api', rows);
} finally {
  for (const { stop } of subjects) await stop();
}

/** Rounds are compared pairwise: what disturbs the machine disturbs both. */
function ratio(i: number, base: number, rounds: Load[][]): number {
  const ratios = rounds[i]!.map(({ rate }, round) => rate / rounds[base]![round]!.rate);
  return Math.round(median(ratios) * 1_000) / 1_000;
}

interface Load {
  rate: number;
  p50: number;
  p99: number;
  failed: number;
}

/** The load comes from a process of its own. */
async function load(url: string, connections: number, seconds: number): Promise<Load> {
  const program = join(import.meta.dir, 'subjects', 'load.mjs');
  const child = Bun.spawn(['node', program, url, String(connections), String(seconds), BODY], {
    stderr: 'inherit',
  });
  return JSON.parse(await new Response(child.stdout).text()) as Load;
}

async function startExpress(kind: 'plain' | 'full'): Promise<Subject> {
  const port = await freePort();
  const program = join(import.meta.dir, 'subjects', 'express-route.ts');
  const { stop } = await start([program, kind], { PORT: String(port) }, `http://127.0.0.1:${port}/`);
  return { name: `Express, ${kind}`, url: `http://127.0.0.1:${port}/call`, stop };
}

async function startServer(record: 'all' | 'none'): Promise<Subject> {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'bench-server-'));
  const base = `http://127.0.0.1:${port}`;
  const secret = () => Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('hex');
  const { stop } = await start(
    [join(import.meta.dir, '../../apps/backend-core/src/index.ts')],
    {
      NODE_ENV: 'production',
      HOST: '127.0.0.1',
      PORT: String(port),
      DATA_DIR: folder,
      MONGODB_URI: 'embedded',
      JWT_SECRET: secret(),
      ENCRYPTION_KEY: secret(),
    },
    `${base}/health/ready`,
  );
  const send = async (path: string, body: unknown, token?: string) => {
    const response = await fetch(`${base}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
    return (await response.json()) as Record<string, string>;
  };
  const { token } = await send('/auth/register', { email: 'bench@example.org', password: secret() });
  await send('/workflows', { workflowId: 'bench', steps: STEPS }, token);
  const { apiPath } = await send('/workflows/bench/publish', { apiName: 'call', record }, token);
  return {
    name: `published API, record ${record}`,
    url: `${base}${apiPath}`,
    stop: async () => {
      await stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Starts a program and waits until it answers. */
async function start(command: string[], env: Record<string, string>, url: string) {
  const child = Bun.spawn([process.execPath, ...command], {
    env: { ...process.env, ...env },
    stdout: 'ignore',
    stderr: 'inherit',
  });
  for (let tries = 0; ; tries++) {
    const answered = await fetch(url).catch(() => null);
    if (answered && answered.status !== 503) break;
    if (tries > 300 || child.exitCode !== null) throw new Error(`${command[0]} does not answer`);
    await Bun.sleep(100);
  }
  return {
    stop: async () => {
      child.kill('SIGTERM');
      await child.exited;
    },
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    });
  });
}
