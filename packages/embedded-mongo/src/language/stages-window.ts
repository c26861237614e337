/** @module Stages that look at neighbouring documents: `$setWindowFields`, `$fill`, `$densify`. */
import { CommandError } from '../command-error.ts';
import { isTurnOver, PAUSE } from '../pace.ts';
import { setComputed } from './computed-fields.ts';
import { compileExpression } from './expression.ts';
import { type Document, documentOf, isDocument, keysOf } from './fields.ts';
import { namedParts } from './operator-arguments.ts';
import { sortFields } from './sort.ts';
import type { Stage, StageContext, StageTable } from './stage.ts';
import { each } from './stages-fields.ts';
import { compileDensify } from './window/densify.ts';
import { compileWindowFunction } from './window/functions.ts';
import { dividePartitions } from './window/partitions.ts';

/** The stages by name. */
export const windowStages: StageTable = {
  $setWindowFields: compileSetWindowFields,
  $fill: compileFill,
  $densify: compileDensify,
};

function compileSetWindowFields(spec: unknown, context: StageContext, name: string): Stage {
  const parts = namedParts(spec, { required: ['output'], optional: ['partitionBy', 'sortBy'] }, name);
  const { output, partitionBy, sortBy } = parts;
  if (!isDocument(output)) throw refusal(`${name} requires 'output' to be an object`);
  if (sortBy !== undefined && !isDocument(sortBy)) throw refusal(`${name} requires 'sortBy' to be an object`);
  const sort = sortFields(sortBy ?? {});
  const outputs = keysOf(output).map(
    (path) => [path.split('.'), compileWindowFunction(output[path], sort, context)] as const,
  );
  const partition = partitionBy === undefined ? null : compileExpression(partitionBy, context);
  const order = context.collation === undefined ? {} : { collation: context.collation };
  return function* (input) {
    const partitions = yield* dividePartitions(input, { stage: name, partitionBy: partition, sort, order });
    for (const one of partitions) {
      const columns: unknown[][] = [];
      for (const [, compute] of outputs) columns.push(yield* compute(one));
      for (const [at, document] of one.documents.entries()) {
        let result = document;
        for (const [column, [path]] of outputs.entries()) {
          result = setComputed(result, path, columns[column]![at]) as Document;
        }
        yield result;
        if (isTurnOver()) yield PAUSE;
      }
    }
  };
}

/** `$fill` is `$setWindowFields` with `$locf` and `$linearFill`, and `$ifNull` for plain values. */
function compileFill(spec: unknown, context: StageContext, name: string): Stage {
  const shape = { required: ['output'], optional: ['partitionBy', 'partitionByFields', 'sortBy'] };
  const { output, partitionBy, partitionByFields, sortBy } = namedParts(spec, shape, name);
  if (!isDocument(output) || keysOf(output).length === 0) {
    throw refusal(`${name} requires 'output' to be a non-empty object`);
  }
  if (partitionBy !== undefined && partitionByFields !== undefined) {
    throw refusal(`${name} takes either 'partitionBy' or 'partitionByFields'`);
  }
  const methods: [string, unknown][] = [];
  const values: [string[], ReturnType<typeof compileExpression>][] = [];
  for (const path of keysOf(output)) {
    const { value, method } = fillingOf(output[path], name);
    if (method === undefined) {
      values.push([path.split('.'), compileExpression({ $ifNull: [`$${path}`, value] }, context)]);
    } else {
      methods.push([path, { [method === 'linear' ? '$linearFill' : '$locf']: `$${path}` }]);
    }
  }
  if (methods.length > 0 && sortBy === undefined) throw refusal(`${name} with a method requires 'sortBy'`);
  const partition = partitionByFields === undefined ? partitionBy : fieldsExpression(partitionByFields, name);
  const windowSpec = {
    ...(partition !== undefined && { partitionBy: partition }),
    ...(sortBy !== undefined && { sortBy }),
    output: documentOf(methods),
  };
  const byMethods = methods.length > 0 ? compileSetWindowFields(windowSpec, context, name) : null;
  const byValues = each((document) => {
    let result = document;
    for (const [path, evaluate] of values)
      result = setComputed(result, path, evaluate(document) ?? null) as Document;
    return result;
  });
  return (input) => byValues(byMethods ? byMethods(input) : input);
}

function fillingOf(spec: unknown, name: string): { value?: unknown; method?: 'linear' | 'locf' } {
  const { value, method } = isDocument(spec) ? spec : {};
  const isMethod = method === 'linear' || method === 'locf';
  if (
    !isDocument(spec) ||
    keysOf(spec).length !== 1 ||
    (method !== undefined && !isMethod) ||
    (value === undefined && !isMethod)
  ) {
    throw refusal(
      `${name}: an output is { value: <expression> }, { method: 'linear' } or { method: 'locf' }`,
    );
  }
  return isMethod ? { method } : { value };
}

function fieldsExpression(fields: unknown, name: string): Document {
  if (
    !Array.isArray(fields) ||
    !fields.every((field) => typeof field === 'string' && !field.startsWith('$'))
  ) {
    throw refusal(`${name} requires 'partitionByFields' to be an array of field names`);
  }
  return documentOf(fields.map((field: string) => [field.replaceAll('.', '/'), `$${field}`] as const));
}

const refusal = (message: string) => new CommandError('FailedToParse', message);
