/** @module A published API, validate and respond, beside the same route written by hand in Express, and in Node-RED. */
import { join } from 'node:path';
import { startNodeRed } from './subjects/node-red.ts';
import { freePort, startProgram, startServer } from './support/programs.ts';
import { report } from './support/report.ts';
import { compareSubjects, type Subject } from './support/rounds.ts';

const STEPS = [
  { type: 'inputValidation', rules: [{ field: 'input.email', type: 'email', required: true }] },
  { type: 'response', body: { ok: true, email: '{{ input.email }}' } },
];

const server = await startServer();
const nodeRed = await startNodeRed();
const subjects: Subject[] = [
  await startExpress('plain'),
  await startExpress('full'),
  {
    name: 'published API, record all',
    url: await server.publish(STEPS, { record: 'all' }),
    stop: server.stop,
  },
  {
    name: 'published API, record none',
    url: await server.publish(STEPS, { record: 'none' }),
    stop: async () => {},
  },
  ...(nodeRed ? [nodeRed] : []),
];
try {
  const bases = { 'of plain Express': 0, 'of full Express': 1, ...(nodeRed ? { 'of Node-RED': 4 } : {}) };
  const body = JSON.stringify({ email: 'ann@example.org' });
  report('published-api', await compareSubjects(subjects, { connections: [1, 32, 256], body, bases }));
} finally {
  for (const { stop } of subjects) await stop();
}

async function startExpress(kind: 'plain' | 'full'): Promise<Subject> {
  const port = await freePort();
  const program = join(import.meta.dir, 'subjects', 'express-route.ts');
  const base = `http://127.0.0.1:${port}/`;
  const { stop } = await startProgram([process.execPath, program, kind], { PORT: String(port) }, base);
  return { name: `Express, ${kind}`, url: `${base}call`, stop };
}
