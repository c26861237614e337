import { expect, it } from 'vitest';
import { createLoginLimiter } from './login-limiter.ts';
import type { RateLimiter } from './ports.ts';

/** A limiter in memory without a window's end. */
function createLimiter(points: number): RateLimiter {
  const used = new Map<string, number>();
  const get = (key: string) => used.get(key) ?? 0;
  return {
    consume: async (key, count = 1) => {
      used.set(key, get(key) + count);
      return get(key) > points ? 1_000 : null;
    },
    check: async (key) => (get(key) >= points ? 1_000 : null),
    used: async (key) => get(key),
    refund: async (key, count = 1) => void used.set(key, get(key) - count),
  };
}

function create({ pair = 100, address = 100, account = 100 } = {}) {
  const limiter = createLoginLimiter({
    perAddressAndAccount: createLimiter(pair),
    perAddress: createLimiter(address),
    perAccount: createLimiter(account),
  });
  return (from: string, to: string, password: 'right' | 'wrong') =>
    limiter.attempt(
      from,
      to,
      async () => password === 'right',
      (outcome) => 'value' in outcome && !outcome.value,
    );
}

const refused = { code: 'TOO_MANY_ATTEMPTS', status: 429, details: { retryAfterMs: 1_000 } };

it('slows down one address that guesses one account, and no other', async () => {
  const attempt = create({ pair: 2 });
  await attempt('1', 'anna', 'wrong');
  await attempt('1', 'anna', 'wrong');
  await expect(attempt('1', 'anna', 'right')).rejects.toMatchObject(refused);
  expect(await attempt('2', 'anna', 'right')).toBe(true);
  expect(await attempt('1', 'bert', 'right')).toBe(true);
});

it('slows down one address that guesses many accounts', async () => {
  const attempt = create({ address: 2 });
  await attempt('1', 'anna', 'wrong');
  await attempt('1', 'bert', 'wrong');
  await expect(attempt('1', 'cleo', 'wrong')).rejects.toMatchObject(refused);
});

it('lets the rightful owner in while many addresses guess the account', async () => {
  const attempt = create({ account: 2 });
  for (const address of ['1', '2']) await attempt(address, 'anna', 'wrong');
  expect(await attempt('3', 'anna', 'right')).toBe(true);
  await attempt('4', 'anna', 'wrong');
  await expect(attempt('4', 'anna', 'wrong')).rejects.toMatchObject(refused);
});

it('does not count successes', async () => {
  const attempt = create({ pair: 1, address: 1, account: 1 });
  for (let time = 0; time < 5; time++) expect(await attempt('1', 'anna', 'right')).toBe(true);
});
