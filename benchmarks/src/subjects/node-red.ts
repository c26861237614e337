/** @module Node-RED with the same API: http in, a function that checks, http response. Installed into a folder of its own. */
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, startProgram } from '../support/programs.ts';
import type { Subject } from '../support/rounds.ts';

/** What is measured; Node-RED 5 needs a newer Node than this machine may have. */
const NODE = `node-${process.platform}-${process.arch}`;
const PACKAGES = ['node-red@5', `${NODE}@24`];

const CHECK = `
const email = msg.payload && msg.payload.email;
if (typeof email !== 'string' || !/^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$/.test(email)) {
  msg.statusCode = 400;
  msg.payload = { error: 'The email is not valid' };
} else msg.payload = { ok: true, email };
return msg;`;

const FLOW = [
  { id: 'tab', type: 'tab', label: 'bench' },
  { id: 'in', type: 'http in', z: 'tab', url: '/call', method: 'post', wires: [['check']] },
  { id: 'check', type: 'function', z: 'tab', func: CHECK, outputs: 1, wires: [['out']] },
  { id: 'out', type: 'http response', z: 'tab', wires: [] },
];

/** `null`, and a line that says so, when it cannot be installed. */
export async function startNodeRed(): Promise<Subject | null> {
  const home = process.env.BENCH_NODE_RED ?? join(tmpdir(), 'bench-node-red');
  if (!existsSync(join(home, 'node_modules/node-red')) && !(await install(home))) {
    console.log('Node-RED could not be installed: it is left out');
    return null;
  }
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'bench-node-red-flow-'));
  writeFileSync(join(folder, 'flows.json'), JSON.stringify(FLOW));
  writeFileSync(
    join(folder, 'settings.js'),
    `module.exports = { uiPort: ${port}, uiHost: '127.0.0.1', flowFile: 'flows.json', httpAdminRoot: false, logging: { console: { level: 'off' } } };`,
  );
  const { stop } = await startProgram(
    [
      join(home, 'node_modules', NODE, 'bin/node'),
      join(home, 'node_modules/node-red/red.js'),
      '--userDir',
      folder,
      '--settings',
      join(folder, 'settings.js'),
    ],
    {},
    `http://127.0.0.1:${port}/`,
  );
  return {
    name: 'Node-RED, http in → function → http response',
    url: `http://127.0.0.1:${port}/call`,
    stop: async () => {
      await stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function install(home: string): Promise<boolean> {
  mkdirSync(home, { recursive: true });
  const child = Bun.spawn(['npm', 'install', '--prefix', home, '--no-audit', '--no-fund', ...PACKAGES], {
    stdout: 'ignore',
    stderr: 'ignore',
  });
  return (await child.exited) === 0;
}
