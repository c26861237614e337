/** @module What the worker thread tells the thread that started it; anything sent to the worker means "stop". */

/** One report of the worker. */
export type WorkerReport =
  | { kind: 'listening'; port: number }
  | { kind: 'stopped' }
  | { kind: 'in-use'; file: string; pid: number | null }
  | { kind: 'failed'; message: string; code: string | null };
