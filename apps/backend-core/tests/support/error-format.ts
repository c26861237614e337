/** @module What every error answer must look like. */
import { expect } from 'vitest';
import type { Answer } from './start-test-server.ts';

const KEYS = new Set(['error', 'code', 'details', 'requestId', 'timestamp']);

/**
 * Fails the test unless the answer is JSON in the one shape of errors.
 *
 * @param extra fields that the route documents besides
 */
export function expectErrorFormat({ headers, body }: Answer<unknown>, extra: readonly string[] = []): void {
  expect(headers.get('content-type')).toMatch(/^application\/json/);
  expect(body).toMatchObject({
    error: expect.stringMatching(/\S/),
    code: expect.stringMatching(/^[A-Z][A-Z_]+$/),
    requestId: headers.get('x-request-id'),
  });
  const { timestamp } = body as { timestamp: string };
  expect(new Date(timestamp).toISOString()).toBe(timestamp);
  expect(Object.keys(body as object).filter((key) => !KEYS.has(key) && !extra.includes(key))).toEqual([]);
}
