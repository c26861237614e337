import fc from 'fast-check';
import { expect, describe as group, test } from 'vitest';
import { z } from 'zod';
import { compile } from '../compile/compile.ts';
import { defineNode } from '../node.ts';
import { builtinNodes } from '../nodes/index.ts';
import { createRegistry } from '../registry.ts';
import { describe } from './describe.ts';
import { describeInWords } from './describe-in-words.ts';

const SIGN_UP = {
  steps: [
    {
      id: 'input',
      type: 'input',
      variables: [{ name: 'email', type: 'email' }, { name: 'password' }, { name: 'nick' }],
    },
    {
      id: 'check',
      type: 'inputValidation',
      rules: [
        { field: 'email', required: true, type: 'email' },
        { field: '{{ input.password }}', required: true, minLength: 8 },
        { field: 'input.nick', maxLength: 20 },
      ],
    },
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
    },
    { id: 'mail', type: 'emailSend', to: '{{ input.email }}', subject: 'Welcome', body: 'Hello' },
    { id: 'respond', type: 'response', statusCode: 201, body: { id: '{{ created._id }}' } },
  ],
};

group('describe', () => {
  test('says what every step does, and what the whole touches', () => {
    const made = describe(compile(SIGN_UP));
    expect(made.steps.map(({ sentence }) => sentence)).toEqual([
      'Takes "email", "password" and "nick" from the caller.',
      'Checks that "email" is there and is of type email, "password" is there and is at least 8 long and "nick", if given, is at most 20 long.',
      'Looks up one document in "users" whose email is the caller\'s "email".',
      'Goes on only if "existing" is absent; otherwise answers 409: Taken.',
      'Stores a new document in "users" with email and password (hashed).',
      'Sends a mail to the caller\'s "email" with the subject "Welcome".',
      'Answers 201 with an object with id.',
    ]);
    expect(made).toMatchObject({
      inputs: [
        { name: 'email', type: 'email', required: true },
        { name: 'password', required: true },
        { name: 'nick', required: false },
      ],
      reads: ['users'],
      writes: ['users'],
      sendsMail: true,
      access: { kind: 'anybody' },
      answers: [
        { status: 409, when: 'unless "existing" is absent' },
        { status: 201, when: 'when all goes well' },
      ],
    });
    expect(made.failures.map(({ stepId }) => stepId)).toEqual(['check', 'find', 'create', 'mail', 'mail']);
  });

  test('says who may call it', () => {
    const of = (step: object) => describe(compile({ steps: [step] })).access;
    expect(of({ type: 'authMiddleware' })).toEqual({ kind: 'token' });
    expect(of({ type: 'authMiddleware', requiredRole: 'admin' })).toEqual({ kind: 'token', role: 'admin' });
  });

  test('counts a check only when nobody gets past it', () => {
    const auth = { id: 'auth', type: 'authMiddleware' };
    const note = { id: 'note', type: 'delay', seconds: 0 };
    const answer = { id: 'end', type: 'response', body: 1 };
    const of = (steps: object[], edges: object[] = []) => describe(compile({ steps, edges })).access.kind;
    expect(of([note, auth, answer])).toBe('token');
    expect(of([answer, auth])).toBe('anybody');
    // Its failure is caught.
    expect(of([auth, answer], [{ source: 'auth', target: 'end', when: 'error' }])).toBe('anybody');
    // It is on the path of a failure only.
    expect(of([note, auth, answer], [{ source: 'note', target: 'auth', when: 'error' }])).toBe('anybody');
  });

  test('says when a workflow cannot start at all', () => {
    const steps = [
      { id: 'a', type: 'delay', seconds: 1 },
      { id: 'b', type: 'response', body: 1 },
    ];
    const edges = [
      { source: 'a', target: 'b' },
      { source: 'b', target: 'a' },
    ];
    const made = describe(compile({ steps, edges }));
    expect(made.cannotStart).toMatch(/^Cycle detected/);
    expect(describeInWords(made)).toBe(
      'This workflow cannot start: Cycle detected in workflow graph: a → b → a.\n\n1. Waits 1 second.\n2. Answers 200 with 1.',
    );
    expect(describeInWords(describe(compile(null)))).toBe(
      'This workflow cannot start: A workflow is an object with a list of steps.',
    );
    expect(describe(compile({ steps })).cannotStart).toBeUndefined();
  });

  test.each([
    [
      { type: 'dbFind', collection: 'p', filter: { $or: [{ a: 1 }, { b: { $exists: false } }] } },
      'Looks up one document in "p" whose (a is 1 or b is not there).',
    ],
    [
      {
        type: 'dbFind',
        collection: 'p',
        filter: { a: new Date(0) },
        findType: 'many',
        sort: null,
        limit: null,
      },
      'Lists the documents in "p" whose a is "1970-01-01T00:00:00.000Z".',
    ],
    [
      { type: 'dbFind', collection: 'p', findType: 'many', sort: '-price name', skip: 5, filter: {} },
      'Lists the documents in "p", sorted by price (highest first) and name, passing over the first 5.',
    ],
    [
      { type: 'dbFind', collection: 'p', findType: 'many', sort: '{{ input.by }}', filter: {} },
      'Lists the documents in "p", sorted by the caller\'s "by".',
    ],
    [
      {
        type: 'dbUpdate',
        collection: 'p',
        filter: { a: 1 },
        data: { b: 1, $set: { password: 'x' }, $inc: { n: 1 }, $unset: { c: '' } },
      },
      'Changes the document in "p" whose a is 1: sets password (hashed) and b, adds to n and removes c.',
    ],
    [{ type: 'jwtGenerate', payload: { password: 1 } }, 'Makes a token with password, valid for 7d.'],
    [
      { type: 'emailSend', to: '{{ user.email }}', subject: 'Hello {{ input.name }}', body: 'x' },
      'Sends a mail to "email" of "user" with the subject "Hello [the caller\'s name]".',
    ],
    [
      { type: 'guard', value: '{{ user.age }}', is: 'less', to: 18, message: 'Not for {{ input.name }}!' },
      'Goes on only if "age" of "user" is less than 18; otherwise answers 400: Not for [the caller\'s name]!',
    ],
    [
      { type: 'guard', value: '{{ a }}', statusCode: '{{ input.code }}' },
      'Goes on only if "a" is present; otherwise answers the status in the caller\'s "code": The request cannot be carried out.',
    ],
    [
      { type: 'guard' },
      'Goes on only if something that is not chosen yet is present; otherwise answers 400: The request cannot be carried out.',
    ],
    [
      { type: 'guard', value: '{{ a }}', statusCode: 99 },
      'Cannot run: guard: statusCode must be a whole number from 200 to 599.',
    ],
    [
      { type: 'dbFind', collection: 'p', filter: {}, findType: 'many', sort: { createdAt: -1 }, limit: 5 },
      'Lists the documents in "p", newest first, at most 5.',
    ],
    [
      {
        type: 'dbFind',
        collection: 'p',
        filter: { n: { $gte: 3, $lt: 9 } },
        findType: 'many',
        sort: '-price',
      },
      'Lists the documents in "p" whose n is at least 3 and is less than 9, sorted by price, highest first.',
    ],
    [
      {
        type: 'dbUpdate',
        collection: 'p',
        filter: { _id: '{{ input.id }}' },
        data: { a: 1, $inc: { n: 1 } },
      },
      'Changes the document in "p" whose _id is the caller\'s "id": sets a and adds to n.',
    ],
    [
      { type: 'dbDelete', collection: 'p', filter: { a: 'x' }, deleteType: 'deleteMany' },
      'Deletes every document in "p" whose a is "x".',
    ],
    [{ type: 'jwtGenerate', payload: { userId: '{{ u._id }}' } }, 'Makes a token with userId, valid for 7d.'],
    [{ type: 'delay', seconds: 3 }, 'Waits 3 seconds.'],
    [
      { type: 'userLogin', email: '{{ input.email }}', password: '{{ input.password }}' },
      'Checks the password for the caller\'s "email" against "users"; a wrong one is a result, not a failure.',
    ],
    [
      { type: 'dbFind', collection: '', filter: { password: 'hunter2' } },
      'Looks up one document in a collection that is not chosen yet whose password is a secret.',
    ],
    [{ type: 'nothing' }, 'Cannot run: Unknown step type: "nothing".'],
  ])('%j', (step, sentence) => {
    expect(describe(compile({ steps: [step] })).steps[0]!.sentence).toBe(sentence);
  });

  test('never shows a password that is written into a step', () => {
    const steps = [
      { type: 'userLogin', email: 'a@example.org', password: 'hunter2hunter2' },
      { type: 'dbInsert', collection: 'users', data: { password: 'hunter2hunter2' } },
      { type: 'dbUpdate', collection: 'users', filter: { a: 1 }, data: { password: 'hunter2hunter2' } },
      { type: 'dbDelete', collection: 'users', filter: { password: 'hunter2hunter2' } },
    ];
    expect(JSON.stringify(describe(compile({ steps })))).not.toContain('hunter2');
  });

  test('shows no secret wherever it is written', () => {
    const SECRET = 'hunter2hunter2';
    const name = fc.constantFrom('password', 'user.password', 'apiKey', 'resetToken', 'clientSecret');
    const operator = fc.constantFrom('$eq', '$ne', '$in', '$not', '$regex', '$elemMatch', 'inner');
    const held = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 3 },
        fc.constantFrom<unknown>(SECRET, [SECRET], `${SECRET}{{ input.a }}`),
        fc.dictionary(operator, tie('value'), { maxKeys: 2 }),
        fc.array(tie('value'), { maxLength: 3 }),
      ),
    })).value;
    const secrets = fc.dictionary(name, held, { minKeys: 1, maxKeys: 2 });
    const filter = fc.oneof(
      secrets,
      fc.record({ $or: fc.array(secrets) }),
      fc.record({ $and: fc.array(fc.record({ $nor: fc.array(secrets) })) }),
      fc.record({ owner: secrets }),
    );
    const step = fc.oneof(
      fc.record({ type: fc.constantFrom('dbFind', 'dbDelete'), collection: fc.constant('c'), filter }),
      fc.record({ type: fc.constant('dbInsert'), collection: fc.constant('c'), data: secrets }),
      fc.record({ type: fc.constant('dbUpdate'), collection: fc.constant('c'), filter, data: secrets }),
      fc.record({ type: fc.constant('userLogin'), email: fc.constant('a@b.example'), password: held }),
      fc.record({ type: fc.constant('jwtGenerate'), payload: secrets }),
      fc.record({ type: fc.constant('response'), body: secrets }),
      fc.record({
        type: fc.constant('guard'),
        value: name.map((path) => `{{ input.${path} }}`),
        is: fc.constantFrom('equal', 'different', 'oneOf', 'greater'),
        to: held,
      }),
      fc.record({
        type: fc.constant('inputValidation'),
        rules: fc.array(
          fc.record({
            field: name.map((path) => `input.${path}`),
            enum: fc.constant([SECRET]),
            pattern: fc.constant(SECRET),
          }),
        ),
      }),
    );
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 4 }), (steps) => {
        const made = describe(compile({ steps }));
        expect(JSON.stringify(made) + describeInWords(made)).not.toContain('hunter2');
      }),
      { numRuns: 500 },
    );
  });

  test('every built-in node type describes itself', () => {
    for (const node of builtinNodes) {
      expect(node.describe, node.type).toBeTypeOf('function');
      const [step] = describe(compile({ steps: [node.example] })).steps;
      expect(step!.sentence, node.type).toMatch(/^[A-Z].{5,}[^.]\.$/);
    }
  });

  test('a node type without a description, or with one that throws, is described by its summary', () => {
    const base = {
      title: 'T',
      category: 'flow',
      summary: 'Does a thing.',
      config: z.object({}),
      outputs: null,
      sideEffects: 'none',
      run: () => undefined,
    } as const;
    const mute = defineNode({ ...base, type: 'mute', example: { type: 'mute' } });
    const loud = defineNode({
      ...base,
      type: 'loud',
      example: { type: 'loud' },
      describe: () => {
        throw new Error('no words');
      },
    });
    const odd = defineNode({
      ...base,
      type: 'odd',
      example: { type: 'odd' },
      describe: () => ({ sentence: 'Odd', reads: 5 }) as never,
    });
    const plan = compile(
      { steps: [{ type: 'mute' }, { type: 'loud' }, { type: 'odd' }] },
      createRegistry([mute, loud, odd]),
    );
    expect(describe(plan).steps.map(({ sentence }) => sentence)).toEqual([
      'Does a thing.',
      'Does a thing.',
      'Does a thing.',
    ]);
  });

  test('never throws, and names no step that is not there', () => {
    const type = fc.constantFrom(...builtinNodes.map((node) => node.type), 'nothing', '');
    const step = fc
      .tuple(
        type,
        fc.dictionary(
          fc.constantFrom(
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
            'sort',
            'payload',
            'seconds',
          ),
          fc.anything(),
        ),
      )
      .map(([name, rest]) => ({ ...rest, type: name }));
    fc.assert(
      fc.property(
        fc.oneof(fc.anything(), fc.record({ steps: fc.array(step), inputVariables: fc.anything() })),
        (definition) => {
          const plan = compile(definition);
          const made = describe(plan);
          expect(made.steps.map(({ id }) => id)).toEqual(plan.steps.map(({ id }) => id));
          expect(describeInWords(made)).toBeTypeOf('string');
          expect(describe(plan)).toEqual(made);
        },
      ),
      { numRuns: 300 },
    );
  });
});

test('describeInWords says it all in a few paragraphs', () => {
  expect(
    describeInWords(describe(compile(SIGN_UP)))
      .split('\n\n')
      .slice(1),
  ).toEqual([
    'Callers have to send "email" (email) and "password". They may send "nick".',
    'Anybody may call it.',
    'It reads "users", writes to "users" and sends mail.',
    'It answers 409 unless "existing" is absent. It answers 201 when all goes well. It fails when what the caller sends breaks a rule, a value of its filter is missing, there is nothing to store, the recipient, the subject or the text turns out empty or the mail server does not take the mail.',
  ]);
  expect(describeInWords(describe(compile({ steps: [] })))).toBe('This workflow has no steps.');
});
