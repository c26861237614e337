/** @module The samples of the README type-check; the first one is also run, in the tests of the server. */
/// <reference types="react" />
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';

const FOLDER = resolve(import.meta.dirname, '..');

const samples = [...readFileSync(resolve(FOLDER, 'README.md'), 'utf8').matchAll(/```(tsx?)\n(.*?)```/gs)].map(
  ([, kind = '', text = '']) => ({ kind, text }),
);

/** What TypeScript says to a text as a file of this package. */
function complaintsOf(text: string, kind: string): string[] {
  const file = resolve(FOLDER, 'tests', `sample.${kind}`);
  const options: ts.CompilerOptions = {
    target: ts.ScriptTarget.ES2023,
    lib: ['lib.es2024.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    customConditions: ['bun'],
    jsx: ts.JsxEmit.ReactJSX,
    types: [],
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    allowImportingTsExtensions: true,
  };
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists } = host;
  host.fileExists = (name) => name === file || fileExists(name);
  host.getSourceFile = (name, target) =>
    name === file ? ts.createSourceFile(name, text, target) : getSourceFile(name, target);
  const program = ts.createProgram([file], options, host);
  return ts
    .getPreEmitDiagnostics(program)
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
}

test('there are a program, lists, drafts, and a React component', () => {
  expect(samples.map(({ kind }) => kind)).toEqual(['ts', 'ts', 'ts', 'tsx']);
});

test.each(samples)('a $kind sample type-checks', ({ kind, text }) => {
  const start = text.includes('createClient(')
    ? ''
    : `import { createClient } from '@orchestrix/client';\nconst client = createClient({ baseUrl: '' });\n`;
  expect(complaintsOf(start + text, kind)).toEqual([]);
});

test('a wrong sample does not', () => {
  const [sample] = samples;
  const wrong = sample?.text.replace('workflow.workflowId', 'workflow.workflowID') ?? '';
  expect(complaintsOf(wrong, 'ts')).toEqual([expect.stringContaining('workflowID')]);
});
