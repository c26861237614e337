/** @module What the steps of a plan say and where their values come from, read once for trials and rules of the house. */
import {
  type CanonicalStep,
  type Plan,
  type PlanStep,
  parsePath,
  type Reference,
  Template,
} from '@orchestrix/engine';

/** Where a reference gets its value: from the caller, or from an earlier step. */
export interface Origin {
  /** `null`: the caller. */
  step: ReadStep | null;
  /** What is read of it; empty for the whole. */
  path: readonly string[];
}

/** A reference in a step's configuration. */
export interface ReadReference {
  /** Field of the configuration: `filter`, `body`. */
  field: string;
  reference: Reference;
  /** `null` when nothing sets it before the step runs. */
  origin: Origin | null;
}

/** A rule of an `inputValidation` step. */
export interface ReadRule {
  /** As stored. */
  rule: Readonly<Record<string, unknown>> & { field: string };
  index: number;
  /** The value of the caller that it checks; `null` when it checks something else. */
  path: readonly string[] | null;
}

/** One step with what is known about it. */
export interface ReadStep {
  readonly index: number;
  readonly id: string;
  readonly type: string;
  readonly name: string;
  /** Where it stands in the definition: `steps.2`. */
  readonly path: string;
  readonly output: string | null;
  /** The stored step in canonical spelling. */
  readonly source: CanonicalStep;
  readonly plan: PlanStep;
  readonly references: readonly ReadReference[];
  readonly rules: readonly ReadRule[];
}

/** The steps of a plan in the order of execution. */
export function readPlan(plan: Plan): ReadStep[] {
  const { steps } = plan.definition;
  const positions = new Map(steps.map(({ id }, position) => [id, position]));
  const setters = new Map<string, ReadStep>();
  return plan.steps.map((step) => {
    const position = positions.get(step.id) ?? step.index;
    const source = steps[position] ?? { id: step.id, type: step.type };
    const read: ReadStep = {
      index: step.index,
      id: step.id,
      type: step.type,
      name: step.name,
      path: `steps.${position}`,
      output: step.output,
      source,
      plan: step,
      references: templatesOf(step.config).flatMap(([field, template]) =>
        template.references.map((reference) => ({ field, reference, origin: originOf(reference, setters) })),
      ),
      rules: rulesOf(source, setters),
    };
    if (step.output !== null && step.type !== 'input') setters.set(step.output, read);
    return read;
  });
}

/** A field of a step that may hold references. */
export function templateOf(step: ReadStep, field: string): Template | undefined {
  const { config } = step.plan;
  const value = isRecord(config) ? config[field] : undefined;
  return value instanceof Template ? value : undefined;
}

/** A field of a step's parsed configuration that is a text. */
export function textOf(step: ReadStep, field: string): string {
  const { config } = step.plan;
  const value = isRecord(config) ? config[field] : undefined;
  return typeof value === 'string' ? value : '';
}

/** Whether a step reads or changes several documents at once. */
export function isMany(step: ReadStep): boolean {
  if (step.type === 'dbFind') return ['many', 'findMany', 'find', 'all'].includes(textOf(step, 'findType'));
  if (step.type === 'dbUpdate') return textOf(step, 'updateType') === 'updateMany';
  return step.type === 'dbDelete' && textOf(step, 'deleteType') === 'deleteMany';
}

/** The one reference that a field consists of, if it does. */
export function onlyReference(step: ReadStep, field: string): ReadReference | undefined {
  const found = step.references.filter((one) => one.field === field);
  const [first] = found;
  return found.length === 1 && first && templateOf(step, field)?.source === first.reference.raw
    ? first
    : undefined;
}

/** References to the caller's values: all of them, or those of one field. */
export function callerReferences(step: ReadStep, field?: string): ReadReference[] {
  return step.references.filter(
    (one) => one.origin?.step === null && (field === undefined || one.field === field),
  );
}

/** Whether a value is an object as JSON makes them. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

function templatesOf(config: unknown): [string, Template][] {
  if (!isRecord(config)) return [];
  return Object.entries(config).filter((entry): entry is [string, Template] => entry[1] instanceof Template);
}

function originOf({ segments, braced }: Reference, setters: ReadonlyMap<string, ReadStep>): Origin | null {
  const [root, ...path] = segments as [string, ...string[]];
  if (root === 'input') return { step: null, path };
  const step = setters.get(root);
  if (step) return { step, path };
  // In braces a single name that is no variable is one of the caller's.
  return braced && path.length === 0 ? { step: null, path: [root] } : null;
}

function rulesOf({ type, rules }: CanonicalStep, setters: ReadonlyMap<string, ReadStep>): ReadRule[] {
  if (type !== 'inputValidation' || !Array.isArray(rules)) return [];
  return rules.flatMap((rule: unknown, index) => {
    if (!isRecord(rule) || typeof rule.field !== 'string') return [];
    return [{ rule: { ...rule, field: rule.field }, index, path: checkedPath(rule.field, setters) }];
  });
}

function checkedPath(field: string, setters: ReadonlyMap<string, ReadStep>): readonly string[] | null {
  const segments = parsePath(field.trim().replace(/^\{\{\s*|\s*\}\}$/g, ''));
  if (!segments) return null;
  if (segments[0] === 'input') return segments.length > 1 ? segments.slice(1) : null;
  return segments.length === 1 && !setters.has(segments[0]!) ? segments : null;
}
