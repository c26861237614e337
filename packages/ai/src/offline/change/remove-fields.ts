/** @module Fields that are no longer asked for. */
import { isPlainObject } from '@orchestrix/engine';
import type { PatchOperation } from '../../patch/operations.ts';
import { readFieldList } from '../read-fields.ts';
import { fromInput } from '../steps.ts';
import { namesIn, type Outcome, outputOf, type Part, type Parts, rulesFor, variablesOf } from './parts.ts';

const REMOVES = [
  /^(?:remove|drop|delete|leave out|get rid of|take out|skip|omit|(?:don't|do not|no longer|never) (?:store|ask for|save|collect|need|want|require the|take|accept)|stop (?:storing|asking for|saving|collecting)|we (?:don't|do not|no longer) need) (?:the |an? |their )?(?:fields? |inputs? )?(.+?)(?: (?:fields?|inputs?))?(?:,? (?:from|any ?more|any longer|again|at all)\b.*)?$/i,
  /^(?:the |a )?(.+?)(?: fields?)? (?:is|are) (?:no longer|not) (?:needed|wanted|asked for|stored|necessary)(?: any ?more| any longer)?$/i,
];

/** `Remove the nickname`. */
export function removeFields(wish: string, parts: Parts): Outcome {
  const match = REMOVES.map((pattern) => pattern.exec(wish)).find((one) => one !== null);
  if (!match) return null;
  const names = variablesOf(parts).map(({ name }) => name);
  const gone: string[] = [];
  for (const { name } of readFieldList(match[1]!, names)) {
    const found = names.includes(name) ? name : namesIn(match[1]!, names)[0];
    if (found === undefined) return `There is no field "${name}". Which field should be removed?`;
    if (!gone.includes(found)) gone.push(found);
  }
  if (gone.length === 0) return null;
  const checks = uniqueChecks(parts, gone);
  const kept = parts.all.filter((step) => !checks.includes(step));
  const needed = gone.find((name) =>
    kept.some((step) =>
      ['filter', 'to', 'email', 'password', 'value'].some((key) =>
        JSON.stringify(step[key] ?? '').includes(fromInput(name)),
      ),
    ),
  );
  if (needed !== undefined)
    return `The workflow needs "${needed}" to do its work. What should take its place?`;
  return [
    ...checks.map(({ id }): PatchOperation => ({ op: 'remove', id })),
    ...withoutInputs(parts, gone),
    ...kept.flatMap((step) => withoutUses(step, gone)),
  ];
}

/** Steps that only look whether a value is there already. */
function uniqueChecks({ all }: Parts, gone: readonly string[]): Part[] {
  const finds = all.filter(
    ({ type, filter }) =>
      type === 'dbFind' &&
      isPlainObject(filter) &&
      Object.values(filter).length === 1 &&
      gone.some((name) => Object.values(filter)[0] === fromInput(name)),
  );
  return finds.flatMap((find) => {
    const guard = all.find(
      ({ type, is, value }) => type === 'guard' && is === 'absent' && value === `{{ ${outputOf(find)} }}`,
    );
    return guard ? [find, guard] : [];
  });
}

function withoutInputs(parts: Parts, gone: readonly string[]): PatchOperation[] {
  const names = variablesOf(parts).map(({ name }) => name);
  const indexes = names.flatMap((name, index) => (gone.includes(name) ? [index] : []));
  const rules = gone.flatMap((name) => rulesFor(parts, name));
  return [
    ...indexes
      .reverse()
      .map((index): PatchOperation => ({ op: 'unset', id: parts.input!.id, field: `variables.${index}` })),
    ...rules
      .sort((a, b) => b - a)
      .map((index): PatchOperation => ({ op: 'unset', id: parts.validate!.id, field: `rules.${index}` })),
  ];
}

function withoutUses(step: Part, gone: readonly string[]): PatchOperation[] {
  const operations: PatchOperation[] = [];
  for (const key of ['data', 'body', 'payload']) {
    const value = step[key];
    if (!isPlainObject(value)) continue;
    for (const [name, inner] of Object.entries(value))
      if (gone.some((one) => name === one || inner === fromInput(one)))
        operations.push({ op: 'unset', id: step.id, field: `${key}.${name}` });
  }
  if (step.type !== 'emailSend') return operations;
  for (const key of ['subject', 'body']) {
    const text = step[key];
    if (typeof text !== 'string') continue;
    const lines = text
      .split('\n')
      .filter(
        (line) =>
          !gone.some((name) => /^[\w ]+: \{\{ input\.\w+ \}\}$/.test(line) && line.includes(fromInput(name))),
      );
    const left = gone
      .reduce((body, name) => body.replaceAll(fromInput(name), ''), lines.join('\n'))
      .replace(/ +([,.!?])/g, '$1');
    if (left !== text) operations.push({ op: 'set', id: step.id, field: key, value: left });
  }
  return operations;
}
