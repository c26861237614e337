/** @module Log-ins: accounts, tokens, sessions in MongoDB and their end, Express middleware. */
export {
  type Account,
  type AuthenticatedUser,
  type AuthParts,
  type AuthService,
  createAuthService,
  type Login,
  passwordProblem,
} from './auth.ts';
export { type CleanupJob, type CleanupJobOptions, startCleanupJob } from './cleanup-job.ts';
export { SESSION_ERRORS } from './errors.ts';
export { createOwnerTokens, type OwnerTokensOptions } from './owner-tokens.ts';
export { createRevokedTokens, type RevokedTokens } from './revoked-tokens.ts';
export {
  createServerTokens,
  type ServerTokens,
  type TokenClaims,
  type VerifiedClaims,
} from './server-tokens.ts';
export {
  type RequestSession,
  type SessionMiddleware,
  type SessionMiddlewareOptions,
  type SessionRequest,
  sessionMiddleware,
} from './session-middleware.ts';
export {
  createSessionStore,
  type Session,
  type SessionData,
  type SessionStore,
  type SessionStoreOptions,
} from './session-store.ts';
export { SessionWatch, type SessionWatchParts } from './session-watch.ts';
