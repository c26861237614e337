import { expect, test } from 'vitest';
import { draftOf, summaryOf } from '../summary.fixture.ts';

// What each request takes and does; `summaryOf` says how to read it.
test.each([
  [
    'let people register with email+password, no duplicate emails',
    'email password | find users{email} 409 | insert users{email password} | 201',
  ],
  ['API: sign in and get a JWT', 'email password | login 401 | token | 200'],
  [
    'Log in with email and password, return a token valid for 24 hours',
    'email password | login 401 | token 24h | 200',
  ],
  ['Log users in and return a token', 'email password | login 401 | token | 200'],
  ['Log in users and give them a token', 'email password | login 401 | token | 200'],
  ['log a customer in', 'email password | login 401 | token | 200'],
  ['User login endpoint', 'email password | login 401 | token | 200'],
  [
    'Sign-up with username, email and password (at least 8 characters)',
    'username email password | password{minLength:8} | find users{email} 409 | insert users{username email password} | 201',
  ],
  [
    'Registration: name, email, password. If the email is already taken, answer 409. Return the id and email.',
    'name email password | find users{email} 409 | insert users{name email password} | 201',
  ],
  [
    'Create an account for a new user with email and password and hash the password',
    'email password | find users{email} 409 | insert users{email password} | 201',
  ],
  [
    'Register users: name + email + password, password min 6 chars, email unique, reply with id and email',
    'name email password | password{minLength:6} | find users{email} 409 | insert users{name email password} | 201',
  ],
  [
    'As a visitor I want to create an account with my email and a password so I can order things',
    'email password | find users{email} 409 | insert users{email password} | 201',
  ],
  [
    'Sign up endpoint with first name, last name, email, password. Send them a welcome email afterwards.',
    'firstName lastName email password | find users{email} 409 | insert users{firstName lastName email password} | mail {{ input.email }} | 201',
  ],
  [
    'create user with email and password if email not already exists',
    'email password | find users{email} 409 | insert users{email password} | 201',
  ],
  [
    'User registration (fields: fullName, email, password, role defaults to "customer")',
    'fullName email password role?=customer | find users{email} 409 | insert users{fullName email password role} | 201',
  ],
  [
    'Authenticate a user with email/password and give back a token',
    'email password | login 401 | token | 200',
  ],
  ['login for my app', 'email password | login 401 | token | 200'],
  [
    'Endpoint where users sign in using e-mail and password, returns JWT valid 7 days, wrong password gives 401',
    'email password | login 401 | token 7d | 200',
  ],
  ["Check the user's credentials and hand out a token", 'email password | login 401 | token | 200'],
  [
    "Make a signup API. People send name, email, password. Don't allow two accounts with the same email.",
    'name email password | find users{email} 409 | insert users{name email password} | 201',
  ],
  [
    'new users can register with their email and password, and they get a welcome email',
    'email password | find users{email} 409 | insert users{email password} | mail {{ input.email }} | 201',
  ],
  [
    'Registration endpoint: username, email, password (min. 8 characters). Return 409 if email exists.',
    'username email password | password{minLength:8} | find users{email} 409 | insert users{username email password} | 201',
  ],
  [
    'POST /signup with email, password',
    'email password | find users{email} 409 | insert users{email password} | 201',
  ],
  [
    'Implement user authentication with email and password that returns a JWT token',
    'email password | login 401 | token | 200',
  ],
  ['POST /login', 'email password | login 401 | token | 200'],
  ['sign in a customer', 'email password | login 401 | token | 200'],
  ['Let people log in; if the password is wrong say 401', 'email password | login 401 | token | 200'],
  [
    'sign up: email, password, company name. mail a welcome message to them',
    'email password companyName | find users{email} 409 | insert users{email password companyName} | mail {{ input.email }} | 201',
  ],
  [
    'Users register with a unique username and a password',
    'username password | find users{username} 409 | insert users{username password} | 201',
  ],
  [
    'a register endpoint that also logs the user in and returns a jwt',
    'name email password | find users{email} 409 | insert users{name email password} | token | 201',
  ],
  [
    'Log in endpoint for customers, token expires after 2 hours',
    'email password | login 401 | token 2h | 200',
  ],
  ['verify email and password and return a token, else 401', 'email password | login 401 | token | 200'],
  [
    'exchange username and password for a JWT',
    'username password | find users{username} | login 401 | token | 200',
  ],
])('%s', (request, summary) => {
  expect(summaryOf(draftOf(request))).toBe(summary);
});
