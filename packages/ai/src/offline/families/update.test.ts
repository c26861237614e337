import { expect, test } from 'vitest';
import { draftOf, summaryOf } from '../summary.fixture.ts';

// What each request takes and does; `summaryOf` says how to read it.
test.each([
  [
    'update the status of a ticket by its id',
    'id status | find tickets{_id} 404 | update tickets{_id}{status} | 200',
  ],
  [
    'users can change their phone number given their email',
    'email phoneNumber | find users{email} 404 | update users{email}{phoneNumber} | 200',
  ],
  ['mark a todo as done', 'id | find todos{_id} 404 | update todos{_id}{done=true} | 200'],
  [
    'PUT /products/:id with name and price',
    'id name? price:number? | find products{_id} 404 | update products{_id}{name price} | 200',
  ],
  [
    "Update a product's price and stock by id",
    'id price:number? stock:number? | find products{_id} 404 | update products{_id}{price stock} | 200',
  ],
  [
    'edit an article: title and body, by id',
    'id title? body? | find articles{_id} 404 | update articles{_id}{title body} | 200',
  ],
  [
    'Change the email of a customer given the id',
    'id email | find customers{_id} 404 | update customers{_id}{email} | 200',
  ],
  [
    'Set the status of an order to shipped by id and email the customer',
    'id | find orders{_id} 404 | update orders{_id}{status=shipped} | mail {{ existing.email }} | 200',
  ],
  [
    'an endpoint to update user profile, name and phone, by email',
    'email name? phone? | find users{email} 404 | update users{email}{name phone} | 200',
  ],
  [
    "Let me change the price of a product. I'll pass the product id and the new price.",
    'id price:number | find products{_id} 404 | update products{_id}{price} | 200',
  ],
  ['PATCH /todos/:id to set done', 'id done:boolean | find todos{_id} 404 | update todos{_id}{done} | 200'],
  [
    "An endpoint to edit a contact's name, email and phone number by its id",
    'id name? email? phoneNumber? | find contacts{_id} 404 | update contacts{_id}{name email phoneNumber} | 200',
  ],
  [
    'Mark an invoice as paid by invoice number',
    'invoiceNumber | find invoices{invoiceNumber} 404 | update invoices{invoiceNumber}{paid=true} | 200',
  ],
  [
    'change the stock of a product identified by sku',
    'sku stock:number | find products{sku} 404 | update products{sku}{stock} | 200',
  ],
  [
    "Update a user's address given their email address",
    'email address:any | find users{email} 404 | update users{email}{address} | 200',
  ],
  [
    'customers can reschedule their appointment: they send the id and the new date',
    'id date | find appointments{_id} 404 | update appointments{_id}{date} | 200',
  ],
  [
    'Allow editing a blog post (title, content) by id; only editors may do this',
    'id title? content? | role editor | find blogPosts{_id} 404 | update blogPosts{_id}{title content} | 200',
  ],
  ['publish an article by id', 'id | find articles{_id} 404 | update articles{_id}{published=true} | 200'],
  [
    'Update order: change status by order id',
    'id status | find orders{_id} 404 | update orders{_id}{status} | 200',
  ],
  [
    'Let users update the title and description of a task by id',
    'id title? description? | find tasks{_id} 404 | update tasks{_id}{title description} | 200',
  ],
  [
    'Modify the quantity of a cart item by id, quantity must be at least 1',
    'id quantity:number | quantity{min:1} | find cartItems{_id} 404 | update cartItems{_id}{quantity} | 200',
  ],
  [
    'PUT /profiles/:id - updates bio and website',
    'id website? bio? | find profiles{_id} 404 | update profiles{_id}{website bio} | 200',
  ],
  [
    'I want to rename a playlist by its id',
    'id name | find playlists{_id} 404 | update playlists{_id}{name} | 200',
  ],
  [
    'change password of a user by email',
    'email password | find users{email} 404 | update users{email}{password} | 200',
  ],
  ['Close a ticket by its id', 'id | find tickets{_id} 404 | update tickets{_id}{status=closed} | 200'],
  [
    "set an article's published flag to true by slug",
    'slug | find articles{slug} 404 | update articles{slug}{published=true} | 200',
  ],
  [
    'Assign a task to a user: takes task id and assignee',
    'id assignee | find tasks{_id} 404 | update tasks{_id}{assignee} | 200',
  ],
  [
    "update a room's capacity by room id",
    'id capacity:number | find rooms{_id} 404 | update rooms{_id}{capacity} | 200',
  ],
  [
    'Let a user edit their bio and avatar url by username',
    'username bio? avatarUrl? | find users{username} 404 | update users{username}{bio avatarUrl} | 200',
  ],
  [
    'update stock: sku and quantity',
    'sku quantity:number | find stock{sku} 404 | update stock{sku}{quantity} | 200',
  ],
  [
    'Customers update their delivery address using their customer number',
    'customerNumber deliveryAddress | find customers{customerNumber} 404 | update customers{customerNumber}{deliveryAddress} | 200',
  ],
  [
    'cancel a reservation by id',
    'id | find reservations{_id} 404 | update reservations{_id}{status=cancelled} | 200',
  ],
])('%s', (request, summary) => {
  expect(summaryOf(draftOf(request))).toBe(summary);
});
