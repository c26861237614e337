import { compile, type Document, execute, type Passwords, type Tokens } from '@orchestrix/engine';
import { captureMailer, memoryDatabase } from '@orchestrix/engine/testing';
import { expect, test } from 'vitest';
import { draftOf } from './summary.fixture.ts';

const ID = 'a'.repeat(24);
const OTHER = 'b'.repeat(24);
const passwords: Passwords = {
  hash: async (plain) => `${plain}#hashed`,
  verify: async (plain, hash) => hash === `${plain}#hashed`,
};
const tokens: Tokens = {
  sign: (payload) => JSON.stringify(payload),
  verify: (token) => {
    if (!token.startsWith('{')) throw new Error('invalid token');
    return JSON.parse(token) as Record<string, unknown>;
  },
};

interface Trial {
  input?: unknown;
  seed?: Record<string, Document[]>;
  claims?: Record<string, unknown>;
}

/** Drafts, compiles and runs; what a caller of the published API would get, and what it left behind. */
async function run(request: string, { input = {}, seed = {}, claims }: Trial) {
  const draft = draftOf(request);
  if (draft.kind !== 'draft') throw new Error(`${draft.kind}: ${JSON.stringify(draft)}`);
  const plan = compile(draft.definition);
  expect(plan.diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  const database = memoryDatabase(seed);
  const mailer = captureMailer();
  let body: unknown;
  const result = await execute(plan, {
    input,
    ports: { database, mailer, passwords, tokens },
    ...(claims ? { headers: { authorization: `Bearer ${JSON.stringify(claims)}` } } : {}),
    onAnswer: (answer) => {
      body = answer.body;
    },
  });
  const status = result.ok ? (result.response?.statusCode ?? 200) : (result.errorCode ?? 'failed');
  return { status, body, mails: mailer.sent, documents: (name: string) => database.documents(name) };
}

const PRODUCT = 'Create a product with name, price (a positive number), and an optional description';

test('create: stores what was sent, and nothing that is wrong', async () => {
  const { status, body, documents } = await run(PRODUCT, { input: { name: 'Pen', price: 2 } });
  expect([status, body]).toEqual([
    201,
    expect.objectContaining({ id: expect.any(String), name: 'Pen', price: 2 }),
  ]);
  expect(documents('products')).toEqual([expect.objectContaining({ name: 'Pen', price: 2 })]);
  for (const input of [
    { price: 2 },
    { name: 'Pen' },
    { name: 'Pen', price: -1 },
    { name: 'Pen', price: 'x' },
  ])
    expect((await run(PRODUCT, { input })).status).toBe('VALIDATION_FAILED');
});

test.each([
  [
    'add a task with a title; priority is one of low, medium, high and defaults to low',
    { title: 'a' },
    'tasks',
    { title: 'a', priority: 'low' },
  ],
  [
    'Create a ticket with subject. Status starts as open.',
    { subject: 's' },
    'tickets',
    { subject: 's', status: 'open' },
  ],
  [
    'POST /tasks that saves title and done flag',
    { title: 'a', done: true },
    'tasks',
    { title: 'a', done: true },
  ],
  [
    'receive webhook events from Stripe and save the payload to stripe_events',
    { type: 'x' },
    'stripe_events',
    { payload: { type: 'x' } },
  ],
])('%s', async (request, input, collection, document) => {
  const { status, documents } = await run(request, { input });
  expect([200, 201]).toContain(status);
  expect(documents(collection)).toEqual([expect.objectContaining(document)]);
});

test('a value that may be there once', async () => {
  const seed = { members: [{ email: 'a@x.test' }] };
  const request = 'Create a member with name and email. The email must be unique.';
  expect((await run(request, { seed, input: { name: 'A', email: 'a@x.test' } })).status).toBe(409);
  expect((await run(request, { seed, input: { name: 'B', email: 'b@x.test' } })).status).toBe(201);
});

test('sign-up: hashes, welcomes, refuses a second one, and keeps the password to itself', async () => {
  const request = 'Sign up users with name, email and password. Send a welcome mail.';
  const input = { name: 'Ann', email: 'ann@x.test', password: 'hunter22' };
  const { status, body, mails, documents } = await run(request, { input });
  expect([status, body]).toEqual([201, { id: expect.any(String), name: 'Ann', email: 'ann@x.test' }]);
  expect(documents('users')[0]).toMatchObject({ email: 'ann@x.test', password: 'hunter22#hashed' });
  expect(mails).toEqual([expect.objectContaining({ to: 'ann@x.test' })]);
  expect(JSON.stringify(mails)).not.toContain('hunter22');
  expect((await run(request, { input, seed: { users: [{ email: 'ann@x.test' }] } })).status).toBe(409);
});

test('log-in: a token, or 401', async () => {
  const seed = { users: [{ _id: ID, name: 'Ann', email: 'ann@x.test', password: 'pw#hashed' }] };
  const request = 'sign in with email and password and get a JWT';
  const { status, body } = await run(request, { seed, input: { email: 'ann@x.test', password: 'pw' } });
  expect([status, body]).toEqual([
    200,
    { token: expect.stringContaining(ID), user: { id: ID, email: 'ann@x.test', name: 'Ann' } },
  ]);
  expect((await run(request, { seed, input: { email: 'ann@x.test', password: 'no' } })).status).toBe(401);
});

const ORDERS = [
  {
    _id: ID,
    status: 'open',
    total: 5,
    customer: 'c',
    userId: 'u1',
    createdAt: '2026-01-01',
    email: 'c@x.test',
  },
  {
    _id: OTHER,
    status: 'paid',
    total: 9,
    customer: 'd',
    userId: 'u2',
    createdAt: '2026-01-02',
    email: 'd@x.test',
  },
];

test.each([
  ['return all orders newest first', {}, [9, 5]],
  ['list orders with status open', {}, [5]],
  ['find orders by customer', { customer: 'd' }, [9]],
  ['list the latest 1 orders', {}, [9]],
  ['show orders with total above 6', {}, [9]],
])('%s', async (request, input, totals) => {
  const { status, body } = await run(request, { input, seed: { orders: ORDERS } });
  expect(status).toBe(200);
  expect((body as Document[]).map(({ total }) => total)).toEqual(totals);
});

test('a number of documents', async () => {
  expect((await run('count all orders', { seed: { orders: ORDERS } })).body).toEqual({ count: 2 });
});

test.each([
  ['get an order by id', { total: 5 }],
  ['update the status of an order by its id', { status: 'shipped' }],
  ['mark an order as shipped', { status: 'shipped' }],
  ['delete an order by id', { deleted: true }],
])('%s: and 404 when it is not there', async (request, body) => {
  const input = { id: ID, status: 'shipped' };
  expect(await run(request, { input, seed: { orders: ORDERS } })).toMatchObject({ status: 200, body });
  expect(
    (await run(request, { input: { ...input, id: 'c'.repeat(24) }, seed: { orders: ORDERS } })).status,
  ).toBe(404);
  expect((await run(request, { input: { ...input, id: 'none' }, seed: { orders: ORDERS } })).status).toBe(
    'VALIDATION_FAILED',
  );
});

test('what one field changes leaves the others', async () => {
  const seed = { products: [{ _id: ID, name: 'Pen', price: 2 }] };
  const { documents } = await run('PUT /products/:id with name and price', {
    seed,
    input: { id: ID, price: 3 },
  });
  expect(documents('products')).toEqual([expect.objectContaining({ name: 'Pen', price: 3 })]);
});

test('protected: nobody without a token, nobody in the wrong role', async () => {
  const seed = { invoices: [{ n: 1 }] };
  expect((await run('only authenticated users may see the invoices', { seed })).status).toBe('UNAUTHORIZED');
  expect(
    await run('only authenticated users may see the invoices', { seed, claims: { userId: 'u' } }),
  ).toMatchObject({ status: 200 });
  const admins = 'admins only: list all invoices';
  expect((await run(admins, { seed, claims: { role: 'user' } })).status).toBe('FORBIDDEN');
  expect((await run(admins, { seed, claims: { role: 'admin' } })).status).toBe(200);
});

test('their own: the documents of whoever calls', async () => {
  const { body } = await run('logged in users can see their own orders', {
    seed: { orders: ORDERS },
    claims: { userId: 'u2' },
  });
  expect(body).toEqual([expect.objectContaining({ total: 9 })]);
});

test('contact form: stored and mailed', async () => {
  const input = { name: 'Ann', email: 'ann@x.test', message: 'Hi' };
  const { body, mails, documents } = await run(
    'when the contact form is sent, store name, email, message in messages and notify support@acme.test',
    { input },
  );
  expect(body).toEqual({ ok: true });
  expect(documents('messages')).toEqual([expect.objectContaining(input)]);
  expect(mails).toEqual([
    expect.objectContaining({ to: 'support@acme.test', html: expect.stringContaining('Hi') }),
  ]);
});

test('approval: pending, told to the boss, decided by a manager', async () => {
  const submitted = await run(
    'submit an expense with amount and description for approval and mail boss@x.test',
    { input: { amount: 5, description: 'taxi' } },
  );
  expect(submitted.status).toBe(201);
  expect(submitted.documents('expenses')).toEqual([
    expect.objectContaining({ amount: 5, status: 'pending' }),
  ]);
  expect(submitted.mails).toEqual([expect.objectContaining({ to: 'boss@x.test' })]);
  const decide = 'managers approve or reject an expense by id and the employee gets an email';
  const seed = { expenses: [{ _id: ID, amount: 5, status: 'pending', email: 'e@x.test' }] };
  const input = { id: ID, decision: 'approved' };
  expect((await run(decide, { seed, input })).status).toBe('UNAUTHORIZED');
  const decided = await run(decide, { seed, input, claims: { role: 'manager' } });
  expect(decided.documents('expenses')).toEqual([expect.objectContaining({ status: 'approved' })]);
  expect(decided.mails).toEqual([expect.objectContaining({ to: 'e@x.test' })]);
  expect(
    (await run(decide, { seed, input: { id: ID, decision: 'maybe' }, claims: { role: 'manager' } })).status,
  ).toBe('VALIDATION_FAILED');
});
