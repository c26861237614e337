/** @module What the four database nodes share: the collection's name, filters, changes, and the port. */

import { z } from 'zod';
import { TerminalError } from '../errors.ts';
import type { NodeFinding, StepContext } from '../node.ts';
import { findForbiddenOperators, type OperatorContext, refuseOperatorsFromVariables } from '../operators.ts';
import type { Database, Document } from '../ports.ts';
import { isBcryptHash } from '../values/bcrypt.ts';
import { isPlainObject } from '../values/copy.ts';
import { firstFilled, isEmptyValue } from '../values/empty.ts';
import type { Reference } from '../values/reference.ts';
import type { Template } from '../values/template.ts';

/** Accepted spellings of a selection. */
export const FILTER_ALIASES = ['filter', 'filters', 'where', 'query'] as const;

/** Markers of the visual builder; in a wrapper around a document they are settings, not fields. */
const MARKERS = ['outputVar', 'output', 'label', 'pass'];

/** Schema of a collection's name. */
export const collectionName = z
  .string({ error: 'Collection name must be a string' })
  .trim()
  .describe('Name of the collection');

/** The collection for a description; nothing for one that is not chosen yet. */
export function named(collection: string): string[] {
  return collection === '' ? [] : [collection];
}

/** The collection in the headline of a log. */
export function sayPlace(collection: string): string {
  return collection === '' ? 'a collection that is not chosen yet' : `"${collection}" collection`;
}

/** The database of the run's owner. */
export function databaseOf(context: StepContext, nodeType: string): Database {
  const { database } = context.ports;
  if (!database) {
    throw new TerminalError(`${nodeType}: no database is connected`, {
      code: 'PORT_MISSING',
      details: { port: 'database' },
    });
  }
  return database;
}

/** Schema-level emptiness: a blank collection can be stored as a draft and fails when it runs. */
export function requireCollection(collection: string, nodeType: string): void {
  if (collection === '')
    throw new TerminalError(`${nodeType}: choose a collection`, { code: 'STEP_MISCONFIGURED' });
}

/** Tells people who watch that a selection is being resolved. */
export function noteFilter(context: StepContext, filter: Template): void {
  context.note?.('info', 'Resolving query filters', 'Processing and resolving filter parameters...', {
    ...rawPart('rawFilters', filter),
  });
}

/** A setting as it is stored; nothing when it is blank. */
export function rawPart(name: string, { source }: Template): Record<string, unknown> {
  return isEmptyValue(source) ? {} : { [name]: source };
}

/** Tells them what came of it. */
export function noteResolvedFilter(
  context: StepContext,
  filter: Document,
  title: string,
  verb: string,
): void {
  context.note?.('data', title, `${verb} ${Object.keys(filter).length} filter condition(s)`, filter);
}

/** A document or a change with its references replaced; those without a value are left out. */
export function resolveDocument(
  context: StepContext,
  nodeType: string,
  source: Template,
  isLeftOut: (reference: Reference, value: unknown) => boolean = () => false,
): Document {
  const resolved = source.resolve(context.variables, {
    value: (reference, value) => {
      refuseOperatorsFromVariables(nodeType, reference, value);
      return isLeftOut(reference, value) ? undefined : value;
    },
  });
  return isPlainObject(resolved) ? { ...resolved } : {};
}

/** The collection whose documents are accounts of the workflow's users. */
const ACCOUNTS = 'users';

/** An account's address in the form in which it is stored: two spellings of one address are one account. */
export function withPlainEmail(collection: string, document: Document): Document {
  if (collection !== ACCOUNTS || typeof document.email !== 'string') return document;
  return { ...document, email: document.email.trim().toLowerCase() };
}

/** The filter of accounts with the address in the form in which it is stored, beside the one that was given: older rows have that. */
export function withEitherEmail(collection: string, filter: Document): Document {
  const { email } = filter;
  if (collection !== ACCOUNTS || typeof email !== 'string') return filter;
  const plain = email.trim().toLowerCase();
  return plain === email ? filter : { ...filter, email: { $in: [email, plain] } };
}

/** bcrypt reads so many bytes; what comes after them would not count. */
const MAX_PASSWORD_BYTES = 72;

