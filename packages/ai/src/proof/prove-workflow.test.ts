import { builtinNodes, compile } from '@orchestrix/engine';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { memorySandbox } from './memory-sandbox.ts';
import { proveWorkflow } from './prove-workflow.ts';

const sandbox = memorySandbox();
const prove = (...steps: object[]) => {
  const plan = compile({ steps });
  expect(plan.diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  return proveWorkflow({ plan, sandbox });
};
const codes = ({ findings }: { findings: { code: string; severity: string }[] }) =>
  findings.map(({ code, severity }) => `${severity} ${code}`);

const input = (...variables: object[]) => ({ id: 'input', type: 'input', variables });
const validate = (...rules: object[]) => ({ id: 'validate', type: 'inputValidation', rules });
const respond = (body: unknown, statusCode = 200) => ({ id: 'respond', type: 'response', statusCode, body });
const required = (field: string, type: string, more: object = {}) => ({
  field,
  type,
  required: true,
  ...more,
});

const SIGN_UP = [
  input({ name: 'email', type: 'email' }, { name: 'password', type: 'string' }),
  validate(required('email', 'email'), required('password', 'string', { minLength: 8 })),
  {
    id: 'find',
    type: 'dbFind',
    collection: 'users',
    filter: { email: '{{ input.email }}' },
    output: 'existing',
  },
  { id: 'free', type: 'guard', value: '{{ existing }}', is: 'absent', statusCode: 409, message: 'Taken' },
  {
    id: 'create',
    type: 'dbInsert',
    collection: 'users',
    data: { email: '{{ input.email }}', password: '{{ input.password }}' },
    output: 'user',
  },
  { id: 'mail', type: 'emailSend', to: '{{ input.email }}', subject: 'Welcome', body: 'Hello' },
  respond({ id: '{{ user._id }}', email: '{{ user.email }}' }, 201),
];
const LOGIN = [
  input({ name: 'email' }, { name: 'password' }),
  validate(required('email', 'email'), required('password', 'string')),
  { id: 'login', type: 'userLogin', email: '{{ input.email }}', password: '{{ input.password }}' },
  { id: 'ok', type: 'guard', value: '{{ loginResult.ok }}', is: 'true', statusCode: 401, message: 'Wrong' },
  { id: 'token', type: 'jwtGenerate', payload: { userId: '{{ loginResult.userId }}' } },
  respond({ token: '{{ token }}' }),
];
const BY_ID = { _id: '{{ input.id }}' };
const find = { id: 'find', type: 'dbFind', collection: 'notes', filter: BY_ID, output: 'note' };
const found = {
  id: 'there',
  type: 'guard',
  value: '{{ note }}',
  is: 'present',
  statusCode: 404,
  message: 'No',
};

describe('a workflow that works', () => {
  it('signs up once', async () => {
    const proof = await prove(...SIGN_UP);
    expect(proof).toMatchObject({ ok: true, findings: [] });
    expect(proof.trials.map(({ kind, answer: { status } }) => [kind, status])).toEqual([
      ['valid', 201],
      ['duplicate', 409],
      ['missing', 422],
      ['missing', 422],
      ['wrong-type', 422],
    ]);
    const [valid] = proof.trials;
    expect(valid).toMatchObject({
      documents: { users: [{ email: 'ada@example.com' }] },
      mails: [{ to: 'ada@example.com', subject: 'Welcome' }],
      passed: true,
    });
    expect(proof.trials[1]).toMatchObject({ documents: {}, mails: [] });
    expect(JSON.stringify(proof)).not.toContain('Correct-Horse');
    expect(JSON.stringify(proof)).not.toContain('scrypt:');
  });

  it('logs in with an account that is there', async () => {
    const proof = await prove(...LOGIN);
    expect(proof).toMatchObject({ ok: true, findings: [] });
    expect(proof.trials[0]).toMatchObject({
      answer: { status: 200, body: { token: expect.not.stringContaining('ey') } },
    });
  });

  it.each([
    ['reads', [find, found, respond('{{ note }}')]],
    [
      'updates',
      [
        find,
        found,
        { type: 'dbUpdate', collection: 'notes', filter: BY_ID, data: { title: 'x' } },
        respond('{{ updated }}'),
      ],
    ],
    [
      'deletes',
      [find, found, { type: 'dbDelete', collection: 'notes', filter: BY_ID }, respond({ deleted: true })],
    ],
  ])('%s what is there, and says 404 otherwise', async (_name, steps) => {
    const proof = await prove(
      input({ name: 'id', required: true }),
      validate(required('id', 'string')),
      ...steps,
    );
    expect(proof).toMatchObject({ ok: true, findings: [] });
    const unknown = proof.trials.find(({ kind }) => kind === 'unknown');
    expect(unknown).toMatchObject({ answer: { status: 404 }, passed: true });
  });

  it('asks for a token and the right role', async () => {
    const mine = {
      type: 'dbFind',
      collection: 'orders',
      findType: 'many',
      filter: { owner: '{{ currentUser.userId }}' },
    };
    const proof = await prove(
      { id: 'auth', type: 'authMiddleware', requiredRole: 'admin' },
      mine,
      respond('{{ found }}'),
    );
    expect(proof).toMatchObject({ ok: true, findings: [] });
    expect(proof.trials.find(({ kind }) => kind === 'no-token')).toMatchObject({
      answer: { status: 422 },
      passed: true,
    });
    expect((proof.trials[0]!.answer.body as unknown[]).length).toBe(1);
    expect(JSON.stringify(proof)).not.toMatch(/Bearer|eyJ/);
  });

  it('takes a webhook with whatever it holds', async () => {
    const proof = await prove(
      { type: 'dbInsert', collection: 'events', data: { payload: '{{ input }}' } },
      respond({ received: true }),
    );
    expect(proof).toMatchObject({ ok: true, findings: [] });
    expect(proof.trials[0]!.documents.events).toHaveLength(1);
  });

  it('satisfies rules and guards', async () => {
    const proof = await prove(
      input(
        { name: 'plate' },
        { name: 'stars' },
        { name: 'decision' },
        { name: 'agree' },
        { name: 'nested' },
      ),
      validate(
        required('plate', 'string', { pattern: '^[A-Z]{3}-\\d{3}$' }),
        required('stars', 'number', { min: 1, max: 5 }),
        { field: 'input.nested.size', type: 'number', min: 10, required: true },
      ),
      { type: 'guard', value: '{{ input.decision }}', is: 'oneOf', to: ['approved', 'rejected'] },
      { type: 'guard', value: '{{ input.agree }}', is: 'true' },
      {
        type: 'dbInsert',
        collection: 'c',
        data: { plate: '{{ input.plate }}', size: '{{ input.nested.size }}' },
      },
      respond({ ok: true }),
    );
    expect(proof.trials[0]).toMatchObject({
      passed: true,
      input: { plate: 'ABC-123', nested: { size: 10 } },
    });
  });

  it('waits without waiting', async () => {
    expect((await prove({ type: 'delay', seconds: 3600 }, respond(1))).ok).toBe(true);
  });
});

describe('a workflow that does not work', () => {
  it.each([
    [
      'a sign-up without a look for doubles',
      SIGN_UP.filter(({ id }) => id !== 'find' && id !== 'free'),
      'error PROOF_DUPLICATE_ACCEPTED',
    ],
    [
      'a guard the wrong way round',
      SIGN_UP.map((step) => (step.id === 'free' ? { ...step, is: 'present' } : step)),
      'error PROOF_DUPLICATE_ACCEPTED',
    ],
    [
      'a required value that nobody checks',
      [
        input({ name: 'title', required: true }),
        { type: 'dbInsert', collection: 'c', data: { t: '{{ input.title }}' } },
        respond(1),
      ],
      'error PROOF_MISSING_ACCEPTED',
    ],
    [
      'a filter without its value',
      [
        validate(required('a', 'string')),
        { type: 'dbFind', collection: 'c', filter: { b: '{{ input.b.c }}', a: '{{ input.a }}' } },
        respond(1),
      ],
      undefined,
    ],
    [
      'a declared type that nobody checks',
      [
        input({ name: 'n', type: 'unheard of' }),
        { type: 'dbInsert', collection: 'c', data: { n: '{{ input.n }}' } },
        respond(1),
      ],
      undefined,
    ],
    [
      'rules that nobody can satisfy',
      [validate(required('x', 'string', { pattern: '^(?=b)a$' })), respond(1)],
      'warning PROOF_IMPOSSIBLE',
    ],
    [
      'a mail without an address',
      [
        { type: 'dbFind', collection: 'c', filter: { a: 1 } },
        { type: 'emailSend', to: '{{ nobody.email }}', subject: 's', body: 'b' },
        { type: 'dbUpdate', collection: 'c', filter: { a: '{{ found.b.c.d }}' }, data: { a: 'x' } },
        respond(1),
      ],
      undefined,
    ],
    ['an answer of 500', [respond('x', 500)], 'error PROOF_FAILED'],
    [
      'a token check that comes too late',
      [{ type: 'dbFind', collection: 'c', filter: { _id: 'zzz' } }, { type: 'authMiddleware' }, respond(1)],
      'error PROOF_FAILED',
    ],
  ])('%s', async (_name, steps, code) => {
    const proof = await prove(...steps);
    if (code === undefined) return expect(proof.trials.length).toBeGreaterThan(0);
    expect(codes(proof)).toContain(code);
    if (code.startsWith('error')) expect(proof.ok).toBe(false);
  });

  it('names the step and what to do', async () => {
    const steps = SIGN_UP.map((step) =>
      step.id === 'mail' ? { ...step, to: '{{ existing.email }}' } : step,
    );
    const [finding] = (await prove(...steps)).findings;
    expect(finding).toMatchObject({
      code: 'PROOF_FAILED',
      stepId: 'mail',
      path: 'steps.5',
      suggestion: expect.any(String),
    });
  });
});

describe('a proof', () => {
  it('begins every trial anew', async () => {
    const count = { type: 'dbFind', collection: 'c', findType: 'many', filter: { x: 1 }, output: 'all' };
    const proof = await prove(
      input({ name: 'a' }),
      validate(required('a', 'number')),
      { type: 'dbInsert', collection: 'c', data: { x: 1 } },
      count,
      respond('{{ all }}'),
    );
    for (const { answer, kind } of proof.trials.filter(({ kind: one }) => one === 'valid')) {
      expect([kind, (answer.body as unknown[]).length]).toEqual(['valid', 1]);
    }
  });

  it('tells how it goes', async () => {
    const told: string[] = [];
    await proveWorkflow({
      plan: compile({ steps: SIGN_UP }),
      sandbox,
      onProgress: ({ type }) => told.push(type),
    });
    expect(told).toEqual(['trial', 'trial', 'trial', 'trial', 'trial']);
  });

  it('can be cancelled', async () => {
    const reason = new Error('enough');
    const stop = new AbortController();
    stop.abort(reason);
    const plan = compile({ steps: SIGN_UP });
    await expect(proveWorkflow({ plan, sandbox, signal: stop.signal })).rejects.toBe(reason);
  });

  it('is not for plans that cannot run', async () => {
    await expect(proveWorkflow({ plan: compile({ steps: [{ type: 'x' }] }), sandbox })).rejects.toThrow(
      'can be proved',
    );
  });

  it('closes its sandbox, also when it fails', async () => {
    let open = 0;
    const counted = {
      open: async () => {
        open += 1;
        const session = await sandbox.open();
        const close = async () => {
          open -= 1;
        };
        return { ...session, close, documents: async () => Promise.reject(new Error('gone')) };
      },
    };
    await expect(proveWorkflow({ plan: compile({ steps: SIGN_UP }), sandbox: counted })).rejects.toThrow(
      'gone',
    );
    expect(open).toBe(0);
  });

  it('comes of every plan that compiles, the same every time', async () => {
    const value = fc.oneof(
      fc.constantFrom(
        '{{ input.a }}',
        '{{ found }}',
        '{{ b }}',
        '{{ input }}',
        '{{ currentUser.userId }}',
        'x',
        '',
        '__proto__',
      ),
      fc.jsonValue({ maxDepth: 2 }),
    );
    const field = fc.constantFrom(
      'collection',
      'filter',
      'data',
      'rules',
      'variables',
      'value',
      'is',
      'to',
      'body',
      'statusCode',
      'email',
      'password',
      'subject',
      'payload',
      'seconds',
      'findType',
      'output',
      'requiredRole',
    );
    const map = fc.dictionary(
      fc.constantFrom('a', 'email', 'password', '_id', '$and', 'x.y', '__proto__'),
      value,
    );
    const step = fc
      .tuple(
        fc.constantFrom(...builtinNodes.map((node) => node.type)),
        fc.dictionary(field, fc.oneof(value, map, fc.array(map, { maxLength: 3 }))),
      )
      .map(([type, fields]) => ({
        ...builtinNodes.find((node) => node.type === type)!.example,
        ...fields,
        type,
      }));
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 6 }), async (steps) => {
        const plan = compile({ steps });
        fc.pre(plan.ok);
        const proof = await proveWorkflow({ plan, sandbox });
        expect(proof.trials.length).toBeLessThanOrEqual(16);
        expect(JSON.stringify(proof)).not.toContain('Correct-Horse');
      }),
      { numRuns: 150 },
    );
    expect(({} as Record<string, unknown>).a).toBeUndefined();
  });
});
