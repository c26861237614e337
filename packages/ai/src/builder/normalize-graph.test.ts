import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { brokenRules } from '../../tests/graph-rules.ts';
import { AiError } from '../errors.ts';
import { BUILDER_NODE_TYPES } from './graph.ts';
import { normalizeBuilderGraph } from './normalize-graph.ts';

const node = (id: unknown, type: string, fields: unknown = {}, label?: unknown) => ({
  id,
  type,
  data: { label, fields },
});
const edge = (source: unknown, target: unknown, id?: unknown) => ({ id, source, target });
const ways = (graph: { edges: { source: string; target: string }[] }) =>
  graph.edges.map(({ source, target }) => `${source}>${target}`).sort();
const fieldsOf = (type: string, fields: unknown) =>
  normalizeBuilderGraph({ nodes: [node('i', 'input'), node('n', type, fields)] }).nodes[1]?.data.fields;

describe('nodes', () => {
  it('come with the input first, and with unique ids', () => {
    const graph = normalizeBuilderGraph({
      nodes: [
        node('a', 'dbFind'),
        node('a', 'dbInsert'),
        node(7, 'input'),
        node('', 'emailSend'),
        node(null, 'dbFind'),
      ],
    });
    expect(graph.nodes.map(({ id, type }) => `${id} ${type}`)).toEqual([
      '7 input',
      'a dbFind',
      'a_2 dbInsert',
      'node_4 emailSend',
      'node_5 dbFind',
    ]);
  });

  it('get an input before everything when there is none', () => {
    const graph = normalizeBuilderGraph({
      nodes: [node('input', 'dbFind'), node('b', 'dbInsert'), node('c', 'emailSend')],
      edges: [edge('input', 'b')],
    });
    expect(graph.nodes[0]).toEqual({
      id: 'input_2',
      type: 'input',
      data: { label: 'User Input', fields: { variables: [] } },
    });
    expect(ways(graph)).toEqual(['input>b', 'input_2>c', 'input_2>input']);
  });

  it('have one input, with the variables of all', () => {
    const graph = normalizeBuilderGraph({
      nodes: [
        node('a', 'input', { variables: [{ name: 'x' }] }),
        node('b', 'input', { variables: [{ name: 'x', type: 'number' }, { name: 'y' }] }),
        node('c', 'dbFind'),
      ],
      edges: [edge('b', 'c')],
    });
    expect(graph.nodes.map(({ id }) => id)).toEqual(['a', 'c']);
    expect(graph.nodes[0]?.data.fields).toEqual({ variables: [{ name: 'x' }, { name: 'y' }] });
    expect(ways(graph)).toEqual(['a>c']);
  });

  it('have their input at the beginning of the way, too', () => {
    const graph = normalizeBuilderGraph({
      nodes: [node('auth', 'authMiddleware'), node('in', 'input'), node('find', 'dbFind')],
      edges: [edge('auth', 'in'), edge('in', 'find')],
    });
    expect(ways(graph)).toEqual(['auth>find', 'in>auth', 'in>find']);
  });

  it('of other types are left out, and the way goes on around them', () => {
    const graph = normalizeBuilderGraph({
      nodes: [
        node('a', 'input'),
        node('x', 'delay'),
        node('y', 'jwtGenerate'),
        node('b', 'dbFind'),
        node('r', 'response'),
      ],
      edges: [
        edge('a', 'x', 'e1'),
        edge('x', 'y'),
        edge('y', 'b'),
        edge('y', 'x'),
        edge('b', 'r'),
        edge('a', 'ghost'),
      ],
    });
    expect(graph.nodes.map(({ id }) => id)).toEqual(['a', 'b']);
    expect(ways(graph)).toEqual(['a>b']);
  });

  it('that a model repeats count once', () => {
    const same = node('a', 'dbFind', { collection: 'users' });
    const graph = normalizeBuilderGraph({ nodes: [node('i', 'input'), ...Array(500).fill(same)] });
    expect(graph.nodes).toHaveLength(2);
  });

  it('beyond a number are a loop of the model', () => {
    const nodes = Array.from({ length: 300 }, (_, index) => node(`n${index}`, 'dbFind'));
    expect(() => normalizeBuilderGraph({ nodes })).toThrow(
      expect.objectContaining({ code: 'AI_NO_GRAPH', details: { reason: 'too-large' } }),
    );
  });

  it.each([
    ['beside data', { id: 'n', type: 'dbFind', fields: { collection: 'users' } }],
    ['in data', { id: 'n', type: 'dbFind', data: { collection: 'users' } }],
    ['under another name', { id: 'n', type: 'dbFind', data: { config: { collection: 'users' } } }],
  ])('are read when their fields lie %s', (_name, source) => {
    const graph = normalizeBuilderGraph({ workflow: { nodes: [node('i', 'input'), source] } });
    expect(graph.nodes[1]?.data).toEqual({ label: 'Find Users', fields: { collection: 'users' } });
  });

  it('keep a label that somebody gave, and get one otherwise', () => {
    const labels = ['Mine', '', '  ', 7, null].map(
      (label) =>
        normalizeBuilderGraph({
          nodes: [node('i', 'input'), node('n', 'dbDelete', { collection: 'orders' }, label)],
        }).nodes[1]?.data.label,
    );
    expect(labels).toEqual(['Mine', 'Delete Orders', 'Delete Orders', 'Delete Orders', 'Delete Orders']);
  });
});

