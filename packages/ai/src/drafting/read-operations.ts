/** @module Operations as models write them. What cannot be done is left to the patch, which says so; what is no operation is left out. */
import { REDACTED, type Registry, type WorkflowDefinition, type WorkflowStep } from '@orchestrix/engine';
import { isObject, plain } from '../builder/plain.ts';
import type { PatchOperation } from '../patch/operations.ts';
import { canonicalStep } from './build-definition.ts';
import { cleanName } from './names.ts';
import { holderOf } from './read-plan.ts';
import { readPlanStep, readWhen } from './read-plan-step.ts';
import { readAny, readField, readTyped } from './read-value.ts';
import { withSecrets } from './restore-secrets.ts';
import { variantsOf } from './strict-schema.ts';
import type { Schema, TypeFacts, Types } from './type-facts.ts';

/** More operations than any change takes. */
const MAX_OPERATIONS = 100;

/** What operations are read against. */
export interface OperationContext {
  definition: WorkflowDefinition;
  registry: Registry;
  types: Types;
}

/** What the answer of a model can be, likeliest first: of one that was cut off, a list inside it may be all that is whole. */
export const CHANGE_TESTS: readonly ((value: object) => boolean)[] = [
  (value) => !Array.isArray(value) && !('op' in value) && operationsIn(value) !== undefined,
  (value) => !Array.isArray(value) && holderOf(value) !== undefined,
  Array.isArray,
  (value) => 'op' in value,
];

/** The list of operations in an answer; `undefined` when there is none. */
export function operationsIn(value: object): unknown[] | undefined {
  if (Array.isArray(value)) return value.some((one) => isObject(one) && 'op' in one) ? value : undefined;
  const places = [value, ...Object.values(value)].filter(isObject);
  for (const { operations, changes, patch } of places) {
    const list = [operations, changes, patch].find(Array.isArray);
    if (list) return list;
  }
  return isObject(value) && typeof value.op === 'string' ? [value] : undefined;
}

/** Operations in the form of the patch. */
export function readOperations(list: readonly unknown[], context: OperationContext): PatchOperation[] {
  const stepTypes = new Map(context.definition.steps.map(({ id, type }) => [id ?? '', type]));
  return list
    .slice(0, MAX_OPERATIONS)
    .filter(isObject)
    .flatMap((raw) => readOperation(raw, stepTypes, context));
}

function readOperation(
  raw: Record<string, unknown>,
  stepTypes: Map<string, string>,
  context: OperationContext,
): PatchOperation[] {
  const op = OPERATIONS[String(raw.op ?? raw.operation ?? raw.type).toLowerCase()];
  const target = targetOf(raw, context.definition);
  if (op === 'add' && (isObject(raw.step) || target.field === undefined))
    return readAdd(raw, stepTypes, context);
  const { id, field } = target;
  if (op === undefined || id === undefined) return [];
  if (op === 'remove' && field === undefined) return [{ op, id }];
  if (op === 'move') return [{ op, id, after: placeOf(raw, context) }];
  if (field === undefined) return readMany(raw, id, stepTypes, context);
  const facts = context.types.get(stepTypes.get(id) ?? '');
  const path = canonicalPath(field, facts);
  if (op === 'unset' || op === 'remove') return [{ op: 'unset', id, field: path }];
  if (raw.value === undefined) return [];
  const appended = op === 'append';
  const step = context.definition.steps.find((one) => one.id === id);
  const value = withSecrets(readAt(facts, appended ? `${path}.0` : path, raw.value), step, path.split('.'));
  // A secret that was never shown cannot be known.
  if (JSON.stringify(value)?.includes(REDACTED)) return [];
  return value === undefined
    ? [{ op: 'unset', id, field: path }]
    : [{ op: appended ? 'append' : 'set', id, field: path, value }];
}

const OPERATIONS: Record<string, PatchOperation['op'] | undefined> = Object.assign(Object.create(null), {
  add: 'add',
  insert: 'add',
  create: 'add',
  remove: 'remove',
  delete: 'remove',
  set: 'set',
  replace: 'set',
  update: 'set',
  change: 'set',
  unset: 'unset',
  clear: 'unset',
  append: 'append',
  push: 'append',
  move: 'move',
});

function readAdd(
  raw: Record<string, unknown>,
  stepTypes: Map<string, string>,
  context: OperationContext,
): PatchOperation[] {
  const { registry, types } = context;
  const flat = typeof raw.type === 'string' && raw.op !== undefined ? raw : undefined;
  const source = [raw.step, raw.value, flat].find(isObject);
  if (!source) return [];
  const { id: given, type, name, output, config } = readPlanStep(source, types);
  if (type === '') return [];
  const id = given === '' ? unusedId(type, stepTypes) : given;
  const about = { id, type, ...(name !== undefined && { name }), output };
  const step = canonicalStep(about, config, registry, types);
  stepTypes.set(id, type);
  return [{ op: 'add', step, after: placeOf(raw, context), when: readWhen(raw.when) }];
}

