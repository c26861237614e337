/**
 * @module Property 6: whichever provider is asked, the same question reaches the wire, and the same workflow, change or explanation comes
 * of the same answer.
 */
import { builtinRegistry, compile, type WorkflowDefinition } from '@orchestrix/engine';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAIProvider } from '../src/ai-provider.ts';
import { createModelDrafter } from '../src/drafting/model-drafter.ts';
import { createWorkflowAi } from '../src/generate/workflow-ai.ts';
import type { GenerationProgress } from '../src/progress.ts';
import { memorySandbox } from '../src/proof/memory-sandbox.ts';
import { EVERY_PROVIDER, KEY } from './every-provider.ts';
import { type ModelServer, startModelServer } from './model-server.ts';
import { CONFIGS, PLAN, STEPS } from './sign-up-answers.ts';
import { readWire } from './wire.ts';

interface Asked {
  name: string;
  path: RegExp;
  server: ModelServer;
  workflows: ReturnType<typeof createWorkflowAi>;
  ai: ReturnType<typeof createAIProvider>;
}
let providers: Asked[] = [];

beforeAll(async () => {
  providers = await Promise.all(
    EVERY_PROVIDER.map(async ({ name, format, path, create }) => {
      const server = await startModelServer(format);
      const drafter = createModelDrafter(create(server.url, { model: MODEL, retry: { maxAttempts: 1 } }));
      const workflows = createWorkflowAi({ drafter, sandbox: memorySandbox() });
      return { name, path, server, workflows, ai: createAIProvider(name, workflows) };
    }),
  );
});
afterAll(async () => {
  await Promise.all(providers.map(({ server }) => server.close()));
});

const NAMES = EVERY_PROVIDER.map(({ name }) => name);
/** Some of the providers: to ask all of them every time takes long, and over the runs each meets each. */
const some = (count: number) => fc.shuffledSubarray(NAMES, { minLength: count, maxLength: count });

const MODEL = 'asked-model';
/** How models wrap what they were asked for. */
const wrapping = fc.constantFrom<(text: string) => string>(
  (text) => text,
  (text) => `\`\`\`json\n${text}\n\`\`\``,
  (text) => `Sure, here it is:\n${text}\nAnything else?`,
  (text) => text.replace(/\}$/, ',}'),
);
/** Up to the longest that is taken, 20,000 characters. */
const prompt = fc
  .tuple(
    fc.string({ minLength: 1, maxLength: 200, unit: 'grapheme' }),
    fc.oneof({ weight: 4, arbitrary: fc.constant(1) }, fc.integer({ min: 2, max: 20_000 })),
  )
  .map(([text, times]) => text.repeat(times).slice(0, 20_000))
  .filter((text) => text.trim() !== '');
/** None of these letters spell the name of a secret, which has rules of its own. */
const word = fc.stringMatching(/^[b-hj-n]{2,8}$/);
const names = fc.uniqueArray(word, { minLength: 1, maxLength: 5 });
const collections = fc.dictionary(word, names, { maxKeys: 3, noNullPrototype: true });

/**
 * Asks providers for the same, and checks that each of them was sent the same questions under its own key.
 *
 * @returns what came of it and what every one of them was asked, question by question
 */
async function askAll<T>(
  answers: readonly string[],
  ask: (provider: Asked) => Promise<T>,
  among: readonly string[] = NAMES,
): Promise<{ results: T[]; questions: ReturnType<typeof readWire>[] }> {
  const results: T[] = [];
  const asked: ReturnType<typeof readWire>[][] = [];
  for (const provider of among.map((one) => providers.find(({ name }) => name === one)!)) {
    const { server, path } = provider;
    server.seen.length = 0;
    server.answer(...answers.map((text) => ({ text })));
    results.push(await ask(provider));
    for (const seen of server.seen) {
      expect(seen.path).toMatch(path);
      expect(seen.key).toBe(KEY);
    }
    asked.push(server.seen.map(readWire));
  }
  for (const [index, questions] of asked.entries())
    expect(questions, `asked by ${among[index]}`).toEqual(asked[0]);
  for (const result of results) expect(result).toEqual(results[0]);
  for (const { model, maxTokens } of asked[0]!)
    expect({ model, maxTokens }).toEqual({ model: MODEL, maxTokens: 8192 });
  return { results, questions: asked[0]! };
}

