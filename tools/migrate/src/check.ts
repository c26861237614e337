/** @module Reads a database and says what this server makes of it; writes nothing. */

import type { mongo } from '@orchestrix/models';
import { isObjectId } from '@orchestrix/models';
import type { ConnectionCipher } from '@orchestrix/owner-databases';
import { type BackupRun, listRuns } from './backups.ts';
import { takeCensus } from './census.ts';
import { findOldDefinitionIndex } from './inspect-collections.ts';
import { inspectRows, type PassOptions } from './inspect-rows.ts';
import { type Issue, worst } from './inspection.ts';
import { createInspectors, OWN_COLLECTIONS } from './inspectors.ts';
import { type IssueCode, issueOf, type Severity } from './issues.ts';
import { printable } from './printable.ts';

/** A collection in a report. */
export interface CollectionReport {
  name: string;
  /** `checked` row by row, `own`: written by this server itself, `owner`: documents of an owner's collection, `foreign`: not read by it. */
  kind: 'checked' | 'own' | 'owner' | 'foreign';
  documents: number;
  asItIs: number;
  repairable: number;
  needsPerson: number;
}

/** Everything of one kind that was found in one collection. */
export interface Finding extends Pick<Issue, 'code'> {
  collection: string;
  severity: Severity;
  count: number;
  says: string;
  advice: string;
  /** What exactly, and how often: types of steps, codes of diagnostics. */
  labels: Record<string, number>;
  /** Names of the first few. */
  examples: string[];
}

/** What a check gives. */
export interface CheckReport {
  database: string;
  /** Whether connection strings could be decrypted. */
  encryptionKey: 'used' | 'absent';
  collections: CollectionReport[];
  workflows: { total: number; compile: number };
  sessions: { live: number; expired: number };
  findings: Finding[];
  /** Earlier repairs that can be rolled back. */
  runs: BackupRun[];
  verdict: 'fine' | 'safe' | 'person';
}

/** Options of {@link checkDatabase}. */
export interface CheckOptions extends PassOptions {
  cipher: ConnectionCipher | null;
  now: Date;
}

/** Looks at every row; only reading commands are sent. */
export async function checkDatabase(db: mongo.Db, options: CheckOptions): Promise<CheckReport> {
  const { cipher, now, signal } = options;
  const stored = (await db.listCollections({}, { nameOnly: true }).toArray()).map(({ name }) => name);
  const census = await takeCensus(db, signal);
  const inspectors = createInspectors({ census, cipher, now });
  const checked = new Map(
    [...inspectors.keys()].map((name) => [name, emptyReport(name, 'checked')] as const),
  );
  const findings = new Findings();
  const workflows = { total: 0, compile: 0 };

  for await (const { collection, row, inspector, inspection } of inspectRows(db, inspectors, options)) {
    const issues: Issue[] = [...inspection.issues];
    if (!isObjectId(row._id)) issues.push({ code: 'ID_FORM' });
    for (const issue of issues) findings.add(collection, issue, { row, name: inspector.nameOf(row) });
    countRow(checked.get(collection)!, worst(issues));
    if (collection !== 'workflows') continue;
    workflows.total++;
    if (!issues.some(({ code }) => NOT_COMPILING.has(code))) workflows.compile++;
  }
  if (await findOldDefinitionIndex(db))
    findings.add(
      'collectiondefinitions',
      { code: 'DEFINITION_INDEX_OLD' },
      { row: null, name: 'collectionName' },
    );

  const expired = findings.count('SESSION_EXPIRED');
  const found = findings.list();
  return {
    database: db.databaseName,
    encryptionKey: cipher ? 'used' : 'absent',
    collections: [
      ...[...checked.values()].filter(({ name }) => stored.includes(name)),
      ...(await otherCollections(
        db,
        stored.filter((name) => !checked.has(name)),
      )),
    ],
    workflows,
    sessions: {
      live: checked.get('sessions')!.documents - expired - findings.count('SESSION_UNREADABLE'),
      expired,
    },
    findings: found,
    runs: stored.includes('migration_backups') ? await listRuns(db) : [],
    verdict: verdictOf(found),
  };
}

const NOT_COMPILING = new Set<IssueCode>([
  'WORKFLOW_UNREADABLE',
  'WORKFLOW_STEPS_NOT_A_LIST',
  'WORKFLOW_STEP_UNKNOWN',
  'WORKFLOW_BROKEN',
]);

function verdictOf(findings: readonly Finding[]): CheckReport['verdict'] {
  const severity = worst(findings);
  return severity === 'person' || severity === 'safe' ? severity : 'fine';
}

const emptyReport = (name: string, kind: CollectionReport['kind']): CollectionReport => ({
  name,
  kind,
  documents: 0,
  asItIs: 0,
  repairable: 0,
  needsPerson: 0,
});

function countRow(report: CollectionReport, severity: Severity | null): void {
  report.documents++;
  if (severity === 'person') report.needsPerson++;
  else if (severity === 'safe') report.repairable++;
  else report.asItIs++;
}

async function otherCollections(db: mongo.Db, names: readonly string[]): Promise<CollectionReport[]> {
  const reports: CollectionReport[] = [];
  for (const name of [...names].sort()) {
    if (name.startsWith('system.')) continue;
    const kind = OWN_COLLECTIONS.has(name) ? 'own' : /^data_[0-9a-f]{40}_/.test(name) ? 'owner' : 'foreign';
    const documents = await db.collection(name).estimatedDocumentCount();
    reports.push({ ...emptyReport(name, kind), documents, asItIs: documents });
  }
  return reports;
}

const MAX_EXAMPLES = 5;
const MAX_LABELS = 200;

/** Findings of one kind in one collection, put together. */
class Findings {
  readonly #found = new Map<string, { finding: Finding; last: unknown }>();

  /** @param where the row, so that one with several issues of a kind counts once, and how it is called */
  add(collection: string, { code, label }: Issue, where: { row: unknown; name: string }): void {
    const key = `${collection} ${code}`;
    const { severity, says, advice } = issueOf(code);
    const entry = this.#found.get(key) ?? {
      finding: { code, collection, severity, count: 0, says, advice, labels: {}, examples: [] },
      last: undefined,
    };
    this.#found.set(key, entry);
    const { finding } = entry;
    if (entry.last !== where.row) {
      entry.last = where.row;
      finding.count++;
      if (finding.examples.length < MAX_EXAMPLES) finding.examples.push(printable(where.name));
    }
    if (label !== undefined) countLabel(finding.labels, printable(label));
  }

  count(code: IssueCode): number {
    return this.list().find((finding) => finding.code === code)?.count ?? 0;
  }

  /** The most serious first. */
  list(): Finding[] {
    const order: readonly Severity[] = ['person', 'safe', 'note'];
    return [...this.#found.values()]
      .map(({ finding }) => finding)
      .sort((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity));
  }
}

/** Labels come from the data: `__proto__` must become one like any other. */
function countLabel(labels: Record<string, number>, label: string): void {
  const known = Object.hasOwn(labels, label);
  if (!known && Object.keys(labels).length >= MAX_LABELS) return;
  const value = (known ? labels[label]! : 0) + 1;
  Object.defineProperty(labels, label, { value, enumerable: true, configurable: true, writable: true });
}
