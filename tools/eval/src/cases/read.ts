/** @module Requests for endpoints that read one thing. */
import type { EvaluationCase } from '../case.ts';
import { accepted, hides, refused, refuses, says } from '../expectations.ts';

const NOBODY = 'f'.repeat(24);

const products = [
  { name: 'Lamp', price: 20, sku: 'L-1', supplier: 'Brassworks' },
  { name: 'Chair', price: 80, sku: 'C-1', supplier: 'Woodworks' },
];

export const readCases: readonly EvaluationCase[] = [
  {
    name: 'read a product by id',
    family: 'read',
    request: 'get a product by its id, 404 if there is none',
    given: { products },
    shortest: 5,
    check: async (context) => {
      const [, chair] = await context.documents('products');
      const reply = await context.call({ id: chair!._id });
      accepted(reply, 200);
      says(reply, 'Chair', 80);
      hides(reply, 'Lamp');
      refused(await context.call({ id: NOBODY }), 'there is none', 404);
    },
    rounds: [
      {
        change: 'return only the name and the price',
        check: async (context) => {
          const [lamp] = await context.documents('products');
          const reply = await context.call({ id: lamp!._id });
          accepted(reply, 200);
          says(reply, 'Lamp', 20);
          hides(reply, 'L-1', 'Brassworks');
          refused(await context.call({ id: NOBODY }), 'there is none', 404);
        },
      },
      {
        change: 'Only logged-in users may call it.',
        check: async (context) => {
          const [lamp] = await context.documents('products');
          refused(await context.call({ id: lamp!._id }), 'no token');
          says(await context.call({ id: lamp!._id }, { token: await context.token() }), 'Lamp');
        },
      },
    ],
  },
  {
    name: 'read by another field',
    family: 'read',
    request:
      'I want to look up a product by its SKU (collection: products). If it does not exist, answer with a 404.',
    given: { products },
    shortest: 5,
    check: async (context) => {
      const reply = await context.call({ sku: 'L-1' });
      accepted(reply);
      says(reply, 'Lamp');
      hides(reply, 'Chair');
      refused(await context.call({ sku: 'X' }), 'there is none', 404);
      await refuses(context, { nothing: {} });
    },
    rounds: [
      {
        change: "don't show the supplier",
        check: async (context) => {
          const reply = await context.call({ sku: 'L-1' });
          accepted(reply);
          says(reply, 'Lamp', 20);
          hides(reply, 'Brassworks');
        },
      },
      {
        change: 'When nothing is found, say "No such product".',
        check: async (context) => {
          const reply = await context.call({ sku: 'X' });
          refused(reply, 'there is none', 404);
          says(reply, 'No such product');
          says(await context.call({ sku: 'L-1' }), 'Lamp');
        },
      },
    ],
  },
  {
    name: 'read a profile without its password',
    family: 'read',
    request:
      'As an app developer I want to fetch the profile of a user by email (name, email, city) so that I can show it. Never include the password.',
    given: {
      users: [
        { name: 'Ada', email: 'ada@example.org', city: 'London', password: 'engine-1843' },
        { name: 'Eve', email: 'eve@example.org', city: 'Paris', password: 'apple-tree' },
      ],
    },
    shortest: 5,
    check: async (context) => {
      const reply = await context.call({ email: 'ada@example.org' });
      accepted(reply);
      says(reply, 'Ada', 'London');
      hides(reply, '$2', 'Paris');
      refused(await context.call({ email: 'nobody@example.org' }), 'there is none');
    },
  },
  {
    name: 'read the status of an order',
    family: 'read',
    request: 'Order status: send an order number, get back the status of that order. Unknown number -> 404',
    given: {
      orders: [
        { orderNumber: 'A-100', status: 'shipped', customer: 'Ada' },
        { orderNumber: 'A-101', status: 'open', customer: 'Eve' },
      ],
    },
    shortest: 5,
    check: async (context) => {
      const reply = await context.call({ orderNumber: 'A-100' });
      accepted(reply);
      says(reply, 'shipped');
      hides(reply, 'Eve');
      refused(await context.call({ orderNumber: 'A-999' }), 'there is none', 404);
    },
  },
  {
    name: 'read the newest one',
    family: 'read',
    request: 'Give me the most recent announcement from the announcements collection.',
    given: { announcements: [{ title: 'First' }, { title: 'Second' }, { title: 'Third' }] },
    shortest: 2,
    check: async (context) => {
      const reply = await context.call();
      accepted(reply);
      says(reply, 'Third');
      hides(reply, 'First', 'Second');
    },
  },
];
