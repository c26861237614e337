import { expect, test } from 'vitest';
import { compile, runEngine } from '../index.ts';
import { repeatsRepetition } from './pattern-safety.ts';

test.each(['(a+)+$', '(a*)*', '([a-z]+)*x', '((a+)b?)+', '(x{2,})+', '^(\\w+\\s?)*$'])(
  '%s can take for ever',
  (pattern) => {
    expect(repeatsRepetition(pattern)).toBe(true);
  },
);

test.each([
  '^[a-z]+$',
  '(abc)+',
  '^\\d{3}-\\d{4}$',
  '(a+)?',
  '(a|b)+',
  '^(?:[a-z]|-)+$',
  '[(+]+',
  '\\(+a+\\)+',
  '^[\\w.+-]+@[\\w-]+\\.[a-z]{2,}$',
  '(a{1,3})+',
  '',
])('%s cannot', (pattern) => {
  expect(repeatsRepetition(pattern)).toBe(false);
});

test('a rule with such a pattern does not compile, and says why', async () => {
  const steps = [{ type: 'inputValidation', rules: [{ field: 'input.a', pattern: '(a+)+$' }] }];
  const { ok, diagnostics } = compile({ steps });
  expect(ok).toBe(false);
  expect(diagnostics[0]).toMatchObject({
    code: 'CONFIG_INVALID',
    path: 'steps.0.rules.0.pattern',
    got: '(a+)+$',
  });
  expect(await runEngine(steps, { a: `${'a'.repeat(40)}!` })).toMatchObject({ ok: false, failedStep: 0 });
});
