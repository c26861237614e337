/** @module For people who test their workflows and nodes: ports that keep everything in memory. */

export { captureMailer } from './capture-mailer.ts';
export { frozenClock } from './frozen-clock.ts';
export { memoryDatabase } from './memory-database.ts';
