/** @module Masked connection strings: the cases of the contract, and no secret in whatever is shown. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { maskUri } from './mask.ts';

interface MaskCase {
  id: string;
  kind: string;
  uri: string;
  parity: string;
  expectFromStatus: string;
  better?: { mustNotContain?: string[] };
}

const cases = (
  JSON.parse(readFileSync(new URL('../../../contract/cases.json', import.meta.url), 'utf8')) as {
    cases: MaskCase[];
  }
).cases.filter(({ kind }) => kind === 'mask');

describe('the cases of the contract', () => {
  test.each(cases.map((one) => [one.id, one] as const))('%s', (_id, one) => {
    const masked = maskUri(one.uri);
    if (one.parity === 'match') expect(masked).toBe(one.expectFromStatus);
    if (one.parity === 'tolerant') expect(encodeURI(masked)).toBe(one.expectFromStatus);
    for (const secret of one.better?.mustNotContain ?? []) expect(masked).not.toContain(secret);
  });

  it('are there', () => expect(cases.length).toBeGreaterThanOrEqual(4));
});

describe('maskUri', () => {
  test.each([
    ['mongodb+srv://carol:hunter2@c0.example.net/db', 'mongodb+srv://c•••:••••••••@c0.example.net/db'],
    ['mongodb://u:p@a:1,b:2/db', 'mongodb://u•••:••••••••@a:1,b:2/db'],
    ['mongodb://dora@[::1]:27017', 'mongodb://d•••@[::1]:27017'],
    [
      'mongodb://%40x:y@h/?authSource=admin&w=majority',
      'mongodb://••••:••••••••@h/?authSource=admin&w=majority',
    ],
    ['mongodb://h/?authMechanismProperties=AWS_SESSION_TOKEN:abc', 'mongodb://h/?••••••••=••••••••'],
    ['mongodb://h/?password=zz', 'mongodb://h/?password=••••••••'],
  ])('%s → %s', (uri, masked) => expect(maskUri(uri)).toBe(masked));

  test.each([
    'not-a-uri',
    '',
    'mongodb://',
    'mongodb://carol:hunter2',
    'mongodb://carol:hun/ter2@h/db',
    'mongodb://carol:12/34@h/db',
    'mongodb://carol:1?2@h/db',
    'mongodb://carol:1@2/34@h/db',
    'mongodb://carol:hunter2@h@i/db',
    'mongodb://carol:hun#ter2@h/db',
    'mongodb://carol:%zz@h/db',
    'https://carol:hunter2@h/db',
  ])('shows nothing of %j', (uri) => expect(maskUri(uri)).toBe('••••••••'));
});

/** Letters that nothing else of a masked text has, so that no piece of a secret is there by chance. */
const SECRET_LETTERS = 'QXZJKV7359';
const secret = fc.string({ unit: fc.constantFrom(...SECRET_LETTERS), minLength: 3, maxLength: 20 });
const noisy = fc
  .tuple(
    secret,
    fc.string({ unit: fc.constantFrom('@', ':', '/', '?', '#', '%', '&', '=', '!', 'ß') }),
    secret,
  )
  .map((parts) => parts.join(''));
const host = fc.stringMatching(/^[a-d]{1,8}(\.[a-d]{1,8}){0,2}(:1[0-2]{0,3})?$/);
const hosts = fc.array(host, { minLength: 1, maxLength: 4 }).map((list) => list.join(','));
const scheme = fc.constantFrom('mongodb', 'mongodb+srv');

/** Three letters of a secret in a row are a piece of it; the noise between them is in every connection string. */
function expectNoPiece(masked: string, secretText: string): void {
  for (const run of secretText.split(/[^A-Z0-9]+/))
    for (let start = 0; start + 3 <= run.length; start++)
      expect(masked).not.toContain(run.slice(start, start + 3));
}

describe('Feature: backend-core, no secret of a connection string survives its mask', () => {
  it('neither a password nor a secret option, with any number of hosts', () => {
    fc.assert(
      fc.property(scheme, noisy, hosts, noisy, (kind, password, list, token) => {
        const uri = `${kind}://ann:${encodeURIComponent(password)}@${list}/db?w=1&apiToken=${encodeURIComponent(token)}`;
        const masked = maskUri(uri);
        expect(masked).toContain(`a•••:••••••••@${list}/db`);
        expectNoPiece(masked, password);
        expectNoPiece(masked, token);
      }),
      { numRuns: 500 },
    );
  });

  it('nor one that somebody forgot to encode', () => {
    fc.assert(
      fc.property(
        scheme,
        noisy,
        hosts,
        fc.constantFrom('', '/db', '/db?w=1'),
        (kind, password, list, rest) => {
          expectNoPiece(maskUri(`${kind}://ann:${password}@${list}${rest}`), password);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('nor any part of a text that is damaged', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), secret, (before, text) => {
        expectNoPiece(maskUri(`${before.replace(/^mongodb/, '')}${text}`), text);
      }),
      { numRuns: 300 },
    );
  });
});
