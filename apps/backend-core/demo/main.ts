/** @module Plays the main job against a server of its own: register, store, execute with a live log, publish, call. */
import { strict as assert } from 'node:assert';
import type { ExecutionLogData } from '@orchestrix/engine';
import { io } from 'socket.io-client';
import { startOwnServer } from './own-server.ts';
import * as show from './show.ts';

/** A guest book: checks what it is sent, keeps it, thanks by mail, answers 201. */
const GUEST_BOOK = {
  name: 'Guest book',
  steps: [
    { id: 'start', type: 'input', variables: [{ name: 'email' }, { name: 'message' }] },
    {
      id: 'check',
      type: 'inputValidation',
      rules: [
        { field: 'input.email', required: true, type: 'email' },
        { field: 'input.message', required: true, type: 'string', maxLength: 500 },
      ],
    },
    {
      id: 'keep',
      type: 'dbInsert',
      collection: 'entries',
      data: { email: '{{ input.email }}', message: '{{ input.message }}' },
      output: 'entry',
    },
    {
      id: 'thank',
      type: 'emailSend',
      to: '{{ input.email }}',
      subject: 'Thank you',
      body: '<p>We have kept your message:</p><blockquote>{{ input.message }}</blockquote>',
    },
    {
      id: 'answer',
      type: 'response',
      statusCode: 201,
      body: { id: '{{ entry._id }}', message: '{{ entry.message }}' },
    },
  ],
};

const startedAt = performance.now();
const server = await startOwnServer();
try {
  show.line(`A server of our own listens on ${server.base}`);
  await play(server.base);
} catch (error) {
  console.error('\nThe demo failed:', error);
  process.exitCode = 1;
} finally {
  const code = await server.stop();
  if (code !== 0) process.exitCode = 1;
  show.line(
    `\nThe server ended with exit code ${code}, ${((performance.now() - startedAt) / 1000).toFixed(1)} s after its start.`,
  );
}

async function play(base: string): Promise<void> {
  let token: string | undefined;
  const call = async <T>(method: string, path: string, body?: unknown, expected = 200): Promise<T> => {
    show.request(method, path, body);
    const sentAt = performance.now();
    const response = await fetch(base + path, {
      method,
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const answer: unknown = await response.json();
    show.answer(response.status, answer, performance.now() - sentAt);
    assert.equal(response.status, expected, `${method} ${path} answered ${response.status}`);
    return answer as T;
  };

  show.heading('Register');
  const login = { name: 'Ada', email: 'ada@example.org', password: crypto.randomUUID() };
  token = (await call<{ token: string }>('POST', '/auth/register', login, 201)).token;

  show.heading('Store a workflow');
  const { workflow } = await call<{ workflow: { workflowId: string } }>(
    'POST',
    '/workflows',
    GUEST_BOOK,
    201,
  );
  const path = `/workflows/${workflow.workflowId}`;

  show.heading('Execute it and watch its log live over Socket.IO');
  const input = { email: 'grace@example.org', message: 'Hello <everybody>' };
  const { executionId } = await call<{ executionId: string }>(
    'POST',
    `${path}/execute?async=true`,
    { input },
    202,
  );
  const events = await watch(base, token, executionId);
  assert.deepEqual(
    events.map(({ seq }) => seq),
    events.map((_, index) => index + 1),
    'an event was lost',
  );
  assert.equal(events.at(-1)?.error, undefined, 'the run failed');

  show.heading('What is stored of the run');
  const { execution } = await call<{ execution: { status: string } }>('GET', `/executions/${executionId}`);
  assert.equal(execution.status, 'success');

  show.heading('Publish it');
  const api = await call<{ apiPath: string }>('POST', `${path}/publish`, { apiName: 'Sign the guest book' });

  show.heading('Call the published API, as anybody may');
  token = undefined;
  const signed = await call<{ message: string }>('POST', api.apiPath, input, 201);
  assert.equal(signed.message, input.message);
  await call('POST', api.apiPath, { email: 'not an address' }, 400);

  show.heading('The documents that came of it');
  token = (await call<{ token: string }>('POST', '/auth/login', login)).token;
  const data = await call<{ documents: unknown[] }>('GET', '/collections/entries/data');
  assert.equal(data.documents.length, 2);
  await call('POST', '/auth/logout', {});
  show.line('\nAll went well.');
}

/** Joins the room of an execution and prints its events until the last one. */
async function watch(base: string, token: string, executionId: string): Promise<ExecutionLogData[]> {
  const socket = io(base, { auth: { token }, transports: ['websocket'] });
  const events: ExecutionLogData[] = [];
  try {
    await new Promise<void>((resolve, reject) => {
      socket.on('connect_error', reject);
      socket.on('execution-log', (event: ExecutionLogData) => {
        events.push(event);
        show.event(describe(event));
        if (event.type === 'workflow_complete') resolve();
      });
      socket.emit('join-execution', { executionId }, (reply: { ok: boolean; error?: string }) => {
        if (!reply.ok) reject(new Error(reply.error));
      });
    });
  } finally {
    socket.disconnect();
  }
  return events;
}

function describe({ seq, type, stepIndex, stepType, data, error }: ExecutionLogData): string {
  const step = stepIndex === undefined ? '' : ` ${stepIndex + 1} ${stepType}`;
  const rest = error ?? (data === undefined ? '' : JSON.stringify(data));
  return `${String(seq).padStart(2)} ${type}${step}${rest === '' ? '' : `  ${rest.slice(0, 160)}`}`;
}
