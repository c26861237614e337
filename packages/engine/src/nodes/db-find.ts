/** @module `dbFind`: reads one document or a list of them. */

import { z } from 'zod';
import { TerminalError } from '../errors.ts';
import { defineNode, requiredTemplate, template } from '../node.ts';
import {
  checkCollectionStep,
  collectionName,
  databaseOf,
  FILTER_ALIASES,
  requireCollection,
  resolveFilter,
} from './collection.ts';

const MANY = new Set(['many', 'findmany', 'find', 'all']);

export const dbFind = defineNode({
  type: 'dbFind',
  title: 'Find',
  category: 'database',
  summary: 'Reads one document (null when there is none) or, with findType "many", a list.',
  aliases: { filter: FILTER_ALIASES },
  config: z.object({
    collection: collectionName,
    filter: requiredTemplate('Field → value or comparison; {} selects everything'),
    findType: z.string().nullish().describe('"many" for a list, anything else for one document'),
    sort: template().describe('Field → 1 or -1'),
    limit: template().describe('Most documents of a list'),
    skip: template().describe('Documents of a list to pass over'),
    projection: template().describe('Field → 1 or 0, or a list of fields'),
  }),
  outputs: { name: 'found', summary: 'The document, null, or the list.' },
  example: { type: 'dbFind', collection: 'users', filter: { email: '{{ input.email }}' }, output: 'user' },
  sideEffects: 'reads',
  check: (_config, step) => checkCollectionStep(step, [{ name: 'filter', context: 'filter' }]),
  async run(context, config) {
    requireCollection(config.collection);
    const filter = resolveFilter(context, 'dbFind', config.filter);
    context.logInput = {
      collection: config.collection,
      ...(config.findType ? { findType: config.findType } : {}),
      filters: filter,
    };
    const query = {
      filter,
      sort: sortOf(config.sort.resolve(context.variables)),
      skip: countOf('skip', config.skip.resolve(context.variables)),
      limit: countOf('limit', config.limit.resolve(context.variables)),
      projection: projectionOf(config.projection.resolve(context.variables)),
    };
    const database = databaseOf(context, 'dbFind');
    const options = { signal: context.signal };
    const many = MANY.has((config.findType ?? '').toLowerCase());
    const found = many
      ? await database.find(config.collection, query, options)
      : await database.findOne(config.collection, query, options);
    const resultCount = Array.isArray(found) ? found.length : found === null ? 0 : 1;
    context.logOutput = { found: resultCount > 0, resultCount, outputVariable: context.outputName };
    return found;
  },
});

function sortOf(value: unknown): Record<string, 1 | -1> | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value === 'string') {
    const descending = value.startsWith('-');
    return { [descending ? value.slice(1) : value]: descending ? -1 : 1 };
  }
  if (typeof value !== 'object' || Array.isArray(value))
    throw misconfigured('sort must map fields to 1 or -1');
  const sort: Record<string, 1 | -1> = {};
  for (const [field, direction] of Object.entries(value)) {
    if (field.startsWith('$')) throw misconfigured(`sort may not hold the operator "${field}"`);
    const text = String(direction).toLowerCase();
    if (!['1', '-1', 'asc', 'desc', 'ascending', 'descending'].includes(text)) {
      throw misconfigured(`sort field "${field}" must be 1 or -1`);
    }
    sort[field] = text === '-1' || text.startsWith('desc') ? -1 : 1;
  }
  return Object.keys(sort).length > 0 ? sort : undefined;
}

function countOf(name: string, value: unknown): number | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  const count = Number(value);
  if (!Number.isInteger(count) || count < 0)
    throw misconfigured(`${name} must be a whole number of at least 0`);
  return count;
}

function projectionOf(value: unknown): Record<string, 0 | 1> | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  const entries: [string, unknown][] = Array.isArray(value)
    ? value.map((field) => [String(field), 1])
    : typeof value === 'string'
      ? value.split(/[\s,]+/).map((field) => [field.replace(/^-/, ''), field.startsWith('-') ? 0 : 1])
      : Object.entries(value as object);
  const projection: Record<string, 0 | 1> = {};
  for (const [field, include] of entries) {
    if (field === '') continue;
    if (field.startsWith('$') || typeof include === 'object')
      throw misconfigured(`projection field "${field}" must be 1 or 0`);
    projection[field] = include === 0 || include === false || include === '0' ? 0 : 1;
  }
  return Object.keys(projection).length > 0 ? projection : undefined;
}

function misconfigured(message: string): TerminalError {
  return new TerminalError(`dbFind: ${message}`, { code: 'STEP_MISCONFIGURED' });
}
