/** @module Requests for endpoints that change something. */
import type { EvaluationCase } from '../case.ts';
import { accepted, counts, has, refused, refuses, says } from '../expectations.ts';

const NOBODY = 'f'.repeat(24);

export const updateCases: readonly EvaluationCase[] = [
  {
    name: 'update the price of a product',
    family: 'update',
    request: 'change the price of a product, given its id and the new price',
    given: {
      products: [
        { name: 'Lamp', price: 20 },
        { name: 'Chair', price: 80 },
      ],
    },
    shortest: 5,
    check: async (context) => {
      const [lamp] = await context.documents('products');
      accepted(await context.call({ id: lamp!._id, price: 25 }));
      const [changed, other] = await context.documents('products');
      has(changed, { name: 'Lamp', price: 25 });
      has(other, { name: 'Chair', price: 80 });
      await refuses(context, {
        'no price': { id: lamp!._id },
        'a price that is no number': { id: lamp!._id, price: 'cheap' },
        'no id': { price: 5 },
      });
      has((await context.documents('products'))[0], { price: 25 });
    },
    rounds: [
      {
        change: 'answer 404 when the product does not exist',
        check: async (context) => {
          const [lamp] = await context.documents('products');
          accepted(await context.call({ id: lamp!._id, price: 25 }));
          refused(await context.call({ id: NOBODY, price: 25 }), 'there is none', 404);
          await counts(context, 'products', 2);
        },
      },
      {
        change: 'only admins may do this',
        check: async (context) => {
          const [lamp] = await context.documents('products');
          const input = { id: lamp!._id, price: 25 };
          refused(await context.call(input), 'no token');
          refused(await context.call(input, { token: await context.token({ role: 'user' }) }), 'no admin');
          has((await context.documents('products'))[0], { price: 20 });
          accepted(await context.call(input, { token: await context.token({ role: 'admin' }) }));
          has((await context.documents('products'))[0], { price: 25 });
        },
      },
    ],
  },
  {
    name: 'mark a task as done',
    family: 'update',
    request:
      'Mark a task as done. Input: task id. Set done to true in the tasks collection; 404 if the task is not there.',
    given: {
      tasks: [
        { title: 'Paint', done: false },
        { title: 'Mow', done: false },
      ],
    },
    shortest: 5,
    check: async (context) => {
      const [, mow] = await context.documents('tasks');
      accepted(await context.call({ id: mow!._id }));
      const [paint, done] = await context.documents('tasks');
      has(done, { title: 'Mow', done: true });
      has(paint, { title: 'Paint', done: false });
      refused(await context.call({ id: NOBODY }), 'there is none', 404);
      await counts(context, 'tasks', 2);
    },
    rounds: [
      {
        change: 'return the updated task',
        check: async (context) => {
          const [paint] = await context.documents('tasks');
          const reply = await context.call({ id: paint!._id });
          accepted(reply);
          says(reply, 'Paint', 'true');
        },
      },
      {
        change: 'Also store who did it: the caller sends a name.',
        check: async (context) => {
          const [paint] = await context.documents('tasks');
          accepted(await context.call({ id: paint!._id, name: 'Grace' }));
          const [changed] = await context.documents('tasks');
          has(changed, { title: 'Paint', done: true });
          if (!Object.values(changed!).includes('Grace'))
            throw new Error(`the name is not stored: ${JSON.stringify(changed)}`);
        },
      },
    ],
  },
  {
    name: 'update a profile',
    family: 'update',
    request:
      'As a user I want to update my name and city. I send my email so that you know who I am; it is in the users collection. If there is no such user I want a 404.',
    given: {
      users: [
        { name: 'Ada', city: 'London', email: 'ada@example.org' },
        { name: 'Eve', city: 'Paris', email: 'eve@example.org' },
      ],
    },
    shortest: 5,
    check: async (context) => {
      accepted(await context.call({ email: 'ada@example.org', name: 'Ada L.', city: 'Torquay' }));
      const [ada, eve] = await context.documents('users');
      has(ada, { name: 'Ada L.', city: 'Torquay', email: 'ada@example.org' });
      has(eve, { name: 'Eve', city: 'Paris' });
      refused(await context.call({ email: 'x@example.org', name: 'X', city: 'Y' }), 'there is none', 404);
      await counts(context, 'users', 2);
    },
  },
  {
    name: 'change a password',
    family: 'update',
    request:
      'Endpoint to set a new password for a user. Takes email and the new password (min. 8 characters). The caller has to be logged in as an admin.',
    given: { users: [{ name: 'Ada', email: 'ada@example.org', password: 'engine-1843' }] },
    shortest: 6,
    check: async (context) => {
      const input = { email: 'ada@example.org', password: 'difference-2' };
      const token = await context.token({ role: 'admin' });
      const [before] = await context.documents('users');
      refused(await context.call(input), 'no token');
      refused(await context.call({ ...input, password: 'short' }, { token }), 'a short password');
      has((await context.documents('users'))[0], { password: before!.password });
      accepted(await context.call(input, { token }));
      const [after] = await context.documents('users');
      if (after!.password === before!.password) throw new Error('the password is the old one');
      if (!String(after!.password).startsWith('$2')) throw new Error('the password is stored as it is');
    },
  },
  {
    name: 'update the stock as a list',
    family: 'update',
    request: `Inventory: set stock
- inputs: sku (text), quantity (whole number, not negative)
- update "quantity" of the item with that sku in inventory
- unknown sku: 404
- success: 200 and the item`,
    given: {
      inventory: [
        { sku: 'L-1', quantity: 3 },
        { sku: 'C-1', quantity: 9 },
      ],
    },
    shortest: 5,
    check: async (context) => {
      const reply = await context.call({ sku: 'L-1', quantity: 0 });
      accepted(reply, 200);
      says(reply, 'L-1');
      const [lamp, chair] = await context.documents('inventory');
      has(lamp, { quantity: 0 });
      has(chair, { quantity: 9 });
      refused(await context.call({ sku: 'X', quantity: 1 }), 'there is none', 404);
      refused(await context.call({ sku: 'L-1', quantity: -1 }), 'negative');
      await counts(context, 'inventory', 2);
    },
  },
];
