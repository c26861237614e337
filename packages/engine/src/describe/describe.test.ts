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
      'Takes "email", "password" and "nick" from the caller',
      'Checks that "email" is there and is of type email, "password" is there and is at least 8 long and "nick", if given, is at most 20 long',
      'Looks up one document in "users" whose email is the caller\'s "email"',
      'Goes on only if "existing" is not there; otherwise answers 409: Taken',
      'Stores a new document in "users" with email and password (hashed)',
      'Sends a mail to the caller\'s "email" with the subject "Welcome"',
      'Answers 201 with an object with id',
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
        { status: 409, when: 'unless "existing" is not there' },
        { status: 201, when: 'when all goes well' },
      ],
    });
    expect(made.failures.map(({ stepId }) => stepId)).toEqual(['check', 'create', 'mail']);
  });

  test('says who may call it', () => {
    const of = (step: object) => describe(compile({ steps: [step] })).access;
    expect(of({ type: 'authMiddleware' })).toEqual({ kind: 'token' });
    expect(of({ type: 'authMiddleware', requiredRole: 'admin' })).toEqual({ kind: 'token', role: 'admin' });
  });

  test.each([
    [
      { type: 'dbFind', collection: 'p', filter: {}, findType: 'many', sort: { createdAt: -1 }, limit: 5 },
      'Lists the documents in "p", newest first, at most 5',
    ],
    [
      {
        type: 'dbFind',
        collection: 'p',
        filter: { n: { $gte: 3, $lt: 9 } },
        findType: 'many',
        sort: '-price',
      },
      'Lists the documents in "p" whose n is at least 3 and is less than 9, sorted by price, highest first',
    ],
    [
      {
        type: 'dbUpdate',
        collection: 'p',
        filter: { _id: '{{ input.id }}' },
        data: { a: 1, $inc: { n: 1 } },
      },
      'Changes the document in "p" whose _id is the caller\'s "id": sets a and n',
    ],
    [
      { type: 'dbDelete', collection: 'p', filter: { a: 'x' }, deleteType: 'deleteMany' },
      'Deletes every document in "p" whose a is "x"',
    ],
    [{ type: 'jwtGenerate', payload: { userId: '{{ u._id }}' } }, 'Makes a token with userId, valid for 7d'],
    [{ type: 'delay', seconds: 3 }, 'Waits 3 seconds'],
    [
      { type: 'userLogin', email: '{{ input.email }}', password: '{{ input.password }}' },
      'Checks the password for the caller\'s "email" against "users"; a wrong one is a result, not a failure',
    ],
    [
      { type: 'dbFind', collection: '', filter: { password: 'hunter2' } },
      'Looks up one document in a collection that is not chosen yet whose password is a secret',
    ],
    [{ type: 'nothing' }, 'Cannot run: Unknown step type: "nothing"'],
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

  test('every built-in node type describes itself', () => {
    for (const node of builtinNodes) {
      expect(node.describe, node.type).toBeTypeOf('function');
      const [step] = describe(compile({ steps: [node.example] })).steps;
      expect(step!.sentence, node.type).toMatch(/^[A-Z].{5,}[^.]$/);
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
    const plan = compile({ steps: [{ type: 'mute' }, { type: 'loud' }] }, createRegistry([mute, loud]));
    expect(describe(plan).steps.map(({ sentence }) => sentence)).toEqual([
      'Does a thing',
      'Does a thing (no words)',
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
    'It answers 409 unless "existing" is not there. It answers 201 when all goes well. It fails when what the caller sends breaks a rule, there is nothing to store or the mail server does not take the mail.',
  ]);
  expect(describeInWords(describe(compile({ steps: [] })))).toBe('This workflow has no steps.');
});
