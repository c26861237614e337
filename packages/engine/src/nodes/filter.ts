/** @module Filters of the database nodes: what references in them may stand for. */

import { TerminalError } from '../errors.ts';
import type { StepContext } from '../node.ts';
import { refuseOperatorsFromVariables } from '../operators.ts';
import type { Document } from '../ports.ts';
import { isPlainObject } from '../values/copy.ts';
import type { Reference } from '../values/reference.ts';
import type { Template } from '../values/template.ts';
import { toText } from '../values/text.ts';

/**
 * The filter with its references replaced. A reference never widens the selection: one that gives nothing or null fails
 * the step, at whatever depth and behind whatever operator, unless it is optional (`{{ input.status? }}`); then its
 * condition is left out. What stands for a reference below `$regex` is matched as text; below `$pattern` it is a pattern.
 *
 * @throws TerminalError `REFERENCE_WITHOUT_VALUE`, `OPERATOR_NOT_ALLOWED` or `STEP_MISCONFIGURED`
 */
export function resolveFilter(context: StepContext, nodeType: string, filter: Template): Document {
  const without = (reference: Reference): undefined => {
    if (reference.optional) return undefined;
    const field = reference.at.join('.') || 'filter';
    throw new TerminalError(
      `${nodeType}: filter field "${field}" refers to "${reference.path}", which has no value`,
      { code: 'REFERENCE_WITHOUT_VALUE', details: { field, reference: reference.path } },
    );
  };
  const resolved = filter.resolve(context.variables, {
    missing: without,
    value: (reference, value) => {
      if (value === null || widens(reference, value)) return without(reference);
      refuseOperatorsFromVariables(nodeType, reference, value);
      return reference.at.at(-1) === '$regex' ? escapePattern(toText(value)) : value;
    },
  });
  // Only a stored step may leave its filter out: a reference to nothing would select everything.
  if (isLeftOut(filter, resolved)) return {};
  if (!isPlainObject(resolved)) {
    throw new TerminalError(`${nodeType}: filter must be an object of fields and values`, {
      code: 'STEP_MISCONFIGURED',
    });
  }
  // A copy: a port may write into what it is given, and the plan's own constants are not its to change.
  return (withRegex(resolved) ?? {}) as Document;
}

function isLeftOut(filter: Template, resolved: unknown): boolean {
  if (resolved === undefined) return isPlainObject(filter.source) || filter.isConstant;
  return filter.isConstant && (resolved === null || resolved === '');
}

/**
 * Whether a value from a variable holds a null that selects documents without a field: in a list of choices, or in a part
 * of the filter itself. As a document to be equal to, it selects none of them.
 */
function widens({ at }: Reference, value: unknown): boolean {
  const isCondition = at.length === 0 || String(at.at(-1)).startsWith('$');
  const open: unknown[] = [value];
  while (open.length > 0) {
    const current = open.pop();
    if (Array.isArray(current)) {
      for (const item of current) {
        if (item === null || item === undefined) return true;
        if (isCondition) open.push(item);
      }
    } else if (isCondition && isPlainObject(current)) {
      for (const inner of Object.values(current)) {
        if (inner === null || inner === undefined) return true;
        open.push(inner);
      }
    }
  }
  return false;
}

/** The filter with `$pattern`, which is ours, in the database's word; options whose optional pattern was left out go with it. */
function withRegex(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withRegex).filter((one) => one !== undefined);
  if (!isPlainObject(value)) return value;
  const keys = Object.keys(value);
  if (keys.length === 1 && keys[0] === '$options') return undefined;
  const fields: Record<string, unknown> = {};
  for (const key of keys) {
    const inner = withRegex(value[key]);
    if (inner !== undefined) fields[key === '$pattern' ? '$regex' : key] = inner;
  }
  return fields;
}

/** A text as the pattern that matches it, in every dialect. */
export function escapePattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, (character) =>
    character === '-' ? '\\x2d' : `\\${character}`,
  );
}
