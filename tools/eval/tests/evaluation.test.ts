/** @module The evaluation itself: the offline drafter over all cases, and the way through every provider's wire format. */
import { PROVIDER_NAMES } from '@orchestrix/ai';
import { beforeAll, expect, test } from 'vitest';
import { evaluate, sampleCases, selectCases } from '../src/evaluate.ts';
import type { Outcome } from '../src/outcome.ts';
import { environmentOf } from '../src/own-server.ts';
import { renderOutcomes } from '../src/report.ts';
import { scoreOutcomes, shareCorrect } from '../src/score.ts';
import { startScriptedModel } from '../src/scripted-model.ts';

const selection = selectCases();
/** What the offline drafter makes of all cases. */
let offline: Outcome[];
beforeAll(async () => {
  offline = await evaluate(environmentOf('offline'), selection);
}, 180_000);

test('the offline drafter solves its families, and harms nobody', () => {
  expect(selection.cases.length).toBeGreaterThanOrEqual(60);
  expect(selection.cases.filter(({ rounds }) => rounds).length).toBeGreaterThanOrEqual(20);
  expect(selection.hostile.length).toBeGreaterThanOrEqual(10);
  console.info(renderOutcomes('offline', offline));
  const { inFamilies, hostile } = scoreOutcomes(offline);
  expect(hostile.correct).toBe(hostile.requests);
  expect(offline.filter(({ status }) => status >= 500 && status !== 502 && status !== 503)).toEqual([]);
  expect(shareCorrect(inFamilies)).toBeGreaterThanOrEqual(0.8);
});

test.each(PROVIDER_NAMES)(
  'every step of the way works in the wire format of %s',
  async (provider) => {
    const model = await startScriptedModel(provider);
    try {
      const outcomes = await evaluate(model.env, sampleCases(selection, 1));
      const played = new Set(outcomes.map(({ name }) => name));
      const count = (list: typeof outcomes) => scoreOutcomes(list).inFamilies.correct;
      // The script knows what the offline drafter knows; what its mistakes cost is repaired.
      const same = offline.filter(({ name }) => played.has(name));
      expect(same).toHaveLength(outcomes.length);
      expect(count(outcomes)).toBeGreaterThanOrEqual(count(same) - 2);
      expect(Object.keys(model.mistakes).length).toBeGreaterThanOrEqual(5);
      expect(scoreOutcomes(outcomes).hostile).toMatchObject({ requests: 1, correct: 1 });
    } finally {
      await model.close();
    }
  },
  180_000,
);
