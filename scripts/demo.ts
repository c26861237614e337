/** @module `bun run demo`: installs when needed, then plays the main job against a server of its own. */
import { join } from 'node:path';
import { install } from './install.ts';
import { runVisibly } from './tools.ts';
import { ROOT } from './workspaces.ts';

await install();
process.exit(await runVisibly([process.execPath, 'run', join(ROOT, 'apps/backend-core/demo/main.ts')]));
