/**
 * @module Property 5: a random workflow has the output and the side effects that a naive reading of its steps has: documents, mails, order,
 * also when it is stored and published.
 */
import type { AddressInfo } from 'node:net';
import { ownerNamespace } from '@orchestrix/models';
import fc from 'fast-check';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Fields, interpret, type NaiveOutcome } from '../support/naive-interpreter.ts';
import { COLLECTIONS, type RandomRun, randomRun } from '../support/random-definition.ts';
import { startTestServer, type TestServer } from '../support/start-test-server.ts';

let server: TestServer;
let token: string;
let userId: string;
const mails: string[] = [];
const smtp = new SMTPServer({
  authOptional: true,
  disabledCommands: ['STARTTLS'],
  onData: (stream, _session, done) => {
    let text = '';
    stream.on('data', (chunk) => {
      text += String(chunk);
    });
    stream.on('end', () => {
      mails.push(text);
      done();
    });
  },
});

beforeAll(async () => {
  await new Promise<void>((resolve) => smtp.listen(0, '127.0.0.1', () => resolve()));
  server = await startTestServer({
    SMTP_HOST: '127.0.0.1',
    SMTP_PORT: String((smtp.server.address() as AddressInfo).port),
    MAIL_RECIPIENTS_PER_DAY: '0',
    EXECUTIONS_PER_MINUTE: '0',
  });
  ({ token, userId } = await server.register());
});
afterAll(async () => {
  await server.close();
  await new Promise<void>((resolve) => smtp.close(() => resolve()));
});

const rowsOf = (name: string) =>
  server.services.models.connection.db!.collection(ownerNamespace(userId) + name);

async function reset(seed: RandomRun['seed']): Promise<void> {
  mails.length = 0;
  for (const name of COLLECTIONS) {
    await rowsOf(name).deleteMany({});
    const rows = structuredClone(seed[name] ?? []);
    if (rows.length > 0) await rowsOf(name).insertMany(rows);
  }
}

/** What the world looks like after a run. */
async function sideEffects(): Promise<Pick<NaiveOutcome, 'collections' | 'mails'>> {
  const collections: Record<string, Fields[]> = {};
  for (const name of COLLECTIONS) collections[name] = bare(await rowsOf(name).find().toArray()) as Fields[];
  return { collections, mails: mails.map(readMail) };
}

/** Without what the database and the mail server make up. */
function bare(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(bare);
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  const kept = Object.entries(value).filter(([key]) => !MADE_UP.has(key));
  return Object.fromEntries(kept.map(([key, inner]) => [key, bare(inner)]));
}
const MADE_UP = new Set(['_id', '__v', 'createdAt', 'updatedAt', 'messageId']);

/** Texts of these workflows are short and ASCII, so that no line of a mail is encoded. */
function readMail(text: string): NaiveOutcome['mails'][number] {
  const header = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(text)?.[1]?.trim() ?? '';
  const html = /^Content-Type: text\/html.*?\r\n\r\n(.*?)\r\n--/ms.exec(text)?.[1] ?? '';
  return { to: header('To'), subject: header('Subject'), html };
}

/** The same empty collections for both sides. */
const all = (collections: NaiveOutcome['collections']) =>
  Object.fromEntries(COLLECTIONS.map((name) => [name, collections[name] ?? []]));

describe('Property 5: any workflow does what a naive reading of its steps does', () => {
  it('run at once: output, order, documents, mails', async () => {
    const seen = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(randomRun, async ({ steps, edges, input, seed }) => {
        await reset(seed);
        const expected = interpret(steps, edges, input, seed);
        const { status, body } = await server.request('POST /workflows/run', {
          token,
          body: { steps, edges, input },
        });
        expect(status).toBe(200);
        const logs = body.steps as { stepType: string; stepIndex: number; status: string }[];
        expect({
          ok: body.ok,
          steps: logs.map((log) => [log.stepType, log.status]),
          ...(body.ok ? { output: bare(body.output) } : { errorCode: body.errorCode }),
          ...(body.response ? { response: pick(body.response as NaiveOutcome['response']) } : {}),
          ...(await sideEffects()),
        }).toEqual({
          ...expected,
          collections: all(expected.collections),
          steps: expected.steps.map(([id, ended]) => [steps.find((one) => one.id === id)!.type, ended]),
        });
        for (const [id, ended] of expected.steps) {
          const kind = `${steps.find((one) => one.id === id)!.type} ${ended}`;
          seen.set(kind, (seen.get(kind) ?? 0) + 1);
        }
      }),
      { numRuns: 150 },
    );
    // A property whose workflows never got anywhere would say little.
    for (const kind of [
      'dbInsert success',
      'dbFind success',
      'dbUpdate success',
      'dbDelete success',
      'emailSend success',
      'response success',
      'dbFind failed',
      'inputValidation failed',
      'dbInsert skipped',
    ])
      expect(seen.get(kind) ?? 0, kind).toBeGreaterThan(0);
  });

  it('stored and published: what callers get, documents, mails', async () => {
    await server.request('POST /workflows', {
      token,
      body: { workflowId: 'random', steps: [{ type: 'response', body: 1 }] },
    });
    await fc.assert(
      fc.asyncProperty(randomRun, async ({ steps, edges, input, seed }) => {
        await reset(seed);
        const expected = interpret(steps, edges, input, seed);
        const stored = await server.request('PUT /workflows/random', { token, body: { steps, edges } });
        expect(stored.status).toBe(200);
        const published = await server.request('POST /workflows/random/publish', {
          token,
          body: { apiName: 'go' },
        });
        const answer = await server.request(`POST ${published.body.apiPath}`, { body: input });
        if (expected.response) {
          expect(answer.status).toBe(expected.response.statusCode);
          expect(bare(answer.body)).toEqual(expected.response.body);
        } else if (expected.ok) {
          expect(answer.status).toBe(200);
          expect(bare(answer.body.output)).toEqual(expected.output);
        } else {
          expect(answer.body.code).toBe(expected.errorCode);
        }
        expect(await sideEffects()).toEqual({
          mails: expected.mails,
          collections: all(expected.collections),
        });
      }),
      { numRuns: 100 },
    );
  });
});

const pick = (response: NaiveOutcome['response']) =>
  response && { statusCode: response.statusCode, body: response.body };
