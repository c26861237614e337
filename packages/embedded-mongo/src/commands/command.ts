/** @module What a command is to this server, and what it may use. */

import type { CursorRegistry } from '../cursors.ts';
import type { Document } from '../language/fields.ts';
import type { Task } from '../pace.ts';
import type { Catalogue, Collection } from '../storage/catalogue.ts';
import type { DatabaseFile } from '../storage/database-file.ts';
import type { TaskTerms, TurnQueue } from '../turns.ts';
import type { CommandRequest } from './request.ts';

/** What all commands share. */
export interface ServerState {
  file: DatabaseFile;
  catalogue: Catalogue;
  cursors: CursorRegistry;
  turns: TurnQueue;
  /** Path of the database file; null in memory. */
  path: string | null;
  /** Milliseconds since 1970. */
  startedAt: number;
  host: string;
  port: number;
  /** Connections that are open now. */
  connections: () => number;
}

/** What one command runs with. */
export interface CommandContext {
  server: ServerState;
  request: CommandRequest;
  /** The command's fields. */
  fields: Document;
  database: string;
  connection: { id: number; address: string };
  /** The end that `maxTimeMS` sets. */
  terms: TaskTerms;
}

/** An answer: its fields without `ok`, or the bytes of a whole answer. */
export type CommandAnswer = Document | Uint8Array;

/** A command. */
export interface Command {
  /** Names of the fields it takes, besides its own and those every command takes; others are refused. */
  fields: readonly string[] | 'any';
  /** Runs it: at once, or as a task that lets others in. */
  run(context: CommandContext): CommandAnswer | Task<CommandAnswer> | Promise<CommandAnswer>;
}

/** The collection that the command names, or undefined when it does not exist. */
export function targetCollection({ server, request, database }: CommandContext): Collection | undefined {
  return server.catalogue.find(database, request.collection);
}