describe('edges', () => {
  it('have no doubles, loops or cycles, and unique ids', () => {
    const graph = normalizeBuilderGraph({
      nodes: [node('a', 'input'), node('b', 'dbFind'), node('c', 'dbInsert')],
      edges: [
        edge('a', 'b', 'e'),
        edge('b', 'c', 'e'),
        edge('a', 'b', 'x'),
        edge('c', 'b', 'y'),
        edge('c', 'c', 'z'),
        edge('c', 'a', 'w'),
        { from: 'a', to: 'c', id: 'edge_1' },
        'nonsense',
        null,
      ],
    });
    expect(graph.edges).toEqual([
      { id: 'e', source: 'a', target: 'b' },
      { id: 'edge_2', source: 'b', target: 'c' },
      { id: 'edge_1', source: 'a', target: 'c' },
    ]);
  });
});

describe('fields', () => {
  it('have one spelling, and both where both are read', () => {
    expect(fieldsOf('dbUpdate', { where: { id: 1 }, data: { $set: { name: 'x' } }, output: 'u' })).toEqual({
      filters: { id: '1' },
      filter: { id: '1' },
      update: { name: 'x' },
      data: { name: 'x' },
      outputVar: 'u',
    });
    expect(fieldsOf('dbDelete', { filter: { id: '{{id}}' }, filters: {} })).toEqual({
      filters: { id: '{{id}}' },
      filter: { id: '{{id}}' },
    });
    expect(fieldsOf('dbInsert', { document: { data: { a: 1 }, outputVar: 'x' } })).toEqual({
      data: { a: '1' },
    });
    expect(fieldsOf('dbFind', { filter: { id: '{{id}}' }, limit: 3, sort: { id: -1 } })).toEqual({
      filters: { id: '{{id}}' },
    });
  });

  it('have nothing that was not given', () => {
    for (const type of BUILDER_NODE_TYPES.slice(1)) expect(fieldsOf(type, {})).toEqual({});
  });

  it('have texts where texts are read', () => {
    expect(
      fieldsOf('dbInsert', {
        collection: 5,
        data: { n: 1, b: true, no: null, o: { $gt: 1 }, l: [1], s: '{{x}}' },
      }),
    ).toEqual({ collection: '5', data: { n: '1', b: 'true', o: '{"$gt":1}', l: '[1]', s: '{{x}}' } });
    expect(fieldsOf('dbFind', { filters: [{ field: 'a', value: 1 }], collection: { name: 'x' } })).toEqual({
      filters: { a: '1' },
    });
    expect(fieldsOf('dbFind', { filters: 'everything' })).toEqual({});
    expect(fieldsOf('emailSend', { to: ['a@x.io', 'b@x.io'], subject: 1, html: 'Hi' })).toEqual({
      to: 'a@x.io, b@x.io',
      subject: '1',
      body: 'Hi',
    });
    expect(fieldsOf('userLogin', { email: { a: 1 }, password: 123 })).toEqual({ password: '123' });
  });

  it('have lists of objects for variables and rules', () => {
    expect(fieldsOf('inputValidation', { rules: { email: 'email', age: { min: 3 }, name: true } })).toEqual({
      rules: [
        { field: 'email', type: 'email' },
        { min: 3, field: 'age' },
        { field: 'name', required: true },
      ],
    });
    expect(
      fieldsOf('inputValidation', { rules: ['a', { field: 'a', type: 'number' }, { field: 3 }, 4] }),
    ).toEqual({
      rules: [
        { field: 'a', required: true },
        { field: 'a', type: 'number' },
      ],
    });
    const [input] = normalizeBuilderGraph({
      nodes: [node('i', 'input', { variables: ['a', { name: 'a' }, { x: 1 }] })],
    }).nodes;
    expect(input?.data.fields).toEqual({ variables: [{ name: 'a' }] });
    expect(fieldsOf('inputValidation', { rules: 'all' })).toEqual({ rules: [] });
  });

  it('reach no prototype', () => {
    const raw = JSON.parse(
      '{"nodes":[{"id":"__proto__","type":"input"},{"id":"constructor","type":"dbInsert","data":{"fields":{"__proto__":{"x":1},"data":{"__proto__":{"polluted":1},"constructor":"c","a":"b"}}}}],"edges":[{"source":"__proto__","target":"constructor"}]}',
    );
    const graph = normalizeBuilderGraph(raw);
    expect(graph.nodes[1]?.data.fields).toEqual({ data: { a: 'b' } });
    expect(ways(graph)).toEqual(['__proto__>constructor']);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });
});