/** Replaces a plain-text `password` by its bcrypt hash; a hash stays as it is. */
export async function hashPassword(
  context: StepContext,
  nodeType: string,
  document: Document,
): Promise<Document> {
  const { password } = document;
  if (password === undefined || password === null) return document;
  if (typeof password !== 'string' && typeof password !== 'number') {
    throw new TerminalError(`${nodeType}: password must be a text`, {
      code: 'STEP_FAILED',
      details: { field: 'password' },
    });
  }
  const plain = String(password);
  if (isBcryptHash(plain)) {
    if (!isFromEarlierStep(context, plain)) context.redactor.allowHash(plain);
    return document;
  }
  const { passwords } = context.ports;
  if (!passwords) {
    throw new TerminalError(`${nodeType}: no password hashing is configured`, {
      code: 'PORT_MISSING',
      details: { port: 'passwords' },
    });
  }
  context.redactor.protect(plain);
  if (new TextEncoder().encode(plain).length > MAX_PASSWORD_BYTES || plain.includes('\0')) {
    throw new TerminalError(
      `${nodeType}: a password has at most ${MAX_PASSWORD_BYTES} bytes in UTF-8 and no NUL character`,
      {
        code: 'VALIDATION_FAILED',
        details: { password: [`Expected at most ${MAX_PASSWORD_BYTES} bytes`] },
      },
    );
  }
  const hash = await passwords.hash(plain, { signal: context.signal });
  context.redactor.allowHash(hash);
  return { ...document, password: hash };
}

/** What a step found may be somebody else's; what the author or the caller wrote is known to them. */
function isFromEarlierStep({ variables }: StepContext, text: string): boolean {
  const open = Object.entries(variables).flatMap(([name, value]) => (name === 'input' ? [] : [value]));
  const seen = new Set<unknown>();
  while (open.length > 0) {
    const value = open.pop();
    if (value === text) return true;
    if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value) || seen.has(value)) continue;
    seen.add(value);
    for (const inner of Object.values(value)) open.push(inner);
  }
  return false;
}

/**
 * A step with its document under `data`, in whichever spelling and wrapper it came. A wrapper counts as empty when what
 * is in it is, so that the next spelling is read.
 *
 * @param spellings fields that may hold the document, in order of precedence
 * @param wrappers names under which a wrapper holds the document
 */
export function takeDocument(
  step: Record<string, unknown>,
  spellings: readonly string[],
  wrappers: readonly string[],
): Record<string, unknown> {
  const rest = { ...step };
  for (const spelling of spellings) delete rest[spelling];
  const data = firstFilled(spellings.map((spelling) => unwrapDocument(step[spelling], wrappers)));
  return data === undefined ? rest : { ...rest, data };
}

/** The document inside a step's `data`: older clients wrap it once more, beside markers of the builder. */
function unwrapDocument(value: unknown, wrappers: readonly string[]): unknown {
  if (!isPlainObject(value)) return value;
  const keys = Object.keys(value);
  const inner = wrappers.find((name) => Object.hasOwn(value, name));
  if (
    inner !== undefined &&
    isWrapped(value[inner]) &&
    keys.every((key) => key === inner || MARKERS.includes(key))
  ) {
    return value[inner] ?? {};
  }
  // `outputVar` is nobody's data: it tells that the builder put its settings among the fields.
  if (!Object.hasOwn(value, 'outputVar')) return value;
  return Object.fromEntries(Object.entries(value).filter(([key]) => !MARKERS.includes(key)));
}

/** Findings about a stored filter, change or document: operators that may not stand there, and what was left blank. */
export function checkCollectionStep(
  step: Record<string, unknown>,
  fields: { name: string; context: OperatorContext; blankMessage?: string }[],
): NodeFinding[] {
  const findings: NodeFinding[] = [];
  if (typeof step.collection === 'string' && step.collection.trim() === '') {
    findings.push({
      code: 'CONFIG_INCOMPLETE',
      severity: 'warning',
      path: 'collection',
      message: 'No collection is chosen yet',
      expected: 'the name of a collection',
      suggestion: 'Choose a collection',
    });
  }
  for (const { name, context, blankMessage } of fields) {
    const value = step[name];
    for (const { operator, at } of findForbiddenOperators(value, context)) {
      findings.push({
        code: 'OPERATOR_NOT_ALLOWED',
        severity: 'error',
        path: [name, ...at].join('.'),
        message: `The operator "${operator}" may not be used ${context === 'document' ? 'in a document' : `in a ${name === 'data' ? 'change' : name}`}`,
        got: operator,
        expected:
          context === 'document'
            ? 'field names without $'
            : 'a comparison, logical or update operator that runs no code',
      });
    }
    if (blankMessage !== undefined && (value === undefined || value === null || isBlank(value))) {
      findings.push({ code: 'CONFIG_INCOMPLETE', severity: 'warning', path: name, message: blankMessage });
    }
  }
  return findings;
}

function isBlank(value: unknown): boolean {
  return value === '' || (isPlainObject(value) && Object.keys(value).length === 0);
}

function isWrapped(value: unknown): boolean {
  return value === null || isPlainObject(value);
}
