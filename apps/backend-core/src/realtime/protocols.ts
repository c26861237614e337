/** @module What the channels say over Socket.IO. */

import type { GenerationEvent } from '@orchestrix/ai/service';
import { type ExecutionEvent, type ExecutionLogData, ExecutionLogView } from '@orchestrix/engine';
import { fieldsOf } from '../utils/fields.ts';
import type { RoomProtocol } from './socket-rooms.ts';

/**
 * Executions in the form of the earlier backend: `join-execution` with `{executionId, lastSeq?}` or the bare id, `execution-log` with
 * {@link ExecutionLogData}.
 */
export const EXECUTION_LOG: RoomProtocol<ExecutionEvent, ExecutionLogData & { executionId: string }> = {
  join: 'join-execution',
  leave: 'leave-execution',
  message: 'execution-log',
  read: (sent) => {
    const { executionId, lastSeq } =
      typeof sent === 'string' ? { executionId: sent, lastSeq: 0 } : fieldsOf(sent);
    return keyed(executionId, lastSeq);
  },
  room: (_viewer, executionId) => executionLogRoom(executionId),
  usage: 'Send {executionId, lastSeq?}',
  things: 'executions',
  waits: false,
  view: (executionId) => {
    const view = new ExecutionLogView();
    return (event) => {
      const data = view.show(event);
      return data && { executionId, ...data };
    };
  },
  placeOf: ({ seq }) => seq,
};

/** Executions as they are: `follow-execution` with `{executionId, after?}`, `execution-event` with every event. */
export const EXECUTION_EVENTS: RoomProtocol<ExecutionEvent, ExecutionEvent> = {
  join: 'follow-execution',
  leave: 'unfollow-execution',
  message: 'execution-event',
  read: (sent) => {
    const { executionId, after } = fieldsOf(sent);
    return keyed(executionId, after);
  },
  room: (_viewer, executionId) => `execution-event:${executionId}`,
  usage: 'Send {executionId, after?}',
  things: 'executions',
  waits: false,
  view: () => (event) => event,
  placeOf: ({ position }) => position,
};

/**
 * Generations: `join-generation` with `{generationId, lastSeq?}`, `generation-progress` with `{generationId, seq, type, …}`; the last one
 * is `result` or `error`. They can be joined before the work begins.
 */
export const GENERATION_PROGRESS: RoomProtocol<GenerationEvent, { generationId: string; seq: number }> = {
  join: 'join-generation',
  leave: 'leave-generation',
  message: 'generation-progress',
  read: (sent) => {
    const { generationId, lastSeq } =
      typeof sent === 'string' ? { generationId: sent, lastSeq: 0 } : fieldsOf(sent);
    const isUuid = typeof generationId === 'string' && UUID.test(generationId);
    return isUuid ? keyed(generationId.toLowerCase(), lastSeq) : null;
  },
  // The same id of another owner is another generation.
  room: ({ owners }, generationId) => `generation:${generationId} ${owners[0]}`,
  usage: 'Send {generationId: <a UUID>, lastSeq?}',
  things: 'generations and executions',
  waits: true,
  view:
    (generationId) =>
    ({ position, ...event }) => ({ generationId, seq: position, ...event }),
  placeOf: ({ seq }) => seq,
};

/** The room of those who watch an execution by `execution-log`. */
export function executionLogRoom(executionId: string): string {
  return `execution:${executionId}`;
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const MAX_KEY = 200;

function keyed(key: unknown, after: unknown): { key: string; after: number } | null {
  if (typeof key !== 'string' || key === '' || key.length > MAX_KEY) return null;
  return { key, after: typeof after === 'number' && Number.isFinite(after) ? after : 0 };
}
