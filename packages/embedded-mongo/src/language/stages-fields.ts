/** @module Stages that make each document anew: `$project`, `$addFields`, `$unset`, `$replaceRoot`, `$redact`. */
import { CommandError } from '../command-error.ts';
import { isTurnOver, PAUSE } from '../pace.ts';
import { typeNameOf } from './compare.ts';
import { setComputed } from './computed-fields.ts';
import { describeValue } from './describe-value.ts';
import { compileExpression, type Evaluate } from './expression.ts';
import { type Document, documentOf, isDocument, keysOf, MISSING } from './fields.ts';
import { namedParts } from './operator-arguments.ts';
import { compileProjection } from './projection.ts';
import type { Stage, StageContext, StageTable } from './stage.ts';
import { changeAt } from './update-paths.ts';

/** The stages by name. */
export const fieldStages: StageTable = {
  $project: (spec, context) => {
    if (!isDocument(spec))
      throw new CommandError('Location15969', '$project specification must be an object');
    if (keysOf(spec).length === 0) {
      throw new CommandError(
        'Location51272',
        'Invalid $project :: caused by :: projection specification must have at least one field',
      );
    }
    return each(compileProjection(spec, { ...context, language: 'aggregate' }));
  },
  $addFields: compileAddFields,
  $set: compileAddFields,
  $unset: (spec, context) => {
    const paths = Array.isArray(spec) ? spec : [spec];
    if (paths.length === 0 || paths.some((path) => typeof path !== 'string' || path === '')) {
      throw new CommandError('Location31002', '$unset specification must be a string or an array of strings');
    }
    const exclusions = documentOf(paths.map((path: string) => [path, 0] as const));
    return each(compileProjection(exclusions, { ...context, language: 'aggregate' }));
  },
  $replaceRoot: (spec, context, name) =>
    replaceWith(namedParts(spec, { required: ['newRoot'] }, name).newRoot, context),
  $replaceWith: replaceWith,
  $redact: (spec, context) => {
    const evaluate = compileExpression(spec, context);
    return function* (input) {
      for (const document of input) {
        if (document === PAUSE) {
          yield PAUSE;
          continue;
        }
        const kept = redact(document, document, evaluate);
        if (kept !== MISSING) yield kept as Document;
      }
    };
  },
};

/** A stage that makes one document out of each. */
export function each(run: (document: Document) => Document): Stage {
  return function* (input) {
    for (const document of input) {
      if (document !== PAUSE) yield run(document);
      if (document === PAUSE || isTurnOver()) yield PAUSE;
    }
  };
}

function compileAddFields(spec: unknown, context: StageContext, name: string): Stage {
  if (!isDocument(spec))
    throw new CommandError(
      'Location40272',
      `${name} specification stage must be an object, got ${typeNameOf(spec)}`,
    );
  const fields = flattened(spec, []).map(({ path, expression }) => ({
    path,
    evaluate: compileExpression(expression, context),
  }));
  return each((document) => {
    let result = document;
    for (const { path, evaluate } of fields) {
      const value = evaluate(document);
      result =
        value === undefined
          ? changeAt(result, path, () => MISSING, 'existing')
          : (setComputed(result, path, value) as Document);
    }
    return result;
  });
}

/** A document that is no expression names fields within a field. */
function flattened(spec: Document, parent: readonly string[]): { path: string[]; expression: unknown }[] {
  return keysOf(spec).flatMap((key) => {
    if (key === '' || key.startsWith('$') || key.split('.').includes('')) {
      throw new CommandError(
        'Location16410',
        `FieldPath field names may not start with '$' or be empty: '${key}'`,
      );
    }
    const value = spec[key];
    const path = [...parent, ...key.split('.')];
    const isNested = isDocument(value) && keysOf(value).length > 0 && !keysOf(value)[0]!.startsWith('$');
    return isNested ? flattened(value, path) : [{ path, expression: value }];
  });
}

function replaceWith(expression: unknown, context: StageContext): Stage {
  const evaluate = compileExpression(expression, context);
  return each((document) => {
    const root = evaluate(document);
    if (isDocument(root)) return root;
    throw new CommandError(
      'Location40228',
      `'newRoot' expression must evaluate to an object, but resulting value was: ${describeValue(root)}. Type of resulting value: '${root === undefined ? 'missing' : typeNameOf(root)}'.`,
    );
  });
}

function redact(value: Document, root: Document, evaluate: Evaluate): unknown {
  const decision = evaluate(value, { ROOT: root });
  if (decision === '$$KEEP') return value;
  if (decision === '$$PRUNE') return MISSING;
  if (decision !== '$$DESCEND') {
    throw new CommandError('Location17053', '$redact must resolve to $$KEEP, $$PRUNE or $$DESCEND');
  }
  const entries = keysOf(value)
    .map((key) => [key, redactInside(value[key], root, evaluate)] as const)
    .filter(([, inner]) => inner !== MISSING);
  return documentOf(entries);
}

function redactInside(value: unknown, root: Document, evaluate: Evaluate): unknown {
  if (isDocument(value)) return redact(value, root, evaluate);
  if (!Array.isArray(value)) return value;
  return value.map((item) => redactInside(item, root, evaluate)).filter((item) => item !== MISSING);
}
