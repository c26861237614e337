/** @module Stages that bring in other documents: `$lookup`, `$graphLookup`, `$unionWith`, `$facet`, `$documents`. */
import { CommandError } from '../command-error.ts';
import { memoryOf, StageMemory } from '../memory.ts';
import { isTurnOver, PAUSE, type Paced, type Task } from '../pace.ts';
import { stringOrder } from './collation.ts';
import type { StringOrder } from './compare.ts';
import { setComputed } from './computed-fields.ts';
import { compileExpression, compilerFor } from './expression.ts';
import { compileVariables } from './expression-logic.ts';
import { valueAtPath } from './expression-parts.ts';
import { type Document, getField, isDocument, keysOf, withField } from './fields.ts';
import { compileFilter, type Filter } from './filter.ts';
import { gatherWithin } from './gather-within.ts';
import { isNumber, toNumber } from './numbers.ts';
import { namedParts } from './operator-arguments.ts';
import { splitPath, walkPath } from './paths.ts';
import type { Stage, StageContext, StageTable } from './stage.ts';
import { valueKeys } from './value-key.ts';

/** The stages by name. */
export const joinStages: StageTable = {
  $lookup: compileLookup,
  $graphLookup: compileGraphLookup,
  $unionWith: (spec, context, name) => {
    const shape = { required: [], optional: ['coll', 'pipeline'] };
    const parts = typeof spec === 'string' ? { coll: spec } : namedParts(spec, shape, name);
    const run = context.compile(getField(parts, 'pipeline') ?? [], name);
    return function* (input) {
      yield* input;
      yield* run(typeof parts.coll === 'string' ? context.collection(parts.coll) : []);
    };
  },
  $facet: (spec, context, name) => {
    if (!isDocument(spec) || keysOf(spec).length === 0) {
      throw new CommandError('Location40169', 'the $facet specification must be a non-empty object');
    }
    const facets = keysOf(spec).map((facet) => [facet, context.compile(spec[facet], name)] as const);
    return function* (input) {
      const memory = new StageMemory(name);
      const documents = yield* gatherWithin(input, name, memory);
      let result: Document = {};
      for (const [facet, run] of facets) {
        result = withField(result, facet, yield* gatherWithin(run(documents), name, memory));
      }
      yield result;
    };
  },
  $documents: (spec, context) => {
    const documents = compileExpression(spec, context)({});
    if (!Array.isArray(documents) || !documents.every(isDocument)) {
      throw new CommandError('Location5858203', '$documents must evaluate to an array of objects');
    }
    return () => documents;
  },
};

/** Documents by the values of a path, the way an equality on that path finds them. */
class JoinIndex {
  readonly #byKey = new Map<string, Document[]>();
  readonly #segments: readonly string[];

  readonly #keyOf: (value: unknown) => string;

  constructor(path: string, strings: StringOrder) {
    this.#segments = splitPath(path);
    this.#keyOf = valueKeys(strings);
  }

  /** Adds documents. @throws CommandError QueryExceededMemoryLimitNoDiskUseAllowed (292) */
  *fill(documents: Iterable<Paced<Document>>, memory: StageMemory): Task<void> {
    for (const document of documents) {
      if (document === PAUSE) {
        yield PAUSE;
        continue;
      }
      memory.hold(memoryOf(document));
      this.#add(document);
    }
  }

