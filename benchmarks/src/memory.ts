/** @module Memory of the server while published calls come in: after 20,000 calls and after 200,000, recording all of them. */
import { readFileSync } from 'node:fs';
import { load } from './support/load.ts';
import { startServer } from './support/programs.ts';
import { type ReportRow, report } from './support/report.ts';

const CALLS = [20_000, 100_000, 200_000].map((calls) => calls / Number(process.env.BENCH_SHORT ?? 1));
const BODY = JSON.stringify({ email: 'ann@example.org' });

const server = await startServer({ EXECUTIONS_KEPT: '0' });
try {
  const url = await server.publish([
    { type: 'inputValidation', rules: [{ field: 'input.email', type: 'email', required: true }] },
    { type: 'response', body: { ok: true, email: '{{ input.email }}' } },
  ]);
  const rows: ReportRow[] = [];
  let calls = 0;
  for (const target of CALLS) {
    while (calls < target) {
      const { rate } = await load(url, 32, 5, BODY);
      calls += Math.round(rate * 5);
    }
    // What is waiting is written, what is over is forgotten.
    await Bun.sleep(5_000);
    const bytes = residentBytes(server.pid);
    rows.push({
      'calls at least': target,
      'resident MB': Math.round(bytes / 1_048_576),
      'of the first': Math.round((bytes / (rows.length === 0 ? bytes : first(rows))) * 100) / 100,
    });
  }
  report('memory', rows);
} finally {
  await server.stop();
}

function first(rows: ReportRow[]): number {
  return Number(rows[0]!['resident MB']) * 1_048_576;
}

function residentBytes(pid: number): number {
  const [, kilobytes = '0'] = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) * 1024;
}
