/** @module The sandbox runs workflows on a real database that nobody else sees and that is empty the next time. */
import { compile, execute } from '@orchestrix/engine';
import { afterEach, expect, test } from 'vitest';
import { createSandbox, type ServerSandbox } from '../../src/services/sandbox.ts';

const open: ServerSandbox[] = [];
function sandbox(options?: Parameters<typeof createSandbox>[0]): ServerSandbox {
  const made = createSandbox(options);
  open.push(made);
  return made;
}
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

const ID = '0123456789abcdef01234567';

test('a sign-up runs: the document is stored, the password hashed, the mail captured', async () => {
  const session = await sandbox().open();
  const plan = compile({
    steps: [
      { id: 'input', type: 'input', variables: [{ name: 'email' }, { name: 'password' }] },
      {
        id: 'new',
        type: 'dbInsert',
        collection: 'users',
        data: { email: '{{email}}', password: '{{password}}' },
      },
      { id: 'wait', type: 'delay', seconds: 86_400 },
      { id: 'mail', type: 'emailSend', to: '{{email}}', subject: 'Hello', body: 'Welcome' },
      { id: 'token', type: 'jwtGenerate', payload: { id: '{{created._id}}' } },
    ],
  });
  const input = { email: 'a@b.co', password: 'correct horse' };
  const begun = performance.now();
  const result = await execute(plan, { input, headers: {}, executionId: 'e', ports: session.ports });
  expect(result.error).toBeUndefined();
  expect(performance.now() - begun).toBeLessThan(10_000);

  const { users } = await session.documents();
  expect(users).toHaveLength(1);
  expect(users![0]).toMatchObject({ email: 'a@b.co' });
  expect(users![0]!._id).toMatch(/^[0-9a-f]{24}$/);
  expect(users![0]!.createdAt).toMatch(/^\d{4}-\d\d-\d\dT/);
  expect(users![0]!.password).toMatch(/^\$2b\$04\$/);
  expect(session.mails()).toMatchObject([{ to: 'a@b.co', subject: 'Hello' }]);
  expect(session.ports.http).toBeUndefined();

  await session.reset();
  expect(await session.documents()).toEqual({});
  expect(session.mails()).toEqual([]);
  await session.close();
});

test('what is seeded is found by its id, and comes back as plain values', async () => {
  const session = await sandbox().open();
  const seeded = { _id: ID, at: new Date('2026-01-02T03:04:05Z'), list: [{ n: 1 }] };
  await session.seed('things', [seeded, { _id: 'own', n: 2 }]);
  await session.seed('things', []);
  const found = await session.ports.database!.findOne('things', { filter: { _id: ID } });
  expect(found?.list).toEqual([{ n: 1 }]);
  expect(await session.documents()).toEqual({
    things: [
      { _id: ID, at: '2026-01-02T03:04:05.000Z', list: [{ n: 1 }] },
      { _id: 'own', n: 2 },
    ],
  });
  expect(seeded._id).toBe(ID);
  for (const n of [ID, 2]) {
    const filter = n === ID ? { _id: ID } : { n };
    expect(await session.ports.database!.deleteOne('things', filter)).not.toBeNull();
  }
  expect(await session.documents()).toEqual({});
  await session.close();
});

test('sessions do not see each other, also one after the other', async () => {
  const one = sandbox();
  const [first, second] = await Promise.all([one.open(), one.open()]);
  await first.seed('things', [{ n: 1 }]);
  expect(await second.documents()).toEqual({});
  const token = await first.ports.tokens!.sign({ id: 1 }, { expiresIn: '1h' });
  await expect(second.ports.tokens!.verify(token)).rejects.toThrow('invalid signature');
  await first.close();
  await second.close();
  const third = await one.open();
  expect(await third.documents()).toEqual({});
  await third.close();
});

test('more sessions than there is room for wait for their turn', async () => {
  const one = sandbox({ maxSessions: 2 });
  const [first, second] = await Promise.all([one.open(), one.open()]);
  let isOpen = false;
  const third = one.open().then((session) => {
    isOpen = true;
    return session;
  });
  await first.documents();
  expect(isOpen).toBe(false);
  await first.close();
  await first.close();
  await (await third).close();
  await second.close();
});

test('the database starts when it is needed, ends when nobody needs it, and starts again', async () => {
  const one = sandbox({ idleMs: 50 });
  expect(one.running).toBe(false);
  const session = await one.open();
  expect(one.running).toBe(true);
  await new Promise((resolve) => setTimeout(resolve, 150));
  expect(one.running).toBe(true);
  await session.close();
  await expect.poll(() => one.running).toBe(false);
  const again = await one.open();
  expect(await again.documents()).toEqual({});
  await again.close();
});

test('a closed sandbox opens nothing', async () => {
  const one = sandbox();
  await one.close();
  await expect(one.open()).rejects.toThrow('closed');
  await expect(one.open()).rejects.toThrow('closed');
});

test('time stands still but for those who sleep', async () => {
  const session = await sandbox().open();
  const { clock } = session.ports;
  const before = clock!.now();
  await new Promise((resolve) => setTimeout(resolve, 10));
  expect(clock!.now()).toBe(before);
  await clock!.sleep(5_000);
  expect(clock!.now()).toBe(before + 5_000);
  await expect(clock!.sleep(1, AbortSignal.abort(new Error('gone')))).rejects.toThrow('gone');
  await session.close();
});
