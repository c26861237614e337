/** @module Accounts and logins. */
import type { Account, Body, CallOptions, Login } from './api-types.ts';
import { OrchestrixClientError } from './client-error.ts';
import type { Http } from './http.ts';

/** Accounts and logins; a login's token is kept and sent from then on. */
export interface AuthApi {
  /** The token that is sent with requests. */
  readonly token: string | undefined;
  /** Sends another token from now on, or none. */
  setToken(token: string | undefined): void;
  /** Creates an account and logs in. */
  register(account: Body<'POST /auth/register'>, options?: CallOptions): Promise<Login>;
  login(account: Body<'POST /auth/login'>, options?: CallOptions): Promise<Login>;
  /** Makes the token worthless and forgets it. It is no error when it was worthless already. */
  logout(options?: CallOptions): Promise<void>;
  /** The account that is logged in. */
  me(options?: CallOptions): Promise<Account>;
}

/** Where the token is kept. */
export interface TokenKeeper {
  current: string | undefined;
  set(token: string | undefined): void;
}

/** Builds {@link AuthApi}. */
export function createAuth(http: Http, tokens: TokenKeeper): AuthApi {
  const keep = (login: Login): Login => {
    tokens.set(login.token);
    return login;
  };
  return {
    get token() {
      return tokens.current;
    },
    setToken: (token) => tokens.set(token),
    register: async (body, { signal } = {}) =>
      keep(await http.request('POST /auth/register', { body, signal })),
    login: async (body, { signal } = {}) => keep(await http.request('POST /auth/login', { body, signal })),
    logout: async ({ signal } = {}) => {
      const token = tokens.current;
      if (token === undefined) return;
      try {
        await http.request('POST /auth/logout', { signal });
      } catch (error) {
        if (!(error instanceof OrchestrixClientError && error.status === 401)) throw error;
      }
      // Whoever logged in meanwhile stays logged in.
      if (tokens.current === token) tokens.set(undefined);
    },
    me: async ({ signal } = {}) => (await http.request('GET /auth/me', { signal })).user,
  };
}
