import { expect, test } from 'vitest';
import { draftOf, summaryOf } from '../summary.fixture.ts';

// What each request takes and does; `summaryOf` says how to read it.
test.each([
  [
    'when the contact form is sent, store name, email, message in messages and notify support@acme.test',
    'name email message | insert messages{name email message} | mail support@acme.test | 201',
  ],
  [
    'receive webhook events from Stripe and save the payload to stripe_events',
    'insert stripe_events{payload={{ input }}} | 200',
  ],
  [
    'I want to save customer feedback: rating from 1 to 5, comment',
    'rating:number comment | rating{min:1,max:5} | insert customerFeedback{rating comment} | 201',
  ],
  [
    'Contact us form: name, email, subject, message. Save it and send it to hello@site.test',
    'name email subject message | insert messages{name email subject message} | mail hello@site.test | 201',
  ],
  [
    'Receive GitHub webhook and store event type and payload',
    'eventType payload:any | insert githubEvents{eventType payload} | 200',
  ],
  [
    'Contact form on our website: visitors enter name, email and message; forward it to info@bakery.test',
    'name email message | insert messages{name email message} | mail info@bakery.test | 201',
  ],
  [
    'make a contact endpoint, saves to contacts collection and emails sales@corp.test with the message',
    'name email message | insert contacts{name email message} | mail sales@corp.test | 201',
  ],
  [
    'Feedback form with rating and comment, save it and notify team@app.test',
    'rating:number comment | insert feedback{rating comment} | mail team@app.test | 201',
  ],
  [
    'An employee submits a travel request with destination, dates and cost; the manager at lead@corp.test must be informed',
    'destination dates cost:number | insert travelRequests{destination dates cost} | mail lead@corp.test | 201',
  ],
  [
    'Store incoming Shopify order webhooks in the collection shopifyOrders',
    'insert shopifyOrders{payload={{ input }}} | 200',
  ],
  [
    'Website contact form: name, email, phone (optional), message. Save in contact_messages and mail it to office@firm.test, also send a confirmation to the sender',
    'name email phone? message | insert contact_messages{name email phone message} | mail office@firm.test | mail {{ input.email }} | 201',
  ],
  [
    'Someone fills in the contact form (name, email, message) -> mail to me@shop.test and keep a copy in the database',
    'name email message | insert messages{name email message} | mail me@shop.test | 201',
  ],
  [
    'Receive payment notifications from PayPal and store them in payments',
    'insert payments{payload={{ input }}} | 200',
  ],
  [
    'POST /webhooks/github stores the full body in githubEvents and answers 200',
    'insert githubEvents{payload={{ input }}} | 200',
  ],
  [
    'When Stripe sends an event save its id and type to the stripeEvents collection',
    'id type | insert stripeEvents{id type} | 200',
  ],
  [
    'contact form: name + email + message, goes to hello@studio.test, store too',
    'name email message | insert messages{name email message} | mail hello@studio.test | 201',
  ],
  [
    'Support form: email, topic and text. Mail support@studio.test and send the visitor a confirmation',
    'email topic text | insert messages{email topic text} | mail {{ input.email }} | mail support@studio.test | 201',
  ],
  ['webhook for Mollie payments -> payments collection', 'insert payments{payload={{ input }}} | 200'],
  [
    'Listen to GitHub push events and save repository and pusher',
    'repository pusher | insert githubEvents{repository pusher} | 200',
  ],
  [
    'Notify ops@corp.test whenever a webhook from Shopify arrives and store it',
    'insert shopifyEvents{payload={{ input }}} | mail ops@corp.test | 200',
  ],
])('%s', (request, summary) => {
  expect(summaryOf(draftOf(request))).toBe(summary);
});
