/** @module Compiles one step: its configuration, its output name, its references. */

import type { z } from 'zod';
import { type Diagnostic, nearest, shorten } from '../diagnostics.ts';
import { ensureError, TerminalError } from '../errors.ts';
import type { NodeType } from '../node.ts';
import type { CanonicalStep } from '../normalize.ts';
import type { Registry } from '../registry.ts';
import { isForbiddenName, parsePath } from '../values/path.ts';
import type { Reference } from '../values/reference.ts';
import { Template } from '../values/template.ts';

/** What compiling a step gives. */
export interface CompiledStep {
  node: NodeType | null;
  config: unknown;
  output: string | null;
  broken: TerminalError | null;
  references: { reference: Reference; field: string }[];
  diagnostics: Diagnostic[];
}

/** Fields that belong to every step and not to its node type. */
const COMMON = new Set(['id', 'type', 'name', 'output', 'label', 'data', 'position']);

/**
 * Compiles a canonical step. Never throws: what is wrong becomes diagnostics, and a step that cannot run says so when a
 * run reaches it.
 *
 * @param position in the list, for paths
 */
export function compileStep(step: CanonicalStep, position: number, registry: Registry): CompiledStep {
  const diagnostics: Diagnostic[] = [];
  const report = (finding: Omit<Diagnostic, 'stepId'>) =>
    diagnostics.push({
      ...finding,
      stepId: step.id,
      path: `steps.${position}${finding.path === '' ? '' : `.${finding.path}`}`,
    });
  const node = registry.get(step.type) ?? null;
  if (!node) reportUnknownType(step, registry, report);
  const parsed = node ? parseConfig(node, step, report) : undefined;
  const output = node ? outputName(node, step, report) : null;
  const references = parsed === undefined ? [] : collectReferences(parsed);
  if (parsed !== undefined) references.push(...(node?.refersTo?.(parsed as never) ?? []));
  // Whatever is stored already goes on: such braces stay as text, and a guard on them refuses.
  if (parsed !== undefined) reportUnreadable(parsed, report);
  const error = diagnostics.find(
    ({ severity, code }) => severity === 'error' && code !== 'TEMPLATE_UNREADABLE',
  );
  return {
    node: error ? null : node,
    config: parsed,
    output,
    references,
    diagnostics,
    broken: error
      ? new TerminalError(error.message, {
          code: error.code === 'STEP_TYPE_UNKNOWN' ? 'STEP_TYPE_UNKNOWN' : 'STEP_MISCONFIGURED',
        })
      : null,
  };
}

/** What stands in a plan for a step that could not even be read. */
export function brokenStep({ message }: Diagnostic): CompiledStep {
  const broken = new TerminalError(message, { code: 'STEP_MISCONFIGURED' });
  return { node: null, config: undefined, output: null, broken, references: [], diagnostics: [] };
}

type Report = (finding: Omit<Diagnostic, 'stepId'>) => void;

function reportUnknownType(step: CanonicalStep, registry: Registry, report: Report): void {
  if (step.type === '') {
    report({
      code: 'STEP_TYPE_MISSING',
      severity: 'error',
      path: 'type',
      message: 'The step has no type',
      expected: `one of ${registry.types().join(', ')}`,
    });
    return;
  }
  const similar = nearest(step.type, registry.types());
  report({
    code: 'STEP_TYPE_UNKNOWN',
    severity: 'error',
    path: 'type',
    message: `Unknown step type: "${step.type}"`,
    got: step.type,
    expected: `one of ${registry.types().join(', ')}`,
    ...(similar ? { suggestion: `Did you mean "${similar}"?` } : {}),
  });
}

/** A node type of somebody else may throw where ours do not; that is a finding like any other. */
function parseConfig(node: NodeType, step: CanonicalStep, report: Report): unknown {
  try {
    return parseAndCheck(node, step, report);
  } catch (error) {
    report({
      code: 'CONFIG_INVALID',
      severity: 'error',
      path: '',
      message: `The configuration could not be checked: ${ensureError(error).message}`,
    });
    return undefined;
  }
}

