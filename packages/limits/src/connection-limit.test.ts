import { expect, it } from 'vitest';
import { ConnectionLimit } from './connection-limit.ts';

it('admits connections up to the limit of their kind, and again once one was released', () => {
  const limit = new ConnectionLimit({ perAddress: 2, perAccount: 0 });
  const release = limit.admit('address', '1');
  expect(limit.admit('address', '1')).not.toBeNull();
  expect(limit.admit('address', '1')).toBeNull();
  expect(limit.admit('address', '2')).not.toBeNull();
  release?.();
  release?.();
  expect(limit.admit('address', '1')).not.toBeNull();
  expect(limit.admit('address', '1')).toBeNull();
  for (let open = 0; open < 10; open++) expect(limit.admit('account', 'anna')).not.toBeNull();
});
