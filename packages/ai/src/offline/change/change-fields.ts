/** @module Changes of fields: more, fewer, other names, other rules. */
import type { WorkflowDefinition } from '@orchestrix/engine';
import type { DraftContext } from '../../drafting/drafter.ts';
import type { PatchOperation } from '../../patch/operations.ts';
import { uniqueSteps } from '../families/accounts.ts';
import { type Field, readConstant } from '../field.ts';
import { applyAttributes, hideInnerSeparators } from '../field-attributes.ts';
import { fieldFor, knownFields, singularOf } from '../names.ts';
import { readFieldList } from '../read-fields.ts';
import { ruleOf, variableOf } from '../steps.ts';
import { freeId } from './change-steps.ts';
import { fieldsOf, type Parts, partsOf, rulesFor, variablesOf } from './parts.ts';

/** Operations, a question, or `null` when the wish is not understood. */
export function changeFields(
  wish: string,
  _sentence: string,
  existing: WorkflowDefinition,
  { collections }: DraftContext,
): PatchOperation[] | string | null {
  const parts = partsOf(existing);
  const known = knownFields(String(parts.write?.collection ?? ''), collections);
  return (
    rename(wish, parts, known) ??
    remove(wish, parts, known) ??
    duplicate(wish, parts, known) ??
    constant(wish, parts, known) ??
    attributes(wish, parts, known) ??
    add(wish, parts, known)
  );
}

function rename(wish: string, parts: Parts, known: readonly string[]): PatchOperation[] | string | null {
  const match =
    /\brename (?:the )?(?:field )?["'`]?([\w ]+?)["'`]?(?: field)? (?:to|into|as) ["'`]?([\w ]+?)["'`]?$/i.exec(
      wish,
    ) ?? /\bcall (?:the )?(?:field )?["'`]?(\w+)["'`]? ["'`]?(\w+)["'`]? instead/i.exec(wish);
  if (!match) return null;
  const from = fieldFor(
    match[1]!,
    variablesOf(parts).map(({ name }) => name),
  );
  const to = fieldFor(match[2]!, known);
  const index = variablesOf(parts).findIndex(({ name }) => name === from);
  if (index < 0 || !parts.input) return `There is no field "${from}". Which field should be renamed?`;
  const operations: PatchOperation[] = [
    { op: 'set', id: parts.input.id, field: `variables.${index}.name`, value: to },
  ];
  for (const rule of rulesFor(parts, from))
    operations.push({
      op: 'set',
      id: parts.validate!.id,
      field: `rules.${rule}.field`,
      value: `input.${to}`,
    });
  const pattern = new RegExp(`\\{\\{ ?(?:input\\.)?${from} ?\\}\\}`, 'g');
  for (const step of parts.all) {
    if (step.type === 'input' || step.type === 'inputValidation') continue;
    for (const [key, value] of Object.entries(step)) {
      if (typeof value === 'string' && pattern.test(value))
        operations.push({
          op: 'set',
          id: step.id,
          field: key,
          value: value.replace(pattern, `{{ input.${to} }}`),
        });
      pattern.lastIndex = 0;
      if (typeof value !== 'object' || value === null || Array.isArray(value)) continue;
      for (const [name, inner] of Object.entries(value)) {
        if (typeof inner !== 'string') continue;
        const replaced = inner
          .replace(pattern, `{{ input.${to} }}`)
          .replace(
            new RegExp(`(\\{\\{ ?\\w+\\.)${from}( ?\\}\\})`, 'g'),
            (whole, head: string, tail: string) => (/input\./.test(head) ? whole : `${head}${to}${tail}`),
          );
        if (name === from)
          operations.push(
            { op: 'unset', id: step.id, field: `${key}.${name}` },
            { op: 'set', id: step.id, field: `${key}.${to}`, value: replaced },
          );
        else if (replaced !== inner)
          operations.push({ op: 'set', id: step.id, field: `${key}.${name}`, value: replaced });
      }
    }
  }
  return operations;
}

