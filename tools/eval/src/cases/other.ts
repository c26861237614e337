/** @module Requests beyond the common kinds, for drafters that understand more. */
import type { EvaluationCase } from '../case.ts';
import {
  accepted,
  counts,
  has,
  listedInAnyOrder,
  mailed,
  refused,
  says,
  storedOnce,
} from '../expectations.ts';

export const otherCases: readonly EvaluationCase[] = [
  {
    name: 'order out of the stock',
    family: 'other',
    request:
      'Place an order: the caller sends a sku and their email. Look the product up by sku; if it does not exist answer 404, if its stock is 0 answer 409. Otherwise store an order with the sku, the email and the price of the product, and mail a confirmation to the caller that names the product.',
    given: {
      products: [
        { sku: 'L-1', name: 'Lamp', price: 20, stock: 4 },
        { sku: 'C-1', name: 'Chair', price: 80, stock: 0 },
      ],
    },
    shortest: 8,
    check: async (context) => {
      refused(await context.call({ sku: 'X', email: 'ada@example.org' }), 'no such product', 404);
      refused(await context.call({ sku: 'C-1', email: 'ada@example.org' }), 'none left', 409);
      accepted(await context.call({ sku: 'L-1', email: 'ada@example.org' }));
      await storedOnce(context, { sku: 'L-1', email: 'ada@example.org', price: 20 });
      await counts(context, 'orders', 1);
      mailed(context, 'ada@example.org', 'Lamp');
    },
  },
  {
    name: 'comment on a post that exists',
    family: 'other',
    request:
      'Logged-in users can comment on a post. They send postId and text. The post has to exist in posts (404 otherwise). Store the comment in comments with the post id, the text and the email of the user from the token.',
    given: { posts: [{ title: 'Hello' }] },
    shortest: 7,
    check: async (context) => {
      const [post] = await context.documents('posts');
      const token = await context.token({ email: 'ada@example.org' });
      refused(await context.call({ postId: post!._id, text: 'Hi' }), 'no token');
      refused(await context.call({ postId: 'f'.repeat(24), text: 'Hi' }, { token }), 'no such post', 404);
      accepted(await context.call({ postId: post!._id, text: 'Hi' }, { token }));
      const comment = await storedOnce(context, { text: 'Hi', email: 'ada@example.org' });
      if (!JSON.stringify(comment).includes(String(post!._id))) throw new Error('the post is not stored');
    },
  },
  {
    name: 'transfer of ownership',
    family: 'other',
    request:
      'A logged-in user hands one of their documents over to somebody else: input is the id of the document and the userId of the new owner. Only the present owner (field ownerId equals the userId in the token) may do that, otherwise 403. Unknown document: 404.',
    given: { documents: [{ title: 'Deed', ownerId: 'user-1' }] },
    shortest: 8,
    check: async (context) => {
      const [deed] = await context.documents('documents');
      const input = { id: deed!._id, userId: 'user-2' };
      refused(await context.call(input), 'no token');
      refused(
        await context.call(input, { token: await context.token({ userId: 'user-3' }) }),
        'not theirs',
        403,
      );
      accepted(await context.call(input, { token: await context.token({ userId: 'user-1' }) }));
      has((await context.documents('documents'))[0], { title: 'Deed', ownerId: 'user-2' });
    },
  },
  {
    name: 'dashboard of two collections',
    family: 'other',
    request:
      'One call that returns the 2 newest orders and the 2 newest messages together, as orders and messages.',
    given: {
      orders: [{ item: 'one' }, { item: 'two' }, { item: 'three' }],
      messages: [{ text: 'uno' }, { text: 'dos' }, { text: 'tres' }],
    },
    shortest: 3,
    check: async (context) => {
      const reply = await context.call();
      accepted(reply);
      const { orders, messages } = reply.body as Record<string, unknown>;
      listedInAnyOrder({ status: 200, body: orders }, 'item', ['two', 'three']);
      listedInAnyOrder({ status: 200, body: messages }, 'text', ['dos', 'tres']);
    },
  },
  {
    name: 'redeem a voucher once',
    family: 'other',
    request:
      'Redeem a voucher code. If the code is not in vouchers answer 404. If it was already used answer 410. Otherwise mark it as used (used = true) and answer with its value.',
    given: {
      vouchers: [
        { code: 'SPRING', value: 15, used: false },
        { code: 'WINTER', value: 5, used: true },
      ],
    },
    shortest: 7,
    check: async (context) => {
      refused(await context.call({ code: 'AUTUMN' }), 'no such code', 404);
      refused(await context.call({ code: 'WINTER' }), 'used', 410);
      const reply = await context.call({ code: 'SPRING' });
      accepted(reply);
      says(reply, 15);
      await storedOnce(context, { code: 'SPRING', used: true });
      refused(await context.call({ code: 'SPRING' }), 'used now', 410);
    },
  },
  {
    name: 'archive: copy, then delete',
    family: 'other',
    request:
      'Archive a project: copy the project with the given id (its name and budget) from projects into archive, then remove it from projects. Answer 404 when it is not there.',
    given: {
      projects: [
        { name: 'Bridge', budget: 900 },
        { name: 'Tower', budget: 500 },
      ],
    },
    shortest: 7,
    check: async (context) => {
      const [bridge] = await context.documents('projects');
      refused(await context.call({ id: 'f'.repeat(24) }), 'there is none', 404);
      await counts(context, 'archive', 0);
      accepted(await context.call({ id: bridge!._id }));
      await counts(context, 'projects', 1);
      has((await context.documents('archive'))[0], { name: 'Bridge', budget: 900 });
    },
  },
];
