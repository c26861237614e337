/** @module A viewer's place in a log, whatever order events come in. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ExecutionEvent } from '../api-types.ts';
import { LogCursor } from './log-cursor.ts';

const eventAt = (position: number, last: number): ExecutionEvent => {
  const base = { executionId: 'x', position, at: 0, totalSteps: 1 };
  return position === last
    ? { type: 'execution_completed', ...base, stepsExecuted: 1, durationMs: 1 }
    : { type: 'execution_started', ...base };
};

test('events that come twice, late or with gaps are handed on once and in order, when every gap is asked for', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 20 }),
      fc.array(fc.integer({ min: 1, max: 20 }), { maxLength: 60 }),
      (last, arrivals) => {
        const cursor = new LogCursor();
        const seen: number[] = [];
        const replay = () => {
          for (let seq = cursor.position + 1; seq <= last; seq++) {
            if (cursor.take(eventAt(seq, last)) === 'new') seen.push(seq);
          }
        };
        for (const seq of arrivals.filter((one) => one <= last)) {
          const verdict = cursor.take(eventAt(seq, last));
          if (verdict === 'new') seen.push(seq);
          else if (verdict === 'gap') replay();
        }
        replay();
        expect(seen).toEqual(Array.from({ length: last }, (_, index) => index + 1));
        expect(cursor.complete).toBe(true);
      },
    ),
    { numRuns: 300 },
  );
});

test('a gap that stays is asked about once, then passed over', () => {
  const cursor = new LogCursor(3);
  expect(cursor.take(eventAt(6, 9))).toBe('gap');
  expect(cursor.take(eventAt(6, 9))).toBe('new');
  expect(cursor.take(eventAt(6, 9))).toBe('known');
  expect(cursor.position).toBe(6);
});

test('a log that ends without its last event is over when it does so twice in a row', () => {
  const cursor = new LogCursor();
  expect(cursor.endsForGood()).toBe(false);
  cursor.take(eventAt(1, 9));
  expect(cursor.endsForGood()).toBe(false);
  expect(cursor.endsForGood()).toBe(true);
});