function remove(wish: string, parts: Parts, known: readonly string[]): PatchOperation[] | string | null {
  const match =
    /^(?:remove|drop|delete|leave out|get rid of|take out|don't (?:store|ask for|save)|do not (?:store|ask for|save)|no longer (?:store|ask for|save)|stop (?:storing|asking for|saving)) (?:the )?(?:fields? )?(.+?)(?: fields?)?(?: (?:from|any ?more|again)\b.*)?$/i.exec(
      wish,
    );
  if (!match) return null;
  const operations: PatchOperation[] = [];
  const gone = new Set<string>();
  for (const { name } of readFieldList(match[1]!, known)) {
    if (!variablesOf(parts).some((one) => one.name === name))
      return `There is no field "${name}". Which field should be removed?`;
    gone.add(name);
  }
  const indexes = variablesOf(parts).flatMap(({ name }, index) => (gone.has(name) ? [index] : []));
  const rules = [...gone].flatMap((name) => rulesFor(parts, name));
  for (const index of indexes.reverse())
    operations.push({ op: 'unset', id: parts.input!.id, field: `variables.${index}` });
  for (const index of rules.sort((a, b) => b - a))
    operations.push({ op: 'unset', id: parts.validate!.id, field: `rules.${index}` });
  for (const step of parts.all) {
    for (const key of ['data', 'body']) {
      const value = step[key];
      if (typeof value !== 'object' || value === null) continue;
      for (const name of gone)
        if (Object.hasOwn(value, name))
          operations.push({ op: 'unset', id: step.id, field: `${key}.${name}` });
    }
    if (step.type !== 'emailSend' || typeof step.body !== 'string') continue;
    const lines = step.body
      .split('\n')
      .filter((line) => ![...gone].some((name) => line.includes(`input.${name} `)));
    if (lines.join('\n') !== step.body)
      operations.push({ op: 'set', id: step.id, field: 'body', value: lines.join('\n') });
  }
  return operations.length > 0 ? operations : null;
}

function duplicate(wish: string, parts: Parts, known: readonly string[]): PatchOperation[] | string | null {
  if (!/\bduplicate|\bunique\b|\balready (?:exists|taken|used|registered)|\btwice\b/i.test(wish)) return null;
  const names = variablesOf(parts).map(({ name }) => name);
  const name =
    names.find((one) => new RegExp(`\\b${singularOf(one)}(?:e?s)?\\b`, 'i').test(wish)) ??
    names.find((one) => fieldFor(wish, known) === one);
  if (name === undefined) return 'Which field may not be there twice?';
  if (parts.write?.type !== 'dbInsert')
    return 'The workflow stores nothing new. Where should duplicates be looked for?';
  const index = parts.all.indexOf(parts.write);
  const [find, guard] = uniqueSteps(String(parts.write.collection), name, 1, 'document');
  const output = `existingBy${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  const findId = freeId(`find_existing_${name.toLowerCase()}`, parts);
  return [
    { op: 'add', step: { ...find!, id: findId, output }, after: parts.all[index - 1]?.id ?? null },
    {
      op: 'add',
      step: { ...guard!, id: freeId(`check_taken_${name.toLowerCase()}`, parts), value: `{{ ${output} }}` },
      after: findId,
    },
  ];
}

function constant(wish: string, parts: Parts, known: readonly string[]): PatchOperation[] | string | null {
  const match =
    /\b(?:set|store|save|add)\b (?:the |a |an )?(?:field )?["'`]?([\w ]+?)["'`]?(?: field)? (?:always )?(?:to|=|as|with (?:the )?(?:value )?) ?("[^"]*"|'[^']*'|`[^`]*`|true|false|-?\d+(?:\.\d+)?|[\w-]+)(?: (?:automatically|always))?$/i.exec(
      wish,
    );
  if (
    !match ||
    /\b(?:optional|required|status code|default|number|string|text|boolean|field)$/i.test(match[2]!) ||
    /minimum|maximum|length|limit|default/i.test(match[1]!)
  )
    return null;
  if (!parts.write) return null;
  return [
    {
      op: 'set',
      id: parts.write.id,
      field: `data.${fieldFor(match[1]!, known)}`,
      value: readConstant(match[2]!),
    },
  ];
}

