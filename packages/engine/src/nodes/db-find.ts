/** @module `dbFind`: reads one document or a list of them. */

import { z } from 'zod';
import { filterFailures, sayCollection, sayFilter } from '../describe/say-filter.ts';
import { joinWords, sayValue, shorten } from '../describe/say-value.ts';
import { TerminalError } from '../errors.ts';
import { defineNode, requiredTemplate, template } from '../node.ts';
import { isPlainObject } from '../values/copy.ts';
import { isEmptyValue } from '../values/empty.ts';
import {
  checkCollectionStep,
  collectionName,
  databaseOf,
  FILTER_ALIASES,
  named,
  noteFilter,
  noteResolvedFilter,
  requireCollection,
  sayPlace,
  withEitherEmail,
} from './collection.ts';
import { resolveFilter } from './filter.ts';

const MANY = new Set(['many', 'findMany', 'find', 'all']);

export const dbFind = defineNode({
  type: 'dbFind',
  title: 'Find',
  category: 'database',
  summary: 'Reads one document (null when there is none) or, with findType "many", a list.',
  aliases: { filter: FILTER_ALIASES },
  config: z.object({
    collection: collectionName,
    filter: requiredTemplate('Field → value or comparison; {} selects everything', 'fields'),
    findType: z.string().nullish().describe('"many" for a list, anything else for one document'),
    sort: template({
      description: 'Field → 1 or -1, or names with - before those in descending order',
      shape: 'fields',
    }),
    limit: template({ description: 'Most documents of a list', shape: 'number' }),
    skip: template({ description: 'Documents of a list to pass over', shape: 'number' }),
    projection: template({ description: 'Field → 1 or 0, or a list of fields', shape: 'fields' }),
  }),
  outputs: { name: 'found', summary: 'The document, null, or the list.' },
  example: { type: 'dbFind', collection: 'users', filter: { email: '{{ input.email }}' }, output: 'user' },
  sideEffects: 'reads',
  narrate: {
    start: ({ collection }) => `Querying ${sayPlace(collection)}`,
    done: () => 'Database query completed successfully',
    subject: ({ collection, findType, filter }) => ({
      collection,
      findType: findType || 'findOne',
      filters: filter.source ?? {},
    }),
  },
  describe: ({ collection, filter, findType, sort, skip, limit }) => {
    const what = `${sayCollection(collection)}${sayFilter(filter)}`;
    const page = [
      sayOrder(sort.source),
      isEmptyValue(skip.source) ? '' : `passing over the first ${sayValue(skip.source)}`,
      isEmptyValue(limit.source) ? '' : `at most ${sayValue(limit.source)}`,
    ].filter((part) => part !== '');
    return {
      sentence: MANY.has(findType ?? '')
        ? [`Lists the documents in ${what}`, ...page].join(', ')
        : `Looks up one document in ${what}`,
      reads: named(collection),
      failsWhen: filterFailures(collection, filter),
    };
  },
  check: (_config, step) => checkCollectionStep(step, [{ name: 'filter', context: 'filter' }]),
  async run(context, config) {
    requireCollection(config.collection, 'dbFind');
    noteFilter(context, config.filter);
    const filter = withEitherEmail(config.collection, resolveFilter(context, 'dbFind', config.filter));
    noteResolvedFilter(context, filter, 'Filters resolved successfully', 'Query will use');
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
    const many = MANY.has(config.findType ?? '');
    context.note?.('info', 'Executing database query', `Running ${many ? 'find' : 'findOne'}() query...`, {
      findType: config.findType || 'findOne',
      filters: filter,
    });
    const found = many
      ? await database.find(config.collection, query, options)
      : await database.findOne(config.collection, query, options);
    const resultCount = Array.isArray(found) ? found.length : found === null ? 0 : 1;
    context.note?.(
      'data',
      'Query executed successfully',
      `Found ${resultCount} record${resultCount === 1 ? '' : 's'}`,
      found,
    );
    context.logOutput = { found: resultCount > 0, resultCount, outputVariable: context.outputName };
    return found;
  },
});

