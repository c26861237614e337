/** @module Requests for log-ins. */
import type { CaseContext, EvaluationCase } from '../case.ts';
import { accepted, hides, mailed, refused, refuses, says, tokenIn } from '../expectations.ts';

const USER = { name: 'Ada', email: 'ada@example.org', password: 'engine-1843' };
const given = { users: [USER] };
const RIGHT = { email: USER.email, password: USER.password };

/** Lets in with the right password only, with a token that the owner's workflows take. */
async function logsIn(context: CaseContext): Promise<void> {
  const reply = await context.call(RIGHT);
  accepted(reply);
  await context.claimsOf(tokenIn(reply));
  hides(reply, USER.password, '$2');
  await turnsAway(context);
}

async function turnsAway(context: CaseContext, ...statuses: number[]): Promise<void> {
  refused(await context.call({ ...RIGHT, password: 'wrong' }), 'a wrong password', ...statuses);
  refused(await context.call({ ...RIGHT, email: 'eve@example.org' }), 'an unknown user', ...statuses);
  await refuses(context, { 'no password': { email: USER.email }, nothing: {} });
}

export const logInCases: readonly EvaluationCase[] = [
  {
    name: 'log-in, terse',
    family: 'log-in',
    request: 'login with email and password, returns a token',
    given,
    shortest: 6,
    check: logsIn,
    rounds: [
      {
        change: 'Put the name of the user into the answer, too.',
        check: async (context) => {
          await logsIn(context);
          says(await context.call(RIGHT), USER.name);
        },
      },
      {
        change: 'the token should only be valid for 1 hour',
        check: async (context) => {
          const claims = await context.claimsOf(tokenIn(await context.call(RIGHT)));
          const seconds = Number(claims.exp) - Number(claims.iat);
          if (seconds !== 3600) throw new Error(`the token is valid for ${seconds} s`);
          await turnsAway(context);
        },
      },
    ],
  },
  {
    name: 'log-in with 401',
    family: 'log-in',
    request:
      'As a registered user I want to sign in with my email address and my password so that I get a JWT. When the credentials are wrong the API must answer with status 401.',
    given,
    shortest: 6,
    check: async (context) => {
      await logsIn(context);
      await turnsAway(context, 401);
    },
    rounds: [
      {
        change: 'after a successful login send the user a mail saying that somebody has logged in',
        check: async (context) => {
          await turnsAway(context, 401);
          accepted(await context.call(RIGHT));
          mailed(context, USER.email);
        },
      },
      {
        change: 'Use "Wrong e-mail or password" as the message when the login fails.',
        check: async (context) => {
          const reply = await context.call({ ...RIGHT, password: 'wrong' });
          refused(reply, 'a wrong password', 401);
          says(reply, 'Wrong e-mail or password');
          accepted(await context.call(RIGHT));
        },
      },
    ],
  },
  {
    name: 'log-in, verbose',
    family: 'log-in',
    request:
      'Hi! We already have a users collection. What we are missing is the endpoint our mobile app calls when somebody types their e-mail and password on the login screen. Please check the credentials and, if they are fine, respond with a token that is valid for 2 hours. Thank you very much!',
    given,
    shortest: 6,
    check: async (context) => {
      await logsIn(context);
      const { exp, iat } = await context.claimsOf(tokenIn(await context.call(RIGHT)));
      if (Number(exp) - Number(iat) !== 7200) throw new Error('the token is not valid for 2 hours');
    },
  },
  {
    name: 'log-in as a list',
    family: 'log-in',
    request: `Authentication endpoint:
* input: email, password
* validate both are present
* verify against users
* success: 200 with { token }
* failure: 401`,
    given,
    shortest: 6,
    check: async (context) => {
      await logsIn(context);
      accepted(await context.call(RIGHT), 200);
      await turnsAway(context, 401);
    },
  },
  {
    name: 'credential check without a token',
    family: 'log-in',
    request:
      "Check a user's email and password and just tell me the user's name if they match. Otherwise 401.",
    given,
    shortest: 5,
    check: async (context) => {
      const reply = await context.call(RIGHT);
      accepted(reply);
      says(reply, USER.name);
      hides(reply, '$2');
      await turnsAway(context, 401);
    },
  },
];
