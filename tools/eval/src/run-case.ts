/** @module Plays one case: asks for the workflow, publishes it, checks what it does, and the same after each change. */
import { openAccount, type Workflow } from './account.ts';
import type { Check, EvaluationCase, HostileCase } from './case.ts';
import { type Asked, type DraftAnswer, figuresOf, type Outcome, whyNot } from './outcome.ts';
import type { EvaluationServer } from './own-server.ts';
import { findUntoldChange } from './untold-changes.ts';

type Account = Awaited<ReturnType<typeof openAccount>>;

/** The request of a case and its two rounds of changes, in an account of its own. */
export async function runCase(server: EvaluationServer, one: EvaluationCase): Promise<Outcome[]> {
  const { name, family, request, given = {}, shortest, check, rounds = [] } = one;
  const account = await openAccount(server);
  await account.reset(given);
  const first = await ask(server, account, '/ai/generate-workflow', { prompt: request });
  const outcome = await judge(account, given, check, { name, family, kind: 'request', request }, first);
  if (outcome.correct && first.draft) outcome.stepsBeyond = first.draft.steps.length - shortest;

  const outcomes = [outcome];
  let before = first.draft;
  for (const [index, { change, check: checkChange }] of rounds.entries()) {
    const about = { name: `${name}, change ${index + 1}`, family, kind: 'change', request: change } as const;
    if (!before) {
      const figures = figuresOf({ reply: { status: 0, body: null }, seconds: 0, draft: undefined });
      outcomes.push({ ...about, ...figures, reason: 'there is no workflow to change' });
      continue;
    }
    await account.reset(given);
    const former: Workflow = before;
    const asked = await ask(server, account, '/ai/mutate-workflow', {
      prompt: change,
      workflow: definitionOf(former),
    });
    const untold = asked.draft && findUntoldChange(former, asked.draft);
    const judged = await judge(account, given, checkChange, about, asked);
    outcomes.push(untold === undefined ? judged : { ...judged, correct: false, reason: untold });
    before = asked.draft ?? before;
  }
  return outcomes;
}

/** Sends a request to one of the AI routes as the owner. */
export async function ask(
  server: EvaluationServer,
  { token }: Account,
  path: string,
  body: object,
): Promise<Asked> {
  const begun = performance.now();
  const { status, body: answer } = await server.request<unknown>(`POST ${path}`, { token, body });
  const seconds = (performance.now() - begun) / 1000;
  return {
    reply: { status, body: answer },
    seconds,
    draft: status === 200 ? (answer as DraftAnswer) : undefined,
  };
}

/** Only what is stored of a workflow. */
export function definitionOf({ steps, edges, inputVariables }: Workflow): Workflow {
  return { steps, edges, inputVariables };
}

async function judge(
  account: Account,
  given: NonNullable<HostileCase['given']>,
  check: Check,
  about: Pick<Outcome, 'name' | 'family' | 'kind' | 'request'>,
  asked: Asked,
): Promise<Outcome> {
  const outcome: Outcome = { ...about, ...figuresOf(asked) };
  if (!asked.draft) return { ...outcome, reason: whyNot(asked.reply) };
  try {
    await account.publish(definitionOf(asked.draft));
    await account.reset(given);
    await check(account.context);
    return { ...outcome, correct: true };
  } catch (error) {
    return { ...outcome, reason: error instanceof Error ? error.message : String(error) };
  }
}
