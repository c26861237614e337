/** @module What the worker thread tells the thread that started it; anything sent to the worker means "stop". */
import type { DatabaseFileErrorCode } from './database-file-error.ts';

/** One report of the worker. */
export type WorkerReport =
  | { kind: 'listening'; port: number }
  | { kind: 'stopped' }
  | { kind: 'in-use'; file: string; pid: number | null }
  | { kind: 'file'; file: string; code: DatabaseFileErrorCode; message: string }
  | { kind: 'failed'; message: string; code: string | null };
