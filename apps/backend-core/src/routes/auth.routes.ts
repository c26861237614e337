/** @module Routes for accounts and logins. */
import { OrchestrixError } from '@orchestrix/engine';
import type { Limits } from '@orchestrix/limits';
import { defineRoute, type Route } from '@orchestrix/routes';
import { type AuthService, passwordProblem } from '@orchestrix/sessions';
import { z } from 'zod';
import { bearerToken } from '../middleware/auth.ts';

/** What the routes are built from. */
export interface AuthRoutesParts {
  auth: AuthService;
  limits: Pick<Limits, 'register' | 'logins'>;
}

/** `POST /auth/register`, `POST /auth/login`, `POST /auth/logout`, `GET /auth/me`. */
export function authRoutes({ auth, limits }: AuthRoutesParts): Route[] {
  return [
    defineRoute({
      method: 'post',
      path: '/auth/register',
      tag: 'Accounts',
      summary: 'Create an account and log in',
      auth: 'none',
      body: z.object({ name: NAME.optional(), email: EMAIL, password: NEW_PASSWORD }),
      responses: { 201: LOGIN.describe('The new account, logged in') },
      handler: async ({ body, address }) => {
        await limits.register(address);
        return { status: 201, body: await auth.register(body) };
      },
    }),
    defineRoute({
      method: 'post',
      path: '/auth/login',
      tag: 'Accounts',
      summary: 'Log in',
      auth: 'none',
      body: z.object({ email: GIVEN_EMAIL, password: GIVEN_PASSWORD }),
      responses: { 200: LOGIN.describe('Logged in') },
      handler: async ({ body, address }) => {
        const login = await limits.logins.attempt(
          address,
          body.email.toLowerCase(),
          () => auth.login(body),
          (outcome) => 'error' in outcome && isWrongPassword(outcome.error),
        );
        return { status: 200, body: login };
      },
    }),
    defineRoute({
      method: 'post',
      path: '/auth/logout',
      tag: 'Accounts',
      summary: 'Log out: the token is worthless afterwards',
      auth: 'required',
      responses: { 200: z.object({ ok: z.literal(true) }) },
      handler: async ({ headers }) => {
        await auth.logout(auth.verify(bearerToken({ headers }) ?? ''));
        return { status: 200, body: { ok: true } };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/auth/me',
      tag: 'Accounts',
      summary: 'The account that is logged in',
      auth: 'required',
      responses: { 200: z.object({ user: USER }) },
      handler: async ({ user }) => ({ status: 200, body: { user: await auth.account(user.userId) } }),
    }),
  ];
}

function isWrongPassword(error: unknown): boolean {
  return error instanceof OrchestrixError && error.code === 'INVALID_CREDENTIALS';
}

const NAME = z.string().trim().max(200);

const EMAIL = z.string().trim().max(254).pipe(z.email());

const NEW_PASSWORD = z
  .string()
  .max(1000)
  .refine((text) => passwordProblem(text) === undefined, {
    error: 'A password has 8 to 72 bytes in UTF-8 and no NUL character',
  })
  .describe('8 to 72 bytes in UTF-8, no NUL');

/** Old accounts may have addresses that would not be accepted today. */
const GIVEN_EMAIL = z.string().trim().min(1).max(320);
const GIVEN_PASSWORD = z.string().min(1).max(1000);

const USER = z
  .object({ id: z.string(), name: z.string(), email: z.string(), role: z.string() })
  .meta({ id: 'Account' });

const LOGIN = z
  .object({
    token: z.string().describe('For the header "Authorization: Bearer <token>"'),
    user: USER,
  })
  .meta({ id: 'Login' });
