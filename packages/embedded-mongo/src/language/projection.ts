/** @module Compiles projections of `find` and the stage `$project`. */
import { CommandError } from '../command-error.ts';
import type { Collation } from './collation.ts';
import { setComputed } from './computed-fields.ts';
import { plainOf } from './documents.ts';
import { compileExpression, type Evaluate, isUnknownOperator } from './expression.ts';
import { type Document, documentOf, isDocument, keysOf, MISSING } from './fields.ts';
import { compileFilter, type Filter } from './filter.ts';
import { type ProjectionField, parseProjection } from './projection-fields.ts';

/** What a projection may depend on. */
export interface ProjectionOptions {
  /** The filter of the query, for the positional `field.$`. */
  filter?: Document | undefined;
  collation?: Collation | undefined;
  now?: Date | undefined;
  variables?: Document | undefined;
  /** `aggregate` leaves out `$slice`, `$elemMatch` and `.$` of `find`. */
  language?: 'find' | 'aggregate';
}

/** Projects one document; it is not modified, and values that stay keep their types. */
export type Projection = (document: Document, variables?: Readonly<Record<string, unknown>>) => Document;

/**
 * Compiles a projection.
 *
 * @throws CommandError Location31253 or Location31254 for mixed inclusion and exclusion, Location31249 or
 *   Location31250 for colliding paths, and what expressions refuse
 */
export function compileProjection(projection: Document, options: ProjectionOptions = {}): Projection {
  const { fields, mode } = parseProjection(plainOf(projection), options.language ?? 'find');
  if (fields.length === 0) return (document) => document;
  const filter = fields.some(({ kind }) => kind.type === 'positional')
    ? compileFilter(
        options.filter ?? {},
        options.collation === undefined ? {} : { collation: options.collation },
      )
    : undefined;
  const tree = treeOf(fields, mode);
  const computed = fields.flatMap(({ path, kind }) =>
    kind.type === 'computed' ? [{ path, evaluate: compileComputed(kind.expression, options) }] : [],
  );
  return (document, variables) => {
    const kept = project(document, tree, mode, { document, filter });
    return withComputed(kept, document, computed, variables);
  };
}

function compileComputed(expression: unknown, options: ProjectionOptions): Evaluate {
  if (isUnknownOperator(expression)) {
    const [name] = keysOf(expression as Document);
    throw new CommandError('Location31325', `Unknown expression ${name}`);
  }
  return compileExpression(expression, options);
}

interface Tree {
  children: Map<string, Tree | Leaf>;
}

type Leaf = (value: unknown, context: ProjectContext) => unknown;

interface ProjectContext {
  document: Document;
  filter: Filter | undefined;
}

function treeOf(fields: readonly ProjectionField[], mode: 'include' | 'exclude'): Tree {
  const root: Tree = { children: new Map() };
  for (const field of fields) addToTree(root, field);
  const id = fields.find(({ path }) => path[0] === '_id');
  if (mode === 'include' && id === undefined) root.children.set('_id', (value) => value);
  return root;
}

function addToTree(root: Tree, { path, kind }: ProjectionField): void {
  let tree = root;
  for (const [at, segment] of path.entries()) {
    const existing = tree.children.get(segment);
    if (typeof existing === 'function') {
      throw new CommandError(
        'Location31249',
        `Path collision at ${path.join('.')} remaining portion ${path.slice(at + 1).join('.')}`,
      );
    }
    if (at < path.length - 1) {
      const next = existing ?? { children: new Map<string, Tree | Leaf>() };
      tree.children.set(segment, next);
      tree = next;
    } else {
      if (existing !== undefined)
        throw new CommandError('Location31250', `Path collision at ${path.join('.')}`);
      tree.children.set(segment, leafOf(kind));
    }
  }
}

function leafOf(kind: ProjectionField['kind']): Leaf {
  switch (kind.type) {
    case 'include':
      return (value) => value;
    case 'exclude':
    case 'computed':
      return () => MISSING;
    case 'slice':
      return (value) =>
        Array.isArray(value) ? value.slice(...rangeOf(value.length, kind.skip, kind.limit)) : value;
    case 'element':
      return (value) => {
        if (!Array.isArray(value)) return MISSING;
        const found = value.findIndex(kind.matches);
        return found < 0 ? MISSING : [value[found]];
      };
    case 'positional':
      return (value, { document, filter }) => {
        if (!Array.isArray(value)) return value;
        const index = filter?.arrayIndex(document);
        if (index !== undefined && index < value.length) return [value[index]];
        throw new CommandError(
          'Location51246',
          "Executor error during find command :: caused by :: positional operator '.$' couldn't find a matching element in the array",
        );
      };
  }
}

/** Start and end of a `$slice`: `skip` from the end when negative; without `skip`, a negative limit counts from the end. */
function rangeOf(length: number, skip: number | undefined, limit: number): [number, number] {
  if (skip === undefined) return limit < 0 ? [Math.max(0, length + limit), length] : [0, limit];
  const start = skip < 0 ? Math.max(0, length + skip) : skip;
  return [start, start + limit];
}

function project(
  document: Document,
  tree: Tree,
  mode: 'include' | 'exclude',
  context: ProjectContext,
): Document {
  const entries: [string, unknown][] = [];
  for (const key of keysOf(document)) {
    const value = projectField(document[key], tree.children.get(key), mode, context);
    if (value !== MISSING) entries.push([key, value]);
  }
  return documentOf(entries);
}

function projectField(
  value: unknown,
  child: Tree | Leaf | undefined,
  mode: 'include' | 'exclude',
  context: ProjectContext,
): unknown {
  if (child === undefined) return mode === 'include' ? MISSING : value;
  return typeof child === 'function' ? child(value, context) : projectInside(value, child, mode, context);
}

function projectInside(
  value: unknown,
  tree: Tree,
  mode: 'include' | 'exclude',
  context: ProjectContext,
): unknown {
  if (isDocument(value)) return project(value, tree, mode, context);
  if (!Array.isArray(value)) return mode === 'include' ? MISSING : value;
  return value.map((item) => projectInside(item, tree, mode, context)).filter((item) => item !== MISSING);
}

function withComputed(
  kept: Document,
  document: Document,
  computed: readonly { path: string[]; evaluate: Evaluate }[],
  variables: Readonly<Record<string, unknown>> | undefined,
): Document {
  let result = kept;
  for (const { path, evaluate } of computed) {
    const value = evaluate(document, variables);
    if (value !== undefined) result = setComputed(result, path, value) as Document;
  }
  return result;
}
