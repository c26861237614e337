/** @module `migrate:check` on a real database: what it finds, that checking writes nothing, that repairs can be taken back. */
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { startTestServer } from '@orchestrix/backend-core/testing';
import { createConnectionCipher } from '@orchestrix/owner-databases';
import mongoose, { type mongo } from 'mongoose';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type CheckReport, checkDatabase } from '../src/check.ts';
import { dump, fingerprint } from './support/dump.ts';
import { KEY, type MigrateDatabase, openMigrateDatabase } from './support/migrate-database.ts';
import {
  createOldDefinitionIndex,
  encryptedText,
  insertRows,
  oldApi,
  oldConnection,
  oldDefinition,
  oldDocument,
  oldSession,
  oldUser,
  oldWorkflow,
} from './support/old-rows.ts';

let database: MigrateDatabase;
let db: mongo.Db;
beforeAll(async () => {
  database = await openMigrateDatabase();
  db = database.db;
});
afterAll(() => database.close());
beforeEach(() => database.empty());

const OWNER = 'user_1766300000001';
const HASH = '$2b$10$tqcTi91j/x.5zERd5lqGPOMVETIrA8n7KR3iP1vC/Dv3OcpEMQhAe';
const SECRET_URI = 'mongodb://carol:hunter2@shop.example.net/db';
const INPUT = { type: 'input', variables: [{ name: 'email' }] };
const FIND = { type: 'dbFind', collection: 'notes', filters: {} };
/** None of these may ever be shown. */
const SECRETS = ['hunter2', 'carol', 'plain secret', HASH, 'ann@x.io'];

/** Rows that all run as they are. */
async function insertWhole(): Promise<void> {
  await createOldDefinitionIndex(db);
  const ann = oldUser('Ann@X.io', 'plain secret');
  await insertRows(db, 'users', [ann, { ...oldUser('bob@x.io', HASH), role: 'admin' }]);
  await insertRows(db, 'workflows', [
    oldWorkflow('w1', OWNER, [INPUT, FIND]),
    oldWorkflow('w2', String(ann._id), [INPUT, FIND]),
    oldWorkflow('w3', 'connected', [INPUT, FIND]),
  ]);
  await insertRows(db, 'publishedapis', [oldApi('w1', OWNER, 'run')]);
  await insertRows(db, 'userdbconnections', [
    oldConnection('connected', `enc:${encryptedText(SECRET_URI, KEY)}`),
    oldConnection('older', encryptedText(SECRET_URI, KEY)),
    oldConnection('plain', SECRET_URI),
  ]);
  await insertRows(db, 'dynamicdatas', [oldDocument(String(ann._id), 'tasks', { title: 'a' })]);
  await insertRows(db, 'collectiondefinitions', [oldDefinition('tasks')]);
  await insertRows(db, 'sessions', [oldSession(String(ann._id), new Date('2099-01-01'))]);
}

