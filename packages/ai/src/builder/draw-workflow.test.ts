/** @module Drawings of every family of the offline drafter: what panels show, what is sent, and that it is proved. */
import { readFileSync } from 'node:fs';
import { builtinRegistry, type WorkflowDefinition } from '@orchestrix/engine';
import { describe, expect, test } from 'vitest';
import { panelShows, unshownReferences } from '../../../../contract/panels.ts';
import { brokenRules } from '../../tests/graph-rules.ts';
import { createOfflineDrafter } from '../offline/offline-drafter.ts';
import { memorySandbox } from '../proof/memory-sandbox.ts';
import { drawWorkflow } from './draw-workflow.ts';
import type { BuilderGraph } from './graph.ts';
import { normalizeBuilderGraph } from './normalize-graph.ts';
import { findFaults, proveGraph } from './prove-graph.ts';
import { sentSteps } from './sent-steps.ts';

/** One request and more of every family. */
const REQUESTS = [
  'Sign up users with name, email and password',
  'Sign up users with username, email and password; the username is unique',
  'Register a customer with email and password and send a welcome mail',
  'Log in a user with email and password',
  'Log in with username and password and return a token',
  'Store a contact message with name, email and message and mail it to info@example.org',
  'Webhook that stores every event in the events collection',
  'Approve a leave request by id, only if it is pending',
  'Submit a leave request with reason and days; mail it to boss@example.org',
  'Create a product with name, price and stock',
  'Create a booking for a room with date; reject doubles by room',
  'List products',
  'List the newest ten orders',
  'List products with paging',
  'List orders of a customer',
  'Get a user by email',
  'Get a product by id',
  'Show the done tasks',
  "Update a task's status by id",
  "Change a customer's address by email and mail the customer",
  'Mark a task as done by id',
  'Delete a note by id',
  'Unsubscribe from the newsletter by email',
  'Only admins can delete a user by id',
];

async function draft(prompt: string): Promise<WorkflowDefinition> {
  const context = { registry: builtinRegistry, collections: {} };
  const outcome = await createOfflineDrafter().draft(prompt, context, {});
  if (outcome.kind !== 'draft') throw new Error(`${prompt}: ${JSON.stringify(outcome)}`);
  return outcome.definition;
}
const draw = async (prompt: string): Promise<BuilderGraph> => drawWorkflow(await draft(prompt));
const prove = (graph: BuilderGraph, prompt = '') => proveGraph(graph, { prompt, sandbox: memorySandbox() });

describe('every drawing of a draft', () => {
  test.each(REQUESTS)('%s', async (prompt) => {
    const definition = await draft(prompt);
    const graph = drawWorkflow(definition);
    expect(brokenRules(graph)).toEqual([]);
    expect(unshownReferences(graph)).toEqual([]);
    expect(findFaults(await prove(graph, prompt))).toEqual([]);
    for (const { data } of graph.nodes)
      for (const lost of ['sort', 'limit', 'skip', 'projection'])
        expect(data.fields).not.toHaveProperty(lost);
    const guards = definition.steps.filter(({ type }) => type === 'guard').map(({ message }) => message);
    const messages = graph.nodes.flatMap(({ data }) => (data.fields.rules ?? []) as { message?: string }[]);
    expect(messages.map(({ message }) => message)).toEqual(expect.arrayContaining(guards));
    // Edges that only show variables change no order.
    expect(sentSteps(graph).map(({ type }) => type)).toEqual(
      graph.nodes.map(({ type }) => type).filter((type) => type !== 'authMiddleware'),
    );
  });

  test('would fail with the spelling of the engine', () => {
    expect(panelShows('{{email}}', ['email'])).toBe(true);
    expect(panelShows('{{ email }}', ['email'])).toBe(false);
    expect(panelShows('{{input.email}}', ['email'])).toBe(false);
    expect(panelShows('{{ input.email }}', ['email'])).toBe(false);
  });
});

describe('what the builder posts', () => {
  const { cases } = JSON.parse(
    readFileSync(new URL('../../../../contract/cases.json', import.meta.url), 'utf8'),
  ) as { cases: (BuilderGraph & { kind: string; id: string; expectPayload: { steps?: unknown[] } })[] };
  const posted = cases.filter(({ kind, expectPayload }) => kind === 'builder' && expectPayload.steps);

  test.each(posted)('$id', ({ nodes, edges, expectPayload }) => {
    const known = nodes.filter(({ type }) => (type as string) !== 'response');
    const ends = new Set(known.map(({ id }) => id));
    const between = edges.filter(({ source, target }) => ends.has(source) && ends.has(target));
    expect(sentSteps({ nodes: known, edges: between })).toEqual(expectPayload.steps);
  });
});

test('a drawing whose guard is lost does not pass the trials', async () => {
  const graph = await draw('Sign up users with name, email and password');
  const unguarded = { ...graph, nodes: graph.nodes.filter(({ id }) => id !== 'check_taken') };
  const edges = graph.edges.filter(({ source, target }) => ![source, target].includes('check_taken'));
  const faults = findFaults(
    await prove({ ...unguarded, edges: [...edges, { id: 'x', source: 'find_user', target: 'create_user' }] }),
  );
  expect(faults.map(({ code }) => code)).toEqual(['PROOF_DUPLICATE_ACCEPTED']);
});

