/** @module Requests for sign-ups. */
import type { CaseContext, EvaluationCase } from '../case.ts';
import {
  accepted,
  counts,
  has,
  hashed,
  hides,
  mailed,
  mailedNobody,
  refused,
  refuses,
  says,
  storedOnce,
} from '../expectations.ts';

const ADA = { name: 'Ada Lovelace', email: 'ada@example.org', password: 'engine-1843' };

/** Signs up once, is refused the second time and without what is needed; the password is kept as a hash only. */
async function signsUp(context: CaseContext, input: Record<string, string>, status?: number): Promise<void> {
  const reply = await context.call(input);
  accepted(reply, status);
  hides(reply, input.password!, '$2');
  const { password, ...rest } = input;
  hashed(await storedOnce(context, rest), password!);
  refused(await context.call(input), 'the address is taken');
  await storedOnce(context, { email: input.email });
}

const without = (input: Record<string, string>, name: string) =>
  Object.fromEntries(Object.entries(input).filter(([key]) => key !== name));

export const signUpCases: readonly EvaluationCase[] = [
  {
    name: 'sign-up, terse',
    family: 'sign-up',
    request: 'signup with name, email and password',
    shortest: 6,
    check: async (context) => {
      await signsUp(context, ADA);
      await refuses(context, { 'no email': without(ADA, 'email'), 'no password': without(ADA, 'password') });
      await storedOnce(context, {});
    },
    rounds: [
      {
        change: 'Also store a phone number.',
        check: async (context) => {
          await signsUp(context, { ...ADA, phone: '+44 20 7946 0000' });
          await refuses(context, { 'no email': without(ADA, 'email') });
        },
      },
      {
        change: 'Send a welcome mail to the new user.',
        check: async (context) => {
          await signsUp(context, { ...ADA, phone: '+44 20 7946 0000' });
          mailed(context, ADA.email);
        },
      },
    ],
  },
  {
    name: 'sign-up, user story',
    family: 'sign-up',
    request:
      'As a visitor I want to create an account with my e-mail address and a password of at least 8 characters, so that I can log in later. If somebody already uses the address, tell me so.',
    shortest: 6,
    check: async (context) => {
      const { email, password } = ADA;
      await signsUp(context, { email, password });
      await refuses(context, {
        'a short password': { email: 'b@example.org', password: 'short' },
        'no address': { email: 'not an address', password },
      });
    },
    rounds: [
      {
        change: 'make it answer 201',
        check: async (context) => {
          await signsUp(context, { email: ADA.email, password: ADA.password }, 201);
        },
      },
      {
        change: 'the password needs at least 12 characters',
        check: async (context) => {
          await signsUp(context, { email: ADA.email, password: 'engine-1843-x' }, 201);
          await refuses(context, {
            'eleven characters': { email: 'b@example.org', password: 'engine-1843' },
          });
        },
      },
    ],
  },
  {
    name: 'sign-up with a welcome mail',
    family: 'sign-up',
    request:
      'Build a registration endpoint. It takes username, email and password, makes sure the email is not registered yet, saves the user in the users collection and sends a welcome email to the new user.',
    shortest: 7,
    check: async (context) => {
      const input = { username: 'ada', email: ADA.email, password: ADA.password };
      await signsUp(context, input);
      await counts(context, 'users', 1);
      mailed(context, ADA.email);
    },
    rounds: [
      {
        change: "Don't send the welcome mail any more.",
        check: async (context) => {
          await signsUp(context, { username: 'ada', email: ADA.email, password: ADA.password });
          mailedNobody(context);
        },
      },
      {
        change: 'Every new user gets the role "member".',
        check: async (context) => {
          await signsUp(context, { username: 'ada', email: ADA.email, password: ADA.password });
          await storedOnce(context, { email: ADA.email, role: 'member' });
        },
      },
    ],
  },
  {
    name: 'sign-up into customers, as a list',
    family: 'sign-up',
    request: `Customer registration
- fields: first name, last name, email, password
- email must be unique
- store in "customers"
- reply with status 201 and the id of the customer`,
    shortest: 6,
    check: async (context) => {
      const input = {
        firstName: 'Grace',
        lastName: 'Hopper',
        email: 'grace@example.org',
        password: 'cobol-1959',
      };
      const reply = await context.call(input);
      accepted(reply, 201);
      const customer = await storedOnce(context, {
        firstName: 'Grace',
        lastName: 'Hopper',
        email: input.email,
      });
      says(reply, String(customer._id));
      hides(reply, input.password, '$2');
      hashed(customer, input.password);
      refused(await context.call(input), 'the address is taken');
      await counts(context, 'customers', 1);
    },
  },
  {
    name: 'sign-up where somebody is registered',
    family: 'sign-up',
    request: 'users should be able to register with email + password. 409 if the email already exists pls',
    given: { users: [{ email: ADA.email, password: ADA.password, name: 'Ada' }] },
    shortest: 6,
    check: async (context) => {
      refused(await context.call({ email: ADA.email, password: 'another-one' }), 'the address is taken', 409);
      await counts(context, 'users', 1);
      accepted(await context.call({ email: 'new@example.org', password: 'another-one' }));
      hashed(await storedOnce(context, { email: 'new@example.org' }), 'another-one');
    },
  },
  {
    name: 'sign-up that logs in at once',
    family: 'sign-up',
    request:
      'I need a sign up API: people give their email, a password and optionally their age (a number). Once the account has been created, hand back a token so they are logged in immediately.',
    shortest: 7,
    check: async (context) => {
      const reply = await context.call({ email: ADA.email, password: ADA.password, age: 36 });
      accepted(reply);
      has(await storedOnce(context, { email: ADA.email }), { age: 36 });
      const [token] = /eyJ[\w-]+\.[\w-]+\.[\w-]+/.exec(JSON.stringify(reply.body)) ?? [];
      await context.claimsOf(token ?? 'there is no token in the answer');
      accepted(await context.call({ email: 'b@example.org', password: ADA.password }));
      await refuses(context, {
        'the address is taken': { email: ADA.email, password: ADA.password },
        'an age that is no number': { email: 'c@example.org', password: ADA.password, age: 'old' },
      });
    },
  },
];
