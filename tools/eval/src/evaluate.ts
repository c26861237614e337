/** @module All cases against one drafter. */
import type { EvaluationCase, HostileCase } from './case.ts';
import { cases, hostileCases } from './cases/all.ts';
import type { Outcome } from './outcome.ts';
import { startEvaluationServer } from './own-server.ts';
import { runCase } from './run-case.ts';
import { runHostile } from './run-hostile.ts';

/** Which cases are played. */
export interface Selection {
  cases: readonly EvaluationCase[];
  hostile: readonly HostileCase[];
}

/** Cases whose name, family or request contains a text; all without one. */
export function selectCases(text = ''): Selection {
  const wanted = text.toLowerCase();
  const has = (...texts: string[]) => texts.some((each) => each.toLowerCase().includes(wanted));
  return {
    cases: cases.filter(({ name, family, request }) => has(name, family, request)),
    hostile: hostileCases.filter(({ name }) => has(name, 'hostile')),
  };
}

/** Of the first cases of every family so many, and as many hostile ones. */
export function sampleCases({ cases: all, hostile }: Selection, perFamily: number): Selection {
  const seen = new Map<string, number>();
  const taken = all.filter(({ family }) => {
    const count = (seen.get(family) ?? 0) + 1;
    seen.set(family, count);
    return count <= perFamily;
  });
  return { cases: taken, hostile: hostile.slice(0, perFamily) };
}

/**
 * Plays the cases on a server of their own, one after the other: mails and times belong to one case at a time.
 *
 * @param env what chooses the drafter
 * @param onOutcomes told of every case that is over
 */
export async function evaluate(
  env: Record<string, string>,
  selection: Selection,
  onOutcomes: (outcomes: readonly Outcome[]) => void = () => {},
): Promise<Outcome[]> {
  const server = await startEvaluationServer(env);
  const all: Outcome[] = [];
  try {
    for (const one of selection.cases) {
      const outcomes = await runCase(server, one);
      all.push(...outcomes);
      onOutcomes(outcomes);
    }
    for (const one of selection.hostile) {
      const outcome = await runHostile(server, one);
      all.push(outcome);
      onOutcomes([outcome]);
    }
    return all;
  } finally {
    await server.close();
  }
}
