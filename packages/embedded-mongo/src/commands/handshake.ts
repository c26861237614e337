/** @module The commands by which a client and the server get to know each other. */
import { Binary } from 'bson';
import { CommandError } from '../command-error.ts';
import type { Document } from '../language/fields.ts';
import { randomUuid } from '../storage/uuid.ts';
import { MAX_MESSAGE_BYTES } from '../wire/framing.ts';
import type { Command, CommandContext } from './command.ts';

/** The largest document, in bytes. */
export const MAX_DOCUMENT_BYTES = 16 * 1024 * 1024;
/** The MongoDB release whose behaviour this server follows. */
export const SERVER_VERSION = '7.0.0';
/** The wire version of that release; with 25, drivers would send `bulkWrite`. */
const MAX_WIRE_VERSION = 21;
const MAX_BATCH = 100_000;
const SESSION_MINUTES = 30;

/** Fields a hello carries. */
const HELLO_FIELDS = [
  'backpressure',
  'client',
  'compression',
  'hello',
  'helloOk',
  'isMaster',
  'ismaster',
  'hostInfo',
  'internalClient',
  'loadBalanced',
  'maxAwaitTimeMS',
  'saslSupportedMechs',
  'speculativeAuthenticate',
  'topologyVersion',
];

/** hello and its older names; sessions come and go without anything to keep. */
export const HANDSHAKE_COMMANDS: Record<string, Command> = {
  hello: { fields: HELLO_FIELDS, run: (context) => ({ isWritablePrimary: true, ...helloFields(context) }) },
  isMaster: { fields: HELLO_FIELDS, run: (context) => ({ ismaster: true, ...helloFields(context) }) },
  ismaster: { fields: HELLO_FIELDS, run: (context) => ({ ismaster: true, ...helloFields(context) }) },
  ping: { fields: [], run: () => ({}) },
  startSession: {
    fields: [],
    run: () => ({
      id: { id: new Binary(randomUuid(), Binary.SUBTYPE_UUID) },
      timeoutMinutes: SESSION_MINUTES,
    }),
  },
  endSessions: { fields: [], run: () => ({}) },
  refreshSessions: { fields: [], run: () => ({}) },
  killSessions: { fields: [], run: () => ({}) },
  killAllSessions: { fields: [], run: () => ({}) },
  logout: { fields: [], run: () => ({}) },
};

/** What a standalone server says of itself: no set name, so no retryable writes and no transactions. */
function helloFields({ fields, connection }: CommandContext): Document {
  if (fields.loadBalanced === true) {
    throw new CommandError('BadValue', 'this server does not stand behind a load balancer');
  }
  return {
    ...(fields.helloOk === true && { helloOk: true }),
    maxBsonObjectSize: MAX_DOCUMENT_BYTES,
    maxMessageSizeBytes: MAX_MESSAGE_BYTES,
    maxWriteBatchSize: MAX_BATCH,
    localTime: new Date(),
    logicalSessionTimeoutMinutes: SESSION_MINUTES,
    connectionId: connection.id,
    minWireVersion: 0,
    maxWireVersion: MAX_WIRE_VERSION,
    readOnly: false,
  };
}
