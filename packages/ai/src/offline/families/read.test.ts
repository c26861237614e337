import { expect, test } from 'vitest';
import { draftOf, summaryOf } from '../summary.fixture.ts';

// What each request takes and does; `summaryOf` says how to read it.
test.each([
  ['return all orders newest first', 'find orders{} many {"createdAt":-1} | 200'],
  ['fetch a customer by email', 'email | find customers{email} 404 | 200'],
  ['only authenticated users may see the invoices', 'auth | find invoices{} many | 200'],
  ['admins only: list all users', 'role admin | find users{} many | 200'],
  ['search products by category', 'category | find products{category} many | 200'],
  [
    'list the last 10 comments of a post',
    'postId | find comments{postId} many {"createdAt":-1} limit 10 | 200',
  ],
  ['count all orders', 'find orders{} many | 200'],
  [
    'show me all published posts, newest first, 5 max',
    'find posts{published=true} many {"createdAt":-1} limit 5 | 200',
  ],
  ['get one product by its id', 'id | find products{_id} 404 | 200'],
  ['get the user with a given email but without the password', 'email | find users{email} 404 | 200'],
  ['show the profile of a user by email', 'email | find users{email} 404 | 200'],
  ['list all users', 'find users{} many | 200'],
  ['List all tasks with status open', 'find tasks{status=open} many | 200'],
  ['List open tickets sorted by priority descending', 'find tickets{status=open} many {"priority":-1} | 200'],
  ['orders of a customer by customer email', 'customerEmail:email | find orders{customerEmail} many | 200'],
  [
    'List products cheaper than a given price',
    'maxPrice:number | find products{price={"$lt":"{{ input.maxPrice }}"}} many | 200',
  ],
  ['List products under a given category', 'category | find products{category} many | 200'],
  ['Return products with price below 20', 'find products{price={"$lt":20}} many | 200'],
  ['find books by author and genre', 'author genre | find books{author genre} many | 200'],
  ['GET /orders?status= returns orders with the given status', 'status | find orders{status} many | 200'],
  ['GET /posts/:id/comments', 'postId | find comments{postId} many | 200'],
  ['give me every customer', 'find customers{} many | 200'],
  [
    'I want to see all the invoices, sorted by amount, highest first',
    'find invoices{} many {"amount":-1} | 200',
  ],
  ['Show the top 3 players by score', 'find players{} many {"score":-1} limit 3 | 200'],
  ['Fetch the 5 most recent blog posts', 'find blogPosts{} many {"createdAt":-1} limit 5 | 200'],
  [
    'What are the orders of a given customer? Return them by customerId.',
    'customerId | find orders{customerId} many | 200',
  ],
  ['list products that cost less than a 100', 'find products{price={"$lt":100}} many | 200'],
  ['Look up an employee by employee number', 'employeeNumber | find employees{employeeNumber} 404 | 200'],
  ['GET /users/{id} should return name and email only', 'id | find users{_id} 404 | 200'],
  [
    "Return a single recipe when given its slug, 404 if it doesn't exist",
    'slug | find recipes{slug} 404 | 200',
  ],
  [
    'find all tasks assigned to a user by userId, oldest first',
    'userId | find tasks{userId} many {"createdAt":1} | 200',
  ],
  ['show unpaid invoices', 'find invoices{paid=false} many | 200'],
  ['retrieve a car by its license plate', 'licensePlate | find cars{licensePlate} 404 | 200'],
  ['get my profile, requires login', 'auth | find users{email={{ currentUser.email }}} 404 | 200'],
  ['Only signed-in members can read the articles', 'auth | find articles{} many | 200'],
  ['private endpoint returning all reports, token needed', 'auth | find reports{} many | 200'],
  ['Admins can view all orders, nobody else', 'role admin | find orders{} many | 200'],
  ['list all the events', 'find events{} many | 200'],
  ['Which products are out there? Return them all sorted by name.', 'find products{} many | 200'],
  ['Give back every task whose status is done', 'find tasks{status=done} many | 200'],
  [
    'Get messages for a given room id, newest first, at most 50',
    'roomId | find messages{roomId} many {"createdAt":-1} limit 50 | 200',
  ],
  ['endpoint for fetching an order by its order number', 'orderNumber | find orders{orderNumber} 404 | 200'],
  ['Return the names and emails of all customers', 'find customers{} many | 200'],
  ['show active subscriptions', 'find subscriptions{active=true} many | 200'],
  ["Find a user by username, don't return the password", 'username | find users{username} 404 | 200'],
  ['list of appointments for a date', 'date | find appointments{date} many | 200'],
  [
    'Get all books by a given author sorted by year descending',
    'author | find books{author} many {"year":-1} | 200',
  ],
  ['Search for customers by city', 'city | find customers{city} many | 200'],
  ['how many tickets are open', 'find tickets{status=open} many | 200'],
  ['Only logged in users can get the list of projects', 'auth | find projects{} many | 200'],
  [
    'Return the orders of the logged-in user',
    'auth | find orders{userId={{ currentUser.userId }}} many | 200',
  ],
  ['Get a secret report by id, only for admins', 'id | role admin | find secretReports{_id} 404 | 200'],
  ['Fetch all unread notifications of a user', 'userId | find notifications{read=false userId} many | 200'],
  [
    'Give me an endpoint that returns the 20 newest products in a category',
    'category | find products{category} many {"createdAt":-1} limit 20 | 200',
  ],
  [
    'List employees in a department sorted alphabetically by last name',
    'department | find employees{department} many {"lastName":1} | 200',
  ],
  ['get customers who are older than 30', 'find customers{age={"$gt":30}} many | 200'],
  ['show the cheapest 5 products', 'find products{} many {"price":1} limit 5 | 200'],
  ['Return the order with the given id', 'id | find orders{_id} 404 | 200'],
  ['read a setting by its key', 'key | find settings{key} 404 | 200'],
  ['Retrieve all invoices that are overdue', 'find invoices{status=overdue} many | 200'],
  [
    'all blog posts by an author, latest first',
    'author | find blogPosts{author} many {"createdAt":-1} | 200',
  ],
  ['Search users by name and city', 'name city | find users{name city} many | 200'],
  [
    'An endpoint that gives me the details of a single flight by flight number',
    'flightNumber | find flights{flightNumber} 404 | 200',
  ],
  ['protected endpoint to list all bookings', 'auth | find bookings{} many | 200'],
  ['Only the admin can see all payments', 'role admin | find payments{} many | 200'],
  [
    'Show me my bookings (login required)',
    'auth | find bookings{userId={{ currentUser.userId }}} many | 200',
  ],
])('%s', (request, summary) => {
  expect(summaryOf(draftOf(request))).toBe(summary);
});