/** Rows that need somebody, one or two of each kind. */
async function insertBroken(): Promise<void> {
  await insertRows(db, 'workflows', [
    oldWorkflow('twice', OWNER, [INPUT]),
    oldWorkflow('twice', OWNER, [INPUT]),
    oldWorkflow('unknown', OWNER, [{ type: 'teleport' }, { type: 'teleport' }, { type: 'dbFnd' }]),
    oldWorkflow('no-list', OWNER, { 0: INPUT }),
    oldWorkflow('no-collection', OWNER, [{ type: 'dbFind', filters: {} }]),
    oldWorkflow('warned', OWNER, [{ type: 'emailSend', to: '', subject: 'a', body: 'b' }]),
    oldWorkflow('nowhere', 'somebody', [FIND]),
    { ...oldWorkflow('', OWNER, [INPUT]), workflowId: 7 },
    { ...oldWorkflow('text-id', OWNER, [INPUT]), _id: 'text' },
  ]);
  await insertRows(db, 'publishedapis', [
    oldApi('gone', OWNER, 'run'),
    oldApi('twice', 'somebody', 'run'),
    { ...oldApi('twice', OWNER, 'other'), path: '/elsewhere' },
    oldApi('warned', OWNER, 'run'),
    oldApi('warned', OWNER, 'run'),
    { path: 1 },
  ]);
  await insertRows(db, 'users', [
    oldUser('Twin@x.io', HASH),
    oldUser('twin@x.io', HASH),
    { ...oldUser('moved@x.io', HASH), emailKey: 'before@x.io' },
    { name: 'nobody' },
  ]);
  await insertRows(db, 'userdbconnections', [
    oldConnection('other-key', `enc:${encryptedText(SECRET_URI, 'f'.repeat(64))}`),
    oldConnection('refused', `enc:${encryptedText('mongodb://h/x?tlsCAFile=/etc/passwd', KEY)}`),
    oldConnection(OWNER, SECRET_URI),
    oldConnection('other-key', 'nonsense'),
    { ownerId: 'empty' },
  ]);
  await insertRows(db, 'dynamicdatas', [oldDocument('x', 'tasks', 'text'), oldDocument('x', 'tasks', {})]);
  await insertRows(db, 'collectiondefinitions', [oldDefinition('a'), { source: 'sampled' }]);
  const session = oldSession('x', new Date('2099-01-01'));
  await insertRows(db, 'sessions', [
    oldSession('x', new Date('2025-01-01')),
    session,
    { ...session, _id: new mongoose.Types.ObjectId() },
    { userId: 'x' },
  ]);
}

const reportOf = (output: string) => (JSON.parse(output) as { report: CheckReport }).report;
const counts = ({ findings }: CheckReport) =>
  Object.fromEntries(findings.map(({ code, count }) => [code, count]));

