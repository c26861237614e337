/** @module Whatever a model answered, as a graph that the builder's pages can show, or an error that says why not. */
import { compile } from '@orchestrix/engine';
import { AiError } from '../errors.ts';
import { bypass, connectEdges, type Link } from './edges.ts';
import {
  type BuilderGraph,
  type BuilderNode,
  type BuilderNodeType,
  defaultLabel,
  isBuilderNodeType,
} from './graph.ts';
import { labelRule, toGuardRule } from './guard-rule.ts';
import { normalizeFields, uniqueVariables } from './normalize-fields.ts';
import { spellForPanels } from './panel-spelling.ts';
import { entries, isObject } from './plain.ts';
import { leaveOutUnsent } from './unsent-settings.ts';
import { linkValues } from './value-edges.ts';

/** More nodes than this are a loop of the model, not a workflow. */
export const MAX_NODES = 200;
const MAX_LINKS = 1000;

/**
 * Makes a graph that satisfies everything the builder relies on: unique ids, edges with both ends and without cycles, exactly
 * one `input` node and that one first, known node types, field values of the types that are read, a label on every node. Nodes
 * of other types are left out; what was before and after them is connected. What a node lacks is not invented. Guards become
 * validation nodes; references are spelled as panels read them, and edges lead from every value to its users; settings that the
 * builder never sends are left out, and the label says so.
 *
 * @param raw any JSON value
 * @throws AiError `AI_NO_GRAPH` when there is no list of nodes, or nothing in it is a node; `details.reason` says which
 */
export function normalizeBuilderGraph(raw: unknown): BuilderGraph {
  const { nodes: given, edges } = findGraph(raw);
  const sources = given.filter(isObject);
  if (given.length > 0 && !sources.some((node) => typeof node.type === 'string')) {
    throw noGraph('no-nodes', 'The model’s nodes are no nodes');
  }
  const { nodes, known } = readNodes(sources);
  const links = readLinks(edges, known);
  if (nodes.length > MAX_NODES) throw noGraph('too-large', `The model drew more than ${MAX_NODES} nodes`);

  const kept = new Set(nodes.map(({ id }) => id));
  const joined = bypass(links, (id) => kept.has(id), MAX_LINKS);
  const { first, rest, connected } = withOneInput(nodes, joined);
  refuseForbiddenOperators([first, ...rest]);
  const drawn = spellForPanels([first, ...rest].map((node) => leaveOutUnsent(node, connected)));
  const ids = drawn.map(({ id }) => id);
  const ordered = connectEdges(connected, ids);
  return { nodes: drawn, edges: connectEdges([...ordered, ...linkValues(drawn, ordered)], ids) };
}

/**
 * A drawing that no engine would run is not handed out, whether a model or a person wrote it.
 *
 * @throws AiError `AI_NO_GRAPH` for an operator such as `$where`
 */
function refuseForbiddenOperators(nodes: readonly BuilderNode[]): void {
  const steps = nodes.map(({ id, type, data }) => ({ ...data.fields, id, type }));
  const finding = compile({ steps }).diagnostics.find(({ code }) => code === 'OPERATOR_NOT_ALLOWED');
  if (finding) throw noGraph('forbidden-operator', finding.message);
}

/** Whether a value could be a graph: used to find it among several pieces of JSON. */
export function looksLikeGraph(value: object): boolean {
  return graphIn(value) !== undefined;
}

/** The error for a reply without a usable graph. */
export function noGraph(reason: string, message: string): AiError {
  return new AiError('AI_NO_GRAPH', message, { reason });
}

interface GraphLike {
  nodes: unknown[];
  edges: unknown[];
}

function findGraph(raw: unknown): GraphLike {
  const graph = typeof raw === 'object' && raw !== null ? graphIn(raw) : undefined;
  if (!graph) throw noGraph('no-nodes', 'The model’s answer has no list of nodes');
  return graph;
}

/** The graph itself, or the one in a wrapper such as `{ workflow: { nodes, edges } }`. */
function graphIn(value: object): GraphLike | undefined {
  const places = [value, ...Object.values(value)].filter(isObject);
  const place = places.find(({ nodes }) => Array.isArray(nodes));
  if (!place) return undefined;
  return { nodes: place.nodes as unknown[], edges: Array.isArray(place.edges) ? place.edges : [] };
}

/** Nodes of known types with unique ids; `known` are the ids that edges may speak of, also those of nodes that are left out. */
function readNodes(sources: Record<string, unknown>[]) {
  const nodes: BuilderNode[] = [];
  const known = new Set<string>();
  const seen = new Map<string, string>();
  const used = new Set(sources.map(({ id }) => toId(id)));
  sources.forEach((source, index) => {
    const wanted = toId(source.id) ?? unusedId(`node_${index + 1}`, used);
    const type = typeof source.type === 'string' ? source.type : '';
    const node = isBuilderNodeType(type) ? toNode(wanted, type, source) : toCheck(wanted, type, source);
    const content = JSON.stringify(node?.data) + type;
    // A model in a loop repeats itself: the same node again is no other node.
    if (seen.get(wanted) === content) return;
    const id = known.has(wanted) ? unusedId(wanted, used) : wanted;
    seen.set(wanted, seen.get(wanted) ?? content);
    known.add(id);
    if (node) nodes.push({ ...node, id });
  });
  return { nodes, known };
}

