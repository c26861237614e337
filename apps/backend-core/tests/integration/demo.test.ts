/** @module The demo plays the main job against a server of its own and ends well. */
import { expect, test } from 'vitest';

test('bun run demo ends with 0 and says so', async () => {
  const demo = Bun.spawn([process.execPath, 'demo/main.ts'], {
    cwd: new URL('../..', import.meta.url).pathname,
    stdout: 'pipe',
    stderr: 'pipe',
  });
  const [out, problems, exitCode] = await Promise.all([
    new Response(demo.stdout).text(),
    new Response(demo.stderr).text(),
    demo.exited,
  ]);
  expect(problems).toBe('');
  expect(out).toContain('All went well.');
  expect(exitCode).toBe(0);
});
