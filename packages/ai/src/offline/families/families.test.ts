/** @module Sign-up, log-in, messages, approvals and protected workflows, as people ask for them. */
import { describe, expect, it } from 'vitest';
import type { Step } from '../steps.ts';
import { draftOf } from '../summary.fixture.ts';

const COLLECTIONS = { users: ['name', 'email', 'password'], orders: ['orderNumber', 'status'] };

/** The steps for a request; a question makes the test fail. */
function stepsFor(request: string): Step[] {
  const outcome = draftOf(request, COLLECTIONS);
  if (outcome.kind !== 'draft') throw new Error(`no draft but ${JSON.stringify(outcome)}`);
  return outcome.definition.steps as Step[];
}

const typesOf = (steps: readonly Step[]) => steps.map(({ type }) => type);
const one = (steps: readonly Step[], type: string): Step => {
  const found = steps.find((step) => step.type === type);
  if (!found) throw new Error(`there is no ${type} among ${typesOf(steps).join(', ')}`);
  return found;
};
const inputsOf = (steps: readonly Step[]) =>
  (one(steps, 'input').variables as { name: string; required?: boolean }[]).map(({ name }) => name);

describe('accounts', () => {
  it('takes clauses of the sentence for work and not for inputs', () => {
    const steps = stepsFor(
      'Build a registration endpoint. It takes username, email and password, makes sure the email is not registered yet, saves the user in the users collection and sends a welcome email to the new user.',
    );
    expect(inputsOf(steps)).toEqual(['username', 'email', 'password']);
    expect(typesOf(steps)).toContain('emailSend');
  });

  it('reads first and last name as two fields and the status of the answer', () => {
    const steps = stepsFor(
      'Customer registration\n- fields: first name, last name, email, password\n- email must be unique\n- store in "customers"\n- reply with status 201 and the id of the customer',
    );
    expect(inputsOf(steps)).toEqual(['firstName', 'lastName', 'email', 'password']);
    expect(one(steps, 'dbInsert').collection).toBe('customers');
    expect(one(steps, 'response').statusCode).toBe(201);
  });

  it.each([
    [
      'As a registered user I want to sign in with my email and password so that I get a JWT. When the credentials are wrong the API must answer with status 401.',
      'Invalid email or password',
    ],
    [
      'login: email + password, answer 401 with message "Wrong credentials" if they do not match, otherwise return a token',
      'Wrong credentials',
    ],
  ])('gives the status for wrong credentials to the guard: %s', (request, message) => {
    const steps = stepsFor(request);
    expect(one(steps, 'guard')).toMatchObject({ statusCode: 401, message });
    expect(one(steps, 'response').statusCode).toBe(200);
  });

  it('checks a password without a token', () => {
    const steps = stepsFor(
      "Check a user's email and password and just tell me the user's name if they match. Otherwise 401.",
    );
    expect(typesOf(steps)).not.toContain('jwtGenerate');
    expect(one(steps, 'response')).toMatchObject({
      statusCode: 200,
      body: { name: '{{ loginResult.name }}' },
    });
  });

  it.each([
    'an endpoint "me": given a valid token, return the name and email of the current user from the users collection (the token holds the email)',
    "GET /me returns the current user's name and email",
  ])('knows the caller from the token: %s', (request) => {
    const steps = stepsFor(request);
    expect(inputsOf(steps)).toEqual([]);
    expect(typesOf(steps)).toContain('authMiddleware');
    expect(one(steps, 'dbFind')).toMatchObject({
      collection: 'users',
      filter: { email: '{{ currentUser.email }}' },
      projection: { password: 0 },
    });
    expect(one(steps, 'response').body).toEqual({ name: '{{ account.name }}', email: '{{ account.email }}' });
  });
});

