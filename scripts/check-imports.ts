/** @module `bun run imports`: who imports whom, against the rules of the architecture; and that no files import each other in a circle. */
import { readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import ts from 'typescript';
import { type Finding, lineAt, report } from './findings.ts';
import { findCircles, type SourceImports } from './import-circles.ts';
import { whyForbidden } from './import-rules.ts';
import { listTrackedFiles } from './tracked-files.ts';
import { listWorkspaces, ROOT } from './workspaces.ts';

const findings: Finding[] = [];
const sources: SourceImports[] = [];
for (const { folder, manifest } of listWorkspaces()) {
  for (const file of await listTrackedFiles(folder)) {
    if (!/\.[cm]?[jt]s$/.test(file)) continue;
    const text = readFileSync(join(ROOT, file), 'utf8');
    const paths: string[] = [];
    // Also sees `import type`, `export from` and `import()`, which a bundler's scan leaves out.
    for (const { fileName, pos } of ts.preProcessFile(text, true, false).importedFiles) {
      const message = whyForbidden(manifest, folder, file, fileName);
      if (message !== undefined) findings.push({ file, line: lineAt(text, pos), message });
      if (fileName.startsWith('.')) paths.push(posix.join(posix.dirname(file), fileName));
    }
    sources.push({ file, imports: paths });
  }
}
findings.push(...judgeCircles(findCircles(sources)));
report('imports', findings);

/** Files that import each other in a circle. */
function judgeCircles(circles: readonly string[][]): Finding[] {
  return circles.map(([file = '', ...others]) => ({
    file,
    line: 1,
    message: `imports itself by way of ${others.join(', ')}`,
  }));
}
