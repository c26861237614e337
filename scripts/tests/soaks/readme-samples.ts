/**
 * @module Every sample of every package's README, run as its reader would: packed, installed with the README's own install line into an
 * empty folder, once with Bun and once with npm for Node 22 and 24, run twice, and ended. Samples that name a server get a stand-in.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nodeBinary } from '../../node-binary.ts';
import { pack } from '../../pack.ts';
import { runQuietly, tool } from '../../tools.ts';
import { listWorkspaces, ROOT } from '../../workspaces.ts';

const TIMEOUT_MS = 60_000;

const folder = mkdtempSync(join(tmpdir(), 'readme-samples-'));
const closing: (() => unknown)[] = [];
async function main(): Promise<void> {
  const packages = listWorkspaces().filter(
    ({ folder: path, manifest }) => path.startsWith('packages/') && !manifest.private,
  );
  const built = await runQuietly([
    ...tool('turbo'),
    'run',
    'build',
    '--filter=./packages/*',
    '--output-logs=errors-only',
  ]);
  if (built.exitCode !== 0) throw new Error(`The packages cannot be built:\n${built.output}`);
  const tarballs: Record<string, string> = {};
  for (const { folder: path, manifest } of packages)
    tarballs[manifest.name] = `file:${await pack(manifest, join(ROOT, path), folder)}`;

  const standIns = await startStandIns();
  const nodes = { 'Node 22': await nodeBinary(22), 'Node 24': await nodeBinary(24) };
  for (const { folder: path, manifest } of packages) {
    const readme = readFileSync(join(ROOT, path, 'README.md'), 'utf8');
    const samples = samplesOf(manifest.name, readme);
    for (const installer of ['bun', 'npm'] as const) {
      const project = join(folder, installer, manifest.name.split('/')[1]!);
      const problem = await install(project, installer, installLine(manifest.name, readme), tarballs);
      report(`${manifest.name} installs with ${installer}`, problem);
      if (problem !== undefined) continue;
      const runtimes = installer === 'bun' ? { Bun: process.execPath } : nodes;
      for (const [index, sample] of samples.entries()) {
        writeFileSync(join(project, `sample-${index}.ts`), withStandIns(sample, standIns));
        for (const [runtime, program] of Object.entries(runtimes)) {
          const first = await run(program, project, `sample-${index}.ts`);
          // A reader tries things twice: nothing may be in the way of the second time.
          const problem = first ?? (await run(program, project, `sample-${index}.ts`));
          report(`${manifest.name} sample ${index + 1} on ${runtime}`, problem);
        }
      }
    }
  }
}

function report(what: string, problem: string | undefined): void {
  console.log(
    problem === undefined ? `passed  ${what}` : `FAILED  ${what}\n${problem.replace(/^/gm, '        ')}`,
  );
}

/** TypeScript samples without JSX; those that go on where the first one stopped get its beginning. */
function samplesOf(name: string, readme: string): string[] {
  const samples = [...readme.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code]) => code!);
  const start =
    name === '@orchestrix/client'
      ? samples[0]!.split('\n\n').slice(0, 2).join('\n').split('\n').slice(0, 4).join('\n')
      : '';
  return samples.map((code) => (/^import /m.test(code) ? code : `${start}\n${code}`));
}

