import { expect, test } from 'vitest';
import { draftOf, summaryOf } from '../summary.fixture.ts';

// What each request takes and does; `summaryOf` says how to read it.
test.each([
  [
    'Build me an endpoint to add a product with a name, price and stock',
    'name price:number stock:number | insert products{name price stock} | 201',
  ],
  ['POST /tasks that saves title and done flag', 'title done:boolean | insert tasks{title done} | 201'],
  [
    'Create a product with:\n- name (string, required)\n- price (number, must be positive)\n- description (optional)',
    'name price:number description? | price{min:0.01} | insert products{name price description} | 201',
  ],
  [
    'Create a ticket with title and priority (one of low, medium, high). Status starts as open.',
    'title priority | priority{enum:[low,medium,high]} | insert tickets{title priority status=open} | 201',
  ],
  [
    'Create an order with product and quantity and mail the customer a confirmation',
    'product quantity:number email | insert orders{product quantity email} | mail {{ input.email }} | 201',
  ],
  [
    'Add an order with product, quantity and customer email and email a confirmation to the customer',
    'product quantity:number customerEmail:email | insert orders{product quantity customerEmail} | mail {{ input.customerEmail }} | 201',
  ],
  [
    'Create a member with name and email. The email must be unique. ',
    'name email | find members{email} 409 | insert members{name email} | 201',
  ],
  [
    'save blog posts with title, body, author',
    'title body author | insert blogPosts{title body author} | 201',
  ],
  [
    'Create an endpoint that creates a category. It takes name (required, at least 3 characters) and an optional description.',
    'name description? | name{minLength:3} | insert categories{name description} | 201',
  ],
  [
    'Endpoint to register a new vehicle with plate, brand and year. Plate must be unique.',
    'plate brand year:number | find vehicles{plate} 409 | insert vehicles{plate brand year} | 201',
  ],
  [
    'Store a note. Fields: title, text. Put them in the collection notes.',
    'title text | insert notes{title text} | 201',
  ],
  [
    'Create an invoice with number, amount, and due date. Amount must be a positive number. Status defaults to "unpaid".',
    'number:any amount:number dueDate | amount{min:0.01} | insert invoices{number amount dueDate status=unpaid} | 201',
  ],
  [
    'Let logged-in users create a post with title and content',
    'title content | auth | insert posts{title content} | 201',
  ],
  [
    "I'd like people to be able to leave a review for a product: productId, stars (1-5) and an optional text.",
    'productId stars:number text? | stars{min:1,max:5} | insert reviews{productId stars text} | 201',
  ],
  ['save new customer (name, email, phone)', 'name email phone | insert customers{name email phone} | 201'],
  [
    'We need a route for adding employees. Every employee has a first name, last name, salary and department.',
    'firstName lastName salary:number department | insert employees{firstName lastName salary department} | 201',
  ],
  [
    'please make api which insert student with name, age and class',
    'name age:number class | insert students{name age class} | 201',
  ],
  [
    'Build an endpoint that accepts a title and a url and stores them as a bookmark',
    'title url | insert bookmarks{title url} | 201',
  ],
  [
    'Users should be able to create events. An event has a title, a location, a date and a maximum number of participants (at most 500).',
    'title location date maximumNumberOfParticipants:number | maximumNumberOfParticipants{max:500} | insert events{title location date maximumNumberOfParticipants} | 201',
  ],
  [
    'POST /reservations with name, email, date, guests (number between 1 and 10)',
    'name email date guests:number | guests{min:1,max:10} | insert reservations{name email date guests} | 201',
  ],
  [
    'Log a workout: type (one of run, swim, bike), duration in minutes, notes optional',
    'type duration:number notes? | type{enum:[run,swim,bike]} | insert workouts{type duration notes} | 201',
  ],
  [
    'Insert a city into collection places with fields name and country',
    'name country | insert places{name country} | 201',
  ],
  [
    'Create a new coupon with code and discount. The code must be unique, discount between 1 and 90. It starts as active.',
    'code discount:number | discount{min:1,max:90} | find coupons{code} 409 | insert coupons{code discount status=active} | 201',
  ],
  [
    'take an order: product id, quantity (min 1), customer email. Save it with status "new" and send the customer a confirmation mail',
    'productId quantity:number customerEmail:email | quantity{min:1} | insert orders{productId quantity customerEmail status=new} | mail {{ input.customerEmail }} | 201',
  ],
  [
    'Need endpoint: create supplier. Fields: companyName, contactEmail, phone (optional)',
    'companyName contactEmail:email phone? | insert suppliers{companyName contactEmail phone} | 201',
  ],
  [
    'Write a workflow which stores a new song with its title, artist and duration in seconds in the songs collection and returns its id',
    'title artist duration:number | insert songs{title artist duration} | 201',
  ],
  [
    'can you build something that lets users add a comment to a post (postId, text)?',
    'postId text | insert comments{postId text} | 201',
  ],
  [
    'create pet: name, species, age must be at least 0',
    'name species age:number | age{min:0} | insert pets{name species age} | 201',
  ],
  [
    'Add a task. Title is required, description is optional, priority must be low, medium or high and defaults to low.',
    'title description? priority?=low | priority{enum:[low,medium,high]} | insert tasks{title description priority} | 201',
  ],
  [
    'User posts a job with title, company, salary and whether it is remote',
    'title company salary:number remote:boolean | insert jobs{title company salary remote} | 201',
  ],
  [
    'Build an API for storing sensor readings (sensorId, temperature, humidity)',
    'sensorId temperature:number humidity:number | insert sensorReadings{sensorId temperature humidity} | 201',
  ],
  [
    'I want an endpoint to create projects with name and budget. Budget has to be a number greater than 0. Answer with 201 and the new project.',
    'name budget:number | budget{min:0.01} | insert projects{name budget} | 201',
  ],
  [
    "Create a booking with room, date and guest email, and make sure the same reference isn't used twice",
    'room date guestEmail:email reference | find bookings{reference} 409 | insert bookings{room date guestEmail reference} | 201',
  ],
  [
    'insert into "leads" a lead with name, email and source',
    'name email source | insert leads{name email source} | 201',
  ],
  [
    'Add a newsletter subscriber by email, refuse an address that is already subscribed',
    'email | find subscribers{email} 409 | insert subscribers{email} | 201',
  ],
  [
    'Protected endpoint: create a note with title and body, must be logged in',
    'title body | auth | insert notes{title body} | 201',
  ],
  [
    'Hi! Could you please make an endpoint for me that saves a recipe? It has a name, a list of ingredients and cooking time in minutes. Thanks!',
    'name ingredients:array cookingTime:number | insert recipes{name ingredients cookingTime} | 201',
  ],
  [
    'create a course (title, teacher, capacity: number, max 40)',
    'title teacher capacity:number | capacity{max:40} | insert courses{title teacher capacity} | 201',
  ],
  [
    'New device: serial number must be unique, model, purchased date optional',
    'model purchasedDate? serialNumber | find devices{serialNumber} 409 | insert devices{model purchasedDate serialNumber} | 201',
  ],
  [
    'i need endpoint for create donation, field amount (min 1), donor name, donor email. after that send thank you email to donor',
    'amount:number donorName donorEmail:email | amount{min:1} | insert donations{amount donorName donorEmail} | mail {{ input.donorEmail }} | 201',
  ],
  [
    'endpoint which lets a driver log a trip: from city, to city, distance',
    'fromCity toCity distance:number | insert trips{fromCity toCity distance} | 201',
  ],
  [
    'Save a log entry with level (info, warn, error) and message into logs',
    'level message | level{enum:[info,warn,error]} | insert logs{level message} | 201',
  ],
  [
    'register a patient with name, birth date and insurance number',
    'name birthDate insuranceNumber | insert patients{name birthDate insuranceNumber} | 201',
  ],
  [
    'Editors only: create a news article with headline and text',
    'headline text | role editor | insert newsArticles{headline text} | 201',
  ],
])('%s', (request, summary) => {
  expect(summaryOf(draftOf(request))).toBe(summary);
});
