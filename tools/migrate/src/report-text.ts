/** @module A report for a person: a table, then sentences. */
import type { CheckReport, CollectionReport, Finding } from './check.ts';
import type { FixResult } from './fix.ts';
import { type IssueCode, issueOf } from './issues.ts';
import { printable } from './printable.ts';
import type { RollbackResult } from './rollback.ts';

/** What was found, as text of several lines. */
export function describeCheck(report: CheckReport): string {
  const { workflows, sessions, findings } = report;
  const lines = [
    `Database "${printable(report.database)}". Nothing was written.`,
    report.encryptionKey === 'used'
      ? 'Connection strings were tried with the ENCRYPTION_KEY of the configuration.'
      : 'No ENCRYPTION_KEY is set, so encrypted connection strings could not be tried.',
    '',
    ...table(report.collections),
    '',
    `${workflows.compile} of ${number(workflows.total, 'workflow')} can run every step. ` +
      `${number(sessions.live, 'session')} still open, ${sessions.expired} expired.`,
    ...section(
      'Needs a person',
      findings.filter(({ severity }) => severity === 'person'),
    ),
    ...section(
      'Works, and --fix makes it better',
      findings.filter(({ severity }) => severity === 'safe'),
    ),
    ...section(
      'Works as it is',
      findings.filter(({ severity }) => severity === 'note'),
    ),
    '',
    VERDICTS[report.verdict],
    ...report.runs.map(
      ({ runId, changes }) =>
        `The repair ${runId} changed ${number(changes, 'row')}; --rollback ${runId} takes it back.`,
    ),
  ];
  return lines.join('\n');
}

const VERDICTS: Record<CheckReport['verdict'], string> = {
  fine: 'All of it runs as it is.',
  safe: 'All of it runs as it is; --fix shows what can be made better, --fix --confirm does it.',
  person: 'Some of it needs a person, see above; the rest runs as it is.',
};

/** What a repair would do. */
export function describePlan(report: CheckReport): string {
  const repairs = report.findings.filter(({ severity }) => severity === 'safe');
  if (repairs.length === 0) return 'There is nothing to repair.';
  const lines = repairs.map(({ count, collection, code }) => `  ${change(code, count, collection)}`);
  return [
    '--fix --confirm would change:',
    ...lines,
    'Former values are kept; --rollback takes it back.',
  ].join('\n');
}

/** What a repair has done. */
export function describeFix({ runId, changed, rows, skipped }: FixResult): string {
  if (rows === 0 && skipped === 0) return 'There was nothing to repair.';
  const codes = Object.entries(changed) as [IssueCode, number][];
  return [
    `Changed ${number(rows, 'row')}:`,
    ...codes.map(([code, count]) => `  ${change(code, count)}`),
    ...(skipped > 0
      ? [`${number(skipped, 'row')} changed meanwhile and left as they are: run it again.`]
      : []),
    `--rollback ${runId} takes it back.`,
  ].join('\n');
}

/** What a rollback has done. */
export function describeRollback({ runId, restored, kept }: RollbackResult): string {
  if (restored === 0 && kept.length === 0) return `There is nothing to take back under ${printable(runId)}.`;
  return [
    `${number(restored, 'row')} as before the repair.`,
    ...(kept.length > 0 ? [`${number(kept.length, 'change')} left as they are:`] : []),
    ...kept
      .slice(0, 50)
      .map(
        ({ collection, document, field, reason }) =>
          `  ${collection} ${printable(document)}, ${field}: ${reason}`,
      ),
    ...(kept.length > 50 ? [`  … and ${kept.length - 50} more`] : []),
  ].join('\n');
}

const CHANGES: Partial<Record<IssueCode, string>> = {
  WORKFLOW_WITHOUT_VERSION: 'version 1 on workflows without one',
  USER_WITHOUT_EMAIL_KEY: 'emailKey on accounts without one',
  USER_EMAIL_KEY_STALE: 'a corrected emailKey on accounts whose address has changed',
  USER_WITHOUT_ROLE: 'role "user" on accounts without a role',
  CONNECTION_UNPREFIXED: 'the prefix "enc:" on encrypted connection strings',
  CONNECTION_PLAIN: 'encryption of plain connection strings',
  DEFINITION_INDEX_OLD: 'the old unique index on collectiondefinitions.collectionName, dropped',
};

const change = (code: IssueCode, count: number, collection?: string): string =>
  `${String(count).padStart(8)} × ${CHANGES[code] ?? issueOf(code).says}${collection ? ` (${collection})` : ''}`;

const HEAD = ['Collection', 'Documents', 'As it is', 'Repairable', 'Needs a person'];

const KINDS: Record<CollectionReport['kind'], string> = {
  checked: '',
  own: 'written by this server',
  owner: 'documents of owners, used as they are',
  foreign: 'not read by this server',
};

function table(collections: readonly CollectionReport[]): string[] {
  const rows = merged(collections).map(({ name, kind, documents, asItIs, repairable, needsPerson }) => ({
    cells: [
      printable(name),
      String(documents),
      ...(kind === 'checked' ? [asItIs, repairable, needsPerson].map(String) : ['', '', '']),
    ],
    note: KINDS[kind],
  }));
  const all = [HEAD, ...rows.map(({ cells }) => cells)];
  const widths = HEAD.map((_, column) => Math.max(...all.map((cells) => cells[column]!.length)));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!)))
      .join('  ');
  return [
    line(HEAD),
    widths.map((width) => '-'.repeat(width)).join('  '),
    ...rows.map(({ cells, note }) => `${line(cells)}  ${note}`.trimEnd()),
  ];
}

/** Owners' collections are many and all alike. */
function merged(collections: readonly CollectionReport[]): CollectionReport[] {
  const owners = collections.filter(({ kind }) => kind === 'owner');
  const others = collections.filter(({ kind }) => kind !== 'owner');
  if (owners.length === 0) return others;
  const documents = owners.reduce((sum, one) => sum + one.documents, 0);
  const name = `data_… (${number(owners.length, 'collection')})`;
  return [...others, { ...owners[0]!, name, documents, asItIs: documents }];
}

function section(title: string, findings: readonly Finding[]): string[] {
  if (findings.length === 0) return [];
  return ['', title, ...findings.flatMap(sentences)];
}

function sentences({ code, collection, count, says, advice, labels, examples }: Finding): string[] {
  const what = code === 'DEFINITION_INDEX_OLD' ? says : `rows of ${collection} that ${says}: ${count}`;
  const all = Object.entries(labels).sort(([, a], [, b]) => b - a);
  const shown = all.slice(0, 8).map(([label, times]) => `${printable(label)} (${times})`);
  const kinds = all.length === 0 ? '' : `, by kind: ${shown.join(', ')}${all.length > 8 ? ', …' : ''}`;
  const more = count > examples.length ? ', …' : '';
  return [
    `  ${code}: ${what}${kinds}.`,
    `      ${advice}`,
    ...(code === 'DEFINITION_INDEX_OLD'
      ? []
      : [`      Such as ${examples.map(printable).join(', ')}${more}`]),
  ];
}

const number = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
