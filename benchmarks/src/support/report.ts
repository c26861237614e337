/** @module Prints a benchmark's figures as a table and keeps them as JSON under `results/`. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';

/** One line of a report: names and figures by column. */
export type ReportRow = Record<string, string | number>;

/** What a benchmark leaves behind. */
export interface Report {
  name: string;
  /** ISO 8601. */
  measuredAt: string;
  machine: { cpu: string; cores: number; bun: string };
  rows: ReportRow[];
}

/** Prints and writes `results/<name>.json`, with the machine it was measured on. */
export function report(name: string, rows: ReportRow[]): void {
  console.table(rows);
  const folder = new URL('../../results/', import.meta.url).pathname;
  mkdirSync(folder, { recursive: true });
  const machine = { cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length, bun: Bun.version };
  const result: Report = { name, measuredAt: new Date().toISOString(), machine, rows };
  writeFileSync(`${folder}${name}.json`, `${JSON.stringify(result, null, 2)}\n`);
}

/** The middle of some figures; of two middles the smaller. */
export function median(figures: readonly number[]): number {
  const sorted = [...figures].sort((a, b) => a - b);
  return sorted[(sorted.length - 1) >> 1] ?? Number.NaN;
}
