/** @module The parts of an existing workflow that changes are about. */
import type { InputVariable, WorkflowDefinition, WorkflowStep } from '@orchestrix/engine';
import type { Collections } from '../../builder/prompt.ts';
import type { PatchOperation } from '../../patch/operations.ts';
import type { Field, FieldType } from '../field.ts';
import { knownFields, singularOf, wordsOf } from '../names.ts';

/** A step with its id. */
export type Part = WorkflowStep & { id: string };

/** The steps that changes look for; each may be missing. */
export interface Parts {
  input: Part | undefined;
  validate: Part | undefined;
  auth: Part | undefined;
  /** The insert or update. */
  write: Part | undefined;
  /** The step that ends a document. */
  delete: Part | undefined;
  /** The step that reads a list. */
  list: Part | undefined;
  /** The first step that reads one document. */
  find: Part | undefined;
  mails: Part[];
  response: Part | undefined;
  all: Part[];
  /** The collection that the workflow is about; empty when it knows none. */
  collection: string;
  /** Fields that this collection has. */
  known: readonly string[];
  collections: Collections;
}

/** What comes of a wish: operations, a question, or `null` when the wish is about something else. */
export type Outcome = PatchOperation[] | string | null;

/** Sorts the steps of a workflow. */
export function partsOf({ steps }: WorkflowDefinition, collections: Collections): Parts {
  const all = steps.filter((step): step is Part => typeof step.id === 'string');
  const first = (...types: string[]): Part | undefined => all.find(({ type }) => types.includes(type));
  const list = all.find(({ type, findType }) => type === 'dbFind' && findType === 'many');
  const write = first('dbInsert', 'dbUpdate');
  const find = all.find((step) => step.type === 'dbFind' && step !== list);
  const collection = String((write ?? first('dbDelete') ?? list ?? find)?.collection ?? '');
  const auth = first('authMiddleware');
  const input = first('input');
  return {
    input,
    validate: first('inputValidation'),
    auth,
    write,
    delete: first('dbDelete'),
    list,
    find,
    mails: all.filter(({ type }) => type === 'emailSend'),
    response: all.findLast(({ type }) => type === 'response'),
    all,
    collection,
    known: knownFields(collection, collections),
    collections,
  };
}

const OUTPUTS: Readonly<Record<string, string>> = {
  dbFind: 'found',
  dbInsert: 'created',
  dbUpdate: 'updated',
  dbDelete: 'deleted',
  authMiddleware: 'currentUser',
  userLogin: 'loginResult',
  jwtGenerate: 'token',
};

/** The name of a step's result. */
export function outputOf({ output, type }: Part): string {
  return typeof output === 'string' && output !== '' ? output : (OUTPUTS[type] ?? 'result');
}

/** What the workflow is about, as a word for people. */
export function nounOf({ collection }: Parts): string {
  return singularOf(collection);
}

/** The caller's values. */
export function variablesOf({ input }: Parts): InputVariable[] {
  return Array.isArray(input?.variables) ? (input.variables as InputVariable[]) : [];
}

/** The same as fields. */
export function fieldsOf(parts: Parts): Field[] {
  return variablesOf(parts).map(({ name, type, required }) => ({
    name,
    type: (type ?? 'string') as FieldType,
    required: required === true,
  }));
}

/** Positions of the rules about a field. */
export function rulesFor({ validate }: Parts, name: string): number[] {
  const rules = Array.isArray(validate?.rules) ? (validate.rules as { field?: unknown }[]) : [];
  return rules.flatMap(({ field }, index) =>
    field === `input.${name}` ||
    field === name ||
    field === `{{ input.${name} }}` ||
    field === `{{input.${name}}}`
      ? [index]
      : [],
  );
}

/** Matches a name as people write it: `orderNumber` also as `order number`, `order-number` or `order numbers`. */
export function spelling(name: string): RegExp {
  const words = name.toLowerCase() === 'email' ? ['e-?mail(?: address)?'] : wordsOf(name).map(escapeText);
  return new RegExp(`(?<![\\w@.])(?:${words.join('[ _-]?')})(?:e?s)?(?![\\w@])(?!-)`, 'i');
}

/** Names of the caller's values that a text speaks of; by their last or first word when none is there in full. */
export function namesIn(text: string, names: readonly string[]): string[] {
  const full = names.filter((name) => spelling(name).test(text));
  if (full.length > 0) {
    // "maximum price" does not speak of "price".
    return full.filter(
      (name) => !full.some((other) => other !== name && endsWith(other, name) && only(text, other, name)),
    );
  }
  const part = names.filter((name) => {
    const words = wordsOf(name);
    if (words.length < 2) return false;
    return [words.at(-1)!, words[0]!].some((word) => word.length > 3 && spelling(word).test(text));
  });
  return part.length === 1 ? part : [];
}

function endsWith(long: string, short: string): boolean {
  return wordsOf(long).join(' ').includes(wordsOf(short).join(' '));
}

function only(text: string, long: string, short: string): boolean {
  return !spelling(short).test(text.replace(new RegExp(spelling(long).source, 'gi'), ' '));
}

function escapeText(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** The id of the step before another one; of the last one when there is none such. */
export function before(id: string | undefined, { all }: Parts): string | null {
  const index = id === undefined ? all.length : all.findIndex((step) => step.id === id);
  return all[index - 1]?.id ?? null;
}

/** An id that no step has. */
export function freeId(wanted: string, { all }: Parts): string {
  return free(
    wanted,
    all.map(({ id }) => id),
  );
}

/** A name for a result that no other step and no value of the caller has. */
export function freeOutput(wanted: string, parts: Parts): string {
  return free(wanted, [...parts.all.map(outputOf), ...variablesOf(parts).map(({ name }) => name)]);
}

function free(wanted: string, taken: readonly string[]): string {
  let name = wanted;
  for (let count = 2; taken.includes(name); count++) name = `${wanted}_${count}`;
  return name;
}

/** Sets a field unless it is so already. */
export function setField(step: Part, field: string, value: unknown): PatchOperation[] {
  let present: unknown = step;
  for (const key of field.split('.'))
    present = typeof present === 'object' && present !== null ? Reflect.get(present, key) : undefined;
  return JSON.stringify(present) === JSON.stringify(value) ? [] : [{ op: 'set', id: step.id, field, value }];
}
