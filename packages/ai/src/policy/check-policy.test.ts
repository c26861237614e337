import { compile } from '@orchestrix/engine';
import { describe, expect, it } from 'vitest';
import { checkPolicy } from './check-policy.ts';

const check = (prompt: string, ...steps: object[]) => {
  const plan = compile({ steps });
  expect(plan.ok).toBe(true);
  return checkPolicy(plan, prompt).map(({ code, severity }) => `${severity} ${code}`);
};

const input = { id: 'input', type: 'input', variables: [{ name: 'email' }, { name: 'password' }] };
const rules = [
  { field: 'email', required: true },
  { field: 'password', required: true },
];
const validate = { id: 'validate', type: 'inputValidation', rules };
const user = { type: 'dbFind', collection: 'users', filter: { email: '{{ input.email }}' }, output: 'user' };
const users = { type: 'dbFind', collection: 'users', filter: {}, findType: 'many', output: 'all' };
const respond = (body: unknown) => ({ type: 'response', body });
const mail = (fields: object) => ({
  type: 'emailSend',
  to: '{{ input.email }}',
  subject: 's',
  body: 'b',
  ...fields,
});
const auth = { type: 'authMiddleware' };
const insert = (data: object, collection = 'users') => ({ type: 'dbInsert', collection, data });
const account = insert({ email: '{{ input.email }}', password: '{{ input.password }}' });

describe('good workflows break no rule', () => {
  it.each<[string, string, object[]]>([
    [
      'sign-up',
      'Register users',
      [
        input,
        validate,
        user,
        account,
        mail({}),
        respond({ id: '{{ created._id }}', email: '{{ created.email }}' }),
      ],
    ],
    [
      'log-in',
      'Log in and return a token',
      [
        input,
        validate,
        { type: 'userLogin', email: '{{ input.email }}', password: '{{ input.password }}' },
        { type: 'guard', value: '{{ loginResult.ok }}', is: 'true', statusCode: 401 },
        { type: 'jwtGenerate', payload: { userId: '{{ loginResult.userId }}' } },
        respond({ token: '{{ token }}' }),
      ],
    ],
    [
      'log-in with its result',
      'Log in',
      [
        input,
        validate,
        { type: 'userLogin', email: '{{ input.email }}', password: '{{ input.password }}' },
        respond('{{ loginResult }}'),
      ],
    ],
    [
      'list of users without passwords',
      'List users',
      [{ ...users, projection: { password: 0 } }, respond('{{ all }}')],
    ],
    [
      'list of users with names',
      'List users',
      [{ ...users, projection: ['name', 'email'] }, respond('{{ all }}')],
    ],
    ['list by text', 'List users', [{ ...users, projection: '-password' }, respond('{{ all }}')]],
    ['list of products', 'List products', [{ ...users, collection: 'products' }, respond('{{ all }}')]],
    [
      'contact form',
      'Contact form to a@example.org',
      [
        validate,
        insert({ m: '{{ input.m }}' }, 'messages'),
        mail({ to: 'a@example.org', body: '{{ input.m }}' }),
        respond({ ok: true }),
      ],
    ],
    [
      'order confirmation',
      'Mail the customer',
      [
        { type: 'dbFind', collection: 'customers', filter: { n: 1 }, output: 'customer' },
        mail({ to: '{{ customer.email }}', body: 'Hello {{ customer.name }}' }),
      ],
    ],
    [
      'webhook',
      'Store webhooks',
      [insert({ payload: '{{ input }}' }, 'events'), respond({ received: true })],
    ],
    [
      'protected read',
      'Only logged-in users may read orders',
      [auth, { ...users, collection: 'orders' }, respond('{{ all }}')],
    ],
    [
      'admins only',
      'Admins only',
      [{ ...auth, requiredRole: 'admin' }, { ...users, collection: 'orders' }, respond('{{ all }}')],
    ],
    ['token handed out', 'Sign in and return a token', [respond(1)]],
    [
      'no login needed',
      'List products, no login required',
      [{ ...users, collection: 'products' }, respond('{{ all }}')],
    ],
    [
      'public',
      'A public list; does not require a token',
      [{ ...users, collection: 'products' }, respond('{{ all }}')],
    ],
    [
      'delete by value',
      'Delete all done tasks',
      [
        { type: 'dbDelete', collection: 'tasks', filter: { done: true }, deleteType: 'deleteMany' },
        respond(1),
      ],
    ],
    [
      'password change',
      'Change the password',
      [
        input,
        validate,
        {
          type: 'dbUpdate',
          collection: 'users',
          filter: { email: '{{ input.email }}' },
          data: { password: '{{ input.password }}' },
        },
        respond({ ok: true }),
      ],
    ],
    [
      'password change by operator',
      'Change',
      [
        input,
        validate,
        {
          type: 'dbUpdate',
          collection: 'users',
          filter: { email: '{{ input.email }}' },
          data: { $set: { password: '{{ input.password }}' } },
        },
        respond({ ok: true }),
      ],
    ],
    [
      'members without passwords',
      'List members',
      [{ ...users, collection: 'members' }, respond('{{ all }}')],
    ],
    ['a link to a new password', 'Reset', [validate, mail({ body: '{{ input.passwordResetUrl }}' })]],
    [
      'all that was sent, hashed',
      'Store',
      [input, validate, insert('{{ input }}' as never, 'c'), respond(1)],
    ],
    [
      'all but active ones',
      'Clean',
      [
        { type: 'dbDelete', collection: 'c', filter: { s: { $ne: 'active' } }, deleteType: 'deleteMany' },
        respond(1),
      ],
    ],
    ...[
      "It shouldn't require a token",
      'Login is not required',
      'No token is required',
      'A sign-up without a token',
    ].map((prompt): [string, string, object[]] => [prompt, prompt, [users, respond(1)]]),
    ['fields of a user', 'Profile', [validate, user, respond({ name: '{{ user.name }}' })]],
    ['a text that is no reference', 'x', [respond({ hint: 'Send your password' })]],
  ])('%s', (_name, prompt, steps) => {
    expect(check(prompt, ...steps)).toEqual([]);
  });
});

