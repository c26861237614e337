/** @module Ends what the driver would wait for without end: writes to closed sockets, heartbeats and handshakes without an end. */
import { type Connection, mongo } from 'mongoose';

/** What a watchdog had to do: `write` failed a waiting write, `monitor` and `client` started that part of the driver anew. */
export type WatchdogAction = 'write' | 'monitor' | 'client';

/** How {@link watchConnection} judges. Times are in milliseconds. */
export interface WatchdogOptions {
  /** How long a connection may take to be made, and a server to answer a heartbeat; the driver's own limits. */
  connectTimeoutMS: number;
  /** How long the driver lets a server keep a heartbeat that waits for a change. */
  heartbeatFrequencyMS: number;
  /** How much later than the driver's limits something counts as stuck. Default: 2000. */
  allowanceMS?: number;
  /** Time between two examinations. Default: 250. */
  intervalMS?: number;
  /** Called after each action, for logs and tests. */
  onAction?: (action: WatchdogAction) => void;
}

/**
 * Watches a connection's client until that is closed. The connection and its client stay the same objects; what is
 * stuck inside the driver is ended, and the driver's own recovery does the rest.
 *
 * The cause, seen under Bun 1.4: a write to a socket that is destroyed, but has not said so yet, answers `false`, and the driver
 * waits for a `drain` event that never comes. When that happens to a monitor, the driver does not look for the server any more.
 * `docs/decisions/0017-a-watchdog-for-the-driver.md` has the figures.
 */
export function watchConnection(connection: Connection, options: WatchdogOptions): void {
  const { connectTimeoutMS, heartbeatFrequencyMS, allowanceMS = 2_000, intervalMS = 250 } = options;
  const client = connection.getClient();
  const heartbeats = new Map<string, number>();
  const handshakes = new Map<string, number>();
  const handshakeOf = (event: { address: string; connectionId: unknown }) =>
    `${event.address} ${event.connectionId}`;
  const end = (event: { connectionId: string }) => void heartbeats.delete(event.connectionId);
  const ready = (event: { address: string; connectionId: unknown }) =>
    void handshakes.delete(handshakeOf(event));
  const listeners = {
    serverHeartbeatStarted: ({ connectionId, awaited }: mongo.ServerHeartbeatStartedEvent) => {
      const limit = connectTimeoutMS + (awaited ? heartbeatFrequencyMS : 0) + allowanceMS;
      heartbeats.set(connectionId, performance.now() + limit);
    },
    serverHeartbeatSucceeded: end,
    serverHeartbeatFailed: end,
    serverClosed: ({ address }: mongo.ServerClosedEvent) => void heartbeats.delete(address),
    connectionCreated: (event: mongo.ConnectionCreatedEvent) =>
      void handshakes.set(
        handshakeOf(event),
        performance.now() + HANDSHAKE_ROUNDS * connectTimeoutMS + allowanceMS,
      ),
    connectionReady: ready,
    connectionClosed: ready,
  };
  const entries = Object.entries(listeners) as [never, never][];
  for (const [event, listener] of entries) client.on(event, listener);

  let state: 'watching' | 'restarting' | 'stopped' = 'watching';
  const report = (action: WatchdogAction) => options.onAction?.(action);
  const restart = async () => {
    state = 'restarting';
    handshakes.clear();
    report('client');
    // When no server is found, the next examination tries again.
    await restartClient(client).catch(() => undefined);
    if (isStopped()) await client.close();
    else state = 'watching';
  };
  const isStopped = () => state === 'stopped';
  const examine = () => {
    if (state !== 'watching') return;
    const topology = topologyOf(client);
    if (!topology || topology.s.state === 'closed') return void restart();
    const servers = [...topology.s.servers];
    for (const [address, server] of servers) {
      if (failWaitingWrites(server)) report('write');
      if (!isOver(heartbeats.get(address))) continue;
      heartbeats.delete(address);
      restartMonitor(server);
      report('monitor');
    }
    // The driver says nothing when a connection of a cleared pool is thrown away after its handshake.
    if (servers.every(([, { pool }]) => pool.pendingConnectionCount === 0)) handshakes.clear();
    if ([...handshakes.values()].some(isOver)) void restart();
  };
  const timer = setInterval(examine, intervalMS);
  timer.unref();
  connection.once('close', () => {
    state = 'stopped';
    clearInterval(timer);
    for (const [event, listener] of entries) client.off(event, listener);
  });
}

/** Making a connection is several exchanges, each with a limit of its own: the socket, the greeting, the log-in. */
const HANDSHAKE_ROUNDS = 3;

const isOver = (deadline: number | undefined): boolean =>
  deadline !== undefined && performance.now() > deadline;

/** The parts of the driver that it offers no other way to; `connection-watchdog.test.ts` fails when a new version changes them. */
interface Topology {
  s: { state: string; servers: Map<string, Server> };
  closeCheckedOutConnections(): void;
  close(): void;
}

interface Server {
  monitor: { connection: DriverConnection | null; close(): void; connect(): void } | null;
  pool: { checkedOut: Set<DriverConnection>; pendingConnectionCount: number };
}

interface DriverConnection {
  socket: {
    destroyed: boolean;
    listenerCount(event: string): number;
    emit(event: string, error: Error): boolean;
  };
}

function topologyOf(client: mongo.MongoClient): Topology | undefined {
  return (client as unknown as { topology?: Topology }).topology;
}

/** Fails every write that waits for a destroyed socket to take more, as a lost connection does. */
function failWaitingWrites({ monitor, pool }: Server): boolean {
  const connections = monitor?.connection ? [monitor.connection, ...pool.checkedOut] : [...pool.checkedOut];
  const waiting = connections.filter(
    ({ socket }) =>
      socket.destroyed && socket.listenerCount('drain') > 0 && socket.listenerCount('error') > 0,
  );
  for (const { socket } of waiting)
    socket.emit(
      'error',
      new mongo.MongoNetworkError('the connection was closed before the command was sent'),
    );
  return waiting.length > 0;
}

function restartMonitor({ monitor }: Server): void {
  monitor?.close();
  monitor?.connect();
}

/** Fails what is under way and looks for the servers anew. The client stays the same object, so everything built on it stays too. */
async function restartClient(client: mongo.MongoClient): Promise<void> {
  const topology = topologyOf(client);
  topology?.closeCheckedOutConnections();
  // Closing the client says good-bye to the server over a connection; without a topology that fails at once instead of waiting.
  topology?.close();
  await client.close().catch(() => undefined);
  await client.connect();
}
