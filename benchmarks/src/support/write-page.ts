/** @module Writes `docs/benchmarks.md` from the results that were measured last. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { Report } from './report.ts';

const ROOT = new URL('../../../', import.meta.url).pathname;

/** What each benchmark compares, in the order of the page. */
const TITLES: Readonly<Record<string, string>> = {
  'published-api': 'A published API without a database: validate, respond',
  'published-api-database': 'A published API with a database: validate, find, insert, respond',
  'live-log': 'The live log over Socket.IO',
  memory: 'Memory of the server under published calls',
  engine: 'Steps of the engine',
  'embedded-mongo': 'The embedded database',
};

/** A section for every benchmark that was run on this machine. */
export function writePage(): void {
  const sections = Object.entries(TITLES).flatMap(([name, title]) => {
    const file = `${ROOT}benchmarks/results/${name}.json`;
    return existsSync(file) ? [section(title, JSON.parse(readFileSync(file, 'utf8')) as Report)] : [];
  });
  writeFileSync(`${ROOT}docs/benchmarks.md`, [HEAD, ...sections].join('\n'));
}

const HEAD = `# Benchmarks

\`bun run bench\` measures and writes this page and \`benchmarks/results/*.json\`. Machines differ and are shared: what counts are the ratios, each the median of
rounds that were run in turns, so that what disturbs the machine disturbs all subjects. Load comes from a process of its own (autocannon on Node).
`;

function section(title: string, { measuredAt, machine, rows }: Report): string {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const line = (cells: readonly unknown[]) => `| ${cells.map((cell) => cell ?? '').join(' | ')} |`;
  return [
    `## ${title}\n`,
    `${measuredAt.slice(0, 10)}, ${machine.cores} cores, ${machine.cpu}, Bun ${machine.bun}.\n`,
    line(columns),
    line(columns.map(() => '---')),
    ...rows.map((row) => line(columns.map((column) => row[column]))),
    '',
  ].join('\n');
}
