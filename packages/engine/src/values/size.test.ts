import { describe, expect, test } from 'vitest';
import { sizeOf, TOO_DEEP } from './size.ts';

const LIMIT = 1_000_000;

describe('sizeOf', () => {
  test('grows with what is in a value', () => {
    expect(sizeOf('abcd', LIMIT)).toBe(8);
    expect(sizeOf(1, LIMIT)).toBe(8);
    expect(sizeOf({ key: 'value' }, LIMIT)).toBeGreaterThan(sizeOf({ key: '' }, LIMIT));
    expect(sizeOf([1, 2, 3], LIMIT)).toBeGreaterThan(sizeOf([1], LIMIT));
    expect(sizeOf(new Uint8Array(500), LIMIT)).toBeGreaterThanOrEqual(500);
  });

  test('counts what maps and sets hold', () => {
    expect(sizeOf(new Map([['a', 'x'.repeat(1000)]]), LIMIT)).toBeGreaterThan(2000);
    expect(sizeOf(new Set(['x'.repeat(1000)]), LIMIT)).toBeGreaterThan(2000);
  });

  test('a value that contains itself is over the limit', () => {
    const cycle: Record<string, unknown> = {};
    cycle.self = cycle;
    expect(sizeOf(cycle, LIMIT)).toBeGreaterThan(LIMIT);
  });

  test('a list that contains itself many times does not fill the memory first', () => {
    const cycle: unknown[] = [];
    for (let i = 0; i < 100_000; i++) cycle.push(cycle);
    expect(sizeOf(cycle, LIMIT)).toBeGreaterThan(LIMIT);
  });

  test('a list of a thousand million holes is over the limit at once', () => {
    expect(sizeOf(new Array(1_000_000_000), LIMIT)).toBeGreaterThan(LIMIT);
  });

  test('100,000 levels do not overflow, and are told from a large value', () => {
    let deep: unknown = 1;
    for (let i = 0; i < 100_000; i++) deep = { deep };
    expect(sizeOf(deep, 64_000_000, 200)).toBe(TOO_DEEP);
    expect(sizeOf(deep, 64_000_000)).toBeGreaterThan(100_000);
  });

  test('a value as deep as allowed is counted', () => {
    const value = { a: { b: { c: 1 } } };
    expect(sizeOf(value, LIMIT, 3)).toBeGreaterThan(0);
    expect(sizeOf(value, LIMIT, 2)).toBe(TOO_DEEP);
  });
});
