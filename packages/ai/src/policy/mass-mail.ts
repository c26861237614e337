/** @module Mails go to one person at a time and carry nobody else's data. */
import { compileValue } from '@orchestrix/engine';
import { textOf, type WrittenStep } from '../proof/plan-steps.ts';
import type { PolicyFinding } from './policy-finding.ts';

const PEOPLE =
  /^(users?|accounts?|members?|customers?|clients?|subscribers?|contacts?|employees?|patients?|students?|people|persons?)$/i;
const MANY = new Set(['many', 'findMany', 'find', 'all']);

/** Mails to lists, and mails that carry lists of people or whole records of people to a fixed address. */
export function checkMails(steps: readonly WrittenStep[]): PolicyFinding[] {
  const finds = new Map(
    steps.flatMap((step) =>
      step.type === 'dbFind' && step.output !== null ? [[step.output, step] as const] : [],
    ),
  );
  return steps
    .filter(({ type }) => type === 'emailSend')
    .flatMap((step) => [...toMany(step, finds), ...carriesPeople(step, finds)]);
}

function toMany(step: WrittenStep, finds: ReadonlyMap<string, WrittenStep>): PolicyFinding[] {
  const list = compileValue(step.fields.to).references.find(({ segments: [root = ''] }) =>
    isList(finds.get(root)),
  );
  if (!list) return [];
  return [
    {
      code: 'HOUSE_MASS_MAIL',
      severity: 'error',
      step,
      field: 'to',
      message: `"{{ ${list.path} }}" is a list: one mail goes to one person`,
      expected: 'one address',
      suggestion: 'Find one document, and send the mail to its address',
    },
  ];
}

function carriesPeople(step: WrittenStep, finds: ReadonlyMap<string, WrittenStep>): PolicyFinding[] {
  const isFixed = compileValue(step.fields.to).isConstant;
  const references = ['subject', 'body'].flatMap((field) =>
    compileValue(step.fields[field]).references.map((reference) => ({ field, reference })),
  );
  return references.flatMap(({ field, reference: { segments, path } }) => {
    const [root = '', ...rest] = segments;
    const find = finds.get(root);
    if (!find || !PEOPLE.test(textOf(find.fields.collection))) return [];
    const whole = rest.every((segment) => /^\d+$/.test(segment));
    if (!isList(find) && !(whole && isFixed)) return [];
    return [
      {
        code: 'HOUSE_MASS_MAIL',
        severity: 'error' as const,
        step,
        field,
        message: `"{{ ${path} }}" puts records of people into a mail`,
        expected: 'single fields that the recipient may know',
        suggestion: 'Name the fields that are needed, of one document',
      },
    ];
  });
}

function isList(find: WrittenStep | undefined): boolean {
  return find !== undefined && MANY.has(textOf(find.fields.findType));
}
