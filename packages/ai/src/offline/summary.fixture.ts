/** @module A draft in one line, so that many requests can be checked in a table. */
import { builtinRegistry, type WorkflowStep } from '@orchestrix/engine';
import type { Collections } from '../builder/prompt.ts';
import type { DraftOutcome } from '../drafting/drafter.ts';
import { draftRequest } from './draft-request.ts';

/** What the rules make of a request. */
export function draftOf(prompt: string, collections: Collections = {}): DraftOutcome {
  return draftRequest(prompt, { registry: builtinRegistry, collections });
}

/**
 * What a draft takes and does, such as `id price:number | find products{_id} 404 | update products{price} | 200`; for
 * anything else its kind.
 */
export function summaryOf(outcome: DraftOutcome): string {
  if (outcome.kind !== 'draft') return outcome.kind;
  const { steps, inputVariables = [] } = outcome.definition;
  return steps
    .map((step) => (step.type === 'input' ? inputVariables.map(sayVariable).join(' ') : sayStep(step)))
    .filter((part) => part !== '')
    .join(' | ')
    .replaceAll(' | 404', ' 404')
    .replaceAll(' | 409', ' 409')
    .replaceAll(' | 401', ' 401');
}

function sayStep(step: WorkflowStep): string {
  const { type, collection } = step;
  if (type === 'inputValidation') return (step.rules as Rule[]).map(sayRule).filter(Boolean).join(' ');
  if (type === 'authMiddleware')
    return step.requiredRole === undefined ? 'auth' : `role ${String(step.requiredRole)}`;
  if (type === 'dbFind') {
    const order = [
      step.findType === 'many' ? ' many' : '',
      step.sort ? ` ${JSON.stringify(step.sort)}` : '',
      step.limit ? ` limit ${String(step.limit)}` : '',
    ];
    return `find ${String(collection)}${sayData(step.filter)}${order.join('')}`;
  }
  if (type === 'dbInsert') return `insert ${String(collection)}${sayData(step.data)}`;
  if (type === 'dbUpdate') return `update ${String(collection)}${sayData(step.filter)}${sayData(step.data)}`;
  if (type === 'dbDelete') return `delete ${String(collection)}${sayData(step.filter)}`;
  if (type === 'emailSend') return `mail ${String(step.to)}`;
  if (type === 'jwtGenerate')
    return `token${step.expiresIn === undefined ? '' : ` ${String(step.expiresIn)}`}`;
  if (type === 'userLogin') return 'login';
  if (type === 'guard' || type === 'response') return `${String(step.statusCode)}`;
  return type;
}

interface Variable {
  name: string;
  type?: string;
  required?: boolean;
  default?: unknown;
}

type Rule = Record<string, unknown> & { field: string };

function sayVariable({ name, type = 'any', required, default: fallback }: Variable): string {
  const kind = type === 'string' || (type === 'email' && name === 'email') ? '' : `:${type}`;
  return `${name}${kind}${required ? '' : '?'}${fallback === undefined ? '' : `=${String(fallback)}`}`;
}

function sayRule({ field, type: _, required: __, pattern: ___, ...rest }: Rule): string {
  if (Object.keys(rest).length === 0) return '';
  return `${field.replace('input.', '')}${JSON.stringify(rest).replaceAll('"', '')}`;
}

/** A field's own value is left out: `{name}` is `{ name: '{{ input.name }}' }`. */
function sayData(data: unknown): string {
  const entries = Object.entries((data ?? {}) as Record<string, unknown>).map(([name, value]) => {
    if (value === `{{ input.${name} }}` || (name === '_id' && value === '{{ input.id }}')) return name;
    return `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`;
  });
  return `{${entries.join(' ')}}`;
}
