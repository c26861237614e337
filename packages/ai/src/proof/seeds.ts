/** @module Documents that have to be there for a workflow to find something: made from its filters and what it reads later. */
import { compileValue, type Document } from '@orchestrix/engine';
import { isObject } from '../builder/plain.ts';
import { comparedValue, comparisonFor } from './compared-value.ts';
import { CALLER_ID, plausibleValue } from './good-value.ts';
import { comparedPath, referencePath, textOf, type WrittenStep } from './plan-steps.ts';
import { hasPath, readPath, setPath } from './value-path.ts';

/** What is stored before a trial, and what the caller's token says. */
export interface Seeds {
  documents: Map<string, Document[]>;
  /** Plain-text passwords to be hashed into `users` before they are stored, by position there. */
  passwords: Map<Document, string>;
  /** `undefined` when no step asks for a token. */
  claims: Record<string, unknown> | undefined;
  /** Whether some step looks for one document that a caller names, so that it can also ask for one that is not there. */
  findsOne: boolean;
}

/** @param input a good input */
export function makeSeeds(steps: readonly WrittenStep[], input: Record<string, unknown>): Seeds {
  const claims = claimsOf(steps);
  const seeds: Seeds = { documents: new Map(), passwords: new Map(), claims, findsOne: false };
  /** What variables will hold, as far as it can be foreseen. */
  const variables: Record<string, unknown> = { input };
  const wants = wantedPaths(steps);
  if (claims) {
    for (const { output } of steps.filter(({ type }) => type === 'authMiddleware'))
      if (output !== null) variables[output] = claims;
  }
  for (const [index, step] of steps.entries()) {
    const { type, fields, output } = step;
    if (type === 'userLogin') seedLogin(seeds, variables, step, steps.slice(0, index));
    if (type === 'input' && output !== null) variables[output] = input;
    if (type !== 'dbFind' && type !== 'dbUpdate' && type !== 'dbDelete') continue;
    const collection = textOf(fields.collection);
    if (collection === '' || isMeantToBeEmpty(step, index, steps)) continue;
    const many =
      MANY.has(textOf(fields.findType)) ||
      /Many$/.test(textOf(fields.updateType) + textOf(fields.deleteType));
    const wanted = conditionsOf(fields.filter, variables);
    const list = listOf(seeds, collection);
    const known = list.find((document) => satisfies(document, wanted));
    const document = known ?? newDocument(list.length, collection);
    if (!known) list.push(document);
    for (const [path, value] of Object.entries(wanted)) setPath(document, path, value);
    const read = output === null ? [] : (wants.get(output) ?? []);
    for (const { path, valueFrom } of read) {
      const value = valueFrom(variables);
      // What the filter asks for stays.
      if (hasPath(document, path) && (value === undefined || Object.hasOwn(wanted, path.join('.')))) continue;
      setPath(document, path, value ?? plausibleValue(path.join('.')));
    }
    if (output !== null) variables[output] = many && type === 'dbFind' ? [document] : document;
    seeds.findsOne ||= !many && Object.keys(wanted).length > 0;
  }
  return seeds;
}

function listOf({ documents }: Seeds, collection: string): Document[] {
  const list = documents.get(collection) ?? [];
  documents.set(collection, list);
  return list;
}

const MANY = new Set(['many', 'findMany', 'find', 'all']);

function newDocument(position: number, collection: string): Document {
  // Two collections may hold documents of the same number; nothing relies on their ids being different, but people read them.
  const salt = [...collection].reduce((sum, char) => (sum * 31 + char.charCodeAt(0)) % 0xffffff, 7);
  const id = salt.toString(16).padStart(6, '0') + (position + 1).toString(16).padStart(18, 'c');
  return { _id: id, createdAt: '2026-01-10T08:00:00.000Z' };
}

/** A find that shall find nothing, or that looks for doubles of what is stored next. */
function isMeantToBeEmpty(
  { type, output, fields }: WrittenStep,
  index: number,
  steps: readonly WrittenStep[],
): boolean {
  if (type !== 'dbFind')
    return steps
      .slice(0, index)
      .some((step) => step.type === 'dbInsert' && step.fields.collection === fields.collection);
  const guards = steps.filter(
    (step) => step.type === 'guard' && referencePath(step.fields.value)?.join('.') === output,
  );
  if (guards.length > 0) return guards.some(({ fields: { is } }) => is === 'absent');
  return steps.some(
    ({ type: other, fields: others }) => other === 'dbInsert' && others.collection === fields.collection,
  );
}

function seedLogin(
  seeds: Seeds,
  variables: Record<string, unknown>,
  step: WrittenStep,
  before: readonly WrittenStep[],
): void {
  const { fields, output } = step;
  const email = compileValue(fields.email).resolve(variables);
  const password = compileValue(fields.password).resolve(variables);
  const made = before.some(
    ({ type, fields: { collection } }) => type === 'dbInsert' && collection === 'users',
  );
  if (made || typeof email !== 'string' || typeof password !== 'string') return;
  const users = listOf(seeds, 'users');
  const known = users.find((user) => user.email === email);
  const user = known ?? newDocument(users.length, 'users');
  if (!known) users.push(user);
  user.email = email;
  user.name ??= 'Ada Lovelace';
  seeds.passwords.set(user, password);
  if (output !== null) variables[output] = { ok: true, userId: user._id, email, name: user.name };
}

