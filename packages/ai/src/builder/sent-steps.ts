/** @module What the visual builder posts for a graph: the steps that run, which is not all that is drawn. */
import type { BuilderGraph, BuilderNode, BuilderNodeType } from './graph.ts';
import { isObject } from './plain.ts';

type Fields = Record<string, unknown>;

/** The steps in the builder's order, with the settings that it sends and in its spelling. */
export function sentSteps(graph: BuilderGraph): (Fields & { id: string; type: string })[] {
  return inBuilderOrder(graph).flatMap(({ type, data: { fields } }, index) => {
    const step = SENT[type](fields);
    return step === undefined ? [] : [{ id: `step${index + 1}`, type, ...step }];
  });
}

/** Nodes of which nothing is before them first, then breadth first in the order of the edges. */
function inBuilderOrder({ nodes, edges }: BuilderGraph): BuilderNode[] {
  const open = new Map(nodes.map(({ id }) => [id, edges.filter(({ target }) => target === id).length]));
  const ready = nodes.filter(({ id }) => open.get(id) === 0);
  const ordered: BuilderNode[] = [];
  for (let node = ready.shift(); node !== undefined; node = ready.shift()) {
    ordered.push(node);
    for (const { source, target } of edges) {
      if (source !== node.id) continue;
      const left = (open.get(target) ?? 0) - 1;
      open.set(target, left);
      if (left === 0) ready.push(...nodes.filter(({ id }) => id === target));
    }
  }
  return ordered;
}

const SENT: Record<BuilderNodeType, (fields: Fields) => Fields | undefined> = {
  input: ({ variables = [] }) => ({ data: { variables } }),
  inputValidation: ({ rules = [] }) => ({ rules }),
  dbFind: ({ collection, filters, findType = 'findOne', outputVar = 'foundData' }) => ({
    collection,
    filters: asSent(filters),
    findType,
    output: outputVar,
  }),
  dbInsert: ({ collection, data, outputVar = 'created', ...rest }) => ({
    collection,
    data: asSent(data ?? rest),
    output: outputVar,
  }),
  dbUpdate: ({ collection, filter, data, outputVar = 'updated' }) => ({
    collection,
    filter: asSent(filter),
    data: asSent(data),
    output: outputVar,
  }),
  dbDelete: ({ collection, filter, outputVar = 'deleted' }) => ({
    collection,
    filter: asSent(filter),
    output: outputVar,
  }),
  userLogin: ({ email, password, outputVar = 'loginResult' }) => ({
    email: bare(email),
    password: bare(password),
    output: outputVar,
  }),
  // The builder draws it and leaves it out of what it sends.
  authMiddleware: () => undefined,
  emailSend: ({ to, subject, body, outputVar = 'emailResult' }) => ({
    to: bare(to),
    subject,
    body,
    output: outputVar,
  }),
};

function asSent(map: unknown): Fields {
  if (!isObject(map)) return {};
  const sent = Object.entries(map).map(([key, value]) => [
    key,
    isObject(value) ? asSent(value) : bare(value),
  ]);
  return Object.fromEntries(sent);
}

/** A single name in braces is one of the caller's values for the builder, whatever else has that name. */
function bare(value: unknown): unknown {
  const name = typeof value === 'string' ? /^\{\{([^{}.\s]+)\}\}$/.exec(value)?.[1] : undefined;
  return name === undefined ? value : `input.${name}`;
}
