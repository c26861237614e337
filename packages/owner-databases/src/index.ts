/** @module Databases that owners connect. */
export { type AddressCheck, createAddressCheck, type Resolver } from './address-check.ts';
export { type ConnectionCipher, createConnectionCipher } from './cipher.ts';
export { OWNER_DATABASE_ERRORS } from './errors.ts';
export { maskUri } from './mask.ts';
export {
  type ConnectedDatabase,
  createOwnerDatabases,
  type DatabaseStatus,
  type OwnerDatabases,
  type OwnerDatabasesLogger,
  type OwnerDatabasesParts,
} from './owner-databases.ts';
export type { Schemas } from './schemas.ts';
