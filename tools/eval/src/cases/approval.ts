/** @module Requests for approvals. */
import type { EvaluationCase } from '../case.ts';
import {
  accepted,
  counts,
  has,
  mailed,
  mailedNobody,
  refused,
  refuses,
  says,
  storedOnce,
} from '../expectations.ts';

const NOBODY = 'f'.repeat(24);

export const approvalCases: readonly EvaluationCase[] = [
  {
    name: 'hand in a request for leave',
    family: 'approval',
    request:
      'Employees hand in a leave request with their email, a start date and an end date. It is stored in leaveRequests with the status "pending" and manager@example.com gets a mail asking for approval.',
    shortest: 5,
    check: async (context) => {
      const input = { email: 'ada@example.org', startDate: '2026-12-21', endDate: '2026-12-31' };
      accepted(await context.call(input));
      await storedOnce(context, { ...input, status: 'pending' });
      await counts(context, 'leaveRequests', 1);
      mailed(context, 'manager@example.com');
      await refuses(context, { 'no end': { email: 'ada@example.org', startDate: '2026-12-21' } });
      await counts(context, 'leaveRequests', 1);
    },
    rounds: [
      {
        change: 'add an optional reason',
        check: async (context) => {
          const input = { email: 'ada@example.org', startDate: '2026-12-21', endDate: '2026-12-31' };
          accepted(await context.call(input));
          accepted(await context.call({ ...input, reason: 'Christmas' }));
          await storedOnce(context, { reason: 'Christmas', status: 'pending' });
          await counts(context, 'leaveRequests', 2);
        },
      },
      {
        change: 'Send a copy of the mail to hr@example.com as well.',
        check: async (context) => {
          accepted(
            await context.call({ email: 'ada@example.org', startDate: '2026-12-21', endDate: '2026-12-31' }),
          );
          const people = context
            .mails()
            .map(({ to }) => to)
            .join(' ');
          if (!people.includes('manager@example.com') || !people.includes('hr@example.com'))
            throw new Error(`mails went to ${people}`);
        },
      },
    ],
  },
  {
    name: 'approve a request for leave',
    family: 'approval',
    request:
      'As a manager I want to approve a leave request by its id: its status in leaveRequests becomes "approved" and the employee (the email is in the request) is told by mail. Only users with the role manager may do it; if the request does not exist answer 404.',
    given: {
      leaveRequests: [
        { email: 'ada@example.org', status: 'pending' },
        { email: 'eve@example.org', status: 'pending' },
      ],
    },
    shortest: 7,
    check: async (context) => {
      const [, eve] = await context.documents('leaveRequests');
      const manager = { token: await context.token({ role: 'manager' }) };
      refused(await context.call({ id: eve!._id }), 'no token');
      refused(
        await context.call({ id: eve!._id }, { token: await context.token({ role: 'user' }) }),
        'no manager',
      );
      refused(await context.call({ id: NOBODY }, manager), 'there is none', 404);
      mailedNobody(context);
      accepted(await context.call({ id: eve!._id }, manager));
      const [ada, approved] = await context.documents('leaveRequests');
      has(approved, { status: 'approved' });
      has(ada, { status: 'pending' });
      mailed(context, 'eve@example.org');
    },
  },
  {
    name: 'decide on an expense',
    family: 'approval',
    request:
      'approve or reject an expense: send the expense id and the decision (approved / rejected). set its status accordingly. only admins. unknown expense => 404',
    given: {
      expenses: [
        { amount: 80, status: 'pending' },
        { amount: 9, status: 'pending' },
      ],
    },
    shortest: 6,
    check: async (context) => {
      const [taxi, coffee] = await context.documents('expenses');
      const admin = { token: await context.token({ role: 'admin' }) };
      refused(await context.call({ id: taxi!._id, decision: 'approved' }), 'no token');
      refused(await context.call({ id: taxi!._id, decision: 'maybe' }, admin), 'no decision');
      refused(await context.call({ id: NOBODY, decision: 'approved' }, admin), 'there is none', 404);
      accepted(await context.call({ id: taxi!._id, decision: 'rejected' }, admin));
      accepted(await context.call({ id: coffee!._id, decision: 'approved' }, admin));
      const [first, second] = await context.documents('expenses');
      has(first, { status: 'rejected' });
      has(second, { status: 'approved' });
    },
  },
  {
    name: 'publish after a review',
    family: 'approval',
    request: `Article approval
- editors only (role editor)
- input: article id
- only articles whose status is "submitted" can be approved, otherwise 409
- status becomes "published"
- answer with the article`,
    given: {
      articles: [
        { title: 'Cogs', status: 'submitted' },
        { title: 'Bolts', status: 'draft' },
      ],
    },
    shortest: 8,
    check: async (context) => {
      const [cogs, bolts] = await context.documents('articles');
      const editor = { token: await context.token({ role: 'editor' }) };
      refused(await context.call({ id: cogs!._id }), 'no token');
      refused(await context.call({ id: bolts!._id }, editor), 'a draft', 409);
      const reply = await context.call({ id: cogs!._id }, editor);
      accepted(reply);
      says(reply, 'Cogs');
      const [published, draft] = await context.documents('articles');
      has(published, { status: 'published' });
      has(draft, { status: 'draft' });
    },
  },
];