describe('checking', () => {
  test('rows that run as they are: 0, with what can be made better', async () => {
    await insertWhole();
    const { code, output } = await database.run(['--json']);
    expect(code).toBe(0);
    const report = reportOf(output);
    expect(report).toMatchObject({
      verdict: 'safe',
      encryptionKey: 'used',
      workflows: { total: 3, compile: 3 },
      sessions: { live: 1, expired: 0 },
    });
    expect(counts(report)).toEqual({
      WORKFLOW_WITHOUT_VERSION: 3,
      USER_WITHOUT_EMAIL_KEY: 2,
      USER_WITHOUT_ROLE: 1,
      CONNECTION_UNPREFIXED: 1,
      CONNECTION_PLAIN: 1,
      DEFINITION_INDEX_OLD: 1,
      API_RUNS_LATEST: 1,
      USER_PLAIN_PASSWORD: 1,
      DEFINITION_WITHOUT_OWNER: 1,
    });
    expect(report.collections.find(({ name }) => name === 'users')).toEqual({
      name: 'users',
      kind: 'checked',
      documents: 2,
      asItIs: 0,
      repairable: 2,
      needsPerson: 0,
    });
  });

  test('rows that need somebody: 1, each kind counted, named, and explained', async () => {
    await insertBroken();
    // Where the old unique index was lost.
    await insertRows(db, 'collectiondefinitions', [oldDefinition('a')]);
    const json = await database.run(['--json']);
    expect(json.code).toBe(1);
    const report = reportOf(json.output);
    expect(counts(report)).toEqual({
      ID_FORM: 1,
      WORKFLOW_UNREADABLE: 1,
      WORKFLOW_STEPS_NOT_A_LIST: 1,
      WORKFLOW_STEP_UNKNOWN: 1,
      WORKFLOW_BROKEN: 1,
      WORKFLOW_WARNED: 1,
      WORKFLOW_DUPLICATE: 2,
      WORKFLOW_WITHOUT_DATABASE: 1,
      WORKFLOW_WITHOUT_VERSION: 6,
      API_UNREADABLE: 1,
      API_PATH_WRONG: 1,
      API_PATH_DUPLICATE: 1,
      API_WITHOUT_WORKFLOW: 1,
      API_OF_OTHER_OWNER: 1,
      API_RUNS_LATEST: 3,
      USER_EMAIL_DUPLICATE: 1,
      USER_EMAIL_KEY_STALE: 1,
      USER_WITHOUT_EMAIL: 1,
      USER_WITHOUT_PASSWORD: 1,
      USER_WITHOUT_EMAIL_KEY: 1,
      USER_WITHOUT_ROLE: 4,
      CONNECTION_UNREADABLE: 1,
      CONNECTION_UNUSED: 1,
      CONNECTION_UNDECRYPTABLE: 2,
      CONNECTION_REFUSED: 1,
      CONNECTION_DUPLICATE: 1,
      DOCUMENT_UNREADABLE: 1,
      DOCUMENT_WITHOUT_ACCOUNT: 1,
      DEFINITION_UNREADABLE: 1,
      DEFINITION_DUPLICATE: 1,
      DEFINITION_WITHOUT_OWNER: 2,
      SESSION_EXPIRED: 1,
      SESSION_UNREADABLE: 1,
      SESSION_DUPLICATE: 1,
    });
    const unknown = report.findings.find(({ code }) => code === 'WORKFLOW_STEP_UNKNOWN');
    expect(unknown).toMatchObject({ labels: { teleport: 1, dbFnd: 1 }, examples: ['unknown'] });
    expect(report.workflows).toEqual({ total: 9, compile: 5 });

    const { code, output } = await database.run();
    expect(code).toBe(1);
    for (const text of [
      'Collection',
      'workflows',
      'Needs a person',
      'WORKFLOW_STEP_UNKNOWN',
      'teleport (1)',
      'Such as twice',
    ])
      expect(output).toContain(text);
  });

  test('shows no secret, in no form', async () => {
    await insertWhole();
    await insertBroken();
    await insertRows(db, 'workflows', [
      oldWorkflow(SECRET_URI, OWNER, [{ type: `\u001b[31m${SECRET_URI}` }]),
      oldWorkflow('steps', OWNER, [
        { type: 'response', body: {}, statusCode: 'hunter2', password: 'hunter2' },
      ]),
    ]);
    const uris = (await db.collection('userdbconnections').find().toArray()).map(
      ({ encryptedUri }) => encryptedUri,
    );
    for (const args of [[], ['--fix'], ['--fix', '--confirm']]) {
      const { output, told } = await database.run(args);
      for (const secret of [...SECRETS, ...uris.filter((uri) => typeof uri === 'string'), '\u001b'])
        expect(`${output}${told}`.includes(secret)).toBe(false);
    }
    const { output } = await database.run(['--json']);
    for (const secret of [...SECRETS, '\u001b']) expect(output).not.toContain(secret);
  });

  test('writes nothing: the same bytes before and after, and only commands that read', async () => {
    await insertWhole();
    await insertBroken();
    const before = await dump(db);
    for (const args of [[], ['--json'], ['--fix'], ['--fix', '--json']]) await database.run(args);
    expect(await dump(db)).toEqual(before);

    database.commands.length = 0;
    await checkDatabase(db, { cipher: createConnectionCipher(KEY), now: new Date() });
    const reading = ['listCollections', 'find', 'getMore', 'listIndexes', 'count', 'aggregate'];
    expect([...new Set(database.commands)].filter((name) => !reading.includes(name))).toEqual([]);
    expect(database.commands).toContain('find');
  });

  test('without a key, encrypted connection strings need somebody, and plain ones stay', async () => {
    await insertWhole();
    const { code, output } = await database.run(['--json'], { environment: {} });
    expect(code).toBe(1);
    expect(counts(reportOf(output))).toMatchObject({
      CONNECTION_NOT_CHECKED: 2,
      CONNECTION_PLAIN_WITHOUT_KEY: 1,
    });
  });
});

