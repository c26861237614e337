/** @module The values that a workflow takes from its caller, and what it says of each. */
import type { Plan } from '@orchestrix/engine';
import { isRecord, onlyReference, type ReadStep } from './read-plan.ts';

/** One value of the caller. */
export interface InputField {
  /** Keys from the input on; more than one for a value inside an object. */
  path: readonly string[];
  /** With dots. */
  label: string;
  /** As declared, or as a rule checks it, or as its use demands. */
  type: string | undefined;
  /** Whether a rule checks the type: then a wrong one must be refused. */
  isTypeChecked: boolean;
  /** Whether the workflow needs it: declared or checked as required, or a step cannot do without it. */
  isRequired: boolean;
  /** What stands in when it is left out. */
  fallback: unknown;
  rules: Record<string, unknown>[];
  /** Where it is used. */
  uses: { step: ReadStep; field: string }[];
}

/** More fields than a person fills in; a hostile plan may name thousands. */
const MAX_FIELDS = 100;

/** All values that a plan declares, checks or refers to, in that order. */
export function inputFields(plan: Plan, steps: readonly ReadStep[]): InputField[] {
  const fields = new Map<string, InputField>();
  const optional = new Set<string>();
  const fieldAt = (path: readonly string[]): InputField | undefined => {
    const label = path.join('.');
    const known = fields.get(label);
    if (known || path.length === 0 || path.length > 6 || fields.size >= MAX_FIELDS) return known;
    const field = { path, label, type: undefined, isTypeChecked: false, isRequired: false, fallback: undefined };
    fields.set(label, { ...field, rules: [], uses: [] });
    return fields.get(label);
  };
  for (const about of declared(plan)) {
    const field = fieldAt([about.name]);
    if (!field) continue;
    field.type ??= typeof about.type === 'string' ? about.type : undefined;
    field.isRequired ||= about.required === true;
    field.fallback ??= about.default;
    if (about.required === false) optional.add(field.label);
  }
  for (const { rule, path } of steps.flatMap(({ rules }) => rules)) {
    const field = path && fieldAt(path);
    if (!field) continue;
    field.rules.push(rule);
    field.isRequired ||= rule.required === true;
    if (typeof rule.type === 'string' && rule.type !== '') {
      field.type = rule.type;
      field.isTypeChecked = true;
    }
  }
  for (const step of steps) {
    for (const { field: at, origin } of step.references) {
      if (origin?.step !== null) continue;
      fieldAt(origin.path)?.uses.push({ step, field: at });
    }
  }
  for (const field of fields.values()) {
    field.type ??= field.uses.map(({ step, field: at }) => typeOfUse(step, at, field)).find((type) => type);
    field.isRequired ||= !optional.has(field.label) && field.uses.some((use) => isIndispensable(use, field));
    if (field.fallback !== undefined && field.fallback !== null) field.isRequired = false;
  }
  return [...fields.values()];
}

function declared(plan: Plan): (Record<string, unknown> & { name: string })[] {
  const { steps, inputVariables } = plan.definition;
  const own: unknown[] = steps.flatMap(({ type, variables }) =>
    type === 'input' && Array.isArray(variables) ? variables : [],
  );
  return [...own, ...inputVariables].filter(
    (one): one is Record<string, unknown> & { name: string } => isRecord(one) && typeof one.name === 'string',
  );
}

/** Recipients, logins and selections: without them there is nobody to write to and nothing to find. */
function isIndispensable({ step, field }: { step: ReadStep; field: string }, { path }: InputField): boolean {
  if (step.type === 'userLogin') return true;
  if (step.type === 'emailSend') return field === 'to';
  if (step.type === 'guard') return step.source.is === 'present' && field === 'value' && isOnly(step, field, path);
  return field === 'filter';
}

function typeOfUse(step: ReadStep, field: string, { path }: InputField): string | undefined {
  if (step.type === 'emailSend' && field === 'to' && isOnly(step, field, path)) return 'email';
  if (step.type === 'userLogin' && field === 'email') return 'email';
  if (step.type === 'delay' || field === 'limit' || field === 'skip') return 'number';
  if ((field === 'data' || field === 'filter' || field === 'payload') && isOnly(step, field, path)) return 'object';
  const { source } = step;
  if (step.type === 'guard' && ['greater', 'less'].includes(String(source.is))) {
    return typeof source.to === 'number' ? 'number' : undefined;
  }
  if (step.type === 'guard' && ['true', 'false'].includes(String(source.is))) return 'boolean';
  return undefined;
}

function isOnly(step: ReadStep, field: string, path: readonly string[]): boolean {
  const only = onlyReference(step, field)?.origin;
  return only?.step === null && only.path.join('.') === path.join('.');
}
