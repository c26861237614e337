/** @module Lets long work take turns: one turn of one task each time the event loop comes round, so that others are answered between them. */
import { beginTurn, endTurn, type PAUSE, type Task } from './pace.ts';

/** What a task runs under. */
export interface TaskTerms {
  /** When its time is over, on the clock of `performance.now()`; may be changed while it runs. */
  end: number;
  /** Whether its result is not wanted any more, because the client has gone. */
  isUnwanted?(): boolean;
}

interface WaitingTask {
  task: Task<unknown>;
  terms: TaskTerms;
  fulfil(value: unknown): void;
  reject(error: unknown): void;
}

/** The result of a task whose client has gone. */
export class TaskAbandonedError extends Error {
  constructor() {
    super('the client closed its connection while the command ran');
    this.name = 'TaskAbandonedError';
  }
}

/** The tasks of a server that wait for their next turn. */
export class TurnQueue {
  #waiting: WaitingTask[] = [];
  #scheduled = false;

  /** How many tasks wait for their next turn. */
  get size(): number {
    return this.#waiting.length;
  }

  /** Runs a task: at once when one turn is enough, otherwise turn by turn. Throws or rejects with what the task throws. */
  run<T>(task: Task<T>, terms: TaskTerms): T | Promise<T> {
    const first = takeTurn(task, terms);
    if (first.done) return first.value;
    return new Promise<T>((fulfil, reject) => {
      this.#waiting.push({ task, terms, fulfil: fulfil as (value: unknown) => void, reject });
      this.#schedule();
    });
  }

  /** Ends every task that waits; what they have done so far may be undone. */
  failAll(error: Error): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const { task, reject } of waiting) {
      task.return(undefined);
      reject(error);
    }
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      const next = this.#waiting.shift();
      if (next) this.#continue(next);
      if (this.#waiting.length > 0) this.#schedule();
    });
  }

  #continue(waiting: WaitingTask): void {
    const { task, terms, fulfil, reject } = waiting;
    try {
      if (terms.isUnwanted?.()) {
        task.return(undefined);
        reject(new TaskAbandonedError());
        return;
      }
      const result = takeTurn(task, terms);
      if (result.done) fulfil(result.value);
      else this.#waiting.push(waiting);
    } catch (error) {
      reject(error);
    }
  }
}

/** Runs something within a turn of its own. */
export function withinTurn<T>({ end }: TaskTerms, run: () => T): T {
  beginTurn(end);
  try {
    return run();
  } finally {
    endTurn();
  }
}

function takeTurn<T>(task: Task<T>, terms: TaskTerms): IteratorResult<typeof PAUSE, T> {
  return withinTurn(terms, () => task.next());
}
