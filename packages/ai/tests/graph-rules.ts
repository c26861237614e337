/** @module What a graph must satisfy for the builder's pages, checked independently of how it was made. */

const TYPES = [
  'input',
  'inputValidation',
  'dbFind',
  'dbInsert',
  'dbUpdate',
  'dbDelete',
  'userLogin',
  'authMiddleware',
  'emailSend',
];

type Json = Record<string, unknown>;
const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isText = (value: unknown): value is string => typeof value === 'string';

/** Every rule that a graph breaks, in words; none for a graph that the builder can show. */
export function brokenRules(graph: unknown): string[] {
  if (!isObject(graph) || !Array.isArray(graph.nodes) || !Array.isArray(graph.edges)) return ['both arrays'];
  const nodes = graph.nodes as Json[];
  const edges = graph.edges as Json[];
  const broken: string[] = [];
  const rule = (name: string, holds: boolean) => {
    if (!holds) broken.push(name);
  };

  const ids = nodes.map(({ id }) => id);
  rule(
    'node ids are texts',
    ids.every((id) => isText(id) && id !== ''),
  );
  rule('unique node ids', new Set(ids).size === ids.length);
  rule(
    'known types',
    nodes.every(({ type }) => TYPES.includes(String(type))),
  );
  rule('one input', nodes.filter(({ type }) => type === 'input').length === 1);
  rule('input is first', nodes[0]?.type === 'input');
  rule('edge ids', new Set(edges.map(({ id }) => id)).size === edges.length);
  rule(
    'edge ids are texts',
    edges.every(({ id }) => isText(id) && id !== ''),
  );
  rule(
    'edge ends exist',
    edges.every(({ source, target }) => ids.includes(source) && ids.includes(target)),
  );
  rule(
    'no self-loop',
    edges.every(({ source, target }) => source !== target),
  );
  rule(
    'nothing leads into the input',
    edges.every(({ target }) => target !== nodes[0]?.id),
  );
  rule('no cycle', isAcyclic(ids, edges));
  for (const { type, data } of nodes) {
    rule('data', isObject(data) && isObject(data.fields));
    if (!isObject(data) || !isObject(data.fields)) continue;
    rule('label', isText(data.label) && data.label.trim() !== '');
    checkFields(String(type), data.fields, rule);
  }
  return broken;
}

function checkFields(type: string, fields: Json, rule: (name: string, holds: boolean) => void): void {
  const { variables, rules, collection } = fields;
  const objects = (list: unknown) => list === undefined || (Array.isArray(list) && list.every(isObject));
  rule('variables', objects(variables));
  rule('rules', objects(rules));
  if (Array.isArray(rules))
    rule(
      'rules[].field',
      rules.every((each) => isObject(each) && isText(each.field)),
    );
  rule('collection', collection === undefined || isText(collection));
  for (const name of ['filters', 'filter', 'update', 'data']) {
    const map = fields[name];
    rule(name, map === undefined || (isObject(map) && Object.values(map).every(isText)));
  }
  for (const name of ['to', 'email', 'password'])
    rule(name, fields[name] === undefined || isText(fields[name]));
  rule(
    'outputVar',
    fields.output === undefined && (fields.outputVar === undefined || isText(fields.outputVar)),
  );
  const twins = (one: string, other: string) =>
    rule(`${one} and ${other}`, JSON.stringify(fields[one]) === JSON.stringify(fields[other]));
  if (type === 'dbUpdate' || type === 'dbDelete') twins('filters', 'filter');
  if (type === 'dbUpdate') twins('update', 'data');
  if (type === 'dbInsert')
    rule('data for a new document', fields.document === undefined && fields.doc === undefined);
}

/** Takes away nodes without incoming edges until none is left. */
function isAcyclic(ids: unknown[], edges: Json[]): boolean {
  let left = edges;
  let nodes = ids;
  for (;;) {
    const free = nodes.filter((id) => !left.some(({ target }) => target === id));
    if (free.length === 0) return nodes.length === 0;
    nodes = nodes.filter((id) => !free.includes(id));
    left = left.filter(({ source }) => !free.includes(source));
  }
}
