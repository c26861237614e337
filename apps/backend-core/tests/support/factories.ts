/** @module Test data with sensible defaults: accounts, workflows, sessions, tokens, log events. Each takes what a test cares about. */
import type { ExecutionStartedEvent, WorkflowDefinition } from '@orchestrix/engine';
import jwt from 'jsonwebtoken';
import type { TestServer } from './start-test-server.ts';

let made = 0;

/** A row of `users` as the earlier backend stored it; `password` is hashed at log-in when it is plain. */
export function userRow(given: Record<string, string> = {}): Record<string, string> {
  made++;
  return { name: `User ${made}`, email: `user-${made}@example.org`, ...given };
}

/** Stores a row of `users` and gives its id. */
export async function insertUser(
  { services }: TestServer,
  row: Record<string, string> = userRow(),
): Promise<string> {
  const { insertedId } = await services.models.User.collection.insertOne({ ...row } as never);
  return String(insertedId);
}

/** A session of an account that lasts; `ended` makes one that is over. */
export async function createSession(
  { services }: TestServer,
  userId: string,
  state?: 'ended',
): Promise<string> {
  const sid = await services.sessions.create(userId);
  if (state === 'ended') await services.sessions.delete(sid);
  return sid;
}

/** A token with a valid signature; without a `sid` one that the earlier backend made. */
export function signToken(
  { config }: Pick<TestServer, 'config'>,
  claims: Record<string, unknown>,
  { secret = config.jwtSecret, ...options }: jwt.SignOptions & { secret?: string } = {},
): string {
  return jwt.sign(claims, secret, options);
}

/** A workflow that stores a note and answers with it, its edges in the order of its steps. */
export function workflowDefinition(given: Partial<WorkflowDefinition> = {}): Required<WorkflowDefinition> {
  return {
    steps: [
      { id: 'start', type: 'input', variables: [{ name: 'n' }] },
      { id: 'keep', type: 'dbInsert', collection: 'notes', data: { n: '{{ input.n }}' } },
      { id: 'end', type: 'response', statusCode: 201, body: { n: '{{ created.n }}' } },
    ],
    edges: [
      { source: 'start', target: 'keep' },
      { source: 'keep', target: 'end' },
    ],
    inputVariables: [],
    ...given,
  };
}

/** The first event of an execution. */
export function logEvent(given: Partial<ExecutionStartedEvent> = {}): ExecutionStartedEvent {
  const at = Date.parse('2026-11-20T09:30:00.000Z');
  return { type: 'execution_started', executionId: 'execution', position: 1, at, totalSteps: 1, ...given };
}
