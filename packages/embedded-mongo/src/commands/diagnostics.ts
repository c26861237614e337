/** @module The commands that tools ask to see what they are connected to. */
import { arch, cpus, hostname, platform, release, totalmem } from 'node:os';
import { CommandError } from '../command-error.ts';
import type { Command, CommandContext } from './command.ts';
import { MAX_DOCUMENT_BYTES, SERVER_VERSION } from './handshake.ts';

/** buildInfo, hostInfo, getParameter, connectionStatus, serverStatus, whatsmyuri, getLog, getCmdLineOpts */
export const DIAGNOSTIC_COMMANDS: Record<string, Command> = {
  buildInfo: { fields: [], run: buildInfo },
  buildinfo: { fields: [], run: buildInfo },
  hostInfo: { fields: [], run: hostInfo },
  getParameter: { fields: ['allParameters', ...parameterNames()], run: getParameter },
  connectionStatus: {
    fields: ['showPrivileges'],
    run: () => ({
      authInfo: { authenticatedUsers: [], authenticatedUserRoles: [], authenticatedUserPrivileges: [] },
    }),
  },
  serverStatus: { fields: ['repl', 'metrics', 'locks'], run: serverStatus },
  whatsmyuri: { fields: [], run: ({ connection }) => ({ you: connection.address }) },
  getLog: { fields: [], run: getLog },
  getCmdLineOpts: {
    fields: [],
    run: ({ server }) => ({ argv: ['embedded-mongo'], parsed: { net: { port: server.port } } }),
  },
  getFreeMonitoringStatus: { fields: [], run: () => ({ state: 'disabled' }) },
};

function buildInfo() {
  return {
    version: SERVER_VERSION,
    gitVersion: 'orchestrix-embedded-mongo',
    modules: ['orchestrix-embedded-mongo'],
    sysInfo: 'SQLite',
    versionArray: [...SERVER_VERSION.split('.').map(Number), 0],
    bits: 64,
    debug: false,
    maxBsonObjectSize: MAX_DOCUMENT_BYTES,
    storageEngines: ['sqlite'],
  };
}

function hostInfo() {
  return {
    system: {
      currentTime: new Date(),
      hostname: hostname(),
      cpuAddrSize: 64,
      memSizeMB: Math.floor(totalmem() / 1024 / 1024),
      numCores: cpus().length,
      cpuArch: arch(),
    },
    os: { type: platform(), name: platform(), version: release() },
    extra: {},
  };
}

function parameterNames(): string[] {
  return Object.keys(parameters());
}

function parameters(): Record<string, unknown> {
  return {
    featureCompatibilityVersion: { version: SERVER_VERSION.split('.').slice(0, 2).join('.') },
    authenticationMechanisms: [],
    cursorTimeoutMillis: 600_000,
    enableTestCommands: false,
    ttlMonitorEnabled: true,
  };
}

function getParameter({ fields }: CommandContext) {
  const all = parameters();
  if (fields.getParameter === '*' || fields.allParameters === true) return all;
  const chosen = Object.entries(all).filter(([name]) => fields[name] !== undefined);
  if (chosen.length === 0) throw new CommandError('InvalidOptions', 'no option found to get');
  return Object.fromEntries(chosen);
}

function serverStatus({ server }: CommandContext) {
  const uptime = (Date.now() - server.startedAt) / 1000;
  return {
    host: `${server.host}:${server.port}`,
    version: SERVER_VERSION,
    process: 'embedded-mongo',
    pid: process.pid,
    uptime,
    uptimeMillis: Math.floor(uptime * 1000),
    localTime: new Date(),
    connections: { current: server.connections() },
    metrics: { cursor: { open: { total: server.cursors.size } } },
    storageEngine: { name: 'sqlite', supportsCommittedReads: true, persistent: server.path !== null },
  };
}

function getLog({ fields }: CommandContext) {
  if (fields.getLog === '*') return { names: ['global', 'startupWarnings'] };
  return { totalLinesWritten: 0, log: [] };
}
