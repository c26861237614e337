/** What must hold for every definition and all operations. */
import { compile, type EdgeCondition, type WorkflowDefinition, type WorkflowEdge } from '@orchestrix/engine';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyPatch } from './apply-patch.ts';
import { diffWorkflows } from './diff-workflows.ts';
import type { PatchOperation } from './operations.ts';

const NEW = { id: 'n', type: 'delay', seconds: 1 };
const kinds = (changes: { kind: string }[]) => changes.map(({ kind }) => kind);
const diff = (before: WorkflowDefinition, ...list: PatchOperation[]) =>
  diffWorkflows(before, applyPatch(before, list).definition);

const IDS = ['a', 'b', 'c', 'd', 'e', 'f'];
const FIELDS = [
  'collection',
  'filter',
  'filter.email',
  'filter.age.$gt',
  'rules.0',
  'rules.0.required',
  'rules.email',
  'variables',
  'variables.0.name',
  'id',
  'type',
  'name',
  '__proto__.polluted',
  'filter.constructor.prototype.polluted',
  'a..b',
  'x.0.y.1',
];

/** Sound graphs and lists of up to six steps; edges lead forward only. */
function definitions(): fc.Arbitrary<WorkflowDefinition> {
  const step = (id: string) =>
    fc.record({
      id: fc.constant(id),
      type: fc.constantFrom('dbFind', 'delay', 'response', 'emailSend'),
      collection: fc.constantFrom('users', 'notes'),
      filter: fc.dictionary(fc.constantFrom('email', 'age', 'x.y'), fc.jsonValue({ maxDepth: 1 }), {
        maxKeys: 2,
      }),
      rules: fc.array(fc.record({ field: fc.constantFrom('email', 'age'), required: fc.boolean() }), {
        maxLength: 2,
      }),
    });
  return fc
    .tuple(
      fc.subarray(IDS, { minLength: 1 }),
      fc.array(fc.tuple(fc.nat(5), fc.nat(5), fc.constantFrom<EdgeCondition | null>(null, null, 'error')), {
        maxLength: 8,
      }),
    )
    .chain(([ids, pairs]) =>
      fc.tuple(...ids.map(step)).map((steps) => ({ steps, edges: forwardEdges(ids, pairs) })),
    );
}

function forwardEdges(ids: string[], pairs: [number, number, EdgeCondition | null][]): WorkflowEdge[] {
  const edges = new Map<string, WorkflowEdge>();
  for (const [one, other, when] of pairs) {
    const [source, target] = [ids[Math.min(one, other)], ids[Math.max(one, other)]];
    if (source === undefined || target === undefined || source === target) continue;
    edges.set(`${source}${target}${when}`, { id: `e${edges.size}`, source, target, ...(when && { when }) });
  }
  return [...edges.values()];
}

/** Operations, good ones and others. */
function operations(): fc.Arbitrary<unknown[]> {
  const id = fc.constantFrom(...IDS, 'n', 'm', 'zzz');
  const after = fc.oneof(fc.constant(null), id);
  const value = fc.oneof(
    fc.jsonValue({ maxDepth: 3 }),
    fc.constant(JSON.parse('{"__proto__":{"polluted":1},"a":{"constructor":{"prototype":{"polluted":1}}}}')),
  );
  const field = fc.oneof(fc.constantFrom(...FIELDS), fc.string());
  const step = fc.record({ id, type: fc.constantFrom('delay', 'dbFind', 'input'), seconds: value });
  const when = fc.constantFrom(undefined, null, 'error', 'true', 'sometimes');
  const sound = fc.oneof(
    fc.record({ op: fc.constant('add'), step, after, when }),
    fc.record({ op: fc.constant('remove'), id }),
    fc.record({ op: fc.constantFrom('set', 'append'), id, field, value }),
    fc.record({ op: fc.constant('unset'), id, field }),
    fc.record({ op: fc.constant('move'), id, after }),
  );
  const broken = fc.oneof(
    fc.anything(),
    fc.record({
      op: fc.constantFrom('set', 'add', 'move', 'append'),
      id: fc.anything(),
      field: fc.anything(),
      value: fc.anything(),
      step: fc.anything(),
      after: fc.anything(),
    }),
  );
  return fc.array(fc.oneof({ arbitrary: sound, weight: 6 }, { arbitrary: broken, weight: 1 }), {
    maxLength: 8,
  });
}

