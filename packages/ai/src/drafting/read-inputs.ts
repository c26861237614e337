/** @module The values that callers send, as models list them. */
import type { InputVariable } from '@orchestrix/engine';
import { entries, isObject } from '../builder/plain.ts';
import { cleanName, cleanText } from './names.ts';
import { INPUT_TYPES, MAX_INPUTS } from './plan.ts';

/** Inputs of a list, of a list of names, or of a map from names to types; each name once. */
export function readInputs(raw: unknown): InputVariable[] {
  const items: [unknown, unknown][] = Array.isArray(raw)
    ? raw.map((item: unknown) =>
        isObject(item) ? [item.name ?? item.field ?? item.key, item] : [item, undefined],
      )
    : isObject(raw)
      ? entries(raw)
      : [];
  const inputs = new Map<string, InputVariable>();
  for (const [rawName, about] of items.slice(0, MAX_INPUTS * 2)) {
    const name = cleanName(
      typeof rawName === 'string' ? rawName.replace(/^(?:\{\{\s*)?input\.|\s*\}\}$/g, '') : rawName,
    );
    if (name === undefined || inputs.has(name) || inputs.size >= MAX_INPUTS) continue;
    inputs.set(name, { name, ...readAbout(about) });
  }
  return [...inputs.values()];
}

function readAbout(about: unknown): Omit<InputVariable, 'name'> & { description?: string } {
  const fields = isObject(about) ? about : { type: about };
  const type = inputType(fields.type);
  const description = cleanText(fields.description, 300);
  const { default: fallback } = fields;
  const hasDefault =
    typeof fallback === 'string' || typeof fallback === 'number' || typeof fallback === 'boolean';
  return {
    ...(type !== undefined && { type }),
    ...(typeof fields.required === 'boolean' && { required: fields.required }),
    ...(hasDefault && { default: typeof fallback === 'string' ? fallback.slice(0, 1000) : fallback }),
    ...(description !== undefined && { description }),
  };
}

/** A type that validation knows. */
function inputType(raw: unknown): string | undefined {
  if (typeof raw !== 'string') return undefined;
  const type = raw.trim().toLowerCase();
  return INPUT_TYPES.find((one) => one === type) ?? SAME_TYPES[type] ?? 'string';
}

const SAME_TYPES: Record<string, string> = Object.assign(Object.create(null), {
  integer: 'number',
  int: 'number',
  float: 'number',
  double: 'number',
  decimal: 'number',
  bool: 'boolean',
  list: 'array',
  json: 'object',
  map: 'object',
  datetime: 'date',
  timestamp: 'date',
});