function unusedId(type: string, stepTypes: ReadonlyMap<string, string>): string {
  const wanted = cleanName(type) ?? 'step';
  for (let number = 1; ; number++) if (!stepTypes.has(`${wanted}_${number}`)) return `${wanted}_${number}`;
}

/** Behind which step; where nothing is said, behind the last one that does not end the run. */
function placeOf(raw: Record<string, unknown>, { definition, types }: OperationContext): string | null {
  const { steps } = definition;
  const named = raw.after === undefined ? raw.from : raw.after;
  if (named !== undefined) return typeof named === 'string' && named.trim() !== '' ? named.trim() : null;
  const before = steps.findIndex(({ id }) => id === raw.before);
  if (before >= 0) return steps[before - 1]?.id ?? null;
  return steps.findLast(({ type }) => types.get(type)?.role !== 'answer')?.id ?? null;
}

/** `{ op: 'set', id, fields: { a: 1, b: 2 } }` sets both. */
function readMany(
  raw: Record<string, unknown>,
  id: string,
  stepTypes: Map<string, string>,
  context: OperationContext,
): PatchOperation[] {
  const fields = [raw.fields, raw.changes, raw.value, raw.values].find(isObject);
  if (!fields) return [];
  return Object.entries(fields)
    .slice(0, MAX_OPERATIONS)
    .flatMap(([field, value]) => readOperation({ op: raw.op, id, field, value }, stepTypes, context));
}

/** Step and field, also out of a path such as `/steps/2/filter/email`. */
function targetOf(
  raw: Record<string, unknown>,
  { steps }: WorkflowDefinition,
): { id?: string; field?: string } {
  const id = [raw.id, raw.stepId, raw.step].find((one) => typeof one === 'string') as string | undefined;
  const field = [raw.field, raw.path].find((one) => typeof one === 'string' && one !== '') as
    | string
    | undefined;
  const parts = field?.split(/[./]/).filter((part) => part !== '') ?? [];
  if (parts[0] !== 'steps') {
    const path = field?.startsWith('/') ? parts.join('.') : field;
    return { ...(id !== undefined && { id: id.trim() }), ...(path !== undefined && { field: path }) };
  }
  const [, place = '', ...rest] = parts;
  const step: WorkflowStep | undefined = /^\d+$/.test(place) ? steps[Number(place)] : undefined;
  return { id: id ?? step?.id ?? place, ...(rest.length > 0 && { field: rest.join('.') }) };
}

/** The path in canonical spelling: other spellings of fields, and the places where editors keep them. */
function canonicalPath(field: string, facts: TypeFacts | undefined): string {
  const parts = field.trim().split('.');
  const isOwn = (name: string | undefined) =>
    name !== undefined &&
    facts !== undefined &&
    (facts.aliases.has(name) || facts.fields.some((one) => one.name === name));
  while (
    parts.length > 1 &&
    ['data', 'fields', 'config'].includes(parts[0]!) &&
    !isOwn(parts[0]) &&
    isOwn(parts[1])
  ) {
    parts.shift();
  }
  const [first = '', ...rest] = parts;
  const name = first === 'outputVar' ? 'output' : (facts?.aliases.get(first) ?? first);
  return [name, ...rest].join('.');
}

/** A value by what the node type says of its place. */
function readAt(facts: TypeFacts | undefined, path: string, raw: unknown): unknown {
  const [name = '', ...rest] = path.split('.');
  const field = facts?.fields.find((one) => one.name === name);
  if (!field) return readAny(plain(raw));
  if (rest.length === 0) return readField(field, raw);
  if (field.shape !== 'typed') return readAny(plain(raw));
  const schema = schemaAt(field.schema, rest);
  return schema ? readTyped(schema, plain(raw), 0) : readAny(plain(raw));
}

function schemaAt(schema: Schema, path: readonly string[]): Schema | undefined {
  let current: Schema | undefined = schema;
  for (const part of path) {
    const variants: Schema[] = current ? (variantsOf(current) ?? [current]) : [];
    const list = variants.find(({ type }) => type === 'array')?.items;
    const properties = variants.find(({ type }) => type === 'object')?.properties;
    const next: unknown =
      list ?? (isObject(properties) && Object.hasOwn(properties, part) ? properties[part] : undefined);
    current = isObject(next) ? next : undefined;
  }
  return current;
}
