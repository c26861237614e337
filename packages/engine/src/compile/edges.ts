/** @module Reads the edges of a definition and checks them against its steps. */

import type { EdgeCondition, WorkflowEdge } from '../definition.ts';
import { type Diagnostic, type nearest, shorten, suggester } from '../diagnostics.ts';
import { isPlainObject } from '../values/copy.ts';
import type { IndexedEdge } from './order.ts';

/** An edge whose ends exist. */
export interface CompiledEdge extends IndexedEdge {
  when: EdgeCondition | null;
}

const CONDITIONS: readonly unknown[] = ['true', 'false', 'error'];

/**
 * The usable edges of a definition, and what is wrong with the others.
 *
 * @param raw the definition's `edges`
 * @param positions step id → position in the list
 * @param isCondition whether the step at a position has an outcome true or false
 */
export function compileEdges(
  raw: unknown,
  positions: ReadonlyMap<string, number>,
  isCondition: (position: number) => boolean,
): { edges: CompiledEdge[]; canonical: WorkflowEdge[]; diagnostics: Diagnostic[] } {
  const edges: CompiledEdge[] = [];
  const canonical: WorkflowEdge[] = [];
  const diagnostics: Diagnostic[] = [];
  const findNearest = suggester();
  const report = (index: number, finding: Omit<Diagnostic, 'severity' | 'stepId'> & { stepId?: string }) =>
    diagnostics.push({ severity: 'error', stepId: null, ...finding, path: `edges.${index}${finding.path}` });
  if (raw !== undefined && raw !== null && !Array.isArray(raw)) {
    diagnostics.push({
      code: 'EDGE_SHAPE',
      severity: 'error',
      stepId: null,
      path: 'edges',
      message: 'edges must be a list',
      got: shorten(raw),
      expected: 'a list of { source, target }',
    });
    return { edges, canonical, diagnostics };
  }
  (Array.isArray(raw) ? raw : []).forEach((edge: unknown, index) => {
    if (!isPlainObject(edge) || typeof edge.source !== 'string' || typeof edge.target !== 'string') {
      report(index, {
        code: 'EDGE_SHAPE',
        path: '',
        message: 'An edge needs a source and a target',
        got: shorten(edge),
        expected: '{ source, target } with ids of steps',
      });
      return;
    }
    const when = edge.when ?? null;
    const from = positions.get(edge.source);
    const to = positions.get(edge.target);
    if (from === undefined) reportUnknownEnd(report, index, 'source', edge.source, positions, findNearest);
    if (to === undefined) reportUnknownEnd(report, index, 'target', edge.target, positions, findNearest);
    if (when !== null && !CONDITIONS.includes(when)) {
      report(index, {
        code: 'EDGE_CONDITION_INVALID',
        path: '.when',
        message: 'An edge is taken when its source was "true", "false" or ended in "error"',
        got: shorten(when),
        expected: '"true", "false", "error", or nothing',
      });
      return;
    }
    if (from === undefined || to === undefined) return;
    if ((when === 'true' || when === 'false') && !isCondition(from)) {
      report(index, {
        code: 'EDGE_CONDITION_INVALID',
        path: '.when',
        message: `The step "${edge.source}" has no outcome true or false`,
        got: when,
        expected: 'a condition as the source, or an edge without "when"',
        stepId: edge.source,
      });
      return;
    }
    edges.push({ from, to, when: when as EdgeCondition | null });
    canonical.push({
      ...(typeof edge.id === 'string' ? { id: edge.id } : {}),
      source: edge.source,
      target: edge.target,
      ...(when === null ? {} : { when: when as EdgeCondition }),
    });
  });
  return { edges, canonical, diagnostics };
}

function reportUnknownEnd(
  report: (index: number, finding: Omit<Diagnostic, 'severity' | 'stepId'>) => void,
  index: number,
  end: 'source' | 'target',
  id: string,
  positions: ReadonlyMap<string, number>,
  findNearest: typeof nearest,
): void {
  const similar = findNearest(id, positions.keys());
  report(index, {
    code: 'EDGE_END_UNKNOWN',
    path: `.${end}`,
    message: `There is no step "${id}"`,
    got: id,
    expected: 'the id of a step',
    ...(similar ? { suggestion: `Did you mean "${similar}"?` } : {}),
  });
}
