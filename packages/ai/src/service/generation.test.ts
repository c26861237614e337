/** @module Progress is kept in order and within bounds, for whoever comes late. */
import { eachItem } from '@orchestrix/engine';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Generation } from './generation.ts';
import { Generations } from './generations.ts';

const ID = '3f2b8f0e-3c1d-4a54-9b0a-0d6a6a4a0001';
const stage = { type: 'stage', stage: 'plan', message: 'Planning' } as const;

/** Everything that is kept after a position. */
async function keptAfter(generation: Generation, after: number) {
  for await (const events of generation.follow({ after })) return events;
  return [];
}

const step = fc.oneof(
  fc.string({ minLength: 1, maxLength: 5 }).map((text) => ({ type: 'token' as const, text })),
  fc.constant(stage),
  fc.record({ type: fc.constant('trial' as const), name: fc.string(), passed: fc.boolean() }),
);

test('a reader gets everything once and in order, whenever it begins and however slow it is', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), fc.nat(30), async (steps, begin) => {
      const generation = new Generation();
      const tell = (list: typeof steps) => {
        for (const one of list) generation.progress(one);
      };
      tell(steps.slice(0, begin));
      const read = Array.fromAsync(eachItem(generation.follow()));
      for (const one of steps.slice(begin)) {
        generation.progress(one);
        if (one.type === 'trial') await Promise.resolve();
      }
      generation.end({ type: 'result' });
      const events = await read;
      expect(events.map(({ position }) => position)).toEqual(events.map((_, index) => index + 1));
      expect(events.map(({ position: _, ...event }) => event)).toEqual([...steps, { type: 'result' }]);
    }),
    { numRuns: 200 },
  );
});

test('what is kept is bounded; stages outlive any number of tokens, and the end is always there', async () => {
  const generation = new Generation();
  generation.progress(stage);
  for (let n = 0; n < 5_000; n++) generation.progress({ type: 'token', text: `${n}` });
  for (let n = 0; n < 3_000; n++) generation.progress({ type: 'trial', name: `${n}`, passed: true });
  generation.end({ type: 'error', error: 'no', code: 'AI_NO_WORKFLOW', status: 502 });
  const kept = await keptAfter(generation, 0);
  expect(kept.length).toBeLessThanOrEqual(3_000);
  expect(kept.at(-1)).toMatchObject({ type: 'error', position: 8_002 });
  expect(await Array.fromAsync(eachItem(generation.follow()))).toEqual(kept);
  expect(await keptAfter(generation, 8_001)).toHaveLength(1);
});

test('a long piece of text comes in several, and after the end nothing comes', async () => {
  const generation = new Generation();
  generation.progress({ type: 'token', text: 'x'.repeat(4_500) });
  generation.end({ type: 'result' });
  generation.progress(stage);
  generation.end({ type: 'result' });
  expect((await keptAfter(generation, 0)).map(({ type }) => type)).toEqual([
    'token',
    'token',
    'token',
    'result',
  ]);
});

test('a reader that goes away stops waiting', async () => {
  const generation = new Generation();
  const controller = new AbortController();
  const read = Array.fromAsync(generation.follow({ signal: controller.signal }));
  generation.progress(stage);
  await Promise.resolve();
  controller.abort();
  expect((await read).flat().length).toBeLessThanOrEqual(1);
});

test('an id is in use until a while after its end, for its owner only', async () => {
  const generations = new Generations(40);
  const early = Array.fromAsync(eachItem(generations.follow({ owners: ['anna'] }, ID, { waits: true })));
  await Promise.resolve();
  const generation = generations.begin('anna', ID.toUpperCase());
  expect(generations.find('anna', ID)).toBe(generation);
  expect(generations.find('ben', ID)).toBeUndefined();
  expect(() => generations.begin('anna', ID)).toThrow(
    expect.objectContaining({ code: 'CONFLICT', status: 409 }),
  );
  generations.begin('ben', ID);

  generation.progress(stage);
  generation.end({ type: 'result' });
  expect(generations.find('anna', ID)).toBe(generation);
  await expect.poll(() => generations.find('anna', ID)).toBeUndefined();
  generations.begin('anna', ID);
  expect((await early).map(({ type }) => type)).toEqual(['stage', 'result']);
  generations.close();
});

test('of too many, the oldest that are over go', () => {
  const generations = new Generations();
  const id = (n: number) => `3f2b8f0e-3c1d-4a54-9b0a-${String(n).padStart(12, '0')}`;
  generations.begin('anna', id(0));
  for (let n = 1; n <= 700; n++) generations.begin('anna', id(n)).end({ type: 'result' });
  expect(generations.find('anna', id(0))).toBeDefined();
  expect(generations.find('anna', id(1))).toBeUndefined();
  expect(generations.find('anna', id(700))).toBeDefined();
  generations.close();
});
