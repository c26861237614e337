/** @module `bun run imports`: who imports whom, against the rules of the architecture. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { type Finding, lineAt, report } from './findings.ts';
import { whyForbidden } from './import-rules.ts';
import { listTrackedFiles } from './tracked-files.ts';
import { listWorkspaces, ROOT } from './workspaces.ts';

const findings: Finding[] = [];
for (const { folder, manifest } of listWorkspaces()) {
  for (const file of await listTrackedFiles(folder)) {
    if (!/\.[cm]?[jt]s$/.test(file)) continue;
    const text = readFileSync(join(ROOT, file), 'utf8');
    // Also sees `import type`, `export from` and `import()`, which a bundler's scan leaves out.
    for (const { fileName, pos } of ts.preProcessFile(text, true, false).importedFiles) {
      const message = whyForbidden(manifest, folder, file, fileName);
      if (message !== undefined) findings.push({ file, line: lineAt(text, pos), message });
    }
  }
}
report('imports', findings);
