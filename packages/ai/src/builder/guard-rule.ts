/** @module Guards as the visual builder can draw them: a rule of an `inputValidation` node may check any variable. */
import { compileValue } from '@orchestrix/engine';

/** A rule that stops the run where the guard would; `undefined` for a comparison that rules cannot make. */
export function toGuardRule(guard: Record<string, unknown>): Record<string, unknown> | undefined {
  const path = readReference(guard.value);
  const check = path === undefined ? undefined : toCheck(guard);
  if (path === undefined || check === undefined) return undefined;
  const { message } = guard;
  const isPlain = typeof message === 'string' && message !== '' && !message.includes('{{');
  return { field: `{{${path}}}`, ...check, ...(isPlain && { message }) };
}

/** What the node of such a rule is called. */
export function labelRule({ field }: Record<string, unknown>): string {
  return `Check ${String(field).replace(/[{}]/g, '')}`;
}

/** The guard that a rule amounts to; `undefined` for a rule that only checks a form. */
export function toGuard({ field, required, absent, enum: allowed }: Record<string, unknown>) {
  const value = `{{ ${String(field)
    .replace(/^\{\{|\}\}$/g, '')
    .trim()} }}`;
  if (absent === true) return { value, is: 'absent' };
  if (Array.isArray(allowed) && allowed.length > 0) {
    const [one] = allowed;
    if (allowed.length > 1) return { value, is: 'oneOf', to: allowed };
    return typeof one === 'boolean' ? { value, is: String(one) } : { value, is: 'equal', to: one };
  }
  return required === true ? { value, is: 'present' } : undefined;
}

function toCheck({ is = 'present', to }: Record<string, unknown>): Record<string, unknown> | undefined {
  if (is === 'present') return { required: true };
  if (is === 'absent') return { absent: true };
  if (is === 'true' || is === 'false') return { required: true, enum: [is === 'true'] };
  const others = is === 'oneOf' && typeof to === 'string' ? to.split(',').map((one) => one.trim()) : [to];
  if (!others.flat().every(isConstant)) return undefined;
  if (is === 'oneOf') return { required: true, enum: others.flat() };
  if (is === 'equal' && typeof to === 'number') return { required: true, type: 'number', enum: [to] };
  if (is === 'equal' && typeof to === 'string') return { required: true, enum: [to] };
  const bound = typeof to === 'number' ? to : undefined;
  if (is === 'greater' && bound !== undefined) return { required: true, exclusiveMin: bound };
  if (is === 'less' && bound !== undefined) return { required: true, exclusiveMax: bound };
  return undefined;
}

function isConstant(value: unknown): boolean {
  if (typeof value === 'number') return true;
  return (
    typeof value === 'string' && value !== '' && !compileValue(value).references.some(({ braced }) => braced)
  );
}

/** What a text refers to that is one reference and nothing else; a value of the caller without its `input.`. */
export function readReference(value: unknown): string | undefined {
  const text = typeof value === 'string' ? value.trim() : '';
  const [reference, ...others] = compileValue(text).references;
  if (!reference?.braced || reference.optional || others.length > 0 || reference.raw !== text)
    return undefined;
  return reference.segments.join('.').replace(/^input\.(?=[^.]+$)/, '');
}
