/** @module Requests for endpoints that list things. */
import type { EvaluationCase } from '../case.ts';
import { accepted, hides, listed, listedInAnyOrder, refused } from '../expectations.ts';

const products = [
  { name: 'Lamp', price: 20, category: 'light', active: true },
  { name: 'Chair', price: 80, category: 'furniture', active: true },
  { name: 'Bulb', price: 2, category: 'light', active: false },
  { name: 'Table', price: 150, category: 'furniture', active: true },
];
const notes = ['one', 'two', 'three', 'four', 'five', 'six', 'seven'].map((title) => ({ title }));

export const listCases: readonly EvaluationCase[] = [
  {
    name: 'list everything',
    family: 'list',
    request: 'list all products',
    given: { products },
    shortest: 2,
    check: async (context) => {
      const reply = await context.call();
      accepted(reply);
      listedInAnyOrder(reply, 'name', ['Lamp', 'Chair', 'Bulb', 'Table']);
    },
    rounds: [
      {
        change: 'sort them by price, cheapest first',
        check: async (context) => listed(await context.call(), 'name', ['Bulb', 'Lamp', 'Chair', 'Table']),
      },
      {
        change: 'at most 2',
        check: async (context) => listed(await context.call(), 'name', ['Bulb', 'Lamp']),
      },
    ],
  },
  {
    name: 'list the newest',
    family: 'list',
    request: 'Show the 3 newest notes.',
    given: { notes },
    shortest: 2,
    check: async (context) => listed(await context.call(), 'title', ['seven', 'six', 'five']),
    rounds: [
      {
        change: 'Newest first, at most 5.',
        check: async (context) =>
          listed(await context.call(), 'title', ['seven', 'six', 'five', 'four', 'three']),
      },
      {
        change: 'only logged-in users may call it',
        check: async (context) => {
          const stranger = await context.call();
          refused(stranger, 'no token');
          hides(stranger, 'seven');
          const reply = await context.call({}, { token: await context.token() });
          listed(reply, 'title', ['seven', 'six', 'five', 'four', 'three']);
        },
      },
    ],
  },
  {
    name: 'list by category',
    family: 'list',
    request:
      'As a shopper I want to see all products of a category that I choose, ordered by name from A to Z.',
    given: { products },
    shortest: 4,
    check: async (context) => {
      const reply = await context.call({ category: 'furniture' });
      accepted(reply);
      listed(reply, 'name', ['Chair', 'Table']);
      listed(await context.call({ category: 'light' }), 'name', ['Bulb', 'Lamp']);
    },
    rounds: [
      {
        change: 'most expensive first instead',
        check: async (context) =>
          listed(await context.call({ category: 'furniture' }), 'name', ['Table', 'Chair']),
      },
      {
        change: 'Show only active products.',
        check: async (context) => listed(await context.call({ category: 'light' }), 'name', ['Lamp']),
      },
    ],
  },
  {
    name: 'list what is open',
    family: 'list',
    request: 'return every task in tasks whose status is open',
    given: {
      tasks: [
        { title: 'Paint', status: 'open' },
        { title: 'Sweep', status: 'done' },
        { title: 'Mow', status: 'open' },
      ],
    },
    shortest: 2,
    check: async (context) => listedInAnyOrder(await context.call(), 'title', ['Paint', 'Mow']),
  },
  {
    name: 'list in a price range',
    family: 'list',
    request:
      'Find products cheaper than a maximum price the caller sends. Cheapest first. maxPrice must be a number.',
    given: { products },
    shortest: 4,
    check: async (context) => {
      listed(await context.call({ maxPrice: 80 }), 'name', ['Bulb', 'Lamp']);
      listed(await context.call({ maxPrice: 100 }), 'name', ['Bulb', 'Lamp', 'Chair']);
      refused(await context.call({ maxPrice: 'cheap' }), 'no number');
      refused(await context.call({}), 'nothing');
    },
  },
  {
    name: 'list users without passwords',
    family: 'list',
    request: 'Admins only: a list of all users with their name and email. No passwords!',
    given: {
      users: [
        { name: 'Ada', email: 'ada@example.org', password: 'engine-1843' },
        { name: 'Eve', email: 'eve@example.org', password: 'apple-tree' },
      ],
    },
    shortest: 3,
    check: async (context) => {
      refused(await context.call(), 'no token');
      refused(await context.call({}, { token: await context.token({ role: 'user' }) }), 'no admin');
      const reply = await context.call({}, { token: await context.token({ role: 'admin' }) });
      accepted(reply);
      listedInAnyOrder(reply, 'name', ['Ada', 'Eve']);
      hides(reply, '$2');
    },
  },
  {
    name: 'list in pages',
    family: 'list',
    request: `GET-like endpoint for notes:
- newest first
- 2 per page
- the caller sends how many to skip (number, default 0)`,
    given: { notes },
    shortest: 4,
    check: async (context) => {
      listed(await context.call({ skip: 0 }), 'title', ['seven', 'six']);
      listed(await context.call({ skip: 2 }), 'title', ['five', 'four']);
      listed(await context.call({}), 'title', ['seven', 'six']);
    },
  },
];
