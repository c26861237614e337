/** @module Who may import whom. The page that explains it is the architecture section of the README. */
import { isBuiltin } from 'node:module';
import { posix } from 'node:path';
import type { Manifest } from './workspaces.ts';

const SCOPE = '@orchestrix/';

/** Package → packages of this repository that its source may import. Tests may also import what `devDependencies` name. */
const ALLOWED: Record<string, readonly string[] | 'all'> = {
  engine: [],
  'embedded-mongo': [],
  ai: ['engine'],
  client: [],
  executions: ['engine', 'limits'],
  models: ['engine', 'executions', 'limits'],
  lifecycle: [],
  limits: ['engine'],
  mailer: ['engine'],
  egress: ['engine'],
  routes: ['engine', 'limits', 'sessions'],
  'owner-databases': ['egress', 'engine', 'models'],
  sessions: ['engine', 'models'],
  'backend-core': 'all',
  benchmarks: 'all',
  eval: 'all',
  migrate: 'all',
};

/** Package → other packages that its source may import; whoever is missing may import whatever it declares. */
const ALLOWED_OUTSIDE: Record<string, readonly string[]> = { engine: ['zod', 're2js'] };

/** Foreign package → the one package of this repository whose source may import it. Benchmarks compare with all of them. */
const ONLY_IN: Record<string, string> = {
  mongoose: 'models',
  'rate-limiter-flexible': 'models',
  bson: 'embedded-mongo',
  nodemailer: 'mailer',
  jsonwebtoken: 'sessions',
  'socket.io': 'backend-core',
};

/** Packages whose source does no input or output: not even Node's own modules. */
const WITHOUT_IO = new Set(['engine']);

/**
 * Why an import is against the rules, or `undefined` when it is not.
 *
 * @param manifest of the package that imports
 * @param folder of that package, such as `packages/engine`
 * @param file that imports, relative to the root
 * @param specifier what it imports
 */
export function whyForbidden(
  manifest: Manifest,
  folder: string,
  file: string,
  specifier: string,
): string | undefined {
  if (file.startsWith('scripts/smoke/')) return undefined; // runs elsewhere, with packages of its own
  const inSource = file.startsWith(`${folder}/src/`) && !/\.test\.[cm]?[jt]s$/.test(file);
  if (specifier.startsWith('.')) return whyForbiddenPath(folder, file, specifier, inSource);

  const name = manifest.name.replace(SCOPE, '');
  if (isBuiltin(specifier)) {
    return inSource && WITHOUT_IO.has(name)
      ? `${name} does no I/O: it may not import ${specifier}`
      : undefined;
  }
  const imported = packageOf(specifier);
  if (imported === manifest.name) return undefined;
  if (!inSource)
    return isDeclared(manifest, imported) ? undefined : `${imported} is not in ${folder}/package.json`;

  const allowed = imported.startsWith(SCOPE) ? (ALLOWED[name] ?? []) : (ALLOWED_OUTSIDE[name] ?? 'all');
  if (allowed !== 'all' && !allowed.includes(imported.replace(SCOPE, ''))) {
    return `${name} may import ${allowed.length === 0 ? 'no package of this repository' : `only ${allowed.join(', ')}`}: ${specifier}`;
  }
  const home = ONLY_IN[imported];
  if (home !== undefined && home !== name && name !== 'benchmarks')
    return `only ${home} may import ${imported}`;
  return isBundled(specifier) || manifest.dependencies?.[imported] || manifest.peerDependencies?.[imported]
    ? undefined
    : `${imported} is not among the dependencies of ${folder}/package.json`;
}

/** Source stays in its package; tests and configurations may also read what lies at the root. */
function whyForbiddenPath(
  folder: string,
  file: string,
  specifier: string,
  inSource: boolean,
): string | undefined {
  const target = posix.join(posix.dirname(file), specifier);
  if (target.startsWith(`${folder}/`)) return undefined;
  const other = /^(?:packages|apps|tools)\/[^/]+/.exec(target)?.[0];
  if (other !== undefined) return `reaches into ${other}: import it by its package name`;
  return inSource ? `${specifier} leaves ${folder}` : undefined;
}

function isDeclared(
  { dependencies, devDependencies, peerDependencies }: Manifest,
  imported: string,
): boolean {
  const declared = { ...TOOLS, ...dependencies, ...devDependencies, ...peerDependencies };
  return isBundled(imported) || imported in declared;
}

/** Declared once at the root, for the tests and configurations of all. */
const TOOLS = { 'fast-check': '', tsup: '', vitest: '', typescript: '' };

/** Modules that Bun brings along. */
function isBundled(specifier: string): boolean {
  return specifier === 'bun' || specifier.startsWith('bun:');
}

/** `@scope/name/sub` and `name/sub` without their `sub`. */
function packageOf(specifier: string): string {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}