/** Field → value that a document needs for a filter to select it; what cannot be told is left out. */
function conditionsOf(filter: unknown, variables: Record<string, unknown>): Record<string, unknown> {
  const wanted: Record<string, unknown> = {};
  if (!isObject(filter)) return wanted;
  for (const [field, condition] of Object.entries(filter)) {
    if (field === '$and' || field === '$or') {
      const parts = Array.isArray(condition) ? condition : [];
      for (const part of field === '$and' ? parts : parts.slice(0, 1))
        Object.assign(wanted, conditionsOf(part, variables));
    } else if (!field.startsWith('$')) {
      const value = isObject(condition)
        ? byOperators(condition, variables, field)
        : compileValue(condition).resolve(variables);
      if (value !== undefined) wanted[field] = value;
    }
  }
  return wanted;
}

function byOperators(
  condition: Record<string, unknown>,
  variables: Record<string, unknown>,
  field: string,
): unknown {
  const resolved = Object.entries(condition).map(
    ([name, value]) => [name, compileValue(value).resolve(variables)] as const,
  );
  if (!resolved.some(([name]) => name.startsWith('$'))) return Object.fromEntries(resolved);
  const get = (name: string) => resolved.find(([one]) => one === name)?.[1];
  if (get('$eq') !== undefined) return get('$eq');
  const list = get('$in') ?? get('$all');
  if (Array.isArray(list)) return list[0];
  const above =
    get('$gte') ?? (typeof get('$gt') === 'number' ? Number(get('$gt')) + 1 : laterThan(get('$gt')));
  if (above !== undefined) return above;
  const below =
    get('$lte') ?? (typeof get('$lt') === 'number' ? Number(get('$lt')) - 1 : earlierThan(get('$lt')));
  if (below !== undefined) return below;
  const pattern = get('$regex');
  if (typeof pattern === 'string') return pattern.replace(/[\\^$.*+?()[\]{}|]/g, '');
  if (get('$exists') === false || get('$ne') !== undefined) return undefined;
  return plausibleValue(field);
}

function laterThan(value: unknown): unknown {
  return typeof value === 'string' ? `${value}~` : undefined;
}

function earlierThan(value: unknown): unknown {
  return typeof value === 'string' ? '' : undefined;
}

function satisfies(document: Document, wanted: Record<string, unknown>): boolean {
  return Object.entries(wanted).every(([path, value]) => {
    const segments = path.split('.');
    const found = segments.reduce<unknown>(
      (current, key) => (isObject(current) ? current[key] : undefined),
      document,
    );
    return JSON.stringify(found) === JSON.stringify(value);
  });
}

/** Output → what later steps read of it, and what guards want it to be. */
function wantedPaths(steps: readonly WrittenStep[]): Map<string, WantedPath[]> {
  const wanted = new Map<string, WantedPath[]>();
  const add = (
    root: string,
    path: readonly string[],
    valueFrom: WantedPath['valueFrom'] = () => undefined,
  ) => {
    const rest = path.filter((segment) => !/^\d+$/.test(segment));
    if (rest.length > 0) wanted.set(root, [...(wanted.get(root) ?? []), { path: rest, valueFrom }]);
  };
  for (const { type, fields, references } of steps) {
    for (const { segments, braced } of references) {
      const [root = '', ...path] = segments;
      if (braced && type !== 'guard') add(root, path);
    }
    if (type !== 'guard' || fields.is === 'absent') continue;
    const { is, value, to } = fields;
    const [root, ...path] = referencePath(value) ?? [];
    if (root !== undefined) add(root, path, (variables) => comparedValue(is, known(to, variables)));
    const [otherRoot, ...otherPath] = comparedPath(to) ?? [];
    if (otherRoot !== undefined)
      add(otherRoot, otherPath, (variables) => comparisonFor(is, known(value, variables)));
  }
  return wanted;
}

/** What is read of a variable, and what a guard wants it to be once the variables before it are known. */
interface WantedPath {
  path: string[];
  valueFrom: (variables: Record<string, unknown>) => unknown;
}

/** A constant, or what a reference stands for as far as it can be foreseen. */
function known(source: unknown, variables: Record<string, unknown>): unknown {
  const path = comparedPath(source);
  return path === undefined ? source : readPath(variables, path);
}

function claimsOf(steps: readonly WrittenStep[]): Record<string, unknown> | undefined {
  const checks = steps.filter(({ type }) => type === 'authMiddleware');
  if (checks.length === 0) return undefined;
  const role = checks.map(({ fields }) => textOf(fields.requiredRole)).find((name) => name !== '') ?? 'user';
  const claims: Record<string, unknown> = {
    userId: CALLER_ID,
    email: 'ada@example.com',
    name: 'Ada Lovelace',
    role,
  };
  const outputs = new Set(checks.map(({ output }) => output));
  for (const [root, wants] of wantedPaths(steps)) {
    if (!outputs.has(root)) continue;
    for (const { path, valueFrom } of wants) {
      const value = valueFrom({});
      if (value !== undefined) setPath(claims, path, value);
      else if (!hasPath(claims, path))
        setPath(
          claims,
          path,
          /^(_?id|sub)$/.test(path.join('.')) ? CALLER_ID : plausibleValue(path.join('.')),
        );
    }
  }
  return claims;
}