describe('repairing', () => {
  test('--fix alone says what it would do', async () => {
    await insertWhole();
    const { code, output } = await database.run(['--fix']);
    expect(code).toBe(0);
    expect(output).toMatch(/--fix --confirm would change:\n\s+3 × version 1/);
  });

  test('keeps former values, finds nothing the second time, and is taken back to the same bytes', async () => {
    await insertWhole();
    await insertBroken();
    const before = await dump(db);
    const first = await database.run(['--fix', '--confirm', '--json']);
    const { fix } = JSON.parse(first.output) as { fix: { runId: string; rows: number; skipped: number } };
    expect(fix).toMatchObject({
      rows: 18,
      skipped: 0,
      changed: {
        WORKFLOW_WITHOUT_VERSION: 9,
        USER_WITHOUT_EMAIL_KEY: 3,
        USER_EMAIL_KEY_STALE: 1,
        USER_WITHOUT_ROLE: 5,
        CONNECTION_PLAIN: 1,
        CONNECTION_UNPREFIXED: 1,
        DEFINITION_INDEX_OLD: 1,
      },
    });
    expect(await db.collection('users').findOne({ email: 'Ann@X.io' })).toMatchObject({
      emailKey: 'ann@x.io',
      role: 'user',
      password: 'plain secret',
    });
    expect(await db.collection('users').findOne({ email: 'moved@x.io' })).toMatchObject({
      emailKey: 'moved@x.io',
    });
    expect(await db.collection('users').findOne({ email: 'twin@x.io' })).not.toHaveProperty('emailKey');
    expect(await db.collection('workflows').countDocuments({ workflowId: 'w1', version: 1 })).toBe(1);
    expect(await db.collection('workflows').countDocuments({ workflowId: 'twice', version: 1 })).toBe(0);
    for (const ownerId of ['older', 'plain']) {
      const row = await db.collection('userdbconnections').findOne({ ownerId });
      expect(row?.encryptedUri).toMatch(/^enc:/);
      expect(createConnectionCipher(KEY).decrypt(row?.encryptedUri)).toBe(SECRET_URI);
    }
    const backups = db.collection<{ _id: string }>('migration_backups');
    expect(await backups.countDocuments({ runId: fix.runId })).toBe(18);
    expect(JSON.stringify(await backups.find().toArray())).not.toContain('hunter2');

    const changed = await dump(db);
    const second = await database.run(['--fix', '--confirm']);
    expect(second.output).toContain('There was nothing to repair.');
    expect(second.output).toContain(fix.runId);
    expect(await dump(db)).toEqual(changed);

    const back = await database.run(['--rollback', fix.runId]);
    expect(back).toMatchObject({ code: 0, output: expect.stringContaining('18 rows as before') });
    expect(await dump(db)).toEqual(before);
    expect(await database.run(['--rollback', fix.runId])).toMatchObject({
      code: 1,
      output: expect.stringContaining('nothing to take back'),
    });
  });

  test('a server runs on what was repaired', async () => {
    await insertWhole();
    expect((await database.run(['--fix', '--confirm'])).code).toBe(0);
    const server = await startTestServer({ MONGODB_URI: database.uri });
    try {
      const body = { email: 'ANN@x.io', password: 'plain secret' };
      const login = await server.request<{ token: string }>('POST /auth/login', { body });
      expect(login).toMatchObject({ status: 200, body: { user: { role: 'user' } } });
      const { token } = login.body;
      const { workflows } = (await server.request('/workflows', { token })).body as { workflows: unknown[] };
      expect(workflows).toMatchObject([{ workflowId: 'w2', version: 1 }]);
      expect(await server.request('POST /workflow/run/w1/run', { body: {} })).toMatchObject({
        status: 200,
        body: { ok: true },
      });
      for (const ownerId of ['connected', 'older', 'plain'])
        expect((await server.request(`/user/db/status?ownerId=${ownerId}`)).body).toMatchObject({
          connected: true,
          uriMasked: expect.stringContaining('shop.example.net'),
        });
    } finally {
      await server.close();
    }
    const { verdict, findings } = reportOf((await database.run(['--json'])).output);
    expect(verdict).toBe('fine');
    expect(findings.map(({ code }) => code)).not.toContain('USER_PLAIN_PASSWORD');
  });

  test('a value that somebody has changed since stays, and the rest is taken back', async () => {
    await insertRows(db, 'users', [
      oldUser('a@x.io', HASH),
      oldUser('b@x.io', HASH),
      oldUser('c@x.io', HASH),
    ]);
    await database.run(['--fix', '--confirm']);
    const [run] = reportOf((await database.run(['--json'])).output).runs;
    await db.collection('users').updateOne({ email: 'a@x.io' }, { $set: { role: 'admin' } });
    await db.collection('users').deleteOne({ email: 'b@x.io' });
    const back = await database.run(['--rollback', run!.runId]);
    expect(back.code).toBe(1);
    expect(back.output).toMatch(/role: changed since/);
    expect(back.output).toMatch(/document is gone/);
    const rows = await db
      .collection('users')
      .find({}, { projection: { _id: 0, email: 1, role: 1, emailKey: 1 } })
      .toArray();
    expect(rows).toEqual([{ email: 'a@x.io', role: 'admin' }, { email: 'c@x.io' }]);
    expect(await db.collection('migration_backups').countDocuments()).toBe(2);
  });

  test('a row that a unique index keeps as it is does not stop the others, and is done by the next run', async () => {
    await db.collection('users').createIndex({ emailKey: 1 }, { unique: true, sparse: true });
    const waiting = oldUser('first@x.io', HASH);
    const moved = { ...oldUser('second@x.io', HASH), role: 'user', emailKey: 'first@x.io' };
    await insertRows(db, 'users', [waiting, moved]);
    const before = await dump(db);
    const first = await database.run(['--fix', '--confirm', '--json']);
    expect(first.code).toBe(1);
    expect(JSON.parse(first.output)).toMatchObject({ fix: { rows: 1, skipped: 1 } });
    expect(await db.collection('migration_backups').countDocuments()).toBe(1);
    const second = await database.run(['--fix', '--confirm', '--json']);
    expect(second.code).toBe(0);
    expect(JSON.parse(second.output)).toMatchObject({ fix: { rows: 1, skipped: 0 } });
    const { runs } = reportOf((await database.run(['--json'])).output);
    for (const { runId } of runs.sort((a, b) => (a.startedAt < b.startedAt ? 1 : -1)))
      expect((await database.run(['--rollback', runId])).code).toBe(0);
    expect(await dump(db)).toEqual(before);
  });

  test('a secret is taken back only with its key', async () => {
    await insertRows(db, 'userdbconnections', [oldConnection('plain', SECRET_URI)]);
    const before = await fingerprint(db);
    await database.run(['--fix', '--confirm']);
    const [run] = reportOf((await database.run(['--json'])).output).runs;
    const without = await database.run(['--rollback', run!.runId], { environment: {} });
    expect(without).toMatchObject({ code: 1, output: expect.stringContaining('needs the ENCRYPTION_KEY') });
    expect((await database.run(['--rollback', run!.runId])).code).toBe(0);
    expect(await fingerprint(db)).toBe(before);
  });

  test('a dropped index that cannot come back is kept for later', async () => {
    await createOldDefinitionIndex(db);
    await insertRows(db, 'collectiondefinitions', [oldDefinition('a')]);
    await database.run(['--fix', '--confirm']);
    await insertRows(db, 'collectiondefinitions', [{ ...oldDefinition('a'), ownerId: 'x' }]);
    const [run] = reportOf((await database.run(['--json'])).output).runs;
    const back = await database.run(['--rollback', run!.runId]);
    expect(back).toMatchObject({ code: 1, output: expect.stringContaining('documents share a name by now') });
    await db.collection('collectiondefinitions').deleteOne({ ownerId: 'x' });
    expect((await database.run(['--rollback', run!.runId])).code).toBe(0);
    expect((await db.collection('collectiondefinitions').indexes()).map(({ unique }) => unique)).toContain(
      true,
    );
  });
});

