/** @module Counts the tests of all packages from the files that vitest leaves behind. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** All packages together. */
export interface TestCounts {
  passed: number;
  /** Failed tests, files that could not even be loaded, and packages without results. */
  failed: number;
  /** Folders that left no results. */
  missing: string[];
}

/** The part of vitest's JSON report that is read. */
interface Report {
  numPassedTests: number;
  numFailedTests: number;
  testResults: { status: string; assertionResults: unknown[] }[];
}

/** Where a package's tests leave their report. */
export function resultsFile(folder: string): string {
  return join(folder, 'test-results', 'vitest.json');
}

/**
 * @param folders of the packages that have tests, relative to `root`
 * @param brokenFolders those whose test run failed: each has at least one failure, also when no test of it says so
 */
export function countTests(
  root: string,
  folders: readonly string[],
  brokenFolders: readonly string[] = [],
): TestCounts {
  const counts: TestCounts = { passed: 0, failed: 0, missing: [] };
  for (const folder of folders) {
    const file = join(root, resultsFile(folder));
    if (!existsSync(file)) {
      counts.missing.push(folder);
      counts.failed += 1;
      continue;
    }
    const report = JSON.parse(readFileSync(file, 'utf8')) as Report;
    const unloaded = report.testResults.filter(
      ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
    );
    counts.passed += report.numPassedTests;
    const failed = report.numFailedTests + unloaded.length;
    counts.failed += brokenFolders.includes(folder) ? Math.max(failed, 1) : failed;
  }
  return counts;
}
