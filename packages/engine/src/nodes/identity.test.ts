import bcrypt from 'bcryptjs';
import jwt from 'jsonwebtoken';
import { describe, expect, test } from 'vitest';
import { findings, planOf, runSteps } from '../../tests/run-step.ts';
import { execute, type Passwords, type Tokens } from '../index.ts';
import { memoryDatabase } from '../testing/index.ts';

const secret = 'a secret of the tests';
const tokens: Tokens = {
  sign: (payload, options) => jwt.sign(payload, secret, options as jwt.SignOptions),
  verify: (token) => jwt.verify(token, secret, { algorithms: ['HS256'] }) as jwt.JwtPayload,
};
const passwords: Passwords = {
  hash: (plain) => bcrypt.hash(plain, 4),
  verify: (plain, hash) => bcrypt.compare(plain, hash),
};

describe('userLogin', () => {
  const login = { type: 'userLogin', email: 'input.email', password: 'input.password' };
  const run = (input: Record<string, unknown>, steps: Record<string, unknown> = login) => {
    const users = [
      { email: 'ann@x.io', name: 'Ann', password: bcrypt.hashSync('hunter22', 4) },
      { email: 'old@x.io', password: 'plain text' },
      { email: 'num@x.io', password: bcrypt.hashSync('123456', 4) },
    ];
    return runSteps(steps, { input, ports: { database: memoryDatabase({ users }), passwords } });
  };
  const refused = { ok: false, error: 'Invalid email or password' };

  test('the right password', async () => {
    const result = await run({ email: 'ann@x.io', password: 'hunter22' });
    expect(result.output).toMatchObject({
      loginResult: {
        ok: true,
        userId: expect.stringMatching(/^[0-9a-f]{24}$/),
        email: 'ann@x.io',
        name: 'Ann',
      },
    });
    expect(result.steps[0]).toMatchObject({
      input: { email: 'ann@x.io' },
      output: { ok: true, outputVariable: 'loginResult' },
    });
    expect(JSON.stringify(result)).not.toContain('hunter22');
  });

  test('a name that was never set is null', async () => {
    expect((await run({ email: 'num@x.io', password: 123456 })).output).toMatchObject({
      loginResult: { ok: true, name: null },
    });
  });

  test.each([
    ['a wrong password', { email: 'ann@x.io', password: 'wrong-one' }],
    ['an unknown address', { email: 'eve@x.io', password: 'hunter22' }],
    ['no password', { email: 'ann@x.io' }],
    ['an empty password', { email: 'ann@x.io', password: '' }],
    ['an operator as the address', { email: { $ne: null }, password: 'hunter22' }],
    ['a list as the password', { email: 'ann@x.io', password: ['hunter22'] }],
    ['a password that was stored in plain', { email: 'old@x.io', password: 'plain text' }],
    ['nothing', {}],
  ])('%s is a result and no failure', async (_name, input) => {
    const result = await run(input);
    expect(result).toMatchObject({ ok: true, output: { loginResult: refused } });
    expect(JSON.stringify(result)).not.toContain('hunter22');
  });

  test('checks a password also when there is no user, so that both take the same work', async () => {
    const checked: string[] = [];
    const counting: Passwords = { ...passwords, verify: async (_plain, hash) => checked.push(hash) > 1 };
    await runSteps(login, {
      input: { email: 'eve@x.io', password: 'hunter22' },
      ports: { database: memoryDatabase(), passwords: counting },
    });
    expect(checked).toEqual([expect.stringMatching(/^\$2b\$10\$[./A-Za-z0-9]{53}$/)]);
  });

  test('without a database or without anybody to check', async () => {
    expect(await runSteps(login, { ports: { passwords } })).toMatchObject({
      ok: false,
      errorCode: 'PORT_MISSING',
    });
    expect(await runSteps(login, { ports: { database: memoryDatabase() } })).toMatchObject({
      ok: false,
      errorCode: 'PORT_MISSING',
    });
  });
});

test('jwtGenerate signs no password hash, at any depth', async () => {
  const hash = '$2b$10$CwTycUXWue0Thq9StjUM0uJ8.mG5OtjjAmuE5H2aE3Ch1TkLrqXkO';
  const signed: unknown[] = [];
  const tokens = { sign: (payload: object) => `t${signed.push(payload)}`, verify: () => ({}) };
  const user = { id: 7, password: hash, old: [hash, 'x'], nested: { pw: hash, role: 'a' } };
  await runSteps(
    { type: 'jwtGenerate', payload: '{{ input.user }}' },
    { input: { user }, ports: { tokens } },
  );
  await runSteps(
    { type: 'jwtGenerate', payload: { u: '{{ input.user }}' } },
    { input: { user }, ports: { tokens } },
  );
  const clean = { id: 7, old: ['x'], nested: { role: 'a' } };
  expect(signed).toEqual([clean, { u: clean }]);
  const alone = await runSteps(
    { type: 'jwtGenerate', payload: { h: '{{ input.user.password }}' } },
    { input: { user }, ports: { tokens } },
  );
  expect(alone.ok).toBe(false);
});