function sayOrder(sort: unknown): string {
  if (isEmptyValue(sort)) return '';
  if (typeof sort === 'string' && sort.includes('{{')) return `sorted by ${sayValue(sort)}`;
  const fields = isPlainObject(sort)
    ? Object.entries(sort)
    : String(sort)
        .split(/[\s,]+/)
        .filter((field) => field !== '')
        .map(readSortField);
  const orders = fields.map(([field, direction]) => {
    const isDown = /^(?:-|desc)/i.test(String(direction));
    return [shorten(field), isDown] as const;
  });
  const [[first, isDown] = ['', false]] = orders;
  if (orders.length === 1 && first === 'createdAt') return isDown ? 'newest first' : 'oldest first';
  const names = orders.map(([name, down]) => `${name}${down ? ' (highest first)' : ''}`);
  return orders.length === 1
    ? `sorted by ${first}${isDown ? ', highest first' : ''}`
    : `sorted by ${joinWords(names, 'and')}`;
}

/** `name`, `-name` and `name:desc`. */
function readSortField(text: string): [field: string, direction: unknown] {
  const [field = '', direction] = text.split(':', 2);
  if (direction !== undefined) return [field, direction];
  return [field.replace(/^[-+]/, ''), field.startsWith('-') ? -1 : 1];
}

const DIRECTIONS: Readonly<Record<string, 1 | -1>> = {
  '1': 1,
  asc: 1,
  ascending: 1,
  '-1': -1,
  desc: -1,
  descending: -1,
};

function sortOf(value: unknown): Record<string, 1 | -1> | undefined {
  const entries = fieldsOf('sort', value, readSortField);
  const sort = entries.map(([field, given]): [string, 1 | -1] => {
    const direction = String(given).toLowerCase();
    if (!Object.hasOwn(DIRECTIONS, direction)) throw misconfigured(`sort field "${field}" must be 1 or -1`);
    return [field, DIRECTIONS[direction]!];
  });
  return sort.length > 0 ? Object.fromEntries(sort) : undefined;
}

function projectionOf(value: unknown): Record<string, 0 | 1> | undefined {
  const list = Array.isArray(value) ? Object.fromEntries(value.map((field) => [String(field), 1])) : value;
  const entries = fieldsOf('projection', list, (field) => [
    field.replace(/^-/, ''),
    field.startsWith('-') ? 0 : 1,
  ]);
  const projection = entries.map(([field, include]): [string, 0 | 1] => {
    if (typeof include === 'object') throw misconfigured(`projection field "${field}" must be 1 or 0`);
    return [field, ['0', 'false'].includes(String(include)) ? 0 : 1];
  });
  return projection.length > 0 ? Object.fromEntries(projection) : undefined;
}

/** Fields with what is said of each: from an object, or from a text of names. Names of operators are refused. */
function fieldsOf(
  name: string,
  value: unknown,
  readName: (field: string) => [string, unknown],
): [string, unknown][] {
  if (value === undefined || value === null || value === '') return [];
  if (typeof value !== 'string' && !isPlainObject(value))
    throw misconfigured(`${name} must be an object of fields, or names of fields`);
  const entries = typeof value === 'string' ? value.split(/[\s,]+/).map(readName) : Object.entries(value);
  for (const [field] of entries) {
    if (field.startsWith('$')) throw misconfigured(`${name} may not hold the operator "${field}"`);
  }
  return entries.filter(([field]) => field !== '');
}

function countOf(name: string, value: unknown): number | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  const count = typeof value === 'string' || typeof value === 'number' ? Number(value) : Number.NaN;
  if (!Number.isInteger(count) || count < 0)
    throw misconfigured(`${name} must be a whole number of at least 0`);
  return count;
}

function misconfigured(message: string): TerminalError {
  return new TerminalError(`dbFind: ${message}`, { code: 'STEP_MISCONFIGURED' });
}
