/** @module Counting tests from report files. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { countTests, resultsFile } from './test-results.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'results-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function leave(
  folder: string,
  numPassedTests: number,
  numFailedTests: number,
  testResults: object[] = [],
): void {
  const file = join(root, resultsFile(folder));
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify({ numPassedTests, numFailedTests, testResults }));
}

describe('the count of tests', () => {
  it('is the sum over all packages', () => {
    leave('a', 3, 1);
    leave('b', 4, 0);
    expect(countTests(root, ['a', 'b'])).toEqual({ passed: 7, failed: 1, missing: [] });
  });

  it('takes a package without results for a failure', () => {
    leave('a', 3, 0);
    expect(countTests(root, ['a', 'gone'])).toEqual({ passed: 3, failed: 1, missing: ['gone'] });
  });

  it('takes a file that could not be loaded for a failure', () => {
    leave('a', 3, 1, [
      { status: 'failed', assertionResults: [] },
      { status: 'failed', assertionResults: [{ status: 'failed' }] },
      { status: 'passed', assertionResults: [] },
    ]);
    expect(countTests(root, ['a'])).toMatchObject({ passed: 3, failed: 2 });
  });

  it('takes a run that failed without a failed test for one', () => {
    leave('a', 3, 0);
    leave('b', 0, 2);
    expect(countTests(root, ['a', 'b'], ['a', 'b'])).toMatchObject({ passed: 3, failed: 3 });
  });
});
