import jwt from 'jsonwebtoken';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../support/start-test-server.ts';

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer({ LOGIN_RATE_LIMIT: '5' });
});
afterAll(() => server.close());

const PASSWORD = 'correct horse';
const account = () => ({ email: `${crypto.randomUUID()}@Example.org`, password: PASSWORD });

describe('accounts', () => {
  it('lives from registration to logout', async () => {
    const { email, password } = account();
    const registered = await server.request('POST /auth/register', {
      body: { name: 'Ann', email, password },
    });
    expect(registered.status).toBe(201);
    expect(registered.body).toEqual({
      token: expect.any(String),
      user: { id: expect.stringMatching(/^[0-9a-f]{24}$/), name: 'Ann', email, role: 'user' },
    });

    const login = await server.request<{ token: string; user: unknown }>('POST /auth/login', {
      body: { email: email.toUpperCase(), password },
    });
    expect(login.status).toBe(200);
    expect(login.body.user).toEqual(registered.body.user);

    const { token } = login.body;
    expect((await server.request('/auth/me', { token })).body).toEqual({ user: registered.body.user });
    expect(await server.request('POST /auth/logout', { token })).toMatchObject({
      status: 200,
      body: { ok: true },
    });
    expect(await server.request('/auth/me', { token })).toMatchObject({
      status: 401,
      body: { code: 'UNAUTHENTICATED' },
    });

    const first = await server.request('/auth/me', { token: String(registered.body.token) });
    expect(first.status).toBe(200);
  });

  it('puts user, address, role and session into the token, signed with HS256', async () => {
    const { token, userId, email } = await server.register();
    const { header, payload } = jwt.verify(token, server.config.jwtSecret, { complete: true });
    expect(header.alg).toBe('HS256');
    expect(payload).toMatchObject({
      userId,
      email,
      role: 'user',
      sid: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    const { iat, exp } = payload as { iat: number; exp: number };
    expect(exp - iat).toBe(7 * 86_400);
  });

  it('lets a name be absent', async () => {
    const { status, body } = await server.request('POST /auth/register', { body: account() });
    expect(status).toBe(201);
    expect(body.user).toMatchObject({ name: '' });
  });

  it('gives an address to one account only, whatever its case, also when two ask at once', async () => {
    const { email, password } = account();
    const answers = await Promise.all(
      [email, email.toLowerCase(), email.toUpperCase()].map((each) =>
        server.request('POST /auth/register', { body: { email: each, password } }),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
    const again = await server.request('POST /auth/register', { body: { email, password } });
    expect(again).toMatchObject({ status: 409, body: { code: 'EMAIL_TAKEN' } });
  });

  it.each([
    [{ email: 'nobody', password: PASSWORD }, 'body.email'],
    [{ email: { $ne: '' }, password: PASSWORD }, 'body.email'],
    [{ email: 'a@example.org', password: 'short' }, 'body.password'],
    [{ email: 'a@example.org', password: 'x'.repeat(73) }, 'body.password'],
    [{ email: 'a@example.org', password: 'ü'.repeat(37) }, 'body.password'],
    [{ email: 'a@example.org', password: 'with a \0 in it' }, 'body.password'],
    [{ email: 'a@example.org', password: PASSWORD, name: 1 }, 'body.name'],
    [{}, 'body.email'],
  ])('refuses a registration that is not valid: %#', async (body, path) => {
    const answer = await server.request<{ code: string; details: { path: string }[] }>(
      'POST /auth/register',
      { body },
    );
    expect(answer).toMatchObject({ status: 400, body: { code: 'VALIDATION_ERROR' } });
    expect(answer.body.details.map((problem) => problem.path)).toContain(path);
  });

  it('accepts a password of exactly 72 bytes', async () => {
    const { email } = account();
    const password = 'ü'.repeat(36);
    expect((await server.request('POST /auth/register', { body: { email, password } })).status).toBe(201);
    expect((await server.request('POST /auth/login', { body: { email, password } })).status).toBe(200);
    const other = `${'ü'.repeat(35)}xy`;
    expect((await server.request('POST /auth/login', { body: { email, password: other } })).status).toBe(401);
  });

  it('says the same of an unknown address as of a wrong password', async () => {
    const { email } = await server.register();
    const wrong = await server.request('POST /auth/login', { body: { email, password: 'not this one' } });
    const unknown = await server.request('POST /auth/login', { body: account() });
    for (const { status, body } of [wrong, unknown]) {
      expect(status).toBe(401);
      expect(body).toMatchObject({ error: 'Invalid email or password', code: 'INVALID_CREDENTIALS' });
      expect(Object.keys(body).sort()).toEqual(['code', 'error', 'requestId', 'timestamp']);
    }
  });

  it('hashes the password of an old row at its first login', async () => {
    const { User } = server.services.models;
    const { email } = account();
    const { insertedId } = await User.collection.insertOne({
      email,
      password: 'old and plain',
      name: 'Old',
    } as never);
    const stored = async () => (await User.collection.findOne({ _id: insertedId }))?.password as string;

    const login = (password: string) => server.request('POST /auth/login', { body: { email, password } });
    expect((await login('wrong')).status).toBe(401);
    expect(await stored()).toBe('old and plain');
    const first = await login('old and plain');
    expect(first).toMatchObject({ status: 200, body: { user: { name: 'Old', role: 'user' } } });
    expect(await stored()).toMatch(/^\$2[aby]\$10\$/);
    expect((await login('old and plain')).status).toBe(200);
    expect((await login(await stored())).status).toBe(401);
  });

  it('answers 429 with Retry-After when failed logins pile up, for that address only', async () => {
    const { email } = await server.register();
    const login = (body: unknown) => server.request('POST /auth/login', { body });
    const other = await server.register();
    for (let i = 0; i < 5; i++) {
      expect((await login({ email: i % 2 ? email : email.toUpperCase(), password: 'wrong' })).status).toBe(
        401,
      );
      // Neither right nor malformed logins count.
      expect((await login({ email: other.email, password: PASSWORD })).status).toBe(200);
      expect((await login({ email: other.email })).status).toBe(400);
    }
    const limited = await login({ email, password: PASSWORD });
    expect(limited).toMatchObject({ status: 429, body: { code: 'TOO_MANY_ATTEMPTS' } });
    expect(Number(limited.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await login({ email: other.email, password: PASSWORD })).status).toBe(200);
  });
});

describe('tokens', () => {
  const sign = (claims: object, options: jwt.SignOptions = {}) =>
    jwt.sign(claims, server.config.jwtSecret, options);

  it('accepts an old token without a session, and looks its user up', async () => {
    const { userId, email } = await server.register();
    const token = sign({ userId, email: 'former@example.org', role: 'admin' });
    const { status, body } = await server.request('/auth/me', { token });
    expect(status).toBe(200);
    expect(body.user).toMatchObject({ id: userId, email, role: 'user' });
  });

  it('makes an old token worthless at logout, too, and no other', async () => {
    const { userId, email } = await server.register();
    const [token, other] = [
      sign({ userId, email, role: 'user' }),
      sign({ userId, email, role: 'user', n: 1 }),
    ];
    for (const each of [token, other])
      expect((await server.request('/auth/me', { token: each })).status).toBe(200);
    expect((await server.request('POST /auth/logout', { token })).status).toBe(200);
    expect((await server.request('/auth/me', { token })).status).toBe(401);
    expect((await server.request('POST /auth/logout', { token })).status).toBe(401);
    expect((await server.request('/auth/me', { token: other })).status).toBe(200);
  });

  it('refuses tokens of other sessions, users, secrets and algorithms', async () => {
    const { token, userId } = await server.register();
    const stranger = await server.register();
    const { sid } = jwt.decode(token) as { sid: string };
    const claims = { userId, email: 'a@b.c', role: 'user' };
    const wrong = [
      sign({ ...claims, userId: stranger.userId, sid }),
      sign({ ...claims, sid: crypto.randomUUID() }),
      sign({ ...claims, sid: '' }),
      sign({ ...claims, userId: '0'.repeat(24) }),
      sign({ ...claims, userId: 'nobody' }),
      sign(claims, { algorithm: 'HS512' }),
      sign(claims, { expiresIn: -1 }),
      jwt.sign(claims, 'another secret'),
      jwt.sign(claims, '', { algorithm: 'none' }),
      'nonsense',
    ];
    for (const each of wrong)
      expect(await server.request('/auth/me', { token: each })).toMatchObject({
        status: 401,
        body: { code: 'UNAUTHENTICATED' },
      });
    for (const header of ['', 'Bearer', 'Bearer ', `Basic ${token}`, `Bearer ${token} ${token}`])
      expect((await server.request('/auth/me', { headers: { Authorization: header } })).status).toBe(401);
    expect((await server.request('/auth/me', { token })).status).toBe(200);
  });
});
