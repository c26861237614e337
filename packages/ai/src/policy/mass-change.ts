/** @module A change of many documents leaves something out, or asks for a token. */
import { isObject } from '../builder/plain.ts';
import type { WrittenStep } from '../proof/plan-steps.ts';
import type { PolicyFinding } from './policy-finding.ts';

/** Deletions and changes of everything. */
export function checkChanges(steps: readonly WrittenStep[]): PolicyFinding[] {
  return steps.flatMap((step, index) => {
    const { type, fields } = step;
    const many =
      (type === 'dbDelete' && fields.deleteType === 'deleteMany') ||
      (type === 'dbUpdate' && fields.updateType === 'updateMany');
    if (!many || !selectsEverything(fields.filter)) return [];
    const guarded = steps.slice(0, index).some((before) => before.type === 'authMiddleware');
    return [
      {
        code: 'HOUSE_MASS_CHANGE',
        severity: guarded ? ('warning' as const) : ('error' as const),
        step,
        field: 'filter',
        message: `The filter selects every document, so that one call ${type === 'dbDelete' ? 'deletes' : 'changes'} all of them`,
        expected: 'a filter that leaves something out, or a token check before it',
        suggestion: 'Select by a value that the caller sends',
      },
    ];
  });
}

function selectsEverything(filter: unknown): boolean {
  if (!isObject(filter)) return false;
  return Object.entries(filter).every(([field, condition]) => {
    if (field === '$and' || field === '$or') {
      const parts = Array.isArray(condition) ? condition : [];
      return field === '$and' ? parts.every(selectsEverything) : parts.some(selectsEverything);
    }
    return (
      isObject(condition) &&
      Object.keys(condition).length > 0 &&
      Object.entries(condition).every(isTrivial(field))
    );
  });
}

/** Conditions that hold for every document, or for every one that has the field at all. */
function isTrivial(field: string) {
  return ([operator, value]: [string, unknown]): boolean => {
    if (operator === '$exists') return value !== false && field === '_id';
    if (operator === '$ne') return value === null || value === '' || isNobodys(field, value);
    if (operator === '$nin') return Array.isArray(value) && value.length === 0;
    if (operator === '$regex') return typeof value === 'string' && /^\^?(\.\*)?\$?$/.test(value);
    return operator === '$options';
  };
}

/** All but one document, or all but those with a value that nobody has: a way around the ban on empty filters. */
function isNobodys(field: string, value: unknown): boolean {
  if (typeof value !== 'string' || value.includes('{{')) return false;
  return field === '_id' || /^[_\W]*(?:none|never|impossible|non[-_ ]?existent|nobody)[_\W]*$/i.test(value);
}
