/** @module One connection to the log stream: its subscriptions, and what is sent to it. */
import type { ExecutionLogs } from './services/execution-log/execution-log.ts';
import { isTerminal, type LogItem } from './services/execution-log/log-item.ts';
import type { Logger } from './utils/logger.ts';

/** What a connection is built from. */
export interface StreamConnectionParts {
  logs: ExecutionLogs;
  /** Whose executions it may see, the first one first. */
  owners: readonly string[];
  send(message: unknown): void;
  logger: Logger;
}

/** The one stream there is. */
const STREAM = 'executionLog';

/** Groups a connection may be in at a time; a tab watches one. */
const MAX_GROUPS = 100;

/** A group the connection is in. */
interface Group {
  /** Ids that the client gave its subscriptions; the group is left with the last one. */
  subscriptions: Set<string>;
  /** Position of the last entry that was sent. */
  sent: number;
  /** Until the snapshot is sent, what happens meanwhile is in the snapshot or after it. */
  ready: boolean;
  controller: AbortController;
}

/** Speaks the protocol of contract section 2 with one client. */
export class StreamConnection {
  private readonly groups = new Map<string, Group>();
  private readonly stopListening: () => void;
  private closed = false;
  private reading: Promise<unknown> = Promise.resolve();

  constructor(private readonly parts: StreamConnectionParts) {
    this.stopListening = parts.logs.onItem((item, ownerId) => this.onItem(item, ownerId));
  }

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
    this.stopListening();
    for (const { controller } of this.groups.values()) controller.abort();
    this.groups.clear();
  }

  private async join(message: StreamMessage): Promise<void> {
    const { groupId, subscriptionId, id } = message;
    if (id !== undefined) return this.sendOne(message, id);
    const existing = this.groups.get(groupId);
    if (!existing && this.groups.size >= MAX_GROUPS) {
      return this.sendError(
        message,
        'TOO_MANY_GROUPS',
        `A connection can be in ${MAX_GROUPS} groups at a time`,
      );
    }
    // Registered first: an entry that comes from here on is in the snapshot, or is sent after it.
    const group = existing ?? {
      subscriptions: new Set(),
      sent: 0,
      ready: false,
      controller: new AbortController(),
    };
    group.subscriptions.add(subscriptionId);
    this.groups.set(groupId, group);
    const snapshot = this.liveItems(groupId) ?? (await this.storedItems(groupId));
    if (group.controller.signal.aborted) return;
    this.send(groupId, { event: { type: 'sync', data: snapshot } });
    group.sent = Math.max(group.sent, snapshot.at(-1)?.position ?? 0);
    group.ready = true;
    // Between reading the store and now, the execution may have begun or gone on in this process.
    for (const item of this.liveItems(groupId) ?? []) this.sendItem(group, item);
    if (!existing && this.liveItems(groupId) === null) await this.followElsewhere(groupId, group);
  }

  private leave({ groupId, subscriptionId }: StreamMessage): void {
    const group = this.groups.get(groupId);
    if (!group) return;
    group.subscriptions.delete(subscriptionId);
    if (group.subscriptions.size > 0) return;
    group.controller.abort();
    this.groups.delete(groupId);
  }

  private onItem(item: LogItem, ownerId: string): void {
    const group = this.groups.get(item.executionId);
    if (group?.ready && this.parts.owners.includes(ownerId)) this.sendItem(group, item);
  }

  private sendItem(group: Group, item: LogItem): void {
    if (item.position <= group.sent) return;
    group.sent = item.position;
    this.send(item.executionId, { id: item.id, event: { type: 'create', data: item } });
  }

  private async sendOne({ groupId }: StreamMessage, id: string): Promise<void> {
    const items = this.liveItems(groupId) ?? (await this.storedItems(groupId));
    this.send(groupId, { id, event: { type: 'sync', data: items.find((item) => item.id === id) ?? null } });
  }

  private liveItems(executionId: string): LogItem[] | null {
    for (const owner of this.parts.owners) {
      const live = this.parts.logs.liveItems(owner, executionId);
      if (live) return live.items;
    }
    return null;
  }

  /** Whole logs are large: one connection has one of them read at a time. */
  private storedItems(executionId: string): Promise<LogItem[]> {
    const read = () => this.readItems(executionId);
    const reading = this.reading.then(read, read);
    this.reading = reading.catch(() => undefined);
    return reading;
  }

  private async readItems(executionId: string): Promise<LogItem[]> {
    if (this.closed) return [];
    for (const owner of this.parts.owners) {
      const items = await this.parts.logs.list(owner, executionId);
      if (items.length > 0) return items;
    }
    return [];
  }

  /** An execution of another process is followed through the store; one that is over has ended with the snapshot. */
  private async followElsewhere(executionId: string, group: Group): Promise<void> {
    const { signal } = group.controller;
    for (const owner of this.parts.owners) {
      for await (const item of this.parts.logs.follow(owner, executionId, { after: group.sent, signal })) {
        if (signal.aborted) return;
        this.sendItem(group, item);
        if (isTerminal(item)) return;
      }
    }
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
