import { expect, test } from 'vitest';
import { draftOf, summaryOf } from '../summary.fixture.ts';

// What each request takes and does; `summaryOf` says how to read it.
test.each([
  [
    'managers approve or reject a leave request',
    'id decision | role manager | decision{enum:[approved,rejected]} | find leaveRequests{_id} 404 | update leaveRequests{_id}{status={{ input.decision }}} | 200',
  ],
  [
    'submit an expense with amount and description for approval and mail boss@x.test',
    'amount:number description | insert expenses{amount description status=pending} | mail boss@x.test | 201',
  ],
  ['approve an expense by id', 'id | find expenses{_id} 404 | update expenses{_id}{status=approved} | 200'],
  [
    'Newsletter signup: save the email, reject duplicates, and send a welcome email',
    'email | find subscribers{email} 409 | insert subscribers{email} | mail {{ input.email }} | 201',
  ],
  [
    'Manager approves or rejects an expense by id, and the employee gets an email',
    'id decision | role manager | decision{enum:[approved,rejected]} | find expenses{_id} 404 | update expenses{_id}{status={{ input.decision }}} | mail {{ existing.email }} | 200',
  ],
  [
    'approve or reject vacation requests: id and decision',
    'id decision | decision{enum:[approved,rejected]} | find vacationRequests{_id} 404 | update vacationRequests{_id}{status={{ input.decision }}} | 200',
  ],
  [
    'employees request leave with start date, end date and reason',
    'startDate endDate reason | insert leaveRequests{startDate endDate reason status=pending} | 201',
  ],
  [
    'Purchase requests need approval: store item, amount and requester email with status pending and email cfo@corp.test',
    'item amount:number requesterEmail:email | insert purchaseRequests{item amount requesterEmail status=pending} | mail cfo@corp.test | 201',
  ],
  [
    'Managers can approve or reject purchase requests by id; tell the requester by email',
    'id decision | role manager | decision{enum:[approved,rejected]} | find purchaseRequests{_id} 404 | update purchaseRequests{_id}{status={{ input.decision }}} | mail {{ existing.email }} | 200',
  ],
  [
    'endpoint for decision on a leave request: id, decision approved or rejected, optional comment',
    'id decision comment? | decision{enum:[approved,rejected]} | find leaveRequests{_id} 404 | update leaveRequests{_id}{status={{ input.decision }} comment} | 200',
  ],
  [
    'Employee asks for vacation: from date, to date, reason. Status pending. Email hr@corp.test.',
    'fromDate toDate reason | insert leaveRequests{fromDate toDate reason status=pending} | mail hr@corp.test | 201',
  ],
  [
    'Approve an invoice by id. Only managers.',
    'id | role manager | find invoices{_id} 404 | update invoices{_id}{status=approved} | 200',
  ],
  [
    'Reject a purchase order by its id with a reason',
    'id reason | find purchaseOrders{_id} 404 | update purchaseOrders{_id}{status=rejected reason} | 200',
  ],
  [
    'Admins review a loan application: approve or reject by id',
    'id decision | role admin | decision{enum:[approved,rejected]} | find loanApplications{_id} 404 | update loanApplications{_id}{status={{ input.decision }}} | 200',
  ],
  [
    'set order status by order id, status must be one of pending, paid, shipped',
    'id status | status{enum:[pending,paid,shipped]} | find orders{_id} 404 | update orders{_id}{status} | 200',
  ],
  [
    'create a leave request: employee email, from date, to date. Needs manager approval. Notify manager@corp.test',
    'employeeEmail:email fromDate toDate | insert leaveRequests{employeeEmail fromDate toDate status=pending} | mail manager@corp.test | 201',
  ],
  [
    'A student applies for a scholarship with name, gpa and motivation; admins approve it later',
    'name gpa motivation | insert scholarships{name gpa motivation status=pending} | 201',
  ],
  [
    'approve an order by id and email the customer',
    'id | find orders{_id} 404 | update orders{_id}{status=approved} | mail {{ existing.email }} | 200',
  ],
  [
    'Reject a comment by id (moderators only)',
    'id | role moderator | find comments{_id} 404 | update comments{_id}{status=rejected} | 200',
  ],
  [
    'The boss can approve or decline an expense claim; input is id and decision',
    'id decision | decision{enum:[approved,rejected]} | find expenseClaims{_id} 404 | update expenseClaims{_id}{status={{ input.decision }}} | 200',
  ],
])('%s', (request, summary) => {
  expect(summaryOf(draftOf(request))).toBe(summary);
});