function parseAndCheck(node: NodeType, step: CanonicalStep, report: Report): unknown {
  const result = node.config.safeParse(step);
  const known = knownFields(node);
  const unknown = known ? Object.keys(step).filter((key) => !known.has(key) && !COMMON.has(key)) : [];
  if (!result.success) {
    for (const issue of result.error.issues) reportIssue(issue, step, unknown, report);
    return undefined;
  }
  for (const field of unknown) {
    const similar = nearest(field, known ?? []);
    report({
      code: 'FIELD_UNKNOWN',
      severity: 'warning',
      path: field,
      message: `A ${node.type} step has no field "${field}"; it has no effect`,
      got: field,
      expected: `one of ${[...(known ?? [])].join(', ')}`,
      ...(similar ? { suggestion: `Did you mean "${similar}"?` } : {}),
    });
  }
  for (const finding of node.check?.(result.data, step) ?? [])
    report({ ...finding, got: shorten(finding.got) });
  return result.data;
}

/** What the schema library says by itself names no field, and a failed run shows nothing but the message. */
const GENERIC = /^(?:Invalid (?:input|option|key|string|value)|Too (?:small|big))\b/;

function reportIssue(issue: z.core.$ZodIssue, step: CanonicalStep, unknown: string[], report: Report): void {
  const field = issue.path.map(String).join('.');
  const value = issue.path.reduce<unknown>(
    (current, key) => (current as Record<PropertyKey, unknown> | undefined)?.[key],
    step,
  );
  const similar = value === undefined ? nearest(String(issue.path[0] ?? ''), unknown) : undefined;
  report({
    code: 'CONFIG_INVALID',
    severity: 'error',
    path: field,
    message:
      GENERIC.test(issue.message) && field !== ''
        ? `${step.type}: ${field}: ${issue.message}`
        : issue.message,
    ...(value === undefined ? {} : { got: shorten(value) }),
    ...('expected' in issue ? { expected: String(issue.expected) } : {}),
    ...(similar ? { suggestion: `"${similar}" may be meant as "${String(issue.path[0])}"` } : {}),
  });
}

/** Field names of a node's schema; `null` for a schema that takes any. */
function knownFields(node: NodeType): ReadonlySet<string> | null {
  const { shape, def } = node.config as unknown as { shape?: object; def?: { catchall?: { type?: string } } };
  if (shape === undefined || (def?.catchall !== undefined && def.catchall.type !== 'never')) return null;
  return new Set(Object.keys(shape));
}

function outputName(node: NodeType, step: CanonicalStep, report: Report): string | null {
  if (!node.outputs) return null;
  const { output } = step;
  if (node.outputs.fixed || typeof output !== 'string') return node.outputs.name;
  if (output === 'input' || isForbiddenName(output)) {
    report({
      code: 'OUTPUT_NAME_RESERVED',
      severity: 'error',
      path: 'output',
      message: `"${output}" is reserved and cannot name the output of a step`,
      got: output,
      expected: 'another name',
      suggestion: `Use "${node.outputs.name}"`,
    });
    return null;
  }
  if (parsePath(output)?.length !== 1) {
    report({
      code: 'OUTPUT_NAME_UNUSABLE',
      severity: 'warning',
      path: 'output',
      message: `Later steps cannot refer to an output called "${output}"`,
      got: output,
      expected: 'letters, digits, _ and - without dots or spaces',
    });
  }
  return output;
}

function reportUnreadable(config: unknown, report: Report): void {
  if (typeof config !== 'object' || config === null) return;
  for (const [field, value] of Object.entries(config)) {
    if (!(value instanceof Template)) continue;
    for (const { text, at, suggestion } of value.unreadable) {
      report({
        code: 'TEMPLATE_UNREADABLE',
        severity: 'error',
        path: [field, ...at].join('.'),
        message: `What stands in ${text} is no path; it would stay as text`,
        got: text,
        expected: 'a path of names with dots between them',
        suggestion,
      });
    }
  }
}

/** Every reference in a parsed configuration, with the field it stands in. */
function collectReferences(config: unknown): { reference: Reference; field: string }[] {
  const found: { reference: Reference; field: string }[] = [];
  if (typeof config !== 'object' || config === null) return found;
  for (const [field, value] of Object.entries(config)) {
    if (!(value instanceof Template)) continue;
    for (const reference of value.references)
      found.push({ reference, field: [field, ...reference.at].join('.') });
  }
  return found;
}
