/** @module A server of the MongoDB wire protocol on SQLite. */
export { type BackupOptions, backUpEmbeddedMongo } from './back-up.ts';
export { DatabaseFileError, type DatabaseFileErrorCode } from './database-file-error.ts';
export { DatabaseInUseError } from './database-in-use-error.ts';
export { type EmbeddedMongo, type EmbeddedMongoOptions, startEmbeddedMongo } from './start.ts';