/** The person's words stand in the question as data, whole and unchanged. */
function expectPrompt({ turns }: ReturnType<typeof readWire>, text: string): void {
  expect(turns[0]).toMatchObject({ role: 'user' });
  expect(turns[0]!.text).toContain(JSON.stringify(text));
}

describe('Property 6: every provider is asked the same and gives the same', () => {
  it('generates a workflow from any prompt', async () => {
    const request = {
      text: prompt,
      fields: names,
      wrap: wrapping,
      signUp: fc.boolean(),
      stumbles: fc.boolean(),
      known: collections,
      streamed: fc.boolean(),
      among: some(3),
    };
    await fc.assert(
      fc.asyncProperty(
        fc.record(request),
        async ({ text, fields, wrap, signUp, stumbles, known, streamed, among }) => {
          const [plan, configs] = signUp ? [PLAN, CONFIGS] : store(fields);
          const answers = [
            ...(stumbles ? ['I would rather not.'] : []),
            ...[plan, configs, { operations: [] }].map((one) => wrap(JSON.stringify(one))),
          ];
          const events: GenerationProgress[] = [];
          const onProgress = (event: GenerationProgress) => events.push(event);
          const ask = ({ ai, workflows }: Asked) =>
            streamed
              ? workflows
                  .generate({ prompt: text, collections: known, onProgress })
                  .then(({ steps, edges, inputVariables }) => ({ steps, edges, inputVariables }))
              : ai.generateWorkflow(text, { collections: known });
          const { results, questions } = await askAll(answers, ask, among);
          const [definition] = results as WorkflowDefinition[];
          expect(definition!.steps).toEqual(signUp ? STEPS : storedSteps(fields));
          expect(Object.keys(definition!).sort()).toEqual(['edges', 'inputVariables', 'steps']);
          expect(compile(definition).ok).toBe(true);
          const order = definition!.edges!.map(({ source, target }) => [source, target]);
          const ids = definition!.steps.map(({ id }) => id);
          expect(order).toEqual(ids.slice(1).map((id, index) => [ids[index], id]));

          const [planning, configuring] = stumbles ? questions.slice(1) : questions;
          // The sign-up is found fault with once, which is a third question.
          expect(questions.length).toBe(2 + Number(stumbles) + Number(signUp));
          for (const question of questions) expectPrompt(question, text);
          for (const type of builtinRegistry.types())
            expect(planning!.system).toMatch(new RegExp(`^${type}: `, 'm'));
          for (const { type } of definition!.steps)
            expect(configuring!.system).toMatch(new RegExp(`^${type}: `, 'm'));
          for (const question of questions) {
            for (const [name, fieldNames] of Object.entries(known))
              for (const one of [name, ...fieldNames]) expect(question.system).toContain(one);
            expect(question.format).toBe('json_schema');
            expect(question.streamed).toBe(streamed);
          }
          // The second question repeats what was planned; its schema names the steps that are open.
          for (const { id } of plan.steps) expect(configuring!.turns[0]!.text).toContain(JSON.stringify(id));
          for (const id of Object.keys(configs.steps))
            expect(configuring!.schema).toContain(JSON.stringify(id));
          if (stumbles) {
            expect(planning!.turns.map(({ role }) => role)).toEqual(['user', 'assistant', 'user']);
            expect(planning!.turns[1]!.text).toBe('I would rather not.');
          }
          if (streamed) {
            const tokens = events.flatMap((event) => (event.type === 'token' ? [event.text] : []));
            expect(tokens.join('')).toBe(answers.slice(0, questions.length).join('').repeat(among.length));
          }
        },
      ),
      { numRuns: 100 },
    );
  }, 120_000);

  it('changes a workflow as any prompt asks', async () => {
    const request = {
      text: prompt,
      fields: names,
      wrap: wrapping,
      code: fc.constantFrom(200, 202, 418),
      secret: word,
      among: some(2),
    };
    await fc.assert(
      fc.asyncProperty(fc.record(request), async ({ text, fields, wrap, code, secret, among }) => {
        const steps = storedSteps(fields);
        const hidden = `s3cret-${secret}`;
        const existing = {
          steps: [
            ...steps.slice(0, -1),
            { id: 'greet', type: 'emailSend', to: 'a@b.co', subject: 'Hi', body: 'x', password: hidden },
            steps.at(-1)!,
          ],
          edges: [],
          inputVariables: [],
        } as unknown as WorkflowDefinition;
        const answer = {
          decision: 'build',
          reason: null,
          questions: [],
          operations: [
            { op: 'set', id: 'end', field: 'statusCode', value: code },
            { op: 'remove', id: 'greet' },
            {
              op: 'append',
              id: 'check',
              field: 'rules',
              value: [
                { field: 'field', value: 'input.extra' },
                { field: 'required', value: true },
              ],
            },
          ],
        };
        const { results, questions } = await askAll(
          [wrap(JSON.stringify(answer)), wrap('{"operations":[]}')],
          ({ ai }) => ai.generateMutation(text, existing),
          among,
        );
        const changed = results[0]!.steps as Record<string, unknown>[];
        expect(changed.map(({ id }) => id)).toEqual(steps.map(({ id }) => id));
        const [, check, keep, end] = steps as Record<string, unknown>[];
        const { rules } = check as { rules: unknown[] };
        expect(changed[1]).toEqual({ ...check, rules: [...rules, { field: 'input.extra', required: true }] });
        expect(changed[2]).toEqual(keep);
        expect(changed[3]).toEqual({ ...end, statusCode: code });

        const [question] = questions;
        expect(questions[0]!.turns).toHaveLength(1);
        expectPrompt(question!, text);
        for (const { id, type } of existing.steps)
          expect(question!.turns[0]!.text).toContain(`"id":"${id}","type":"${type}"`);
        for (const field of fields) expect(question!.turns[0]!.text).toContain(`{{ input.${field} }}`);
        expect(JSON.stringify(questions)).not.toContain(hidden);
        expect(question!.schema).toContain('"enum":["start","check","keep","greet","end"]');
      }),
      { numRuns: 100 },
    );
  }, 120_000);

  it('explains any workflow', async () => {
    await fc.assert(
      fc.asyncProperty(names, wrapping, prompt, async (fields, wrap, words) => {
        const steps = storedSteps(fields);
        const plain =
          words
            .slice(0, 200)
            .replace(/["`“”‘’\p{C}\s]+/gu, ' ')
            .trim() || 'It works';
        const overview = `It stores "${fields[0]}" in "things".`;
        const answer = { overview, steps: steps.map(({ id }) => ({ id, sentence: `${id} does ${plain}` })) };
        const existing = { steps } as unknown as WorkflowDefinition;
        const { results, questions } = await askAll([wrap(JSON.stringify(answer))], ({ ai }) =>
          ai.explainWorkflow(existing),
        );
        const lines = results[0]!.split('\n');
        expect(lines[0]).toBe(overview);
        expect(lines.slice(2).map((line) => line.split(' ').slice(0, 3))).toEqual(
          steps.map(({ id }, index) => [`${index + 1}.`, id, 'does']),
        );
        expect(questions).toHaveLength(1);
        for (const part of ['"things"', ...fields, ...steps.map(({ id }) => `"id":"${id}"`)])
          expect(questions[0]!.turns[0]!.text).toContain(part);
      }),
      { numRuns: 100 },
    );
  }, 120_000);
});

/** Answers for a workflow that stores some fields. */
function store(fields: readonly string[]) {
  const step = (id: string, type: string) => ({
    id,
    type,
    purpose: '',
    output: null,
    after: null,
    when: null,
  });
  const inputs = fields.map((name) => ({ name, type: 'string', required: true, description: null }));
  const steps = [
    step('start', 'input'),
    step('check', 'inputValidation'),
    step('keep', 'dbInsert'),
    step('end', 'response'),
  ];
  return [
    { decision: 'build', reason: null, questions: [], title: 'Store', inputs, steps },
    {
      steps: {
        check: { rules: fields.map((field) => ({ field, required: true, type: 'string' })) },
        keep: {
          collection: 'things',
          data: fields.map((field) => ({ field, value: `{{ input.${field} }}` })),
        },
        end: { statusCode: 201, body: [{ field: 'id', value: '{{ created._id }}' }], headers: null },
      },
    },
  ] as const;
}

/** The steps that have to come of those answers. */
function storedSteps(fields: readonly string[]) {
  return [
    {
      id: 'start',
      type: 'input',
      variables: fields.map((name) => ({ name, type: 'string', required: true })),
    },
    {
      id: 'check',
      type: 'inputValidation',
      rules: fields.map((field) => ({ field, required: true, type: 'string' })),
    },
    {
      id: 'keep',
      type: 'dbInsert',
      collection: 'things',
      data: Object.fromEntries(fields.map((field) => [field, `{{ input.${field} }}`])),
    },
    { id: 'end', type: 'response', statusCode: 201, body: { id: '{{ created._id }}' } },
  ];
}