function toNode(id: string, type: BuilderNodeType, source: Record<string, unknown>): BuilderNode {
  const data = isObject(source.data) ? source.data : {};
  const fields = normalizeFields(type, fieldsOf(source, data));
  const label = typeof data.label === 'string' ? data.label : source.label;
  const named = typeof label === 'string' && label.trim() !== '';
  return { id, type, data: { label: named ? label : defaultLabel(type, fields), fields } };
}

/** A guard as a validation node; nothing for other types, and for a guard that no rule can stand for. */
function toCheck(id: string, type: string, source: Record<string, unknown>): BuilderNode | undefined {
  if (type !== 'guard') return undefined;
  const data = isObject(source.data) ? source.data : {};
  const fields = fieldsOf(source, data);
  const rule = isObject(fields) ? toGuardRule(fields) : undefined;
  if (rule === undefined) return undefined;
  const label = typeof data.label === 'string' && data.label.trim() !== '' ? data.label : labelRule(rule);
  return { id, type: 'inputValidation', data: { label, fields: { rules: [rule] } } };
}

/** Where models put the configuration, the right place first. */
function fieldsOf(source: Record<string, unknown>, data: Record<string, unknown>): unknown {
  const place = [data.fields, data.config, source.fields, source.config].find(isObject);
  if (place) return place;
  return Object.fromEntries(entries(data).filter(([key]) => !['label', 'fields', 'config'].includes(key)));
}

function toId(id: unknown): string | undefined {
  if (typeof id === 'number') return String(id);
  return typeof id === 'string' && id.trim() !== '' ? id : undefined;
}

function unusedId(wanted: string, used: Set<string | undefined>): string {
  let id = wanted;
  for (let number = 2; used.has(id); number += 1) id = `${wanted}_${number}`;
  used.add(id);
  return id;
}

function readLinks(edges: unknown[], known: ReadonlySet<string>): Link[] {
  return edges
    .filter(isObject)
    .map(({ id, source, target, from, to }) => ({
      id: toId(id),
      source: toId(source) ?? toId(from) ?? '',
      target: toId(target) ?? toId(to) ?? '',
    }))
    .filter(({ source, target }) => known.has(source) && known.has(target) && source !== target)
    .slice(0, MAX_LINKS);
}

/** Makes the first `input` node the only one and the beginning of everything; without any, one is made. */
function withOneInput(nodes: BuilderNode[], links: Link[]) {
  const inputs = nodes.filter(({ type }) => type === 'input');
  const rest = nodes.filter(({ type }) => type !== 'input');
  const [first] = inputs;
  if (!first) {
    const made = makeInput(nodes);
    const targets = new Set(links.map(({ target }) => target));
    const roots = rest.filter(({ id }) => !targets.has(id));
    return {
      first: made,
      rest,
      connected: [...roots.map(({ id }) => ({ source: made.id, target: id })), ...links],
    };
  }
  const others = new Set(inputs.slice(1).map(({ id }) => id));
  const redirected = links
    .map((link) => ({ ...link, source: others.has(link.source) ? first.id : link.source }))
    .map((link) => ({ ...link, target: others.has(link.target) ? first.id : link.target }));
  return { first: merged(inputs), rest, connected: fromInput(first.id, redirected) };
}

/** What led into the input stands between it and what follows. */
function fromInput(input: string, links: Link[]): Link[] {
  const before = links.filter(({ source, target }) => target === input && source !== input);
  const onward = links.filter(({ target }) => target !== input);
  if (before.length === 0) return onward;
  const following = onward.filter(({ source }) => source === input).slice(0, before.length > 30 ? 1 : 30);
  const reached = new Set(onward.map(({ target }) => target));
  return [
    ...onward,
    ...before
      .filter(({ source }) => !reached.has(source))
      .map(({ source }) => ({ source: input, target: source })),
    ...before.flatMap(({ source }) => following.map(({ target }) => ({ source, target }))),
  ];
}

function merged(inputs: BuilderNode[]): BuilderNode {
  const [first, ...others] = inputs as [BuilderNode, ...BuilderNode[]];
  const lists = inputs.map(({ data }) => data.fields.variables).filter(Array.isArray);
  if (others.length === 0 || lists.length === 0) return first;
  const fields = { ...first.data.fields, variables: uniqueVariables(lists.flat()) };
  return { ...first, data: { ...first.data, fields } };
}

function makeInput(nodes: BuilderNode[]): BuilderNode {
  const id = unusedId('input', new Set(nodes.map((node) => node.id)));
  return { id, type: 'input', data: { label: defaultLabel('input', {}), fields: { variables: [] } } };
}