describe('20,000 rows', () => {
  test('are checked, repaired with an interruption, and taken back to the same bytes', async () => {
    const half = 10_000;
    const users = Array.from({ length: half }, (_, i) => oldUser(`User${i}@x.io`, HASH));
    const workflows = Array.from({ length: half }, (_, i) => oldWorkflow(`w${i}`, OWNER, [INPUT, FIND]));
    await insertRows(db, 'users', users);
    await insertRows(db, 'workflows', workflows);
    const before = await fingerprint(db);

    const check = await database.run(['--json']);
    expect(reportOf(check.output)).toMatchObject({
      verdict: 'safe',
      workflows: { total: half, compile: half },
    });
    expect(check.told).toContain(`users: ${half} of ${half}`);

    let repairing = false;
    const stopped = await database.run(['--fix', '--confirm'], {
      onTell: (line, stop) => {
        repairing ||= line.startsWith('Repairing as ');
        // A batch of 500 is written when the row after it is read: only then is there something to be half done.
        const read = Number(/^workflows: (\d+)/.exec(line)?.[1] ?? 0);
        if (repairing && read > 500) stop();
      },
    });
    expect(stopped).toMatchObject({ code: 2, told: expect.stringContaining('Stopped before the end') });
    const done = await db.collection('workflows').countDocuments({ version: 1 });
    expect(done).toBeGreaterThan(0);
    expect(await db.collection('users').countDocuments({ role: 'user' })).toBe(0);

    const again = await database.run(['--fix', '--confirm', '--json']);
    expect(JSON.parse(again.output)).toMatchObject({ fix: { rows: 2 * half - done, skipped: 0 } });
    expect(await db.collection('migration_backups').countDocuments()).toBe(2 * half);
    const { runs, verdict } = reportOf((await database.run(['--json'])).output);
    expect(verdict).toBe('fine');
    expect(runs.map(({ changes }) => changes)).toEqual(expect.arrayContaining([done, 2 * half - done]));
    for (const { runId } of [...runs].reverse())
      expect((await database.run(['--rollback', runId])).code).toBe(0);
    expect(await fingerprint(db)).toBe(before);
  }, 120_000);
});

