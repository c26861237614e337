/** @module Checks that what steps refer to is there when they run. */

import { type Diagnostic, suggester } from '../diagnostics.ts';
import { REQUEST, type RequestFacts } from '../values/path.ts';
import type { Reference } from '../values/reference.ts';
import type { CompiledStep } from './step.ts';

/** A compiled step with where it stands. */
export interface PlacedStep {
  id: string;
  /** In the list, for paths. */
  position: number;
  compiled: CompiledStep;
}

/**
 * Findings about references, all of them warnings: a text may look like a reference by chance.
 *
 * @param steps in the order of execution
 * @param inputNames what the workflow declares as the caller's values
 */
export function checkReferences(steps: readonly PlacedStep[], inputNames: readonly string[]): Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  const names = new KnownNames(steps, inputNames);
  for (const { id, position, compiled } of steps) {
    for (const { reference, field } of compiled.references) {
      const finding = names.check(reference);
      if (!finding) continue;
      diagnostics.push({
        ...finding,
        severity: 'warning',
        stepId: id,
        path: `steps.${position}.${field}`,
        got: reference.path,
      });
    }
    if (compiled.output) names.known.add(compiled.output);
  }
  return diagnostics;
}

const REQUEST_FACTS: ReadonlySet<string> = new Set<keyof RequestFacts>([
  'method',
  'path',
  'headers',
  'query',
  'params',
  'body',
  'rawBody',
]);

type Finding = Pick<Diagnostic, 'code' | 'message' | 'expected' | 'suggestion'>;

/** What is set before the step at hand, after it, and by the caller. */
class KnownNames {
  /** Roots that are variables by now. */
  readonly known = new Set(['input']);
  private readonly declared: ReadonlySet<string>;
  /** Output name → the first step that sets it. */
  private readonly setters = new Map<string, string>();
  private readonly nearest = suggester();

  constructor(steps: readonly PlacedStep[], inputNames: readonly string[]) {
    this.declared = new Set(inputNames);
    for (const { id, compiled } of steps) {
      if (compiled.output && !this.setters.has(compiled.output)) this.setters.set(compiled.output, id);
    }
  }

  check(reference: Reference): Finding | null {
    const [root, second] = reference.segments as [string, string | undefined];
    if (root === 'input') return second === undefined ? null : this.checkInput(reference.path, second);
    if (root === REQUEST && reference.braced && !this.setters.has(root)) return this.checkRequest(second);
    if (this.known.has(root)) return !reference.braced && second === undefined ? this.bare(root) : null;
    // In braces a single name may be one of the caller's values, and is when nothing says which those are.
    const mayBeCallers = reference.braced && second === undefined;
    if (mayBeCallers && (this.declared.has(root) || (this.declared.size === 0 && !this.setters.has(root))))
      return null;
    const setter = this.setters.get(root);
    if (setter !== undefined) return reference.braced || second !== undefined ? tooEarly(root, setter) : null;
    return reference.braced ? this.unknown(root, reference) : null;
  }

  /** The default names of outputs are words that people answer with. */
  private bare(name: string): Finding | null {
    const setter = this.setters.get(name);
    if (setter === undefined) return null;
    return {
      code: 'REFERENCE_BARE',
      message: `The text "${name}" is replaced by the output of the step "${setter}"`,
      expected: 'a reference in braces, or a text that no output is called',
      suggestion: `Write {{ ${name} }} if the output is meant, else another text`,
    };
  }

  private checkInput(path: string, name: string): Finding | null {
    if (this.declared.size === 0 || this.declared.has(name)) return null;
    const similar = this.nearest(name, this.declared);
    return {
      code: 'INPUT_NOT_DECLARED',
      message: `"${path}" is not among the declared inputs`,
      expected: `one of ${firstFew(this.declared)}`,
      ...(similar === undefined ? {} : { suggestion: `Did you mean "input.${similar}"?` }),
    };
  }

  private checkRequest(name: string | undefined): Finding | null {
    if (name === undefined || REQUEST_FACTS.has(name)) return null;
    const similar = this.nearest(name, REQUEST_FACTS);
    return {
      code: 'REFERENCE_UNKNOWN',
      message: `A request has no "${name}"`,
      expected: `one of ${firstFew(REQUEST_FACTS)}`,
      ...(similar === undefined ? {} : { suggestion: `Did you mean "request.${similar}"?` }),
    };
  }

  private unknown(root: string, reference: Reference): Finding {
    const rest = reference.segments.slice(1);
    const output = this.nearest(root, this.known);
    const callers = output === undefined ? this.nearest(root, this.declared) : undefined;
    const meant = callers === undefined ? output : `input.${callers}`;
    return {
      code: 'REFERENCE_UNKNOWN',
      message: `Nothing sets "${root}"; the text stays as it is`,
      expected: `one of ${firstFew(this.known)}`,
      ...(meant === undefined ? {} : { suggestion: `Did you mean "${[meant, ...rest].join('.')}"?` }),
    };
  }
}

function tooEarly(root: string, setter: string): Finding {
  return {
    code: 'REFERENCE_TOO_EARLY',
    message: `"${root}" is set by the step "${setter}", which runs later`,
    expected: 'an output of an earlier step',
    suggestion: `Move the step "${setter}" before this one`,
  };
}

function firstFew(names: Iterable<string>): string {
  const few: string[] = [];
  for (const name of names) {
    if (few.length === 20) return `${few.join(', ')}, …`;
    few.push(name);
  }
  return few.join(', ');
}
