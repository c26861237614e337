/** @module How results are printed and kept. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Outcome } from './outcome.ts';
import { type Score, scoreOutcomes, shareCorrect } from './score.ts';

const RESULTS = join(import.meta.dirname, '../results');

/** The table of one drafter, and what failed. */
export function renderOutcomes(title: string, outcomes: readonly Outcome[]): string {
  const sheet = scoreOutcomes(outcomes);
  const rows = [...sheet.families, sheet.inFamilies, sheet.changes, sheet.hostile].filter(
    ({ requests }) => requests > 0,
  );
  const reasons = outcomes
    .filter(({ correct }) => !correct)
    .map(
      ({ family, name, request, reason }) =>
        `  ✗ ${family}: ${name}\n      asked: ${oneLine(request, 160)}\n      ${oneLine(reason ?? '', 500)}`,
    );
  return [
    `── ${title}`,
    table([HEADINGS, ...rows.map(cells)]),
    ...(reasons.length > 0 ? [`\nNot correct:\n${reasons.join('\n')}`] : []),
  ].join('\n');
}

/** Writes the results of a drafter as JSON. @returns the path of the file */
export async function saveOutcomes(name: string, outcomes: readonly Outcome[]): Promise<string> {
  const path = join(RESULTS, `${name}.json`);
  await mkdir(RESULTS, { recursive: true });
  await writeFile(path, `${JSON.stringify({ sheet: scoreOutcomes(outcomes), outcomes }, null, 2)}\n`);
  return path;
}

const HEADINGS = ['', 'cases', 'valid', 'proven', 'correct', '%', 'steps beyond', 'tokens', 'seconds'];

function cells(score: Score): string[] {
  const { label, requests, valid, proven, correct, stepsBeyond, tokens, seconds } = score;
  return [
    label,
    String(requests),
    String(valid),
    String(proven),
    String(correct),
    (shareCorrect(score) * 100).toFixed(0),
    figure(stepsBeyond, 2),
    figure(tokens, 0),
    figure(seconds, 2),
  ];
}

function figure(value: number | null, digits: number): string {
  return value === null ? '–' : value.toFixed(digits);
}

function table(rows: readonly string[][]): string {
  const widths = HEADINGS.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const render = (row: readonly string[]) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)))
      .join('  ')
      .trimEnd();
  return rows.map(render).join('\n');
}

function oneLine(text: string, length: number): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > length ? `${line.slice(0, length)}…` : line;
}
