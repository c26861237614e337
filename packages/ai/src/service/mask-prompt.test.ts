/** @module Secrets leave a request before anybody sees it; sentences about passwords stay. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { maskPrompt } from './mask-prompt.ts';

const HASH = `$2b$10$${'a'.repeat(53)}`;
const PEM = '-----BEGIN RSA PRIVATE KEY-----\nMIIEow\nAb+/=\n-----END RSA PRIVATE KEY-----';

describe('secrets', () => {
  test.each([
    ['Use sk-proj-abcdefghij0123456789ABCD for it', 'Use *** for it'],
    ['key gsk_abcdefghij0123456789ABCDEFGH.', 'key ***.'],
    ['hf_abcdefghijklmnopqrstuvwx and AIzaSyA0123456789012345678901234567890', '*** and ***'],
    ['push with ghp_abcdefghijklmnopqrst0123456789', 'push with ***'],
    ['AKIAIOSFODNN7EXAMPLE', '***'],
    ['xoxb-123456789012-abcdef', '***'],
    ['with eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl', 'with ***'],
    [`hash ${HASH}`, 'hash ***'],
    [`sign with\n${PEM}\nplease`, 'sign with\n***\nplease'],
    ['send Authorization: Bearer abcdef0123456789abcd', 'send Authorization: Bearer ***'],
    [
      'store in mongodb+srv://anna:p@ss:w0rd@db.example.org/app',
      'store in mongodb+srv://***@db.example.org/app',
    ],
    ['redirect to https://user:secret@example.org/x', 'redirect to https://***@example.org/x'],
    ['my password is hunter2', 'my password is ***'],
    ['my password is swordfish.', 'my password is ***.'],
    ['The admin password is "correct horse battery", keep it', 'The admin password is "***", keep it'],
    ['password: Tr0ub4dor&3', 'password: ***'],
    ['password=letmein', 'password=***'],
    ['{"password": "open sesame now"}', '{"password": "***"}'],
    ['DB_PASSWORD=abc123!', 'DB_PASSWORD=***'],
    ['api key: 0123456789abcdef', 'api key: ***'],
    ["client_secret = 'a-b-c-d'", "client_secret = '***'"],
    ['the token is 8f14e45fceea167a', 'the token is ***'],
    [
      'call it with key abc and secret 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b',
      'call it with key abc and secret ***',
    ],
    ['use the passphrase CANARY-horse-Battery9 for it', 'use the passphrase *** for it'],
    ['sign with aGVsbG8gd29ybGQhIGhlbGxvIHdvcmxkISAxMjM0', 'sign with ***'],
    ['and token Zx9_kLm2-Qp, please', 'and token ***, please'],
  ])('%j', (prompt, masked) => {
    expect(maskPrompt(prompt)).toMatchObject({ text: masked });
    expect(maskPrompt(prompt).removed).toBeGreaterThan(0);
  });
});

describe('sentences', () => {
  test.each([
    'Sign up with name, email and password. The password is required.',
    'password is at least 8 characters long',
    'the password is 12 characters or more',
    'Reject the log-in when the password is wrong and say "password is incorrect"',
    'password: required, email: optional',
    'password: string',
    'If the password is compromised, send a mail',
    'The password is hashed with bcrypt before it is stored',
    'Return 401 when the token is invalid or the token is expired',
    'the api key is missing',
    '{"password": "{{input.password}}"}',
    '"password": "at least 8 characters"',
    'password = input.password',
    'call https://example.org:8080/a@b and http://anna@example.org',
    'Add a field secret of type text',
    'Every sk-prefix is a task-list',
    'Save the order 3f2504e0-4f89-11d3-9a0c-0305e82c3301 created at 2026-01-01T10:00:00.000Z',
    'GET https://api.example.org/v1/customers/12345678901234567890123456789012/orders',
    'Sort by createdAtInMillisecondsSinceTheEpochOfUnix',
    'Add the secret ingredient to a recipe and the key customerNumber',
    'The token expiresInSeconds and the password confirmation',
    'Send a welcome mail to the new user 🎉',
    '',
  ])('%j', (prompt) => {
    expect(maskPrompt(prompt)).toEqual({ text: prompt, removed: 0 });
  });
});

const KEYED = fc
  .tuple(
    fc.constantFrom('sk-', 'gsk_', 'hf_', 'ghp_', 'sk-proj-', 'npm_'),
    fc.stringMatching(/^[A-Za-z0-9]{24,40}$/),
  )
  .map(([prefix, rest]) => prefix + rest);

test('a key is gone wherever it stands, and masking twice changes nothing', () => {
  fc.assert(
    fc.property(fc.string(), KEYED, fc.string(), (before, key, after) => {
      const { text } = maskPrompt(`${before} ${key} ${after}`);
      expect(text).not.toContain(key.slice(4));
      expect(maskPrompt(text)).toEqual({ text, removed: 0 });
    }),
    { numRuns: 500 },
  );
});

test('long hostile text takes no long time', () => {
  const parts = ['password is ', 'a://b:', '-----BEGIN PRIVATE KEY-----', 'eyJaaaaaaaaa.', 'sk-', '"', ' '];
  for (const part of parts) {
    const begun = performance.now();
    maskPrompt(part.repeat(Math.ceil(20_000 / part.length)));
    expect(performance.now() - begun).toBeLessThan(1_000);
  }
});