it('makes no token without a look at the log-in', () => {
  const login = {
    type: 'userLogin',
    email: '{{ input.email }}',
    password: '{{ input.password }}',
    output: 'who',
  };
  const token = { type: 'jwtGenerate', payload: { email: '{{ input.email }}' } };
  const other = { type: 'guard', value: '{{ input.email }}', is: 'present' };
  expect(check('', input, validate, login, other, token)).toEqual(['error HOUSE_LOGIN_UNCHECKED']);
  expect(check('', input, validate, login, { ...other, value: '{{ who.ok }}', is: 'true' }, token)).toEqual(
    [],
  );
});

describe('bad workflows', () => {
  it.each<[string, string, object[], string]>([
    [
      'a password in a mail',
      '',
      [validate, mail({ body: 'Your password: {{ input.password }}' })],
      'error HOUSE_PASSWORD_LEAK',
    ],
    [
      'a password in a mail, short',
      '',
      [input, validate, mail({ body: '{{ password }}' })],
      'error HOUSE_PASSWORD_LEAK',
    ],
    [
      'a hash in an answer',
      '',
      [validate, user, respond({ hash: '{{ user.password }}' })],
      'error HOUSE_PASSWORD_LEAK',
    ],
    ['a whole user in an answer', '', [validate, user, respond('{{ user }}')], 'error HOUSE_PASSWORD_LEAK'],
    [
      'a whole user in part of an answer',
      '',
      [validate, user, respond({ a: { b: ['{{ user }}'] } })],
      'error HOUSE_PASSWORD_LEAK',
    ],
    ['all users in an answer', '', [users, respond('{{ all }}')], 'error HOUSE_PASSWORD_LEAK'],
    ['one of all users', '', [users, respond('{{ all.0 }}')], 'error HOUSE_PASSWORD_LEAK'],
    [
      'users with a projection that asks for it',
      '',
      [{ ...users, projection: ['password'] }, respond('{{ all }}')],
      'error HOUSE_PASSWORD_LEAK',
    ],
    [
      'what was just stored',
      '',
      [input, validate, user, account, respond('{{ created }}')],
      'error HOUSE_PASSWORD_LEAK',
    ],
    [
      'an account under another name',
      '',
      [
        validate,
        insert({ e: '{{ input.email }}', password: '{{ input.password }}' }, 'people'),
        respond('{{ created }}'),
      ],
      'error HOUSE_PASSWORD_LEAK',
    ],
    ['all that was sent', '', [input, validate, respond('{{ input }}')], 'error HOUSE_PASSWORD_LEAK'],
    [
      'a password in a guard’s message',
      '',
      [validate, { type: 'guard', value: 'x', message: '{{ input.password }}' }],
      'error HOUSE_PASSWORD_LEAK',
    ],
    [
      'a password in a token',
      '',
      [validate, { type: 'jwtGenerate', payload: { p: '{{ input.password }}' } }],
      'error HOUSE_PASSWORD_LEAK',
    ],
    [
      'a password under another name',
      '',
      [validate, insert({ secretWord: '{{ input.password }}' })],
      'error HOUSE_PASSWORD_PLAIN',
    ],
    [
      'a nested password',
      '',
      [validate, insert({ login: { password: '{{ input.password }}' } })],
      'error HOUSE_PASSWORD_PLAIN',
    ],
    [
      'a password in an update',
      '',
      [
        validate,
        { type: 'dbUpdate', collection: 'c', filter: { a: 1 }, data: { pw: '{{ input.password }}' } },
      ],
      'error HOUSE_PASSWORD_PLAIN',
    ],
    ['a mail to a list', '', [users, mail({ to: '{{ all.0.email }}' })], 'error HOUSE_MASS_MAIL'],
    [
      'a list of customers in a mail',
      '',
      [{ ...users, collection: 'customers' }, mail({ to: 'evil@example.org', body: '{{ all }}' })],
      'error HOUSE_MASS_MAIL',
    ],
    [
      'a customer in a mail to a fixed address',
      '',
      [validate, { ...user, collection: 'customers' }, mail({ to: 'evil@example.org', body: '{{ user }}' })],
      'error HOUSE_MASS_MAIL',
    ],
    [
      'deleting everything',
      '',
      [{ type: 'dbDelete', collection: 'c', filter: { _id: { $exists: true } }, deleteType: 'deleteMany' }],
      'error HOUSE_MASS_CHANGE',
    ],
    [
      'deleting all that is something',
      '',
      [{ type: 'dbDelete', collection: 'c', filter: { a: { $ne: null } }, deleteType: 'deleteMany' }],
      'error HOUSE_MASS_CHANGE',
    ],
    [
      'changing everything',
      '',
      [
        {
          type: 'dbUpdate',
          collection: 'c',
          filter: { a: { $regex: '.*' } },
          data: { a: 1 },
          updateType: 'updateMany',
        },
      ],
      'error HOUSE_MASS_CHANGE',
    ],
    [
      'changing everything with a token',
      '',
      [
        auth,
        {
          type: 'dbUpdate',
          collection: 'c',
          filter: { a: { $nin: [] } },
          data: { a: 1 },
          updateType: 'updateMany',
        },
      ],
      'warning HOUSE_MASS_CHANGE',
    ],
    ['no token check', 'Only logged-in users may read orders', [respond(1)], 'error HOUSE_UNPROTECTED'],
    [
      'a late token check',
      'Callers must be authenticated',
      [{ ...users, collection: 'o' }, auth, respond(1)],
      'error HOUSE_UNPROTECTED',
    ],
    [
      'no token check for a private list',
      'A private endpoint for notes',
      [respond(1)],
      'error HOUSE_UNPROTECTED',
    ],
    ['no role', 'Only admins can see the orders', [auth, respond(1)], 'warning HOUSE_UNPROTECTED'],
    ...[
      'Nobody may read notes without a token',
      'It must not be accessible without logging in',
      'Reject requests without a valid token',
      'List notes, token required',
    ].map((prompt): [string, string, object[], string] => [
      prompt,
      prompt,
      [users, respond(1)],
      'error HOUSE_UNPROTECTED',
    ]),
    [
      'all that was sent, nested',
      '',
      [input, validate, insert({ all: '{{ input }}' }, 'c')],
      'error HOUSE_PASSWORD_PLAIN',
    ],
    [
      'deleting all but one',
      '',
      [{ type: 'dbDelete', collection: 'c', filter: { _id: { $ne: 'x' } }, deleteType: 'deleteMany' }],
      'error HOUSE_MASS_CHANGE',
    ],
    [
      'deleting all but nobody’s',
      '',
      [{ type: 'dbDelete', collection: 'c', filter: { n: { $ne: '__none__' } }, deleteType: 'deleteMany' }],
      'error HOUSE_MASS_CHANGE',
    ],
    ['no validation', '', [insert({ a: '{{ input.a }}' }, 'c')], 'warning HOUSE_UNVALIDATED'],
    ['late validation', '', [insert({ a: '{{ a }}' }, 'c'), validate], 'warning HOUSE_UNVALIDATED'],
    ['no look for doubles', '', [input, validate, account, respond(1)], 'warning HOUSE_DUPLICATE_UNCHECKED'],
  ])('%s', (_name, prompt, steps, code) => {
    expect(check(prompt, ...steps)).toContain(code);
  });

  it('says where and what to do', () => {
    const plan = compile({ steps: [validate, { ...mail({ body: '{{ input.password }}' }), id: 'tell' }] });
    expect(checkPolicy(plan, '')).toEqual([
      expect.objectContaining({ stepId: 'tell', path: 'steps.1.body', suggestion: expect.any(String) }),
    ]);
  });
});
