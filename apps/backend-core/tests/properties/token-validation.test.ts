import { createServerTokens } from '@orchestrix/sessions';
import fc from 'fast-check';
import jwt from 'jsonwebtoken';
import { describe, expect, it } from 'vitest';
import { createWorkflowTokens } from '../../src/services/workflow-tokens.ts';

const SECRET = 'a secret for these tests only, long enough';
const tokens = createServerTokens(SECRET, 60_000);

const claims = fc.record(
  { userId: fc.string({ minLength: 1 }), email: fc.string(), role: fc.string(), sid: fc.uuid() },
  { requiredKeys: ['userId', 'email', 'role'] },
);

describe('Feature: backend-core, Property 2: token validation', () => {
  it('accepts every token the earlier server signed and reads the same user from it', () => {
    fc.assert(
      fc.property(
        claims,
        fc.option(fc.integer({ min: 60, max: 1e6 })),
        ({ userId, email, role }, expiresIn) => {
          const old = jwt.sign({ userId, email, role }, SECRET, expiresIn === null ? {} : { expiresIn });
          const { fingerprint, expiresAt, ...read } = tokens.verify(old);
          expect(read).toEqual({ userId, email, role });
          expect(fingerprint).toMatch(/^[0-9a-f]{64}$/);
          expect(expiresAt === undefined).toBe(expiresIn === null);
        },
      ),
    );
  });

  it('gives back what it signed', () => {
    fc.assert(
      fc.property(claims, (given) => {
        expect(tokens.verify(tokens.sign(given))).toMatchObject(given);
      }),
    );
  });

  it('refuses every changed, foreign, expired or unsigned token', () => {
    const forged = fc.oneof(
      claims.map((given) => jwt.sign(given, `${SECRET}x`)),
      claims.map((given) => jwt.sign(given, SECRET, { algorithm: 'HS512' })),
      claims.map((given) => jwt.sign(given, '', { algorithm: 'none' })),
      claims.map((given) => jwt.sign({ ...given, exp: 1 }, SECRET)),
      claims.map((given) => jwt.sign({ ...given, userId: 1 }, SECRET)),
      claims.map((given) => jwt.sign({ ...given, sid: { $ne: '' } }, SECRET)),
      fc.tuple(claims, fc.nat()).map(([given, at]) => {
        const token = tokens.sign(given);
        const index = at % token.lastIndexOf('.');
        return `${token.slice(0, index)}${token[index] === 'A' ? 'B' : 'A'}${token.slice(index + 1)}`;
      }),
      fc.string(),
    );
    fc.assert(
      fc.property(forged, (token) => {
        expect(() => tokens.verify(token)).toThrow(
          expect.objectContaining({ code: 'UNAUTHENTICATED', status: 401 }),
        );
      }),
      { numRuns: 300 },
    );
  });

  it('never takes a workflow token for one of the server, nor for one of another owner', async () => {
    await fc.assert(
      fc.asyncProperty(claims, fc.string(), fc.string(), async (given, owner, other) => {
        fc.pre(owner !== other);
        const own = createWorkflowTokens(SECRET, owner);
        const token = await own.sign({ ...given }, { expiresIn: '7d' });
        expect(await own.verify(token)).toMatchObject(given);
        expect(() => tokens.verify(token)).toThrow(expect.objectContaining({ code: 'UNAUTHENTICATED' }));
        await expect(createWorkflowTokens(SECRET, other).verify(token)).rejects.toThrow('invalid signature');
      }),
    );
  });
});

describe('createWorkflowTokens', () => {
  const own = createWorkflowTokens('compat-secret', 'default-owner');

  it('accepts the tokens of old clients, and passes the texts of the verifier on', async () => {
    expect(await own.verify(jwt.sign({ userId: 'u1' }, 'compat-secret'))).toMatchObject({ userId: 'u1' });
    await expect(own.verify('nonsense')).rejects.toThrow('jwt malformed');
    await expect(own.verify('a.b.c')).rejects.toThrow('invalid token');
    await expect(own.verify(jwt.sign({}, 'other'))).rejects.toThrow('invalid signature');
    await expect(own.verify(jwt.sign({ exp: 1 }, 'compat-secret'))).rejects.toThrow('jwt expired');
    await expect(own.verify(jwt.sign({}, 'compat-secret', { algorithm: 'HS384' }))).rejects.toThrow(
      'invalid algorithm',
    );
  });

  it('signs with the default of seven days, or the expiry in the payload', async () => {
    const token = await own.sign({ a: 1 }, { expiresIn: '7d' });
    const { iat, exp } = (await own.verify(token)) as { iat: number; exp: number };
    expect(exp - iat).toBe(7 * 86_400);
    const later = Math.floor(Date.now() / 1000) + 100;
    expect(await own.verify(await own.sign({ exp: later }, { expiresIn: '1m' }))).toMatchObject({
      exp: later,
    });
  });
});
