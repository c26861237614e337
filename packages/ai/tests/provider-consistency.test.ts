/** @module Property 6 of the specification: whichever provider is asked, a workflow definition has the same structure. */
import { builtinRegistry, compile, type WorkflowDefinition } from '@orchestrix/engine';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createAIProvider } from '../src/ai-provider.ts';
import { createModelDrafter } from '../src/drafting/model-drafter.ts';
import { createWorkflowAi } from '../src/generate/workflow-ai.ts';
import { memorySandbox } from '../src/proof/memory-sandbox.ts';
import { EVERY_PROVIDER } from './every-provider.ts';
import { type ModelServer, startModelServer } from './model-server.ts';
import { CONFIGS, PLAN } from './sign-up-answers.ts';

const servers: ModelServer[] = [];
const providers = EVERY_PROVIDER.map(({ name, format, create }) => ({ name, format, create }));
let asked: { name: string; server: ModelServer; ai: ReturnType<typeof createAIProvider> }[] = [];

beforeAll(async () => {
  asked = await Promise.all(
    providers.map(async ({ name, format, create }) => {
      const server = await startModelServer(format);
      servers.push(server);
      const drafter = createModelDrafter(create(server.url, { retry: { maxAttempts: 1 } }));
      return {
        name,
        server,
        ai: createAIProvider(name, createWorkflowAi({ drafter, sandbox: memorySandbox() })),
      };
    }),
  );
});
afterAll(async () => {
  await Promise.all(servers.map((server) => server.close()));
});

/** How models wrap what they were asked for. */
const wrapping = fc.constantFrom<(text: string) => string>(
  (text) => text,
  (text) => `\`\`\`json\n${text}\n\`\`\``,
  (text) => `Sure, here it is:\n${text}\nAnything else?`,
  (text) => text.replace(/\}$/, ',}'),
);
const prompt = fc
  .string({ minLength: 1, maxLength: 200, unit: 'grapheme' })
  .filter((text) => text.trim() !== '');
const names = fc.uniqueArray(fc.stringMatching(/^[a-z]{2,8}$/), { minLength: 1, maxLength: 5 });

it('Property 6: every provider gives definitions of the same structure for any prompt', async () => {
  await fc.assert(
    fc.asyncProperty(prompt, names, wrapping, fc.boolean(), async (text, fields, wrap, signUp) => {
      const [plan, configs] = signUp ? [PLAN, CONFIGS] : store(fields);
      const definitions: WorkflowDefinition[] = [];
      for (const { name, server, ai } of asked) {
        server.answer(
          ...[plan, configs, { operations: [] }].map((one) => ({ text: wrap(JSON.stringify(one)) })),
        );
        expect(ai.name).toBe(name);
        definitions.push(await ai.generateWorkflow(text));
      }
      for (const definition of definitions) {
        expect(Object.keys(definition).sort()).toEqual(['edges', 'inputVariables', 'steps']);
        expect(compile(definition).ok).toBe(true);
        const ids = definition.steps.map(({ id }) => id);
        expect(new Set(ids).size).toBe(ids.length);
        for (const { type } of definition.steps) expect(builtinRegistry.types()).toContain(type);
        for (const { source, target } of definition.edges!)
          expect(ids).toEqual(expect.arrayContaining([source, target]));
        expect(definition).toEqual(definitions[0]);
      }
    }),
    { numRuns: 100 },
  );
}, 120_000);

/** Answers for a workflow that stores some fields. */
function store(fields: readonly string[]): [object, object] {
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
  ];
}
