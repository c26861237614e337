/** @module Requests for webhooks that end in the database. */
import type { EvaluationCase } from '../case.ts';
import { accepted, counts, mailed, refused, refuses, storedOnce } from '../expectations.ts';

export const webhookCases: readonly EvaluationCase[] = [
  {
    name: 'payment webhook',
    family: 'webhook',
    request:
      'webhook from our payment provider: it posts event, paymentId and amount. save that in payments and answer 200',
    shortest: 4,
    check: async (context) => {
      const event = { event: 'payment.succeeded', paymentId: 'pay_1', amount: 1999 };
      accepted(await context.call(event), 200);
      await storedOnce(context, event);
      await counts(context, 'payments', 1);
      await refuses(context, { 'no event': { paymentId: 'pay_2', amount: 1 } });
      await counts(context, 'payments', 1);
    },
    rounds: [
      {
        change: 'ignore payments that we already have: answer 409 when the paymentId is known',
        check: async (context) => {
          const event = { event: 'payment.succeeded', paymentId: 'pay_1', amount: 1999 };
          accepted(await context.call(event), 200);
          refused(await context.call(event), 'known already', 409);
          await counts(context, 'payments', 1);
        },
      },
      {
        change: 'Mail accounting@example.com about every new payment.',
        check: async (context) => {
          const event = { event: 'payment.succeeded', paymentId: 'pay_1', amount: 1999 };
          accepted(await context.call(event), 200);
          await context.call(event);
          mailed(context, 'accounting@example.com');
          await counts(context, 'payments', 1);
        },
      },
    ],
  },
  {
    name: 'sensor readings',
    family: 'webhook',
    request:
      'Our sensors call a webhook every minute with deviceId, temperature and humidity (both numbers). Write each reading into the collection "readings".',
    shortest: 4,
    check: async (context) => {
      const reading = { deviceId: 'greenhouse', temperature: 21.5, humidity: 60 };
      accepted(await context.call(reading));
      accepted(await context.call({ ...reading, temperature: 22 }));
      await storedOnce(context, reading);
      await counts(context, 'readings', 2);
      await refuses(context, { 'no number': { ...reading, temperature: 'warm' } });
      await counts(context, 'readings', 2);
    },
    rounds: [
      {
        change: 'the sensor also sends its battery level, a number from 0 to 100, optional',
        check: async (context) => {
          const reading = { deviceId: 'greenhouse', temperature: 21.5, humidity: 60 };
          accepted(await context.call(reading));
          accepted(await context.call({ ...reading, battery: 88 }));
          await storedOnce(context, { battery: 88 });
          await refuses(context, { 'too full': { ...reading, battery: 101 } });
        },
      },
      {
        change: 'answer 202',
        check: async (context) => {
          accepted(await context.call({ deviceId: 'x', temperature: 1, humidity: 2 }), 202);
          await counts(context, 'readings', 1);
        },
      },
    ],
  },
  {
    name: 'delivery status',
    family: 'webhook',
    request:
      'As the shop I want the parcel service to tell me about deliveries: its webhook sends an orderNumber and a status, and the status of that order in our orders collection is updated. 404 for an order we do not know.',
    given: {
      orders: [
        { orderNumber: 'A-1', status: 'paid' },
        { orderNumber: 'A-2', status: 'paid' },
      ],
    },
    shortest: 5,
    check: async (context) => {
      accepted(await context.call({ orderNumber: 'A-2', status: 'delivered' }));
      await storedOnce(context, { orderNumber: 'A-2', status: 'delivered' });
      await storedOnce(context, { orderNumber: 'A-1', status: 'paid' });
      refused(await context.call({ orderNumber: 'A-9', status: 'delivered' }), 'there is none', 404);
      await counts(context, 'orders', 2);
    },
  },
  {
    name: 'form service, as a list',
    family: 'webhook',
    request: `Incoming webhook (Typeform)
- body: formId, respondent (email), answers (object)
- store everything in submissions
- 201`,
    shortest: 4,
    check: async (context) => {
      const body = { formId: 'f1', respondent: 'ada@example.org', answers: { colour: 'brass', size: 3 } };
      accepted(await context.call(body), 201);
      await storedOnce(context, body);
      await counts(context, 'submissions', 1);
      await refuses(context, { 'no form': { respondent: 'ada@example.org', answers: {} } });
    },
  },
];
