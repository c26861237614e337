import { defineConfig } from 'tsup';
import { library } from '../../tsup.shared.ts';

export default defineConfig({
  ...library(['src/index.ts', 'src/worker.ts', 'src/cli.ts']),
  // One of these two is there at run time, and node:sqlite exists under its full name only.
  external: ['bun:sqlite', 'node:sqlite'],
  removeNodeProtocol: false,
});