function attributes(wish: string, parts: Parts, known: readonly string[]): PatchOperation[] | string | null {
  const names = variablesOf(parts).map(({ name }) => name);
  const said = wish.toLowerCase();
  const named = names.filter((name) =>
    new RegExp(`\\b(?:${name}|${name.replace(/([A-Z])/g, ' $1').toLowerCase()})\\b`, 'i').test(wish),
  );
  if (
    named.length === 0 ||
    !/\b(?:required|optional|mandatory|at least|at most|minimum|maximum|min|max|between|one of|default|longer|shorter|positive|negative|number|email|greater|less|more|characters|must|should|allow)\b/.test(
      said,
    )
  )
    return null;
  if (
    /^(?:also |add |store |save )/i.test(wish) &&
    !/^add (?:an? )?(?:minimum|maximum|default|range|limit|min|max|enum|length|check|rule)/i.test(wish)
  )
    return null;
  void known;
  const operations: PatchOperation[] = [];
  for (const name of named) {
    const before = fieldsOf(parts).find((field) => field.name === name)!;
    const field: Field = { ...before };
    applyAttributes(field, hideInnerSeparators(`${wish.replace(new RegExp(`\\b${name}\\b`, 'gi'), ' ')}`));
    const index = names.indexOf(name);
    const rules = rulesFor(parts, name);
    const change = (key: string, value: unknown, alsoInput: 'input' | 'rule'): void => {
      if (alsoInput === 'input' && parts.input)
        operations.push({ op: 'set', id: parts.input.id, field: `variables.${index}.${key}`, value });
      if (key !== 'default' && parts.validate && rules[0] !== undefined)
        operations.push({ op: 'set', id: parts.validate.id, field: `rules.${rules[0]}.${key}`, value });
    };
    if (field.required !== before.required) change('required', field.required, 'input');
    if (field.type !== before.type) change('type', field.type, 'input');
    if (field.default !== undefined) change('default', field.default, 'input');
    for (const key of ['min', 'max', 'minLength', 'maxLength', 'enum'] as const)
      if (field[key] !== undefined) change(key, field[key], 'rule');
  }
  return operations.length > 0 ? operations : null;
}

function add(wish: string, parts: Parts, known: readonly string[]): PatchOperation[] | string | null {
  const match =
    /^(?:add|store|save|include|ask for|take|accept|collect|record|have|introduce|require|with|need|want)\b(?: also| as well)? (.+)$/i.exec(
      wish.replace(/^(?:also|additionally) /i, ''),
    );
  if (!match || !parts.input) return null;
  const list = match[1]!
    .replace(
      /^(?:an? |the |new |another |one more |additional |extra )*(optional |required )?(?:input )?(?:fields?|value|property|column|input) (?:for |called |named |: ?)?(?=\S)/i,
      '$1',
    )
    .replace(/ (?:as well|too|to (?:it|the \w+)|as (?:an? )?(?:additional |new |extra )?field)$/i, '')
    .replace(/\b(?:an? )?(optional |required )?([\w]+) field\b/i, '$1$2');
  const names = variablesOf(parts).map(({ name }) => name);
  const fields = readFieldList(list, known).filter(({ name }) => !names.includes(name));
  if (fields.length === 0) return null;
  const operations: PatchOperation[] = [];
  const rules = fields.filter((field) => field.constant === undefined);
  for (const field of rules)
    operations.push({ op: 'append', id: parts.input.id, field: 'variables', value: variableOf(field) });
  if (parts.validate)
    for (const field of rules)
      operations.push({ op: 'append', id: parts.validate.id, field: 'rules', value: ruleOf(field) });
  else if (rules.length > 0)
    operations.push({
      op: 'add',
      step: { id: freeId('validate', parts), type: 'inputValidation', rules: rules.map(ruleOf) },
      after: parts.auth?.id ?? parts.input.id,
    });
  const { write, response } = parts;
  if (write)
    for (const field of fields)
      operations.push({
        op: 'set',
        id: write.id,
        field: `data.${field.name}`,
        value: field.constant ?? `{{ input.${field.name} }}`,
      });
  const body = response?.body;
  if (
    write?.type === 'dbInsert' &&
    response &&
    typeof body === 'object' &&
    body !== null &&
    Object.hasOwn(body, 'id')
  ) {
    for (const { name } of fields)
      if (!/password/i.test(name))
        operations.push({
          op: 'set',
          id: response.id,
          field: `body.${name}`,
          value: `{{ ${String(write.output ?? 'created')}.${name} }}`,
        });
  }
  return operations;
}
