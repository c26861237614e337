/** @module Requests for endpoints that store something. */
import type { EvaluationCase } from '../case.ts';
import { accepted, counts, mailed, refused, refuses, says, storedOnce } from '../expectations.ts';

export const createCases: readonly EvaluationCase[] = [
  {
    name: 'create a note',
    family: 'create',
    request: 'Save a note with a title and a text in the collection notes.',
    shortest: 4,
    check: async (context) => {
      accepted(await context.call({ title: 'Milk', text: 'Two litres' }));
      await storedOnce(context, { title: 'Milk', text: 'Two litres' });
      await refuses(context, { 'no title': { text: 'x' }, nothing: {} });
      await counts(context, 'notes', 1);
    },
    rounds: [
      {
        change: 'the text is optional',
        check: async (context) => {
          accepted(await context.call({ title: 'Milk' }));
          await storedOnce(context, { title: 'Milk' });
          await refuses(context, { 'no title': { text: 'x' } });
        },
      },
      {
        change: 'Only logged-in users may call it.',
        check: async (context) => {
          refused(await context.call({ title: 'Milk' }), 'no token');
          await counts(context, 'notes', 0);
          accepted(await context.call({ title: 'Milk' }, { token: await context.token() }));
          await counts(context, 'notes', 1);
        },
      },
    ],
  },
  {
    name: 'create a product',
    family: 'create',
    request:
      'create an endpoint to add products. a product has a name (required), a price (number, required, at least 0) and an optional description. answer 201 with the new product',
    shortest: 4,
    check: async (context) => {
      const reply = await context.call({ name: 'Lamp', price: 19.5, description: 'Brass' });
      accepted(reply, 201);
      says(reply, 'Lamp', 19.5, 'Brass');
      await storedOnce(context, { name: 'Lamp', price: 19.5, description: 'Brass' });
      accepted(await context.call({ name: 'Bulb', price: 0 }), 201);
      await refuses(context, {
        'no name': { price: 1 },
        'no price': { name: 'Chair' },
        'a price that is no number': { name: 'Chair', price: 'cheap' },
        'a negative price': { name: 'Chair', price: -1 },
      });
      await counts(context, 'products', 2);
    },
    rounds: [
      {
        change: 'add a category, one of furniture, light or other',
        check: async (context) => {
          accepted(await context.call({ name: 'Lamp', price: 19.5, category: 'light' }), 201);
          await storedOnce(context, { name: 'Lamp', category: 'light' });
          await refuses(context, { 'another category': { name: 'Lamp', price: 1, category: 'food' } });
        },
      },
      {
        change: 'The category is required.',
        check: async (context) => {
          await refuses(context, { 'no category': { name: 'Lamp', price: 1 } });
          accepted(await context.call({ name: 'Lamp', price: 19.5, category: 'other' }), 201);
        },
      },
    ],
  },
  {
    name: 'create a booking',
    family: 'create',
    request:
      'As a guest I want to book a table so that I do not have to wait. I give my name, my email, the date and the number of guests (1 to 12). I get a confirmation by mail.',
    shortest: 5,
    check: async (context) => {
      const input = { name: 'Ada', email: 'ada@example.org', date: '2026-12-24', guests: 4 };
      accepted(await context.call(input));
      await storedOnce(context, { name: 'Ada', date: '2026-12-24', guests: 4 });
      mailed(context, 'ada@example.org');
      await refuses(context, {
        'too many guests': { ...input, guests: 13 },
        'no guest': { ...input, guests: 0 },
        'no address': { ...input, email: 'ada' },
        'no date': { name: 'Ada', email: 'ada@example.org', guests: 2 },
      });
      mailed(context, 'ada@example.org');
    },
    rounds: [
      {
        change: 'answer 201',
        check: async (context) => {
          accepted(
            await context.call({ name: 'A', email: 'a@example.org', date: '2026-12-24', guests: 1 }),
            201,
          );
        },
      },
      {
        change: 'New bookings get the status "open".',
        check: async (context) => {
          accepted(
            await context.call({ name: 'A', email: 'a@example.org', date: '2026-12-24', guests: 1 }),
            201,
          );
          await storedOnce(context, { name: 'A', status: 'open' });
        },
      },
    ],
  },
  {
    name: 'create a task as a list',
    family: 'create',
    request: `Task API - create
- title: string, required, max 80 characters
- priority: low, medium or high
- done: false by default
Return the created task with 201.`,
    shortest: 4,
    check: async (context) => {
      const reply = await context.call({ title: 'Paint the door', priority: 'high' });
      accepted(reply, 201);
      says(reply, 'Paint the door');
      await storedOnce(context, { title: 'Paint the door', priority: 'high', done: false });
      await refuses(context, {
        'no title': { priority: 'low' },
        'a long title': { title: 'x'.repeat(81), priority: 'low' },
        'another priority': { title: 'y', priority: 'urgent' },
      });
      await counts(context, 'tasks', 1);
    },
  },
  {
    name: 'create with a unique value',
    family: 'create',
    request:
      'Register a new device: serial number and model go into "devices". The serial number has to be unique; reject duplicates with 409.',
    given: { devices: [{ serialNumber: 'SN-1', model: 'Old' }] },
    shortest: 6,
    check: async (context) => {
      accepted(await context.call({ serialNumber: 'SN-2', model: 'New' }));
      await storedOnce(context, { serialNumber: 'SN-2', model: 'New' });
      refused(await context.call({ serialNumber: 'SN-1', model: 'New' }), 'the number is taken', 409);
      refused(await context.call({ serialNumber: 'SN-2', model: 'New' }), 'the number is taken', 409);
      await counts(context, 'devices', 2);
    },
  },
  {
    name: 'create a review',
    family: 'create',
    request: 'people can leave a review for a movie: movie, rating from 1 to 5 and a comment',
    shortest: 4,
    check: async (context) => {
      accepted(await context.call({ movie: 'Metropolis', rating: 5, comment: 'Loud for a silent one' }));
      await storedOnce(context, { movie: 'Metropolis', rating: 5, comment: 'Loud for a silent one' });
      await refuses(context, {
        'too good': { movie: 'M', rating: 6, comment: 'x' },
        'too bad': { movie: 'M', rating: 0, comment: 'x' },
        'no movie': { rating: 3, comment: 'x' },
      });
      await storedOnce(context, {});
    },
    rounds: [
      {
        change: 'the comment may have at most 500 characters',
        check: async (context) => {
          accepted(await context.call({ movie: 'M', rating: 4, comment: 'x'.repeat(500) }));
          await refuses(context, { 'a long comment': { movie: 'M', rating: 4, comment: 'x'.repeat(501) } });
        },
      },
      {
        change: 'Also ask for the email of the reviewer and thank them by mail.',
        check: async (context) => {
          accepted(await context.call({ movie: 'M', rating: 4, comment: 'Fine', email: 'eve@example.org' }));
          await storedOnce(context, { movie: 'M', rating: 4 });
          mailed(context, 'eve@example.org');
        },
      },
    ],
  },
  {
    name: 'create with the author from the token',
    family: 'create',
    request:
      'Logged-in users can publish a blog post (title and content). Store it in posts together with the id of the user who wrote it.',
    shortest: 5,
    check: async (context) => {
      const post = { title: 'Hello', content: 'World' };
      refused(await context.call(post), 'no token');
      await counts(context, 'posts', 0);
      accepted(await context.call(post, { token: await context.token({ userId: 'user-77' }) }));
      const stored = await storedOnce(context, post);
      if (!Object.values(stored).includes('user-77'))
        throw new Error(`no author is stored: ${JSON.stringify(stored)}`);
    },
  },
];