describe('what cannot be read', () => {
  test.each([
    [['--uri', 'mongodb://carol:hunter2@127.0.0.1:1/x?serverSelectionTimeoutMS=300'], /Could not connect/],
    [['--uri', 'postgres://carol:hunter2@h/x'], /must start with mongodb/],
    [['--confirm'], /belongs to --fix/],
    [['--fix', '--rollback', 'fix-a'], /exclude/],
    [['--rollback', '../x'], /name of a run/],
    [['--nonsense'], /nonsense/],
    [[], /is empty/],
  ])(
    '%j: 2, in one sentence without credentials',
    async (args, message) => {
      const { code, output, told } = await database.run(args);
      expect(code).toBe(2);
      expect(told).toMatch(message);
      expect(output).toBe('');
      expect(told).not.toMatch(/hunter2|carol/);
    },
    30_000,
  );

  test('a key that is none is named, not shown', async () => {
    const { code, told } = await database.run([], { environment: { ENCRYPTION_KEY: 'hunter2' } });
    expect(code).toBe(2);
    expect(told).toContain('ENCRYPTION_KEY');
    expect(told).not.toContain('hunter2');
  });
});

test('`bun run migrate:check -- --uri …` works from the root of the repository', async () => {
  await insertBroken();
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['run', 'migrate:check', '--', '--uri', database.uri, '--json'],
    { cwd: resolve(import.meta.dirname, '../../..'), encoding: 'utf8', timeout: 60_000 },
  );
  expect(stderr).not.toContain('hunter2');
  expect(status).toBe(1);
  expect(reportOf(stdout).verdict).toBe('person');
});
