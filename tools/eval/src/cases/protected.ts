/** @module Requests for endpoints that not everybody may read. */
import type { EvaluationCase } from '../case.ts';
import { accepted, hides, listedInAnyOrder, refused, says } from '../expectations.ts';

const orders = [
  { item: 'Lamp', userId: 'user-1', total: 20 },
  { item: 'Chair', userId: 'user-2', total: 80 },
  { item: 'Table', userId: 'user-1', total: 150 },
];

export const protectedCases: readonly EvaluationCase[] = [
  {
    name: 'protected list, terse',
    family: 'protected',
    request: 'list all orders, login required',
    given: { orders },
    shortest: 3,
    check: async (context) => {
      const stranger = await context.call();
      refused(stranger, 'no token');
      hides(stranger, 'Lamp', 'Chair');
      refused(await context.call({}, { token: 'made.up.token' }), 'a made-up token');
      const reply = await context.call({}, { token: await context.token() });
      accepted(reply);
      listedInAnyOrder(reply, 'item', ['Lamp', 'Chair', 'Table']);
    },
    rounds: [
      {
        change: 'only admins may see them',
        check: async (context) => {
          refused(await context.call({}, { token: await context.token({ role: 'user' }) }), 'no admin');
          const reply = await context.call({}, { token: await context.token({ role: 'admin' }) });
          listedInAnyOrder(reply, 'item', ['Lamp', 'Chair', 'Table']);
        },
      },
      {
        change: 'newest first, at most 2',
        check: async (context) => {
          refused(await context.call(), 'no token');
          const reply = await context.call({}, { token: await context.token({ role: 'admin' }) });
          listedInAnyOrder(reply, 'item', ['Table', 'Chair']);
        },
      },
    ],
  },
  {
    name: 'only my own orders',
    family: 'protected',
    request: 'As a logged-in customer I want to see my own orders and only mine. Orders have a userId.',
    given: { orders },
    shortest: 3,
    check: async (context) => {
      refused(await context.call(), 'no token');
      const mine = await context.call({}, { token: await context.token({ userId: 'user-1' }) });
      listedInAnyOrder(mine, 'item', ['Lamp', 'Table']);
      const theirs = await context.call(
        { userId: 'user-1' },
        { token: await context.token({ userId: 'user-2' }) },
      );
      listedInAnyOrder(theirs, 'item', ['Chair']);
    },
  },
  {
    name: 'report for admins',
    family: 'protected',
    request:
      'Only users with the admin role may fetch a report by its id from the reports collection. Others are turned away. Report missing? 404.',
    given: {
      reports: [
        { title: 'Q1', revenue: 1000 },
        { title: 'Q2', revenue: 2000 },
      ],
    },
    shortest: 6,
    check: async (context) => {
      const [, second] = await context.documents('reports');
      const input = { id: second!._id };
      const admin = { token: await context.token({ role: 'admin' }) };
      hides(await context.call(input), '2000');
      refused(await context.call(input), 'no token');
      refused(await context.call(input, { token: await context.token({ role: 'user' }) }), 'no admin');
      const reply = await context.call(input, admin);
      accepted(reply);
      says(reply, 'Q2', 2000);
      refused(await context.call({ id: 'f'.repeat(24) }, admin), 'there is none', 404);
    },
  },
  {
    name: 'who am I',
    family: 'protected',
    request:
      'an endpoint "me": given a valid token, return the name and email of the current user from the users collection (the token holds the email)',
    given: {
      users: [
        { name: 'Ada', email: 'ada@example.org', password: 'engine-1843' },
        { name: 'Eve', email: 'eve@example.org', password: 'apple-tree' },
      ],
    },
    shortest: 3,
    check: async (context) => {
      refused(await context.call(), 'no token');
      const reply = await context.call({}, { token: await context.token({ email: 'eve@example.org' }) });
      accepted(reply);
      says(reply, 'Eve', 'eve@example.org');
      hides(reply, '$2', 'ada@example.org');
    },
  },
  {
    name: 'documents for members',
    family: 'protected',
    request: `Members area
- caller must send a bearer token
- returns all documents in "articles" with premium = true
- sorted by title`,
    given: {
      articles: [
        { title: 'Valves', premium: true },
        { title: 'Bolts', premium: false },
        { title: 'Cogs', premium: true },
      ],
    },
    shortest: 3,
    check: async (context) => {
      refused(await context.call(), 'no token');
      const reply = await context.call({}, { token: await context.token() });
      accepted(reply);
      listedInAnyOrder(reply, 'title', ['Cogs', 'Valves']);
      hides(reply, 'Bolts');
    },
  },
];
