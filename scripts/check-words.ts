/** @module `bun run words`: texts that must not stand in a file of this repository. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Finding, report } from './findings.ts';
import { listTrackedFiles } from './tracked-files.ts';
import { findWords } from './word-rules.ts';
import { ROOT } from './workspaces.ts';

const findings: Finding[] = [];
for (const file of await listTrackedFiles())
  findings.push(...findWords(file, readFileSync(join(ROOT, file), 'utf8')));
report('words', findings);
