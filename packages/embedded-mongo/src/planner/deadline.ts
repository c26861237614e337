/** @module The time that one command may take. */
import { CommandError } from '../command-error.ts';

/** The clock is read once in so many checks. */
const CHECKS_PER_READING = 64;

/** Bounds a command's work by `maxTimeMS`. What a cursor does later, for getMore, is not bounded by it. */
export class Deadline {
  #end = Number.POSITIVE_INFINITY;
  #checks = 0;

  /** Sets the limit, in milliseconds from now. */
  set(milliseconds: number): void {
    this.#end = Date.now() + milliseconds;
  }

  /** Takes the limit away. */
  lift(): void {
    this.#end = Number.POSITIVE_INFINITY;
  }

  /** To be called for each document that is looked at. @throws CommandError MaxTimeMSExpired (50) */
  check(): void {
    if (++this.#checks % CHECKS_PER_READING !== 0 || this.#end === Number.POSITIVE_INFINITY) return;
    if (Date.now() > this.#end) throw new CommandError('MaxTimeMSExpired', 'operation exceeded time limit');
  }
}
