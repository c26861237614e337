/** @module A definition as it is handed out: every step and every edge with an id, the order of a list drawn as edges. */
import type { Plan, WorkflowEdge, WorkflowStep } from '@orchestrix/engine';
import { chainEdges } from '../patch/rewire.ts';
import type { NamedEdge, WholeDefinition } from './results.ts';

/**
 * The definition of a plan with what editors need. A list without edges gets one from each step to the next: it runs the
 * same, and an editor can draw it.
 *
 * @param plan one that is ok, so that ids are unique and edges have ends
 */
export function wholeDefinition({ definition, inputNames }: Plan): WholeDefinition {
  const steps = definition.steps as (WorkflowStep & { id: string })[];
  const edges = definition.edges.length > 0 ? definition.edges : chainEdges(steps.map(({ id }) => id));
  return {
    steps,
    edges: withIds(edges),
    inputVariables:
      definition.inputVariables.length > 0 ? definition.inputVariables : declared(steps, inputNames),
  };
}

function withIds(edges: readonly WorkflowEdge[]): NamedEdge[] {
  const used = new Set(edges.flatMap(({ id }) => (id === undefined ? [] : [id])));
  const seen = new Set<string>();
  return edges.map(({ id, ...edge }) => {
    if (id !== undefined && !seen.has(id)) {
      seen.add(id);
      return { id, ...edge };
    }
    const wanted = `${edge.source}-${edge.target}${edge.when ? `-${edge.when}` : ''}`;
    let free = wanted;
    for (let number = 2; used.has(free); number++) free = `${wanted}-${number}`;
    used.add(free);
    return { id: free, ...edge };
  });
}

/** What the input step declares, for a definition that does not say it a second time. */
function declared(
  steps: WholeDefinition['steps'],
  names: readonly string[],
): WholeDefinition['inputVariables'] {
  const variables = steps
    .filter(({ type, variables }) => type === 'input' && Array.isArray(variables))
    .flatMap(({ variables }) => variables as unknown[])
    .filter((one): one is { name: string } => typeof (one as { name?: unknown } | null)?.name === 'string');
  const byName = new Map(variables.map((variable) => [variable.name, variable]));
  return [...new Set(names)].map((name) => byName.get(name) ?? { name });
}
