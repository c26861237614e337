/** @module Requests for contact forms that end in a mail. */
import type { EvaluationCase } from '../case.ts';
import { accepted, counts, mailed, mailedNobody, refused, refuses, storedOnce } from '../expectations.ts';

const FORM = { name: 'Ada', email: 'ada@example.org', message: 'Do you sell engines?' };

const incomplete = {
  'no message': { name: 'Ada', email: 'ada@example.org' },
  'no address': { ...FORM, email: 'ada' },
  'no email': { name: 'Ada', message: 'Hello' },
};

export const contactCases: readonly EvaluationCase[] = [
  {
    name: 'contact form, terse',
    family: 'contact',
    request: 'contact form: name, email, message -> mail to office@example.com',
    shortest: 4,
    check: async (context) => {
      await refuses(context, incomplete);
      mailedNobody(context);
      accepted(await context.call(FORM));
      mailed(context, 'office@example.com', FORM.message, FORM.email);
    },
    rounds: [
      {
        change: 'also save every message in the collection messages',
        check: async (context) => {
          accepted(await context.call(FORM));
          mailed(context, 'office@example.com', FORM.message);
          await counts(context, 'messages', 1);
          await storedOnce(context, FORM);
        },
      },
      {
        change: 'Add a subject, which is required and becomes the subject of the mail.',
        check: async (context) => {
          await refuses(context, { 'no subject': FORM });
          accepted(await context.call({ ...FORM, subject: 'About engines' }));
          mailed(context, 'office@example.com', 'About engines', FORM.message);
          if (!context.mails()[0]!.subject.includes('About engines'))
            throw new Error('the subject is another one');
        },
      },
    ],
  },
  {
    name: 'contact form that is kept and confirmed',
    family: 'contact',
    request:
      'We need the backend for the contact page of our website. Visitors fill in their name, their e-mail address and a message. Store what they wrote in the contacts collection and send the visitor a confirmation mail that thanks them.',
    shortest: 5,
    check: async (context) => {
      accepted(await context.call(FORM));
      await storedOnce(context, FORM);
      await counts(context, 'contacts', 1);
      mailed(context, FORM.email);
      await refuses(context, incomplete);
      await counts(context, 'contacts', 1);
      mailed(context, FORM.email);
    },
    rounds: [
      {
        change: 'make the answer a 201',
        check: async (context) => {
          accepted(await context.call(FORM), 201);
          mailed(context, FORM.email);
        },
      },
      {
        change: 'Also notify support@example.com about every message.',
        check: async (context) => {
          accepted(await context.call(FORM), 201);
          mailed(context, FORM.email);
          mailed(context, 'support@example.com');
        },
      },
    ],
  },
  {
    name: 'feedback as a user story',
    family: 'contact',
    request:
      'As a customer I want to send feedback (my email, a rating from 1 to 5 and a comment) so that the shop gets better. The shop owner, owner@example.com, should receive it by email.',
    shortest: 4,
    check: async (context) => {
      accepted(await context.call({ email: FORM.email, rating: 4, comment: 'Nice lamps' }));
      mailed(context, 'owner@example.com', 'Nice lamps');
      refused(await context.call({ email: FORM.email, rating: 9, comment: 'x' }), 'a rating of 9');
      mailed(context, 'owner@example.com');
    },
  },
  {
    name: 'callback request',
    family: 'contact',
    request:
      'Let visitors request a callback. They enter name and phone number (both mandatory), we save it under callbacks and sales@example.com gets an email with both.',
    shortest: 5,
    check: async (context) => {
      await refuses(context, { 'no phone': { name: 'Ada' }, 'no name': { phone: '555-0101' } });
      mailedNobody(context);
      accepted(await context.call({ name: 'Ada', phone: '555-0101' }));
      mailed(context, 'sales@example.com', 'Ada', '555-0101');
      await storedOnce(context, { name: 'Ada', phone: '555-0101' });
      await counts(context, 'callbacks', 1);
    },
  },
  {
    name: 'support ticket as a list',
    family: 'contact',
    request: `Support ticket
1. email, subject and description, all required
2. save to tickets with status "new"
3. mail to the customer: "We have received your ticket"
4. respond with 201`,
    shortest: 5,
    check: async (context) => {
      const ticket = { email: FORM.email, subject: 'Broken lamp', description: 'It does not light up' };
      accepted(await context.call(ticket), 201);
      await storedOnce(context, { ...ticket, status: 'new' });
      await counts(context, 'tickets', 1);
      mailed(context, FORM.email, 'We have received your ticket');
      await refuses(context, { 'no subject': { email: FORM.email, description: 'x' } });
      await counts(context, 'tickets', 1);
    },
  },
];
