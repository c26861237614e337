/** @module Compares subjects round by round, in turns, so that what disturbs the machine disturbs all of them. */
import { type Load, load } from './load.ts';
import { median, type ReportRow } from './report.ts';

/** What is put under load. */
export interface Subject {
  name: string;
  url: string;
  stop(): Promise<void>;
}

export const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 5);
const SECONDS = Number(process.env.BENCH_SECONDS ?? 4);

/**
 * Figures of all subjects, and the median of the ratios of each to the subjects that `bases` names.
 *
 * @param bases column title → index of the subject
 */
export async function compareSubjects(
  subjects: readonly Subject[],
  {
    connections,
    body,
    bases,
  }: { connections: readonly number[]; body: string; bases: Record<string, number> },
): Promise<ReportRow[]> {
  for (const { url } of subjects) await load(url, 32, 2, body);
  const rows: ReportRow[] = [];
  for (const count of connections) {
    const rounds = subjects.map((): Load[] => []);
    for (let round = 0; round < ROUNDS; round++)
      for (const [i, { url }] of subjects.entries()) rounds[i]!.push(await load(url, count, SECONDS, body));
    const ratio = (i: number, base: number, figure: 'rate' | 'p50') => {
      const ratios = rounds[i]!.map((each, round) => each[figure] / rounds[base]![round]![figure]);
      return Math.round(median(ratios) * 1_000) / 1_000;
    };
    for (const [i, { name }] of subjects.entries()) {
      const middle = (figure: keyof Load) => median(rounds[i]!.map((each) => each[figure]));
      const rates = rounds[i]!.map(({ rate }) => Math.round(rate)).sort((a, b) => a - b);
      rows.push({
        subject: name,
        connections: count,
        'requests/s': Math.round(middle('rate')),
        spread: rates.join(' '),
        'p50 ms': middle('p50'),
        'p99 ms': middle('p99'),
        ...Object.fromEntries(Object.entries(bases).map(([title, base]) => [title, ratio(i, base, 'rate')])),
        failed: rounds[i]!.reduce((sum, { failed }) => sum + failed, 0),
      });
    }
  }
  return rows;
}