describe('any answer of a model', () => {
  const ids = fc.constantFrom<unknown>(
    'a',
    'b',
    'c',
    'd',
    'input',
    1,
    2,
    '',
    ' ',
    null,
    '__proto__',
    'edge_1',
    'a_2',
  );
  const types = fc.constantFrom<unknown>(
    ...BUILDER_NODE_TYPES,
    'input',
    'delay',
    'response',
    'x',
    null,
    5,
    'constructor',
  );
  const names = fc.constantFrom(
    ...[
      'variables',
      'rules',
      'collection',
      'filters',
      'filter',
      'where',
      'query',
      'update',
      'updates',
      'data',
      'document',
    ],
    ...[
      'doc',
      '$set',
      'to',
      'subject',
      'body',
      'html',
      'email',
      'password',
      'output',
      'outputVar',
      'field',
      'name',
      'key',
    ],
    ...[
      'value',
      'type',
      'findType',
      '__proto__',
      'constructor',
      'label',
      'fields',
      'config',
      'nodes',
      'edges',
    ],
  );
  const { value: json } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 5, depthSize: 'medium' },
      fc.constantFrom<unknown>(null, true, 0, 1.5, '', 'x', '{{email}}', '{"a":{"b":1}}', '[]'),
      fc.array(tie('value'), { maxLength: 4 }),
      fc.array(fc.tuple(names, tie('value')), { maxLength: 6 }).map(own),
    ),
  }));
  const anyNode = fc.record(
    { id: ids, type: types, data: fc.oneof(fc.record({ label: json, fields: json }), json), fields: json },
    { requiredKeys: [] },
  );
  const anyEdge = fc.record({ id: ids, source: ids, target: ids }, { requiredKeys: [] });
  const graphs = fc.record(
    {
      nodes: fc.oneof(
        {
          weight: 9,
          arbitrary: fc.array(fc.oneof({ weight: 6, arbitrary: anyNode }, json), { maxLength: 9 }),
        },
        json,
      ),
      edges: fc.oneof(
        {
          weight: 9,
          arbitrary: fc.array(fc.oneof({ weight: 9, arbitrary: anyEdge }, json), { maxLength: 25 }),
        },
        json,
      ),
    },
    { requiredKeys: [] },
  );

  it('becomes a graph that keeps every rule, or AI_NO_GRAPH', () => {
    let made = 0;
    fc.assert(
      fc.property(fc.oneof({ weight: 6, arbitrary: graphs }, json, fc.jsonValue()), (raw) => {
        let graph: unknown;
        try {
          graph = normalizeBuilderGraph(raw);
        } catch (error) {
          expect(error).toBeInstanceOf(AiError);
          expect(error).toMatchObject({ code: 'AI_NO_GRAPH', status: 502 });
          return;
        }
        made += 1;
        expect(brokenRules(graph)).toEqual([]);
        // What comes out is what comes out again, and survives JSON.
        expect(normalizeBuilderGraph(JSON.parse(JSON.stringify(graph)))).toEqual(graph);
      }),
      { numRuns: 4000 },
    );
    expect(made).toBeGreaterThan(1000);
  });

  /** An object whose fields are its own, whatever they are called. */
  function own(fields: [string, unknown][]): unknown {
    return JSON.parse(
      `{${fields.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value) ?? 'null'}`).join(',')}}`,
    );
  }
});
