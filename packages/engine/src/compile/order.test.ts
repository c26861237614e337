import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type IndexedEdge, orderSteps } from './order.ts';

const chain = (count: number): IndexedEdge[] =>
  Array.from({ length: count - 1 }, (_, i) => ({ from: i, to: i + 1 }));

describe('orderSteps', () => {
  test('without edges the order of the list', () => {
    expect(orderSteps(3, []).order).toEqual([0, 1, 2]);
    expect(orderSteps(0, []).order).toEqual([]);
  });

  test('edges decide, ties are in list order', () => {
    expect(orderSteps(4, [{ from: 3, to: 0 }]).order).toEqual([1, 2, 3, 0]);
    expect(
      orderSteps(4, [
        { from: 0, to: 3 },
        { from: 0, to: 1 },
      ]).order,
    ).toEqual([0, 1, 2, 3]);
    expect(
      orderSteps(5, [
        { from: 4, to: 2 },
        { from: 4, to: 1 },
      ]).order,
    ).toEqual([0, 3, 4, 1, 2]);
  });

  test('the same edge twice is no cycle', () => {
    expect(
      orderSteps(2, [
        { from: 1, to: 0 },
        { from: 1, to: 0 },
      ]).order,
    ).toEqual([1, 0]);
  });

  test('a chain of 100,000, forwards and backwards', () => {
    const count = 100_000;
    expect(orderSteps(count, chain(count)).order?.at(-1)).toBe(count - 1);
    const backwards = chain(count).map(({ from, to }) => ({ from: to, to: from }));
    expect(orderSteps(count, backwards).order?.slice(0, 3)).toEqual([count - 1, count - 2, count - 3]);
  });

  test('a fan of 100,000', () => {
    const fan = Array.from({ length: 100_000 }, (_, i) => ({ from: 100_000, to: i }));
    const { order } = orderSteps(100_001, fan);
    expect(order?.slice(0, 3)).toEqual([100_000, 0, 1]);
  });

  test.each([
    [1, [{ from: 0, to: 0 }], [0]],
    [
      2,
      [
        { from: 0, to: 1 },
        { from: 1, to: 0 },
      ],
      [0, 1],
    ],
    // The steps before and behind a cycle are not in it.
    [
      5,
      [
        { from: 0, to: 1 },
        { from: 1, to: 2 },
        { from: 2, to: 3 },
        { from: 3, to: 1 },
        { from: 3, to: 4 },
      ],
      [1, 2, 3],
    ],
  ] as [number, IndexedEdge[], number[]][])('names the steps of a cycle: %j %j', (count, edges, expected) => {
    const { order, cycle } = orderSteps(count, edges);
    expect(order).toBeNull();
    expect([...(cycle ?? [])].sort()).toEqual(expected);
  });

  test('a cycle of 100,000', () => {
    const edges = [...chain(100_000), { from: 99_999, to: 0 }];
    expect(orderSteps(100_000, edges).cycle).toHaveLength(100_000);
  });

  const graph = fc
    .integer({ min: 1, max: 12 })
    .chain((count) =>
      fc.tuple(
        fc.constant(count),
        fc.array(fc.record({ from: fc.nat(count - 1), to: fc.nat(count - 1) }), { maxLength: 25 }),
      ),
    );

  test('every order respects every edge; every cycle is one', () => {
    fc.assert(
      fc.property(graph, ([count, edges]) => {
        const { order, cycle } = orderSteps(count, edges);
        if (order) {
          expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, i) => i));
          for (const { from, to } of edges) expect(order.indexOf(from)).toBeLessThan(order.indexOf(to));
        } else {
          expect(cycle.length).toBeGreaterThan(0);
          cycle.forEach((from, i) => {
            const to = cycle[(i + 1) % cycle.length]!;
            expect(edges.some((edge) => edge.from === from && edge.to === to)).toBe(true);
          });
        }
      }),
      { numRuns: 500 },
    );
  });

  test('edges that agree with the list change nothing, and of all valid orders the first by list position is taken', () => {
    fc.assert(
      fc.property(graph, ([count, edges]) => {
        const forwards = edges.filter(({ from, to }) => from < to);
        expect(orderSteps(count, forwards).order).toEqual(Array.from({ length: count }, (_, i) => i));
        const { order } = orderSteps(count, edges);
        if (order) expect(order).toEqual(firstOrder(count, edges));
      }),
      { numRuns: 300 },
    );
  });
});

/** The slow and obvious way: always the first step of the list whose sources are all done. */
function firstOrder(count: number, edges: IndexedEdge[]): number[] {
  const done: number[] = [];
  while (done.length < count) {
    for (let i = 0; i < count; i++) {
      if (done.includes(i) || edges.some(({ from, to }) => to === i && !done.includes(from))) continue;
      done.push(i);
      break;
    }
  }
  return done;
}