/** The same value, frozen all the way down: whatever writes into it throws. */
function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value) || ArrayBuffer.isView(value))
    return value;
  Object.freeze(value);
  for (const inner of Object.values(value)) frozen(inner);
  return value;
}

describe('whatever is asked', () => {
  it('never throws, never changes what it was given, and leaves alone what was not named', () => {
    fc.assert(
      fc.property(definitions(), operations(), (definition, list) => {
        const before = JSON.stringify(definition);
        const { definition: after, problems } = applyPatch(
          frozen(definition),
          frozen(list) as PatchOperation[],
        );
        expect(JSON.stringify(definition)).toBe(before);
        const named = new Set(
          (list as ({ id?: unknown; step?: { id?: unknown } } | undefined | null)[]).flatMap((one) => [
            one?.id,
            one?.step?.id,
          ]),
        );
        for (const step of after.steps) {
          const original = definition.steps.find(({ id }) => id === step.id);
          if (original && !named.has(step.id)) expect(step).toBe(original);
        }
        for (const { path, severity } of problems) {
          expect(path).toMatch(/^operations\.\d+/);
          expect(severity).toBe('error');
        }
        const ids = after.steps.map(({ id }) => id);
        expect(new Set(ids).size).toBe(ids.length);
        for (const { source, target } of after.edges ?? [])
          expect(ids).toEqual(expect.arrayContaining([source, target]));
        expect(compile(after).diagnostics.map(({ code }) => code)).not.toContain('GRAPH_CYCLE');
        expect(({} as Record<string, unknown>).polluted).toBeUndefined();
      }),
      { numRuns: 1000 },
    );
  });

  it('a step that is added and removed leaves no trace', () => {
    fc.assert(
      fc.property(
        definitions(),
        fc.nat(),
        fc.constantFrom(undefined, null, 'error' as const),
        (definition, at, when) => {
          const ids = definition.steps.map(({ id }) => id!);
          const after = at % (ids.length + 1) === 0 ? null : ids[(at % (ids.length + 1)) - 1]!;
          // A list that has become a graph for the sake of a condition stays one.
          if (when === 'error' && !definition.edges?.length) return;
          const added = applyPatch(definition, [{ op: 'add', step: NEW, after, when: when ?? null }]);
          expect(added.problems).toEqual([]);
          const removed = applyPatch(added.definition, [{ op: 'remove', id: 'n' }]);
          expect(removed.definition).toEqual(definition);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('whatever was done', () => {
  it('is told if and only if something is different', () => {
    fc.assert(
      fc.property(definitions(), operations(), (definition, list) => {
        expect(diffWorkflows(definition, definition)).toEqual([]);
        const { definition: after } = applyPatch(definition, list as PatchOperation[]);
        const changes = diffWorkflows(frozen(definition), frozen(after));
        if (JSON.stringify(after) === JSON.stringify(definition)) expect(changes).toEqual([]);
        for (const { sentence } of changes) expect(sentence).toMatch(/^[A-Z].*\.$/s);
        const before = new Set(definition.steps.map(({ id }) => id));
        const now = new Set(after.steps.map(({ id }) => id));
        const told = (kind: string) => changes.filter((one) => one.kind === kind).map(({ stepId }) => stepId);
        expect(told('step-added').sort()).toEqual([...now].filter((id) => !before.has(id)).sort());
        expect(told('step-removed').sort()).toEqual([...before].filter((id) => !now.has(id)).sort());
      }),
      { numRuns: 500 },
    );
  });

  it('one added, removed or moved step in a list is one change', () => {
    fc.assert(
      fc.property(definitions(), fc.nat(), fc.nat(), (definition, one, other) => {
        const list = { ...definition, edges: [] };
        const ids = list.steps.map(({ id }) => id!);
        const id = ids[one % ids.length]!;
        const after = ids[other % ids.length]!;
        const step = { id: 'n', type: 'delay' };
        expect(kinds(diff(list, { op: 'add', step, after }))).toEqual(['step-added']);
        expect(kinds(diff(list, { op: 'remove', id }))).toEqual(['step-removed']);
        const moved = diff(list, { op: 'move', id, after: after === id ? null : after });
        expect(kinds(moved).every((kind) => kind === 'step-moved')).toBe(true);
        expect(moved.length).toBeLessThanOrEqual(1);
      }),
      { numRuns: 300 },
    );
  });
});
