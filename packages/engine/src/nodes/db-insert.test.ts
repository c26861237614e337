import bcrypt from 'bcryptjs';
import { describe, expect, test } from 'vitest';
import { findings, runSteps } from '../../tests/run-step.ts';
import type { Passwords } from '../index.ts';
import { memoryDatabase } from '../testing/index.ts';

const passwords: Passwords = {
  hash: (plain) => bcrypt.hash(plain, 4),
  verify: (plain, hash) => bcrypt.compare(plain, hash),
};
const run = async (data: unknown, input: Record<string, unknown> = {}) => {
  const database = memoryDatabase();
  const result = await runSteps(
    { type: 'dbInsert', collection: 'notes', data },
    { input, ports: { database, passwords } },
  );
  return { result, stored: database.documents('notes')[0], shown: JSON.stringify(result) };
};

describe('the document', () => {
  test('keeps types, leaves out what has no value, and is what the step gives', async () => {
    const { result, stored } = await run(
      { t: 'input.t', n: '{{ input.n }}', ghost: 'input.ghost', tags: ['a', 'input.t', 'input.ghost'] },
      { t: 'T', n: 5 },
    );
    expect(stored).toMatchObject({ t: 'T', n: 5, tags: ['a', 'T'] });
    expect(stored).not.toHaveProperty('ghost');
    expect(result.output).toMatchObject({ created: { _id: stored?._id, t: 'T', __v: 0 } });
    expect(result.steps[0]).toMatchObject({
      input: { collection: 'notes', fields: ['t', 'n', 'tags'] },
      output: { success: true, documentId: stored?._id, outputVariable: 'created' },
    });
  });

  test('may come as a whole from the caller', async () => {
    expect((await run('{{ input.doc }}', { doc: { a: 1 } })).stored).toMatchObject({ a: 1 });
  });

  test.each([
    [{}],
    [{ a: 'input.ghost' }],
    [undefined],
    [null],
    ['text'],
    ['{{ input.ghost }}'],
    [['a']],
    [{ data: {}, outputVar: 'o' }],
  ])('%j is empty', async (data) => {
    const { result, stored } = await run(data);
    expect(result).toMatchObject({
      ok: false,
      error: 'dbInsert: insert document is empty after resolution',
      errorDetails: null,
    });
    expect(stored).toBeUndefined();
  });

  test.each([
    [{ a: 'input.x' }, { $set: 1 }],
    [{ a: ['{{ input.x }}'] }, [{ deep: { $inc: 1 } }]],
    ['{{ input.x }}', { $where: '1' }],
  ])('with an operator from the caller is refused: %j', async (data, x) => {
    const { result, stored } = await run(data, { x });
    expect(result).toMatchObject({ ok: false, errorCode: 'OPERATOR_NOT_ALLOWED' });
    expect(stored).toBeUndefined();
  });

  test('may hold no stored operator either', () => {
    expect(findings({ type: 'dbInsert', collection: 'c', data: { a: { $inc: 1 } } })).toEqual([
      'error OPERATOR_NOT_ALLOWED steps.0.data.a.$inc',
    ]);
    expect(findings({ type: 'dbInsert', collection: 'c' })).toEqual([
      'warning CONFIG_INCOMPLETE steps.0.data',
    ]);
  });
});

describe('a password', () => {
  test('is hashed, and never shown in plain', async () => {
    const { stored, result, shown } = await run(
      { email: 'a', password: 'input.password', hint: 'x {{ input.password }}' },
      { password: 'hunter22' },
    );
    expect(await bcrypt.compare('hunter22', String(stored?.password))).toBe(true);
    expect(shown).not.toContain('hunter22');
    expect(result.output).toMatchObject({ created: { password: stored?.password } });
  });

  test('sent as a number is hashed as text, and not shown as a number', async () => {
    const { stored, shown, result } = await run({ password: 'input.p' }, { p: 123456 });
    expect(result.ok).toBe(true);
    expect(await bcrypt.compare('123456', String(stored?.password))).toBe(true);
    expect(shown).not.toContain('123456');
  });

  test('that is a hash already stays as it is', async () => {
    const hash = bcrypt.hashSync('hunter22', 4);
    expect((await run({ password: hash })).stored).toMatchObject({ password: hash });
  });

  test('that is a hash already is shown to whoever gave it, as the hash of a plain one is', async () => {
    const hash = bcrypt.hashSync('hunter22', 4);
    const written = await run({ password: hash });
    expect(written.result.output).toMatchObject({ created: { password: hash } });
    const sent = await run({ password: 'input.hash' }, { hash });
    expect(sent.result.output).toMatchObject({ created: { password: hash } });
  });

  test('that is a hash an earlier step found is not shown', async () => {
    const hash = bcrypt.hashSync('hunter22', 4);
    const database = memoryDatabase({ users: [{ name: 'Ann', keys: [{ secret: hash }] }] });
    const result = await runSteps(
      [
        { type: 'dbFind', collection: 'users', filters: { name: 'Ann' }, output: 'ann' },
        { type: 'dbInsert', collection: 'notes', data: { password: 'ann.keys.0.secret' } },
      ],
      { ports: { database, passwords } },
    );
    expect(database.documents('notes')[0]).toMatchObject({ password: hash });
    expect(JSON.stringify(result)).not.toContain(hash);
  });

  test('that is no text is refused', async () => {
    expect((await run({ password: { a: 1 } })).result).toMatchObject({
      ok: false,
      error: 'dbInsert: password must be a text',
    });
    expect((await run({ password: null, a: 1 })).stored).toMatchObject({ password: null });
  });

  test('needs somebody to hash it', async () => {
    const result = await runSteps(
      { type: 'dbInsert', collection: 'c', data: { password: 'hunter22' } },
      { ports: { database: memoryDatabase() } },
    );
    expect(result).toMatchObject({ ok: false, errorCode: 'PORT_MISSING' });
  });

  test('in a failure of the database is not shown', async () => {
    const database = {
      ...memoryDatabase(),
      insertOne: async () => {
        throw new Error('cannot store { p: "hunter22" }');
      },
    };
    const result = await runSteps(
      { type: 'dbInsert', collection: 'c', data: { p: 'input.password' } },
      { input: { password: 'hunter22' }, ports: { database } },
    );
    expect(result.error).toBe('cannot store { p: "[redacted]" }');
  });
});
