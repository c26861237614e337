/** @module How often and how much: rate limits, throttled log-ins, quotas. */
export { CallCounter, type CallCounterParts } from './call-counter.ts';
export { ConnectionLimit, type ConnectionLimits } from './connection-limit.ts';
export { LIMIT_ERRORS, tooMany } from './errors.ts';
export { createLimits, type LimitSettings, type Limits, type LimitsParts } from './limits.ts';
export type { LoginLimiter } from './login-limiter.ts';
export type * from './ports.ts';
export {
  type QuotaReport,
  type QuotaSettings,
  Quotas,
  type QuotasLogger,
  type QuotasParts,
} from './quotas.ts';