  #add(document: Document): void {
    const keys = new Set<string>();
    walkPath(document, this.#segments, 'expand', (value) => {
      keys.add(this.#keyOf(value));
      return false;
    });
    for (const key of keys) {
      const found = this.#byKey.get(key);
      if (found === undefined) this.#byKey.set(key, [document]);
      else found.push(document);
    }
  }

  find(values: readonly unknown[]): Document[] {
    const [only] = values;
    if (values.length === 1) return this.#byKey.get(this.#keyOf(only)) ?? [];
    const keys = new Set(values.map(this.#keyOf));
    return [...new Set([...keys].flatMap((key) => this.#byKey.get(key) ?? []))];
  }
}

function compileLookup(spec: unknown, context: StageContext, name: string): Stage {
  const shape = { required: ['as'], optional: ['from', 'localField', 'foreignField', 'let', 'pipeline'] };
  const parts = namedParts(spec, shape, name);
  const { from, localField, foreignField, pipeline } = parts;
  const as = pathOption(parts.as, 'as');
  const hasFields = localField !== undefined || foreignField !== undefined;
  if (hasFields && (typeof localField !== 'string' || typeof foreignField !== 'string')) {
    throw new CommandError(
      'FailedToParse',
      '$lookup requires either "pipeline" or both "localField" and "foreignField" to be specified',
    );
  }
  if (!hasFields && pipeline === undefined) {
    throw new CommandError(
      'FailedToParse',
      '$lookup requires either "pipeline" or both "localField" and "foreignField" to be specified',
    );
  }
  const variables = compileLet(parts.let, context, name);
  // Compiled once so that a malformed pipeline is refused even when there are no documents.
  const independent = context.compile(pipeline ?? [], name, variables({}));
  return function* (input) {
    const documents = typeof from === 'string' ? context.collection(from) : [];
    const memory = new StageMemory(name);
    const index = hasFields ? new JoinIndex(String(foreignField), stringOrder(context.collation)) : undefined;
    yield* index?.fill(documents, memory) ?? [];
    const local = String(localField).split('.');
    let shared: Document[] | undefined;
    function* joined(document: Document): Task<Document[]> {
      const found = index?.find(localValues(document, local));
      if (pipeline === undefined) return found!;
      if (parts.let !== undefined) {
        const run = context.compile(pipeline, name, variables(document));
        return yield* gatherWithin(run(found ?? documents), name);
      }
      if (found !== undefined) return yield* gatherWithin(independent(found), name);
      shared ??= yield* gatherWithin(independent(documents), name, memory);
      return shared;
    }
    for (const document of input) {
      if (document !== PAUSE) yield setComputed(document, as, yield* joined(document)) as Document;
      if (document === PAUSE || isTurnOver()) yield PAUSE;
    }
  };
}

function pathOption(value: unknown, option: string): string[] {
  if (typeof value === 'string' && value !== '' && !value.startsWith('$')) return value.split('.');
  throw new CommandError(
    'FailedToParse',
    `the '${option}' option must be a field path without a leading '$'`,
  );
}

function compileLet(
  definitions: unknown,
  context: StageContext,
  name: string,
): (document: Document) => Document {
  const outer = context.variables ?? {};
  if (definitions === undefined) return () => outer;
  const evaluate = compileVariables(definitions, compilerFor(context), name);
  return (document) => ({ ...outer, ...evaluate({ root: document, variables: outer }) });
}

function localValues(document: Document, path: readonly string[]): unknown[] {
  const value = valueAtPath(document, path, 0) ?? null;
  return Array.isArray(value) ? value.flat() : [value];
}

function compileGraphLookup(spec: unknown, context: StageContext, name: string): Stage {
  const shape = {
    required: ['from', 'startWith', 'connectFromField', 'connectToField', 'as'],
    optional: ['maxDepth', 'depthField', 'restrictSearchWithMatch'],
  };
  const parts = namedParts(spec, shape, name);
  const as = pathOption(parts.as, 'as');
  const connectFrom = pathOption(parts.connectFromField, 'connectFromField');
  const connectTo = pathOption(parts.connectToField, 'connectToField').join('.');
  const start = compileExpression(parts.startWith, context);
  const maxDepth = isNumber(parts.maxDepth) ? toNumber(parts.maxDepth) : Number.POSITIVE_INFINITY;
  const restriction = compileFilter(
    isDocument(parts.restrictSearchWithMatch) ? parts.restrictSearchWithMatch : {},
    context.collation === undefined ? {} : { collation: context.collation },
  );
  const depthPath = parts.depthField === undefined ? undefined : pathOption(parts.depthField, 'depthField');
  return function* (input) {
    const index = new JoinIndex(connectTo, stringOrder(context.collation));
    yield* index.fill(matching(context.collection(String(parts.from)), restriction), new StageMemory(name));
    for (const document of input) {
      if (document === PAUSE) {
        yield PAUSE;
        continue;
      }
      const found = new Map<Document, number>();
      const first = start(document) ?? null;
      let wanted = Array.isArray(first) ? first : [first];
      for (let depth = 0; wanted.length > 0 && depth <= maxDepth; depth++) {
        const fresh = index.find(wanted).filter((candidate) => !found.has(candidate));
        for (const candidate of fresh) found.set(candidate, depth);
        wanted = fresh.flatMap((candidate) => presentValues(candidate, connectFrom));
        if (isTurnOver(1 + fresh.length)) yield PAUSE;
      }
      const results = [...found].map(([match, depth]) =>
        depthPath === undefined ? match : setComputed(match, depthPath, BigInt(depth)),
      );
      yield setComputed(document, as, results) as Document;
    }
  };
}

function* matching(documents: Iterable<Paced<Document>>, filter: Filter): Generator<Paced<Document>> {
  for (const document of documents) if (document === PAUSE || filter.matches(document)) yield document;
}

function presentValues(document: Document, path: readonly string[]): unknown[] {
  return valueAtPath(document, path, 0) === undefined ? [] : localValues(document, path);
}
