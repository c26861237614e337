/**
 * @module Writes `src/generated/api.ts` from the server's schemas; with `--check`, says whether it is up to date.
 *
 *     bun scripts/generate-types.ts [--check] [address or file of an OpenAPI document]
 *
 * Without an address, the server of this repository is started for the moment.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type ApiDocument, printApi } from './print-api.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const TARGET = resolve(import.meta.dirname, '../src/generated/api.ts');

const wanted = process.argv.slice(2);
const place = wanted.find((word) => !word.startsWith('--'));
const text = await formatted(printApi(place === undefined ? await fromOwnServer() : await read(place)));
if (!wanted.includes('--check')) {
  writeFileSync(TARGET, text);
  console.log(`wrote ${TARGET}`);
} else if (readFileSync(TARGET, 'utf8') === text) {
  console.log('src/generated/api.ts is up to date');
} else {
  console.error(
    'src/generated/api.ts does not fit the schemas of the server: run "bun run generate" in packages/client',
  );
  process.exitCode = 1;
}

async function read(place: string): Promise<ApiDocument> {
  if (!/^https?:/.test(place)) return JSON.parse(readFileSync(place, 'utf8'));
  const answer = await fetch(place);
  if (!answer.ok) throw new Error(`${place} answered ${answer.status}`);
  return (await answer.json()) as ApiDocument;
}

/** Started as a process: a package never imports the app. */
async function fromOwnServer(): Promise<ApiDocument> {
  const dataDir = mkdtempSync(join(tmpdir(), 'orchestrix-generate-'));
  const server = spawn(process.execPath, ['src/index.ts'], {
    cwd: join(ROOT, 'apps/backend-core'),
    env: { ...process.env, NODE_ENV: 'development', PORT: '0', DATA_DIR: dataDir, MONGODB_URI: '' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const address = await new Promise<string>((found, reject) => {
      let output = '';
      server.stdout.on('data', (chunk) => {
        output += String(chunk);
        const listening = /Listening on (http:\/\/[^\s"]+)/.exec(output)?.[1];
        if (listening) found(listening);
      });
      server.once('close', (code) => reject(new Error(`The server ended with ${code}:\n${output}`)));
    });
    return await read(new URL('/openapi.json', address).href);
  } finally {
    server.kill('SIGTERM');
    await new Promise((done) => (server.exitCode === null ? server.once('close', done) : done(undefined)));
    rmSync(dataDir, { recursive: true, force: true });
  }
}

/** As the repository's formatter writes it, so that formatting never makes the file look out of date. */
async function formatted(source: string): Promise<string> {
  const biome = spawn(
    process.execPath,
    [join(ROOT, 'node_modules/.bin/biome'), 'format', `--stdin-file-path=${TARGET}`],
    {
      cwd: ROOT,
      stdio: ['pipe', 'pipe', 'inherit'],
    },
  );
  let output = '';
  biome.stdout.on('data', (chunk) => (output += String(chunk)));
  biome.stdin.end(source);
  const code = await new Promise((done) => biome.once('close', done));
  if (code !== 0) throw new Error(`The formatter ended with ${code}`);
  return output;
}
