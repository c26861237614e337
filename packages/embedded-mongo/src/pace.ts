/**
 * @module The one place that decides how long work goes on: a command's own limit, and the turn after which it lets
 * others in. Everything runs on one thread, so that there is one turn at a time and its state is the module's.
 */
import { CommandError } from './command-error.ts';

/** Yielded by long work where others may be let in; no stream of documents or rows has a null. */
export const PAUSE: null = null;

/** An item of a stream, or a place where others may be let in. */
export type Paced<T> = T | typeof PAUSE;

/** Work that pauses now and then, and its result. */
export type Task<T> = Generator<typeof PAUSE, T>;

/** After so long a command lets others in, at the next place where it can. */
export const TURN_MS = 10;
/** One document or expression may not go on for longer than this without a place to pause at. */
export const HOLD_MS = 250;
/** Work between two looks at the clock; a unit is about the work on one value. */
const UNITS_PER_LOOK = 512;
/** A turn that has looked less often was held up by the machine, not by its work. */
const LOOKS_OF_A_LONG_TURN = 200;

const NEVER = Number.POSITIVE_INFINITY;
let credit = UNITS_PER_LOOK;
let commandEnd = NEVER;
let turnEnd = NEVER;
let holdEnd = NEVER;
let looks = 0;
let over = false;

/**
 * Starts a turn.
 * @param end when the command's time is over, on the clock of `performance.now()`; infinite for no limit
 */
export function beginTurn(end: number): void {
  const now = performance.now();
  commandEnd = end;
  turnEnd = now + TURN_MS;
  holdEnd = now + HOLD_MS;
  credit = UNITS_PER_LOOK;
  looks = 0;
  over = false;
}

/** Ends the turn: work outside of turns, such as that of tests, has no limits. */
export function endTurn(): void {
  commandEnd = NEVER;
  turnEnd = NEVER;
  holdEnd = NEVER;
  over = false;
}

/**
 * To be called for work that is done, in units of about one value.
 * @throws CommandError MaxTimeMSExpired (50) when the command's time is over, or nothing else could run for too long
 */
export function spend(units = 1): void {
  credit -= units;
  if (credit <= 0) look();
}

/** Does what {@link spend} does, and says whether it is time to yield {@link PAUSE}. */
export function isTurnOver(units = 1): boolean {
  credit -= units;
  if (credit <= 0) look();
  return over;
}

function look(): void {
  credit = UNITS_PER_LOOK;
  looks++;
  if (turnEnd === NEVER) return;
  const now = performance.now();
  if (now > commandEnd) throw new CommandError('MaxTimeMSExpired', 'operation exceeded time limit');
  if (now > turnEnd) over = true;
  if (now <= holdEnd || looks < LOOKS_OF_A_LONG_TURN) return;
  throw new CommandError(
    'MaxTimeMSExpired',
    `operation exceeded time limit: one document or expression took longer than ${HOLD_MS} ms, and this server cannot answer others meanwhile`,
  );
}

/** A stream for callers that never pause. */
export function* withoutPauses<T>(source: Iterable<Paced<T>>): Generator<T> {
  for (const item of source) if (item !== PAUSE) yield item;
}

/** A task's result, for callers that never pause. */
export function runToEnd<T>(task: Task<T>): T {
  for (;;) {
    const step = task.next();
    if (step.done) return step.value;
  }
}

/** A stream that makes one item out of each. */
export function* mapPaced<T, R>(source: Iterable<Paced<T>>, run: (item: T) => R): Generator<Paced<R>> {
  for (const item of source) yield item === PAUSE ? PAUSE : run(item);
}

/** Rows of one sort that are ordered at once, in less than a turn. */
const SORTED_AT_ONCE = 1024;

/** Sorts in place and in pieces, so that others can be let in. Stable. */
export function* sortPaced<T>(items: T[], compare: (a: T, b: T) => number): Task<T[]> {
  if (items.length <= SORTED_AT_ONCE) return items.sort(compare);
  let from: T[] = [];
  for (let start = 0; start < items.length; start += SORTED_AT_ONCE) {
    for (const item of items.slice(start, start + SORTED_AT_ONCE).sort(compare)) from.push(item);
    if (isTurnOver(SORTED_AT_ONCE * 4)) yield PAUSE;
  }
  items.length = 0;
  let to = new Array<T>(from.length);
  for (let width = SORTED_AT_ONCE; width < from.length; width *= 2) {
    for (let start = 0; start < from.length; start += 2 * width) {
      const middle = Math.min(start + width, from.length);
      const end = Math.min(start + 2 * width, from.length);
      let left = start;
      let right = middle;
      for (let at = start; at < end; at++) {
        const takesLeft = left < middle && (right >= end || compare(from[left]!, from[right]!) <= 0);
        to[at] = takesLeft ? from[left++]! : from[right++]!;
        if (isTurnOver()) yield PAUSE;
      }
    }
    [from, to] = [to, from];
  }
  return from;
}
