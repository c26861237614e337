/** @module The way every check of the repository reports: one line a finding, exit code 1 when there is any. */

/** Something that must not be. */
export interface Finding {
  /** Relative to the root. */
  file: string;
  /** From 1. */
  line: number;
  message: string;
}

/** Prints the findings, or that there are none, and ends the process. */
export function report(name: string, findings: readonly Finding[]): never {
  for (const { file, line, message } of findings) console.log(`${file}:${line}  ${message}`);
  console.log(findings.length === 0 ? `${name}: nothing found` : `${name}: ${findings.length} found`);
  process.exit(findings.length === 0 ? 0 : 1);
}

/** The line, counted from 1, on which an offset lies. */
export function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}
