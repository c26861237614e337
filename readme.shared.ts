import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

/** A test that runs the first sample of a package's README and compares what it prints with the comments after `console.log`. */
export function testFirstSample(folder: string): void {
  test('the first sample of the README runs and prints what it says', () => {
    const readme = readFileSync(join(folder, 'README.md'), 'utf8');
    const [, sample = ''] = /```ts\n([\s\S]*?)```/.exec(readme) ?? [];
    const expected = [...sample.matchAll(/console\.log\(.*\)\)?; \/\/ (.+)$/gm)].map(([, text]) => text!);
    expect(expected.length).toBeGreaterThan(0);
    // Inside the package, so that its own name and its dependencies resolve.
    const file = join(folder, 'test-results', `sample-${process.pid}.ts`);
    mkdirSync(join(folder, 'test-results'), { recursive: true });
    writeFileSync(file, sample);
    const { stdout, stderr } = spawnSync('bun', [file], { encoding: 'utf8', timeout: 30_000 });
    rmSync(file);
    expect(stderr).toBe('');
    const printed = stdout.replace(/\s+/g, ' ');
    for (const line of expected) expect(printed).toContain(line.replace(/\s+/g, ' '));
  });
}
