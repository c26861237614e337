/**
 * @module `bun run up`: from a fresh clone to a running server. Installs when needed, then runs the server from its source; nothing has to
 * be built. Imports built-ins and its neighbours only, because it runs before anything is installed.
 */
import { join } from 'node:path';
import { install } from './install.ts';
import { whenLauncherEnds } from './launcher.ts';
import { environment } from './tools.ts';
import { ROOT } from './workspaces.ts';

await install();

const server = Bun.spawn([process.execPath, 'run', 'src/index.ts'], {
  cwd: join(ROOT, 'apps/backend-core'),
  env: environment(),
  stdio: ['inherit', 'inherit', 'inherit'],
});

// The server decides how it ends. A terminal sends Ctrl-C to every process itself; sent again it would be the second one.
process.on('SIGINT', () => {
  if (!process.stdin.isTTY) server.kill('SIGINT');
});
process.on('SIGTERM', () => server.kill('SIGTERM'));
whenLauncherEnds(() => server.kill('SIGTERM'));

process.exit(await server.exited);