test('guards become rules, or there is no drawing', () => {
  const withGuard = (guard: object) => ({
    steps: [
      { type: 'input', variables: [{ name: 'id' }, { name: 'other' }] },
      { type: 'dbFind', collection: 'orders', filter: { _id: '{{ input.id }}' }, output: 'order' },
      { type: 'guard', value: '{{ order.status }}', message: 'No', ...guard },
    ],
  });
  const ruleOf = (guard: object) =>
    (drawWorkflow(withGuard(guard)).nodes[2]?.data.fields.rules as object[] | undefined)?.[0];
  const field = '{{order.status}}';
  expect(ruleOf({})).toEqual({ field, required: true, message: 'No' });
  expect(ruleOf({ is: 'absent' })).toEqual({ field, absent: true, message: 'No' });
  expect(ruleOf({ is: 'false' })).toMatchObject({ required: true, enum: [false] });
  expect(ruleOf({ is: 'equal', to: 'open' })).toMatchObject({ required: true, enum: ['open'] });
  expect(ruleOf({ is: 'oneOf', to: 'open, new' })).toMatchObject({ enum: ['open', 'new'] });
  expect(ruleOf({ is: 'greater', to: 3 })).toMatchObject({ required: true, exclusiveMin: 3 });
  for (const guard of [
    { is: 'different', to: 'open' },
    { is: 'equal', to: '{{ input.other }}' },
    { value: 'Dear {{ order.status }}' },
  ])
    expect(() => drawWorkflow(withGuard(guard))).toThrow('cannot make the check that says "No"');
});

describe('what does not arrive', () => {
  const label = (graph: BuilderGraph, type: string) =>
    graph.nodes.find((node) => node.type === type)?.data.label;

  test('is said in the label', async () => {
    const newest = await draw('List the newest ten orders');
    expect(label(newest, 'dbFind')).toBe('Find Orders (the visual builder does not send sort, limit)');
    const paged = await draw('List products with paging');
    expect(paged.nodes.map(({ type }) => type)).toEqual(['input', 'dbFind']);
    expect(paged.nodes[0]?.data.fields.variables).toEqual([]);
    expect(label(paged, 'dbFind')).toContain('limit, skip');
    expect(label(await draw('Show the done tasks'), 'dbFind')).toContain('sends done as a text');
    expect(label(await draw('Only admins can delete a user by id'), 'authMiddleware')).toContain(
      'anyone may call',
    );
    expect(label(await draw('Log in a user with email and password'), 'inputValidation')).toBe(
      'Validate Input',
    );
    const logIn = await draw('Log in with username and password and return a token');
    expect(logIn.nodes.map(({ data }) => data.label)).toContainEqual(
      expect.stringContaining('the visual builder makes no token'),
    );
    // Results hide passwords without a projection.
    expect(label(await draw('Get a user by email'), 'dbFind')).toBe('Find Users');
  });

  test('is no drawing where less would select more', () => {
    const cheap = { type: 'dbFind', collection: 'products', filter: { price: { $lt: '{{ input.price }}' } } };
    expect(() => drawWorkflow({ steps: [{ type: 'input' }, cheap] })).toThrow(
      'The visual builder compares "price" for being equal only',
    );
  });

  test('is a fault where the caller has to be known', async () => {
    const faults = findFaults(await prove(await draw('List my orders')));
    expect(faults.map(({ message }) => message)).toEqual([expect.stringContaining('currentUser')]);
  });
});

test('a graph of a model gets the same spelling, guards and edges', () => {
  const node = (id: string, type: string, fields: object) => ({ id, type, data: { fields } });
  const edge = (source: string, target: string) => ({ source, target });
  const graph = normalizeBuilderGraph({
    nodes: [
      node('a', 'input', { variables: [{ name: 'email' }] }),
      node('b', 'inputValidation', { rules: [{ field: 'input.email', required: true }] }),
      node('c', 'dbFind', {
        collection: 'users',
        filters: { email: '{{ input.email }}' },
        outputVar: 'user',
      }),
      node('d', 'guard', { value: '{{ user }}', message: 'No such user' }),
      node('e', 'emailSend', { to: '{{ user.email }}', subject: 'Hi', body: 'Hello {{ input.email }}' }),
    ],
    edges: [edge('a', 'b'), edge('b', 'c'), edge('c', 'd'), edge('d', 'e')],
  });
  expect(unshownReferences(graph)).toEqual([]);
  expect(graph.nodes[3]).toMatchObject({
    type: 'inputValidation',
    data: { fields: { rules: [{ field: '{{user}}', required: true, message: 'No such user' }] } },
  });
  expect(graph.nodes[4]?.data.fields).toMatchObject({ to: '{{user.email}}', body: 'Hello {{email}}' });
});
