/** @module A published API that finds and inserts, beside Express with mongoose on the same embedded database. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, startProgram, startServer } from './support/programs.ts';
import { report } from './support/report.ts';
import { compareSubjects } from './support/rounds.ts';

const STEPS = [
  { type: 'inputValidation', rules: [{ field: 'input.email', type: 'email', required: true }] },
  {
    type: 'dbFind',
    collection: 'entries',
    filters: { email: '{{ input.email }}' },
    findType: 'findOne',
    output: 'known',
  },
  { type: 'dbInsert', collection: 'entries', data: { email: '{{ input.email }}' }, output: 'created' },
  { type: 'response', body: { ok: true, known: '{{ known }}', id: '{{ created._id }}' } },
];

const folder = mkdtempSync(join(tmpdir(), 'bench-database-'));
const [databasePort, routePort] = [await freePort(), await freePort()];
const database = Bun.spawn(
  [
    process.execPath,
    join(import.meta.dir, '../../packages/embedded-mongo/src/cli.ts'),
    '--file',
    join(folder, 'bench.sqlite'),
    '--port',
    String(databasePort),
  ],
  { stdout: 'ignore', stderr: 'inherit' },
);
const uri = `mongodb://127.0.0.1:${databasePort}`;
await Bun.sleep(1_500);
const handwritten = await startProgram(
  [process.execPath, join(import.meta.dir, 'subjects', 'express-mongoose.ts')],
  { PORT: String(routePort), MONGODB_URI: uri },
  `http://127.0.0.1:${routePort}/`,
);
const server = await startServer({ MONGODB_URI: `${uri}/server` });
try {
  await server.send('POST', '/collections', {
    name: 'entries',
    fields: [{ name: 'email', type: 'string', index: true }],
  });
  const subjects = [
    { name: 'Express + mongoose', url: `http://127.0.0.1:${routePort}/call`, stop: handwritten.stop },
    { name: 'published API, record all', url: await server.publish(STEPS), stop: server.stop },
    {
      name: 'published API, record none',
      url: await server.publish(STEPS, { record: 'none' }),
      stop: async () => {},
    },
  ];
  const body = JSON.stringify({ email: 'ann@example.org' });
  const bases = { 'of Express + mongoose': 0 };
  report('published-api-database', await compareSubjects(subjects, { connections: [1, 32], body, bases }));
} finally {
  await server.stop();
  await handwritten.stop();
  database.kill('SIGTERM');
  await database.exited;
  rmSync(folder, { recursive: true, force: true });
}
