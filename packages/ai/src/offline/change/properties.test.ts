import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DraftContext } from '../../drafting/drafter.ts';
import { applyPatch } from '../../patch/apply-patch.ts';
import * as bases from './change-bases.ts';
import { changeRequest } from './change-request.ts';

const context = { collections: { products: ['name', 'price'] } } as unknown as DraftContext;
const WORDS =
  'add remove rename the a field name price title email mail send only admins return answer 404 409 201 if when not exists already unique optional required at most 5 "x" {name} store save in collection items status to is open newest first , ; . and don\'t show subject of with message instead also who did it wait seconds token valid for 1 hour'.split(
    ' ',
  );
const base = fc.constantFrom(...Object.values(bases));
const prompt = fc.array(fc.constantFrom(...WORDS), { maxLength: 14 }).map((words) => words.join(' '));

describe('whatever is asked', () => {
  it('gives operations that can be done, questions, or a refusal', () => {
    fc.assert(
      fc.property(base, prompt, (existing, text) => {
        const frozen = JSON.stringify(existing);
        const outcome = changeRequest(text, existing, context);
        expect(JSON.stringify(existing)).toBe(frozen);
        if (outcome.kind === 'questions') expect(outcome.questions.length).toBeGreaterThan(0);
        if (outcome.kind !== 'patch') return;
        const { definition, problems } = applyPatch(existing, outcome.operations);
        expect(problems).toEqual([]);
        const ids = definition.steps.map(({ id }) => id);
        expect(new Set(ids).size).toBe(ids.length);
      }),
      { numRuns: 3000 },
    );
  });

  it('takes any text in little time', () => {
    fc.assert(
      fc.property(base, fc.string({ maxLength: 200 }), (existing, text) => {
        expect(() => changeRequest(text, existing, context)).not.toThrow();
      }),
      { numRuns: 300 },
    );
    for (const part of [
      'add a name, ',
      'and ',
      'the ',
      '"',
      '1 ',
      'who did it ',
      'a(',
      'the title of the note ',
    ]) {
      const start = performance.now();
      changeRequest(part.repeat(6_000 / part.length), bases.CREATE, context);
      expect(performance.now() - start, part).toBeLessThan(2_000);
    }
  });
});
