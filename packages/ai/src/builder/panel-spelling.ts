/** @module References as the builder's panels read them: `{{email}}` for a value of the caller, `{{found.email}}` for a result. */
import type { BuilderNode } from './graph.ts';
import { readReference } from './guard-rule.ts';
import { isObject } from './plain.ts';

const TEXTS = ['to', 'email', 'password', 'subject', 'body'];
const MAPS = ['filters', 'filter', 'update', 'data'];

/** The nodes with every reference that a panel offers for choice in the spelling that the panel knows. */
export function spellForPanels(nodes: readonly BuilderNode[]): BuilderNode[] {
  const outputs = new Set(nodes.flatMap(({ data }) => outputOf(data.fields) ?? []));
  // A result of the same name would be read in place of the caller's value.
  const spell = (value: unknown): unknown => {
    const path = readReference(value);
    if (path === undefined) return typeof value === 'string' ? spellWithin(value, outputs) : value;
    // In braces, the builder would take it for a value called "input".
    if (path === 'input') return path;
    return outputs.has(path) && /\binput\./.test(String(value)) ? value : `{{${path}}}`;
  };
  return nodes.map((node) => {
    const fields = { ...node.data.fields };
    for (const name of TEXTS) if (name in fields) fields[name] = spell(fields[name]);
    for (const name of MAPS) {
      const map = fields[name];
      if (isObject(map))
        fields[name] = Object.fromEntries(Object.entries(map).map(([key, one]) => [key, spell(one)]));
    }
    if (Array.isArray(fields.rules)) fields.rules = fields.rules.map((rule) => spellRule(rule, outputs));
    return { ...node, data: { ...node.data, fields } };
  });
}

/** The caller's values in a longer text. */
function spellWithin(text: string, outputs: ReadonlySet<string>): string {
  return text.replace(/\{\{\s*input\.([\w-]+)\s*\}\}/g, (whole, name: string) =>
    outputs.has(name) ? whole : `{{${name}}}`,
  );
}

/** A rule's field is a path, with or without braces. A bare name is what panels know; anything else gets its braces. */
function spellRule(rule: unknown, outputs: ReadonlySet<string>): unknown {
  if (!isObject(rule) || typeof rule.field !== 'string' || /^[\w-]+$/.test(rule.field)) return rule;
  const bare = rule.field.replace(/^\s*\{\{|\}\}\s*$/g, '').trim();
  const path = readReference(`{{${bare}}}`);
  return path === undefined || (outputs.has(path) && bare !== path)
    ? rule
    : { ...rule, field: `{{${path}}}` };
}

/** The name of a node's result; the builder puts it under the name that was given. */
export function outputOf({ outputVar }: Record<string, unknown>): string | undefined {
  return typeof outputVar === 'string' && outputVar !== '' ? outputVar : undefined;
}

/** The first names of everything that a node's panel shows as chosen. */
export function chosenRoots({ data: { fields } }: BuilderNode): string[] {
  const rules = Array.isArray(fields.rules) ? fields.rules.filter(isObject).map(({ field }) => field) : [];
  const maps = MAPS.flatMap((name) => (isObject(fields[name]) ? Object.values(fields[name]) : []));
  const braced = rules.map((field) => `{{${String(field).replace(/^\{\{|\}\}$/g, '')}}}`);
  return [...TEXTS.map((name) => fields[name]), ...maps, ...braced].flatMap((value) => {
    const root = readReference(value)?.split('.')[0];
    return root === undefined ? [] : [root];
  });
}
