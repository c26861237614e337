/** @module Runs a command and turns what it gives, or throws, into an answer's bytes. */
import { CommandError } from '../command-error.ts';
import { toBytes } from '../language/documents.ts';
import type { Document } from '../language/fields.ts';
import type { Task } from '../pace.ts';
import { TaskAbandonedError, withinTurn } from '../turns.ts';
import { numberOf } from '../values.ts';
import { errorAnswer, internalError, SUCCESS } from './answers.ts';
import type { Command, CommandAnswer, CommandContext } from './command.ts';
import { findCommandNamed } from './registry.ts';

/** Fields that every command takes. */
const COMMON_FIELDS = new Set([
  '$db',
  '$readPreference',
  '$clusterTime',
  '$audit',
  '$client',
  'apiDeprecationErrors',
  'apiStrict',
  'apiVersion',
  'autocommit',
  'comment',
  'lsid',
  'maxTimeMS',
  'readConcern',
  'startTransaction',
  'txnNumber',
  'writeConcern',
]);

/** Runs the command; never throws and never rejects. Synchronous when it is short and its code has been loaded. */
export function dispatch(context: CommandContext): Uint8Array | Promise<Uint8Array> {
  try {
    const command = findCommandNamed(context.request.name);
    if (!command) throw new CommandError('CommandNotFound', `no such command: '${context.request.name}'`);
    const answer =
      command instanceof Promise ? command.then((loaded) => run(loaded, context)) : run(command, context);
    return answer instanceof Promise ? answer.catch((error) => failure(context, error)) : answer;
  } catch (error) {
    return failure(context, error);
  }
}

function run(command: Command, context: CommandContext): Uint8Array | Promise<Uint8Array> {
  const { fields, request, server, terms } = context;
  refuseTransaction(fields);
  refuseUnknownFields(command, context);
  checkConcerns(fields);
  if (fields.apiVersion !== undefined && fields.apiVersion !== '1') {
    throw new CommandError('APIVersionError', 'API version must be "1"');
  }
  const maxTime = numberOf(fields.maxTimeMS);
  if (maxTime !== undefined && maxTime > 0 && request.name !== 'getMore')
    terms.end = performance.now() + maxTime;
  const started = withinTurn(terms, () => command.run(context));
  const answer = isTask(started) ? server.turns.run(started, terms) : started;
  return answer instanceof Promise ? answer.then(answerBytes) : answerBytes(answer);
}

function isTask(work: ReturnType<Command['run']>): work is Task<CommandAnswer> {
  return !(work instanceof Uint8Array) && Symbol.iterator in work;
}

function refuseUnknownFields(command: Command, { request, fields }: CommandContext): void {
  if (command.fields === 'any') return;
  const known = command.fields;
  const isKnown = (name: string) => known.includes(name) || name === request.name || COMMON_FIELDS.has(name);
  for (const name of [...Object.keys(fields), ...request.sequenceNames]) {
    if (isKnown(name)) continue;
    throw new CommandError('Location40415', `BSON field '${request.name}.${name}' is an unknown field.`);
  }
}

function refuseTransaction(fields: Document): void {
  if (
    fields.txnNumber === undefined &&
    fields.startTransaction === undefined &&
    fields.autocommit === undefined
  )
    return;
  throw new CommandError(
    'IllegalOperation',
    'Transaction numbers are only allowed on a replica set member or mongos',
  );
}

function checkConcerns({ readConcern, writeConcern }: Document): void {
  const level = (readConcern as Document | undefined)?.level;
  if (level === 'snapshot' || level === 'linearizable') {
    throw new CommandError(
      'NotAReplicaSet',
      `node needs to be a replica set member to use read concern '${level}'`,
    );
  }
  const w = numberOf((writeConcern as Document | undefined)?.w);
  if (w !== undefined && w > 1) {
    throw new CommandError('BadValue', "cannot use 'w' > 1 when a host is not replicated");
  }
}

function answerBytes(answer: CommandAnswer): Uint8Array {
  return answer instanceof Uint8Array ? answer : toBytes({ ...answer, ok: SUCCESS });
}

/**
 * A refusal leaves what was written before it; anything else than a refusal may have left half of a write, so the
 * whole group is undone.
 */
function failure({ server }: CommandContext, error: unknown): Uint8Array {
  if (error instanceof CommandError) return errorAnswer(error);
  const unexpected = error instanceof Error ? error : new Error(String(error));
  if (error instanceof TaskAbandonedError) return errorAnswer(internalError(unexpected, server.path));
  server.file.rollback(unexpected);
  return errorAnswer(internalError(unexpected, server.path));
}
