import { builtinRegistry, compile } from '@orchestrix/engine';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { placeNodes } from './place-nodes.ts';
import { wholeDefinition } from './whole-definition.ts';

const place = (definition: unknown) => placeNodes(wholeDefinition(compile(definition)), builtinRegistry);

describe('placeNodes', () => {
  it('puts every step below the one before it', () => {
    const nodes = place({
      steps: [{ type: 'input' }, { type: 'delay', seconds: 1 }, { type: 'response', body: 1 }],
    });
    expect(nodes.map(({ type }) => type)).toEqual(['input', 'delay', 'response']);
    const [first, second, third] = nodes.map(({ position }) => position.y);
    expect(second! - first!).toBeGreaterThan(80);
    expect(third! - second!).toBeGreaterThan(80);
  });

  it('keeps the configuration under fields, and labels by name, else by the title of the type', () => {
    const steps = [
      { id: 'a', type: 'delay', seconds: 2, name: 'A while' },
      { id: 'b', type: 'response', body: { ok: true } },
    ];
    expect(place({ steps })).toMatchObject([
      { id: 'a', data: { label: 'A while', fields: { seconds: 2 } } },
      { id: 'b', data: { label: 'Response', fields: { body: { ok: true } } } },
    ]);
  });

  it('puts a workflow that is too large for a drawing into one column', () => {
    const steps = Array.from({ length: 2000 }, () => ({ type: 'delay', seconds: 1 }));
    const nodes = place({ steps });
    expect(new Set(nodes.map(({ position }) => position.x)).size).toBe(1);
    expect(new Set(nodes.map(({ position }) => position.y)).size).toBe(2000);
  });

  it('lets no two nodes overlap, whatever the graph', () => {
    const count = fc.integer({ min: 1, max: 12 });
    const pairs = fc.array(fc.tuple(fc.nat(11), fc.nat(11)), { maxLength: 30 });
    fc.assert(
      fc.property(count, pairs, (size, raw) => {
        const steps = Array.from({ length: size }, (_, index) => ({
          id: `s${index}`,
          type: 'delay',
          seconds: 1,
        }));
        const edges = raw
          .filter(([a, b]) => a < b && b < size)
          .map(([a, b]) => ({ source: `s${a}`, target: `s${b}` }));
        const nodes = place({ steps, edges });
        for (const [index, one] of nodes.entries()) {
          for (const other of nodes.slice(index + 1)) {
            const apart =
              Math.abs(one.position.x - other.position.x) >= 240 ||
              Math.abs(one.position.y - other.position.y) >= 80;
            expect(apart).toBe(true);
          }
        }
      }),
      { numRuns: 100 },
    );
  });
});
