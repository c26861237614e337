/** @module `bun run eval`: how well plain English becomes workflows that work, by provider. */
import { parseArgs } from 'node:util';
import { PROVIDERS } from '@orchestrix/backend-core/config-variables';
import { evaluate, sampleCases, selectCases } from './evaluate.ts';
import type { Outcome } from './outcome.ts';
import { configuredProviders, environmentOf } from './own-server.ts';
import { renderOutcomes, saveOutcomes } from './report.ts';
import { scoreOutcomes, shortcomings } from './score.ts';
import { startScriptedModel } from './scripted-model.ts';

const { values } = parseArgs({
  options: { provider: { type: 'string' }, only: { type: 'string' }, scripted: { type: 'boolean' } },
});
const selection = selectCases(values.only);
if (selection.cases.length + selection.hostile.length === 0) {
  console.error(`No case has "${values.only}" in its name, family or request.`);
  process.exit(2);
}
process.exitCode = values.scripted ? await runScripted() : await runReal();

/** @returns the exit code: 1 when the offline drafter is below its bar, or a hostile request did harm */
async function runReal(): Promise<number> {
  const configured = values.provider === undefined ? configuredProviders() : [values.provider];
  if (configured.length === 0)
    console.log(
      'No provider is configured (see .env.example): this is the offline drafter, which asks no language model.',
    );
  let code = 0;
  for (const provider of configured.length > 0 ? configured : ['offline']) {
    const outcomes = await evaluate(environmentOf(provider), selection, showProgress);
    const title = provider === 'offline' ? 'offline: the drafter without a language model' : provider;
    console.log(`\n${renderOutcomes(title, outcomes)}\nwritten: ${await saveOutcomes(provider, outcomes)}`);
    const sheet = scoreOutcomes(outcomes);
    const problems = provider === 'offline' ? shortcomings(sheet) : [];
    for (const problem of problems) console.log(`✗ ${problem}`);
    if (problems.length > 0 || sheet.hostile.correct < sheet.hostile.requests) code = 1;
  }
  return code;
}

/** The way through every provider's wire format with answers that a script makes: the pipeline is measured, no model. */
async function runScripted(): Promise<number> {
  let code = 0;
  for (const provider of PROVIDERS.filter((name) => (values.provider ?? name) === name)) {
    const model = await startScriptedModel(provider);
    try {
      const outcomes = await evaluate(model.env, sampleCases(selection, 2), showProgress);
      const title = `${provider}, scripted: a stand-in answers in its wire format. This measures the pipeline, not a model.`;
      console.log(
        `\n${renderOutcomes(title, outcomes)}\nmistakes made on purpose: ${JSON.stringify(model.mistakes)}`,
      );
      await saveOutcomes(`${provider}-scripted`, outcomes);
      if (outcomes.some(({ kind, correct }) => kind === 'hostile' && !correct)) code = 1;
    } finally {
      await model.close();
    }
  }
  return code;
}

function showProgress(outcomes: readonly Outcome[]): void {
  process.stderr.write(outcomes.map(({ correct }) => (correct ? '.' : 'x')).join(''));
}