describe('messages', () => {
  it.each([
    ['contact form: name, email, message -> mail to office@example.com', ['name', 'email', 'message']],
    [
      'Let visitors request a callback. They enter name and phone number (both mandatory), we save it under callbacks and sales@example.com gets an email with both.',
      ['name', 'phoneNumber'],
    ],
    [
      'As a customer I want to send feedback (my email, a rating from 1 to 5 and a comment) so that the shop gets better. The shop owner, owner@example.com, should receive it by email.',
      ['email', 'rating', 'comment'],
    ],
    [
      'Support ticket\n1. email, subject and description, all required\n2. save to tickets with status "new"\n3. mail to the customer: "We have received your ticket"\n4. respond with 201',
      ['email', 'subject', 'description'],
    ],
  ])('loses no field of a form: %s', (request, names) => {
    const steps = stepsFor(request);
    expect(inputsOf(steps)).toEqual(names);
    const { rules } = one(steps, 'inputValidation') as unknown as { rules: { required?: boolean }[] };
    expect(rules.every(({ required }) => required)).toBe(true);
    expect(typesOf(steps)).toContain('emailSend');
  });

  it.each([
    [
      'webhook from our payment provider: it posts event, paymentId and amount. save that in payments and answer 200',
      'payments',
      ['event', 'paymentId', 'amount'],
      200,
    ],
    [
      'Incoming webhook (Typeform)\n- body: formId, respondent (email), answers (object)\n- store everything in submissions\n- 201',
      'submissions',
      ['formId', 'respondent', 'answers'],
      201,
    ],
  ])('stores every field of a webhook: %s', (request, collection, names, statusCode) => {
    const steps = stepsFor(request);
    expect(one(steps, 'dbInsert').collection).toBe(collection);
    expect(Object.keys(one(steps, 'dbInsert').data as object)).toEqual(names);
    expect(one(steps, 'response').statusCode).toBe(statusCode);
  });

  it('changes the document that a webhook is about', () => {
    const steps = stepsFor(
      'As the shop I want the parcel service to tell me about deliveries: its webhook sends an orderNumber and a status, and the status of that order in our orders collection is updated. 404 for an order we do not know.',
    );
    expect(one(steps, 'guard').statusCode).toBe(404);
    expect(one(steps, 'dbUpdate')).toMatchObject({
      collection: 'orders',
      filter: { orderNumber: '{{ input.orderNumber }}' },
      data: { status: '{{ input.status }}' },
    });
    expect(typesOf(steps)).not.toContain('dbInsert');
  });
});

describe('approvals and access', () => {
  it('takes the address from the document', () => {
    const steps = stepsFor(
      'As a manager I want to approve a leave request by its id: its status in leaveRequests becomes "approved" and the employee (the email is in the request) is told by mail. Only users with the role manager may do it; if the request does not exist answer 404.',
    );
    expect(inputsOf(steps)).toEqual(['id']);
    expect(one(steps, 'authMiddleware').requiredRole).toBe('manager');
    expect(one(steps, 'emailSend').to).toBe('{{ existing.email }}');
  });

  it('decides only on the state that was said', () => {
    const steps = stepsFor(
      'Article approval\n- editors only (role editor)\n- input: article id\n- only articles whose status is "submitted" can be approved, otherwise 409\n- status becomes "published"\n- answer with the article',
    );
    expect(inputsOf(steps)).toEqual(['id']);
    expect(one(steps, 'authMiddleware').requiredRole).toBe('editor');
    expect(steps.find(({ id }) => id === 'check_state')).toMatchObject({ to: 'submitted', statusCode: 409 });
    expect(one(steps, 'dbUpdate').data).toEqual({ status: 'published' });
    expect(one(steps, 'response').statusCode).toBe(200);
  });

  it.each([
    'Members area\n- caller must send a bearer token\n- returns all documents in "articles" with premium = true\n- sorted by title',
    'An endpoint that lists invoices. Clients have to provide a bearer token. 401 otherwise.',
  ])('protects what needs a token: %s', (request) => {
    const steps = stepsFor(request);
    expect(typesOf(steps)).toEqual(['input', 'authMiddleware', 'dbFind', 'response']);
    expect(one(steps, 'response').statusCode).toBe(200);
  });

  it('stores who wrote it', () => {
    const steps = stepsFor(
      'Create a post with title and text, together with the id of the user who wrote it, callers must send a valid token',
    );
    expect(inputsOf(steps)).toEqual(['title', 'text']);
    expect(one(steps, 'dbInsert').data).toMatchObject({ userId: '{{ currentUser.userId }}' });
  });
});
