import { expect, test } from 'vitest';
import { draftOf, summaryOf } from '../summary.fixture.ts';

// What each request takes and does; `summaryOf` says how to read it.
test.each([
  [
    'remove a booking by reference',
    'reference | find bookings{reference} 404 | delete bookings{reference} | 200',
  ],
  ['Delete an order by id, only admins', 'id | role admin | find orders{_id} 404 | delete orders{_id} | 200'],
  ['Delete a comment by id', 'id | find comments{_id} 404 | delete comments{_id} | 200'],
  [
    'delete a user by email and respond with 204',
    'email | find users{email} 404 | delete users{email} | 204',
  ],
  [
    'As an admin, I want to delete users by id so that I can keep the system clean.',
    'id | role admin | find users{_id} 404 | delete users{_id} | 200',
  ],
  [
    'Remove a product from the catalog by its sku',
    'sku | find products{sku} 404 | delete products{sku} | 200',
  ],
  [
    'I need to be able to delete a customer account by email',
    'email | find customers{email} 404 | delete customers{email} | 200',
  ],
  [
    'DELETE /comments/:id for logged in users only',
    'id | auth | find comments{_id} 404 | delete comments{_id} | 200',
  ],
  ['get rid of a todo by id', 'id | find todos{_id} 404 | delete todos{_id} | 200'],
  [
    'unsubscribe an email from the newsletter',
    'email | find subscribers{email} 404 | delete subscribers{email} | 200',
  ],
  [
    'Delete a product. Input: id. If it is not found return 404.',
    'id | find products{_id} 404 | delete products{_id} | 200',
  ],
  [
    'Remove an employee using their email address and confirm with a message "Employee removed"',
    'email | find employees{email} 404 | delete employees{email} | 200',
  ],
  ['DELETE /reviews/{reviewId}', 'id | find reviews{_id} 404 | delete reviews{_id} | 200'],
  ['drop a subscriber by email', 'email | find subscribers{email} 404 | delete subscribers{email} | 200'],
  [
    'Only an admin may delete a post by id',
    'id | role admin | find posts{_id} 404 | delete posts{_id} | 200',
  ],
  [
    'Delete the booking with a given booking code',
    'bookingCode | find bookings{bookingCode} 404 | delete bookings{bookingCode} | 200',
  ],
  ['remove one item from the wishlist by item id', 'id | find items{_id} 404 | delete items{_id} | 200'],
  [
    'erase a log entry by id, admin role required',
    'id | role admin | find logs{_id} 404 | delete logs{_id} | 200',
  ],
  [
    'please delete customer by phone number and return success',
    'phoneNumber | find customers{phoneNumber} 404 | delete customers{phoneNumber} | 200',
  ],
])('%s', (request, summary) => {
  expect(summaryOf(draftOf(request))).toBe(summary);
});
