/** @module A field gets another name, wherever it is spoken of. */
import { isPlainObject } from '@orchestrix/engine';
import type { PatchOperation } from '../../patch/operations.ts';
import { fieldFor } from '../names.ts';
import { type Outcome, type Parts, rulesFor, variablesOf } from './parts.ts';

const RENAMES = [
  /\brename (?:the )?(?:field |input )?["'`]?([\w -]+?)["'`]?(?: field)? (?:to|into|as) ["'`]?([\w -]+?)["'`]?$/i,
  /\b(?:call|name) (?:the )?(?:field )?["'`]?(\w+)["'`]?(?: field)? ["'`]?(\w+)["'`]? (?:instead|from now on)/i,
  /^["'`]?(?:the )?(?:field )?["'`]?(\w+)["'`]?(?: field)? (?:should|must|shall) (?:be called|be named|be renamed to) ["'`]?([\w -]+?)["'`]?$/i,
  /^(?:change the (?:name|field) (?:of )?(?:the )?(?:field )?)["'`]?(\w+)["'`]? to ["'`]?(\w+)["'`]?$/i,
];

/** `Rename phone to mobile`. */
export function renameField(wish: string, parts: Parts): Outcome {
  const match = RENAMES.map((pattern) => pattern.exec(wish)).find((one) => one !== null && one !== undefined);
  if (!match || /\b(?:collection|table|workflow|step)\b/i.test(match[1]!)) return null;
  const names = variablesOf(parts).map(({ name }) => name);
  const from = fieldFor(match[1]!, names);
  const to = fieldFor(match[2]!, parts.known);
  const index = names.indexOf(from);
  if (index < 0 || !parts.input) return `There is no field "${from}". Which field should be renamed?`;
  if (names.includes(to))
    return from === to ? [] : `There is a field "${to}" already. Which name should "${from}" get?`;
  const operations: PatchOperation[] = [
    { op: 'set', id: parts.input.id, field: `variables.${index}.name`, value: to },
    ...rulesFor(parts, from).map(
      (rule): PatchOperation => ({
        op: 'set',
        id: parts.validate!.id,
        field: `rules.${rule}.field`,
        value: `input.${to}`,
      }),
    ),
  ];
  const steps = parts.all.filter(({ type }) => type !== 'input' && type !== 'inputValidation');
  const outputs = steps
    .filter(({ collection }) => collection === parts.collection)
    .map(({ output }) => String(output));
  for (const step of steps) {
    for (const [key, value] of Object.entries(step)) {
      if (key === 'id' || key === 'type') continue;
      const renamed = replaced(value, from, to, outputs);
      if (JSON.stringify(renamed) !== JSON.stringify(value))
        operations.push({ op: 'set', id: step.id, field: key, value: renamed });
    }
  }
  return operations;
}

/** A copy with the references, and the fields that hold them, under the new name. */
function replaced(value: unknown, from: string, to: string, outputs: readonly string[]): unknown {
  if (typeof value === 'string')
    return value.replace(/\{\{\s*([\w.]+)\s*\}\}/g, (whole, path: string) => {
      const [head = '', ...rest] = path.split('.');
      const isField = (head === 'input' || outputs.includes(head)) && rest[0] === from;
      if (isField) return `{{ ${[head, to, ...rest.slice(1)].join('.')} }}`;
      return path === from ? `{{ input.${to} }}` : whole;
    });
  if (Array.isArray(value)) return value.map((item) => replaced(item, from, to, outputs));
  if (!isPlainObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name === from ? to : name,
      replaced(inner, from, to, outputs),
    ]),
  );
}
