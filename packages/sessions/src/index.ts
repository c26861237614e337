/** @module Sessions in MongoDB: a store, the clean-up of expired ones, Express middleware. */
export { type CleanupJob, type CleanupJobOptions, startCleanupJob } from './cleanup-job.ts';
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
