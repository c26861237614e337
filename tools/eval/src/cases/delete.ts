/** @module Requests for endpoints that delete something. */
import type { EvaluationCase } from '../case.ts';
import { accepted, counts, mailed, refused, refuses, says } from '../expectations.ts';

const NOBODY = 'f'.repeat(24);
const notes = [{ title: 'Milk' }, { title: 'Bread' }, { title: 'Salt' }];

export const deleteCases: readonly EvaluationCase[] = [
  {
    name: 'delete a note',
    family: 'delete',
    request: 'delete a note by id',
    given: { notes },
    shortest: 5,
    check: async (context) => {
      const [, bread] = await context.documents('notes');
      accepted(await context.call({ id: bread!._id }));
      const left = (await context.documents('notes')).map(({ title }) => title);
      if (left.join() !== 'Milk,Salt') throw new Error(`left are ${left.join()}`);
      await refuses(context, { 'no id': {} });
      await counts(context, 'notes', 2);
    },
    rounds: [
      {
        change: '404 if there is no such note',
        check: async (context) => {
          refused(await context.call({ id: NOBODY }), 'there is none', 404);
          const [milk] = await context.documents('notes');
          accepted(await context.call({ id: milk!._id }));
          await counts(context, 'notes', 2);
        },
      },
      {
        change: 'Only logged-in users may delete notes.',
        check: async (context) => {
          const [milk] = await context.documents('notes');
          refused(await context.call({ id: milk!._id }), 'no token');
          await counts(context, 'notes', 3);
          accepted(await context.call({ id: milk!._id }, { token: await context.token() }));
          await counts(context, 'notes', 2);
        },
      },
    ],
  },
  {
    name: 'unsubscribe',
    family: 'delete',
    request:
      'Remove a subscriber from the newsletter: takes an email address and deletes the matching document in subscribers. If nobody has that address, reply 404.',
    given: { subscribers: [{ email: 'ada@example.org' }, { email: 'eve@example.org' }] },
    shortest: 5,
    check: async (context) => {
      accepted(await context.call({ email: 'ada@example.org' }));
      await counts(context, 'subscribers', 1);
      refused(await context.call({ email: 'ada@example.org' }), 'gone already', 404);
      refused(await context.call({ email: 'not an address' }), 'no address');
      await counts(context, 'subscribers', 1);
    },
    rounds: [
      {
        change: 'send them a goodbye mail',
        check: async (context) => {
          refused(await context.call({ email: 'x@example.org' }), 'there is none', 404);
          accepted(await context.call({ email: 'eve@example.org' }));
          await counts(context, 'subscribers', 1);
          mailed(context, 'eve@example.org');
        },
      },
      {
        change: 'answer with the message "You are unsubscribed"',
        check: async (context) => {
          const reply = await context.call({ email: 'eve@example.org' });
          accepted(reply);
          says(reply, 'You are unsubscribed');
        },
      },
    ],
  },
  {
    name: 'delete as an admin',
    family: 'delete',
    request:
      'As an administrator I want to delete a product by its id, because we stopped selling it. Nobody else may do that.',
    given: { products: [{ name: 'Lamp' }, { name: 'Chair' }] },
    shortest: 6,
    check: async (context) => {
      const [lamp] = await context.documents('products');
      const input = { id: lamp!._id };
      refused(await context.call(input), 'no token');
      refused(await context.call(input, { token: await context.token({ role: 'user' }) }), 'no admin');
      await counts(context, 'products', 2);
      accepted(await context.call(input, { token: await context.token({ role: 'admin' }) }));
      await counts(context, 'products', 1);
    },
  },
  {
    name: 'cancel a booking',
    family: 'delete',
    request:
      'cancel a booking: given the booking number, remove it from bookings and email the guest (email is in the booking) that it was cancelled. no such booking = 404',
    given: {
      bookings: [
        { bookingNumber: 'B-1', email: 'ada@example.org' },
        { bookingNumber: 'B-2', email: 'eve@example.org' },
      ],
    },
    shortest: 7,
    check: async (context) => {
      refused(await context.call({ bookingNumber: 'B-9' }), 'there is none', 404);
      accepted(await context.call({ bookingNumber: 'B-2' }));
      mailed(context, 'eve@example.org');
      const [left, ...more] = await context.documents('bookings');
      if (left?.bookingNumber !== 'B-1' || more.length > 0) throw new Error('the wrong booking is gone');
      if (context.mails().length !== 1) throw new Error('more than one mail was sent');
    },
  },
  {
    name: 'delete with 204',
    family: 'delete',
    request: `DELETE comment
* input: comment id (required)
* collection: comments
* nothing found -> 404
* otherwise 204 without content`,
    given: { comments: [{ text: 'First!' }, { text: 'Second' }] },
    shortest: 5,
    check: async (context) => {
      const [first] = await context.documents('comments');
      accepted(await context.call({ id: first!._id }), 204);
      refused(await context.call({ id: first!._id }), 'gone already', 404);
      await counts(context, 'comments', 1);
    },
  },
];