/** What the README says to install. */
function installLine(name: string, readme: string): string[] {
  const line = /npm install ([^`\n]+)/.exec(readme)?.[1];
  if (line === undefined) throw new Error(`The README of ${name} does not say how to install it`);
  return line.trim().split(/\s+/);
}

async function install(
  project: string,
  installer: 'bun' | 'npm',
  wanted: readonly string[],
  tarballs: Record<string, string>,
): Promise<string | undefined> {
  mkdirSync(project, { recursive: true });
  const dependencies = Object.fromEntries(wanted.map((name) => [name, tarballs[name] ?? versionOf(name)]));
  // Packages that depend on each other have to find the tarballs too: nothing is published yet.
  const others = Object.entries(tarballs).filter(([name]) => !wanted.includes(name));
  const overrides = {
    ...Object.fromEntries(others),
    ...Object.fromEntries(wanted.map((name) => [name, dependencies[name]])),
  };
  writeFileSync(
    join(project, 'package.json'),
    JSON.stringify({ name: 'reader', private: true, type: 'module', dependencies, overrides }),
  );
  const command =
    installer === 'bun'
      ? [process.execPath, 'install', '--production']
      : ['npm', 'install', '--omit=dev', '--no-audit', '--no-fund'];
  const { exitCode, output } = await runQuietly(command, { cwd: project });
  return exitCode === 0 ? undefined : output;
}

/** The version that this repository tests with. */
function versionOf(name: string): string {
  for (const { manifest } of listWorkspaces()) {
    const version = manifest.dependencies?.[name] ?? manifest.devDependencies?.[name];
    if (version !== undefined) return version;
  }
  throw new Error(`No package of the repository uses ${name}`);
}

interface StandIns {
  mongo: string;
  smtpPort: number;
  model: string;
  server: string;
}

/** The places that samples name, made to be the stand-ins. */
function withStandIns(code: string, { mongo, smtpPort, model, server }: StandIns): string {
  return code
    .replaceAll("'mongodb://127.0.0.1:27017/orchestrix'", `'${mongo}/orchestrix'`)
    .replaceAll("host: 'smtp.example.org'", `host: '127.0.0.1', port: ${smtpPort}`)
    .replaceAll("'http://127.0.0.1:11434/v1'", `'${model}/v1'`)
    .replaceAll("apiKey: 'gsk_…'", `apiKey: 'gsk_x', baseUrl: '${model}/openai/v1'`)
    .replaceAll("'http://localhost:4000'", `'${server}'`)
    .replaceAll('app.listen(4000)', "app.listen(0, () => console.log('listening'))");
}

/** Runs a sample to its end. One that says that it listens is asked to end. */
async function run(program: string, cwd: string, file: string): Promise<string | undefined> {
  const child = Bun.spawn([program, file], {
    cwd,
    stdout: 'pipe',
    stderr: 'pipe',
    env: { PATH: process.env.PATH, HOME: process.env.HOME, SMTP_PASS: 'of the stand-in' },
  });
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    child.kill('SIGKILL');
  }, TIMEOUT_MS);
  const errors = new Response(child.stderr).text();
  let output = '';
  for await (const chunk of child.stdout.pipeThrough(new TextDecoderStream())) {
    output += chunk;
    if (chunk.startsWith('listening')) child.kill('SIGTERM');
  }
  const exitCode = await child.exited;
  clearTimeout(timer);
  if (isLate) return `did not end within ${TIMEOUT_MS} ms\n${output}`;
  return exitCode === 0 ? undefined : `ended with ${exitCode}\n${output}${await errors}`.slice(0, 2_000);
}

async function startStandIns(): Promise<StandIns> {
  const model = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: answerAsModel });
  closing.push(() => model.stop(true));
  return {
    mongo: await startProgram(
      ['packages/embedded-mongo/src/cli.ts', '--file', join(folder, 'data.sqlite'), '--port', '0'],
      {},
      /mongodb:\/\/[\w.:]+/,
    ),
    smtpPort: await startMailServer(),
    model: `http://127.0.0.1:${model.port}`,
    server: await startProgram(
      ['src/index.ts'],
      SERVER,
      /http:\/\/[\w.]+:\d+/,
      join(ROOT, 'apps/backend-core'),
    ),
  };
}

/** Starts a program of this repository; resolves to the address that it prints. */
function startProgram(
  command: string[],
  env: Record<string, string>,
  address: RegExp,
  cwd = ROOT,
): Promise<string> {
  const child = Bun.spawn([process.execPath, ...command], {
    cwd,
    env: { ...process.env, ...env },
    stdout: 'pipe',
    stderr: 'inherit',
  });
  closing.push(async () => {
    child.kill('SIGTERM');
    await child.exited;
  });
  let output = '';
  const found = Promise.withResolvers<string>();
  void (async () => {
    for await (const chunk of child.stdout.pipeThrough(new TextDecoderStream())) {
      output += chunk;
      const [text] = address.exec(output) ?? [];
      if (text !== undefined) found.resolve(text);
    }
    found.reject(new Error(`${command[0]} ended before it listened:\n${output}`));
  })();
  return found.promise;
}

/** A server that drafts without a model. */
const SERVER = {
  PORT: '0',
  DATA_DIR: join(folder, 'server'),
  AI_PROVIDER: 'offline',
  MONGODB_URI: '',
  NODE_ENV: 'development',
};

/** Takes every mail and every login. */
async function startMailServer(): Promise<number> {
  const server = createTcpServer((socket) => {
    let isData = false;
    /** The end of what has come of a mail. */
    let mail = '';
    socket.on('error', () => {});
    socket.write('220 stand-in\r\n');
    socket.on('data', (chunk) => {
      const text = String(chunk);
      if (isData) {
        mail = (mail + text).slice(-5);
        if (mail !== '\r\n.\r\n') return;
        isData = false;
        mail = '';
        return void socket.write('250 taken\r\n');
      }
      if (/^EHLO/i.test(text)) socket.write('250-stand-in\r\n250 AUTH PLAIN\r\n');
      else if (/^AUTH/i.test(text)) socket.write('235 welcome\r\n');
      else if (/^DATA/i.test(text)) socket.write('354 go on\r\n');
      else if (/^QUIT/i.test(text)) socket.end('221 bye\r\n');
      else socket.write('250 fine\r\n');
      isData = /^DATA/i.test(text);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => server.close());
  return (server.address() as { port: number }).port;
}

/** Speaks the chat-completion format: a colour where one is asked for, else a drawing. */
async function answerAsModel(request: Request): Promise<Response> {
  const body = (await request.json()) as { stream?: boolean; messages: { content: string }[] };
  const isColour = body.messages.at(-1)?.content.includes('colour') === true;
  const content = isColour ? 'Red' : JSON.stringify(GRAPH);
  const about = { id: 'c1', created: 1, model: 'stand-in' };
  const usage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 };
  if (!body.stream) {
    const choices = [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content } }];
    return Response.json({ ...about, object: 'chat.completion', choices, usage });
  }
  const chunks = [
    { choices: [{ index: 0, delta: { content }, finish_reason: null }] },
    { choices: [{ index: 0, delta: {}, finish_reason: 'stop' }], usage },
  ].map((chunk) => `data: ${JSON.stringify({ ...about, object: 'chat.completion.chunk', ...chunk })}\n\n`);
  return new Response(`${chunks.join('')}data: [DONE]\n\n`, {
    headers: { 'content-type': 'text/event-stream' },
  });
}

const node = (id: string, type: string, fields: object) => ({ id, type, data: { label: type, fields } });
const GRAPH = {
  nodes: [
    node('a', 'input', { variables: [{ name: 'name' }, { name: 'email' }, { name: 'password' }] }),
    node('b', 'inputValidation', { rules: [{ field: 'input.email', required: true, type: 'email' }] }),
    node('c', 'dbInsert', {
      collection: 'users',
      data: { email: '{{ input.email }}', password: '{{ input.password }}' },
    }),
  ],
  edges: [
    { source: 'a', target: 'b' },
    { source: 'b', target: 'c' },
  ],
};

// Last, so that every constant above is there.
try {
  await main();
} finally {
  for (const close of closing.reverse()) await close();
  rmSync(folder, { recursive: true, force: true });
}
