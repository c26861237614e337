/** @module Which texts may stand nowhere, or only in certain files, and why. */
import { type Finding, lineAt } from './findings.ts';

interface WordRule {
  /** Global, so that every place is found. */
  pattern: RegExp;
  message: string;
  /** Whether the rule holds for a file. */
  holdsFor(file: string): boolean;
}

const RULES: WordRule[] = [
  {
    pattern: /motia|redis/gi,
    message: 'the server needs neither: this word may not occur under apps/backend-core',
    holdsFor: (file) => file.startsWith('apps/backend-core/'),
  },
  {
    // Which registry is used is for the machine to say; a host in a file breaks every machine that has another.
    pattern: /\bregistry\.(?:[a-z0-9-]+\.)+(?:com|org|net|dev|io)\b|\bnpm\.pkg\.[a-z]/gi,
    message: 'a package registry is named here',
    holdsFor: () => true,
  },
  {
    pattern: /\b(?:process|Bun|import\.meta)\s*\.\s*env\b/g,
    message: 'the environment is read in apps/backend-core/src/config.ts and nowhere else',
    holdsFor: (file) =>
      /^(?:packages|apps)\/[^/]+\/src\/.*\.[cm]?[jt]sx?$/.test(file) &&
      !/\.test\.[jt]sx?$/.test(file) &&
      file !== 'apps/backend-core/src/config.ts',
  },
];

/** Every forbidden text in a file. */
export function findWords(file: string, text: string): Finding[] {
  return RULES.filter((rule) => rule.holdsFor(file)).flatMap(({ pattern, message }) =>
    [...text.matchAll(pattern)].map((match) => ({
      file,
      line: lineAt(text, match.index),
      message: `"${match[0]}": ${message}`,
    })),
  );
}
