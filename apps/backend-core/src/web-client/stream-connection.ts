/** @module One connection to the log stream: its subscriptions, and what is sent to it. */
import type { ExecutionEvent } from '@orchestrix/engine';
import { type Channel, readChannel } from '@orchestrix/engine';
import { MAX_SUBSCRIPTIONS, Subscriptions } from '../realtime/subscriptions.ts';
import type { Logger } from '../utils/logger.ts';
import { type LogRow, LogRows } from './log-rows.ts';

/** What a connection is built from. */
export interface StreamConnectionParts {
  logs: Channel<ExecutionEvent>;
  /** Whose executions it may see, the first one first. */
  owners: readonly string[];
  send(message: unknown): void;
  logger: Logger;
}

/** The one stream there is. */
const STREAM = 'executionLog';

/** Speaks the protocol of contract section 2 with one client. */
export class StreamConnection {
  private readonly groups = new Subscriptions();
  /** Ids that the client gave its subscriptions, by group; a group is left with the last one. */
  private readonly members = new Map<string, Set<string>>();
  private closed = false;

  constructor(private readonly parts: StreamConnectionParts) {}

  /** Handles one message. Text of another form is ignored. */
  receive(text: string): void {
    const message = readMessage(text);
    if (!message) return;
    if (message.streamName !== STREAM) {
      this.sendError(message, 'STREAM_ACCESS_DENIED', `Stream ${message.streamName} not found`);
    } else if (message.type === 'leave') {
      this.leave(message);
    } else {
      this.join(message).catch((error: unknown) => {
        this.parts.logger.error('A viewer could not join the log stream', { error });
        this.sendError(message, 'STREAM_UNAVAILABLE', 'The log cannot be read at the moment. Try again.');
      });
    }
  }

  /** Forgets every subscription. */
  close(): void {
    this.closed = true;
    this.groups.endAll();
    this.members.clear();
  }

  private async join(message: StreamMessage): Promise<void> {
    const { groupId, subscriptionId, id } = message;
    if (id !== undefined) return this.sendOne(groupId, id);
    const members = this.members.get(groupId) ?? new Set();
    // A group that is followed already begins again with a snapshot, for the new subscription.
    const signal = this.groups.begin(groupId);
    if (!signal) {
      const error = `A connection can be in ${MAX_SUBSCRIPTIONS} groups at a time`;
      return this.sendError(message, 'TOO_MANY_GROUPS', error);
    }
    this.members.set(groupId, members.add(subscriptionId));
    await this.follow(groupId, signal).finally(() => this.groups.end(groupId, signal));
  }

  private async follow(groupId: string, signal: AbortSignal): Promise<void> {
    const rows = new LogRows();
    const groups = this.parts.logs.follow(this.parts, groupId, { signal, waits: true });
    const first = await this.groups.read(() => groups.next());
    if (signal.aborted) return;
    this.send(groupId, { event: { type: 'sync', data: rowsOf(rows, first.value ?? []) } });
    for await (const events of groups) {
      if (signal.aborted) return;
      for (const row of rowsOf(rows, events))
        this.send(groupId, { id: row.id, event: { type: 'create', data: row } });
    }
  }

  private leave({ groupId, subscriptionId }: StreamMessage): void {
    const members = this.members.get(groupId);
    members?.delete(subscriptionId);
    if (!members || members.size > 0) return;
    this.members.delete(groupId);
    this.groups.end(groupId);
  }

  private async sendOne(groupId: string, id: string): Promise<void> {
    const events = await this.groups.read(async () =>
      this.closed ? [] : readChannel(this.parts.logs, this.parts, groupId),
    );
    const row = rowsOf(new LogRows(), events).find((one) => one.id === id);
    this.send(groupId, { id, event: { type: 'sync', data: row ?? null } });
  }

  private send(groupId: string, rest: object, streamName = STREAM): void {
    this.parts.send({ timestamp: Date.now(), streamName, groupId, ...rest });
  }

  private sendError({ groupId, streamName }: StreamMessage, code: string, message: string): void {
    this.send(
      groupId,
      { event: { type: 'event', event: { type: 'error', data: { code, message } } } },
      streamName,
    );
  }
}

function rowsOf(rows: LogRows, events: readonly ExecutionEvent[]): LogRow[] {
  return events.flatMap((event) => rows.show(event) ?? []);
}

/** A message of the protocol. */
interface StreamMessage {
  type: 'join' | 'leave';
  streamName: string;
  groupId: string;
  subscriptionId: string;
  /** Asks for one entry instead of the group. */
  id?: string;
}

const MAX_NAME = 200;

function readMessage(text: string): StreamMessage | null {
  const { type, data } = fieldsOf(parse(text));
  if (type !== 'join' && type !== 'leave') return null;
  const { streamName, groupId, subscriptionId, id } = fieldsOf(data);
  if (!isName(streamName) || !isName(groupId)) return null;
  return {
    type,
    streamName,
    groupId,
    subscriptionId: isName(subscriptionId) ? subscriptionId : '',
    ...(isName(id) ? { id } : {}),
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= MAX_NAME;
}