describe('jwtGenerate', () => {
  const generate = (config: Record<string, unknown>) =>
    new Promise<{ claims: jwt.JwtPayload; shown: string }>((resolve, reject) => {
      const plan = planOf([
        { type: 'jwtGenerate', payload: { userId: 'input.id', ghost: 'input.ghost' }, ...config },
        { type: 'response', body: '{{ token }}' },
      ]);
      let token = '';
      execute(plan, {
        input: { id: 'u1' },
        ports: { tokens },
        onAnswer: ({ body }) => {
          token = String(body);
        },
      }).then(
        (result) =>
          result.ok
            ? resolve({
                claims: jwt.verify(token, secret) as jwt.JwtPayload,
                shown: `${JSON.stringify(result)} without ${JSON.stringify(result).includes(token)}`,
              })
            : reject(new Error(result.error)),
        reject,
      );
    });

  test.each<[unknown, number]>([
    [undefined, 7 * 86_400],
    ['', 7 * 86_400],
    [null, 7 * 86_400],
    ['15m', 900],
    [60, 60],
    ['3600', 3600],
    ['1d', 86_400],
  ])('expiresIn %j', async (expiresIn, seconds) => {
    const { claims } = await generate({ expiresIn });
    expect(claims.exp! - claims.iat!).toBe(seconds);
    expect(claims).toMatchObject({ userId: 'u1' });
    expect(claims).not.toHaveProperty('ghost');
  });

  test('the token is in no log, event or result', async () => {
    expect((await generate({})).shown).toMatch(/without false$/);
  });

  test.each([[{}], [undefined], ['text'], [{ a: 'input.ghost' }]])(
    'payload %j is required',
    async (payload) => {
      await expect(generate({ payload })).rejects.toThrow("jwtGenerate: 'payload' is required");
    },
  );

  test('a duration that is none says what one looks like', async () => {
    for (const expiresIn of ['soon', -1, {}]) {
      expect(await runSteps({ type: 'jwtGenerate', payload: { a: 1 }, expiresIn })).toMatchObject({
        error: 'jwtGenerate: expiresIn must be seconds or a text such as "7d" or "15m"',
      });
    }
  });

  test('a time that cannot be read is found before it runs', () => {
    for (const expiresIn of ['soon', -1, 0, '7 days ago', {}]) {
      expect(findings({ type: 'jwtGenerate', payload: { a: 1 }, expiresIn })).toEqual([
        'error CONFIG_INVALID steps.0.expiresIn',
      ]);
    }
  });

  test('needs a secret', async () => {
    expect(await runSteps({ type: 'jwtGenerate', payload: { a: 1 } })).toMatchObject({
      ok: false,
      error: 'JWT_SECRET is not configured',
    });
  });
});

describe('authMiddleware', () => {
  const token = jwt.sign({ userId: 'u1', role: 'editor', roles: ['a', 'b'] }, secret);
  const run = (
    authorization: unknown,
    config: Record<string, unknown> = {},
    port: Tokens | undefined = tokens,
  ) =>
    runSteps(
      { type: 'authMiddleware', ...config },
      { headers: { Authorization: authorization }, ports: { tokens: port } },
    );

  test.each([[`Bearer ${token}`], [`bearer   ${token}`], [[`Bearer ${token}`]]])(
    'a valid token gives its claims',
    async (header) => {
      const result = await run(header);
      expect(result.output).toMatchObject({ currentUser: { userId: 'u1', role: 'editor' } });
      expect(result.steps[0]).toMatchObject({
        input: { hasAuthHeader: true },
        output: { authenticated: true, outputVariable: 'currentUser' },
      });
      expect(JSON.stringify(result)).not.toContain(token);
    },
  );

  test.each([
    [undefined, false],
    ['', false],
    [null, false],
    ['Basic abc', true],
    ['Bearer', true],
    ['Bearer ', true],
    [token, true],
    [[], false],
  ])('%j is no bearer', async (header, hasAuthHeader) => {
    expect(await run(header)).toMatchObject({
      ok: false,
      error: 'Missing or invalid Authorization header',
      errorCode: 'UNAUTHORIZED',
      steps: [{ input: { hasAuthHeader } }],
    });
  });

  test.each([
    ['Bearer nonsense', 'jwt malformed'],
    [`Bearer ${token}x`, 'invalid signature'],
    [`Bearer ${jwt.sign({ a: 1 }, secret, { expiresIn: -1 })}`, 'jwt expired'],
    [`Bearer ${jwt.sign({ a: 1 }, 'another secret')}`, 'invalid signature'],
    [`Bearer ${jwt.sign({ a: 1 }, secret, { algorithm: 'HS512' })}`, 'invalid algorithm'],
  ])('%s: %s', async (header, error) => {
    expect(await run(header)).toMatchObject({ ok: false, error, errorCode: 'UNAUTHORIZED' });
  });

  test('a role', async () => {
    for (const requiredRole of ['editor', 'a', '', null])
      expect(await run(`Bearer ${token}`, { requiredRole })).toMatchObject({ ok: true });
    expect(await run(`Bearer ${token}`, { requiredRole: 'admin' })).toMatchObject({
      ok: false,
      error: 'Requires the role "admin"',
    });
  });

  test('a verifier that repeats the token does not get it into the log', async () => {
    const telling: Tokens = {
      ...tokens,
      verify: () => {
        throw new Error(`bad token ${token}`);
      },
    };
    expect((await run(`Bearer ${token}`, {}, telling)).error).toBe('bad token [redacted]');
  });

  test('without a secret', async () => {
    const result = await runSteps(
      { type: 'authMiddleware' },
      { headers: { authorization: `Bearer ${token}` } },
    );
    expect(result).toMatchObject({ ok: false, error: 'JWT_SECRET is not configured' });
  });
});
