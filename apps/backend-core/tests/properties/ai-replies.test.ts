/** @module Whatever a model replies, the route answers with a workflow that compiles and was tried, or with a clear error. */
import { compile, type WorkflowDefinition } from '@orchestrix/engine';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ModelServer, startModelServer } from '../support/model-server.ts';
import { startTestServer, type TestServer } from '../support/start-test-server.ts';

const GOOD = {
  decision: 'build',
  title: 'Sign up',
  inputs: [
    { name: 'email', type: 'email', required: true },
    { name: 'password', type: 'string', required: true },
  ],
  steps: [
    { id: 'input', type: 'input', variables: [{ name: 'email' }, { name: 'password' }] },
    {
      id: 'check',
      type: 'inputValidation',
      rules: [
        { field: 'email', required: true, type: 'email' },
        { field: 'password', required: true, type: 'string' },
      ],
    },
    { id: 'store', type: 'dbInsert', collection: 'users', data: { email: '{{input.email}}' } },
    { id: 'mail', type: 'emailSend', to: '{{input.email}}', subject: 'Hi', body: 'Welcome' },
    { id: 'done', type: 'response', statusCode: 201, body: { ok: true } },
  ],
};

let model: ModelServer;
let server: TestServer;
beforeAll(async () => {
  model = await startModelServer();
  server = await startTestServer({
    GROQ_API_KEY: 'a key for tests and nothing else',
    GROQ_BASE_URL: model.url,
    AI_REQUESTS_PER_MINUTE: '100000',
    AI_TOKENS_PER_DAY: '0',
    AI_MAX_REPAIRS: '1',
  });
});
afterAll(async () => {
  await server.close();
  await model.close();
});

/** Every value inside a value, by its path. */
function pathsOf(value: unknown, path: (string | number)[] = []): (string | number)[][] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, inner]) => pathsOf(inner, [...path, key]))];
}

const PATHS = pathsOf(GOOD).filter((path) => path.length > 0);

/** The good reply with one place changed. */
function changed(path: readonly (string | number)[], to: unknown): unknown {
  const copy: unknown = structuredClone(GOOD);
  let place = copy as Record<string | number, unknown>;
  for (const key of path.slice(0, -1)) place = place[key] as Record<string | number, unknown>;
  const last = path.at(-1)!;
  if (to === undefined) delete place[last];
  else place[last] = to;
  return copy;
}

const odd = fc.constantFrom<unknown>(
  undefined,
  null,
  '',
  0,
  [],
  {},
  'teleport',
  '{{input.nothing}}',
  '{{store._id}}',
  { $where: '1' },
  ['__proto__'],
  'x'.repeat(5000),
);

const reply = fc.oneof(
  {
    weight: 5,
    arbitrary: fc
      .tuple(fc.constantFrom(...PATHS), odd)
      .map(([path, to]) => JSON.stringify(changed(path, to))),
  },
  {
    weight: 2,
    arbitrary: fc.nat(JSON.stringify(GOOD).length).map((end) => JSON.stringify(GOOD).slice(0, end)),
  },
  { weight: 1, arbitrary: fc.json() },
  { weight: 1, arbitrary: fc.string() },
  {
    weight: 1,
    arbitrary: fc.constantFrom(`Here it is:\n\`\`\`json\n${JSON.stringify(GOOD)}\n\`\`\`\nEnjoy!`),
  },
);

interface Body extends WorkflowDefinition {
  error?: unknown;
  code?: string;
  proof?: { ok: boolean; trials: unknown[]; findings: unknown[] };
  diagnostics?: unknown[];
}

test('a proven workflow or a clear error, and no 5xx beyond 502 and 503', async () => {
  const seen = new Map<number, number>();
  await fc.assert(
    fc.asyncProperty(fc.array(reply, { minLength: 1, maxLength: 4 }), async (replies) => {
      let asked = 0;
      model.answer = () => replies[asked++ % replies.length] ?? '';
      const { status, body } = await server.request<Body>('POST /ai/generate-workflow', {
        body: { prompt: 'Users sign up with email and password' },
      });
      seen.set(status, (seen.get(status) ?? 0) + 1);
      if (status === 200) {
        expect(compile(body).ok).toBe(true);
        expect(body.proof?.trials.length).toBeGreaterThan(0);
        if (!body.proof?.ok) expect(body.diagnostics?.length).toBeGreaterThan(0);
        return;
      }
      expect([422, 502, 503], String(body.error)).toContain(status);
      expect(body.code).toMatch(/^AI_[A-Z_]+$/);
      expect(body.error).toBeTypeOf('string');
    }),
    { numRuns: 200 },
  );
  // Both ends were reached, or the test would say nothing.
  expect(seen.get(200)).toBeGreaterThan(0);
  expect(seen.get(502)).toBeGreaterThan(0);
}, 240_000);
