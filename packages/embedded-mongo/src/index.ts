/** @module A server of the MongoDB wire protocol on SQLite. */
export { DatabaseInUseError } from './database-in-use-error.ts';
export { type EmbeddedMongo, type EmbeddedMongoOptions, startEmbeddedMongo } from './start.ts';
