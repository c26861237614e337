/** @module The drafter and the whole loop against damaged answers of a model. */
import { builtinRegistry, compile, OrchestrixError, type WorkflowDefinition } from '@orchestrix/engine';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DraftContext, Drafter, DraftOutcome } from '../src/drafting/drafter.ts';
import { createModelDrafter } from '../src/drafting/model-drafter.ts';
import { AI_ERRORS, type AiErrorCode } from '../src/errors.ts';
import { createWorkflowAi } from '../src/generate/workflow-ai.ts';
import { applyPatch } from '../src/patch/apply-patch.ts';
import type { PatchOperation } from '../src/patch/operations.ts';
import { memorySandbox } from '../src/proof/memory-sandbox.ts';
import { damagedAnswer } from './damage.ts';
import { EVERY_PROVIDER, KEY } from './every-provider.ts';
import { type ModelServer, startModelServer } from './model-server.ts';
import { CONFIGS, PLAN, STEPS } from './sign-up-answers.ts';

const CONTEXT: DraftContext = {
  registry: builtinRegistry,
  collections: { users: ['email', 'name'], notes: ['title'] },
};
const json = JSON.stringify;

/** A whole workflow that passes its trials: what is damaged after it must not spoil it. */
const KEEP_NOTES = {
  steps: [
    { id: 'input', type: 'input', variables: [{ name: 'title', type: 'string' }] },
    {
      id: 'check',
      type: 'inputValidation',
      rules: [{ field: 'title', required: true, type: 'string', maxLength: 100 }],
    },
    {
      id: 'keep',
      type: 'dbInsert',
      collection: 'notes',
      data: { title: '{{ input.title }}' },
      output: 'note',
    },
    { id: 'answer', type: 'response', statusCode: 201, body: { id: '{{ note._id }}' } },
  ],
};
const ids = ({ steps }: WorkflowDefinition) => steps.map(({ id }) => id);

describe('damaged answers', () => {
  const { create, format } = EVERY_PROVIDER[0]!;
  let server: ModelServer;
  let drafter: Drafter;
  beforeAll(async () => {
    server = await startModelServer(format);
    drafter = createModelDrafter(create(server.url, { apiKey: KEY, retry: { maxAttempts: 1 } }));
  });
  afterAll(() => server.close());

  it('give a draft, questions, a refusal, operations or a coded error, and never touch a prototype', async () => {
    const kinds = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(
        fc.array(damagedAnswer, { minLength: 1, maxLength: 2 }),
        fc.nat(5),
        async (texts, which) => {
          const existing: WorkflowDefinition = { steps: STEPS, edges: [] };
          // The first answer is good now and then, so that the second is read.
          const all = which === 0 ? [json(PLAN), ...texts] : texts;
          server.answer(...all.map((text) => ({ text })));
          let kind: string;
          try {
            kind =
              which === 4
                ? judgedRepair(
                    await drafter.repair(
                      { prompt: 'p', definition: existing, findings: [], context: CONTEXT },
                      {},
                    ),
                    existing,
                  )
                : which === 5
                  ? judgedChange(
                      await drafter.change({ prompt: 'p', existing, context: CONTEXT }, {}),
                      existing,
                    )
                  : judgedDraft(await drafter.draft('p', CONTEXT, {}));
          } catch (error) {
            if (!(error instanceof OrchestrixError)) throw error;
            expect(['AI_NO_WORKFLOW', 'AI_BAD_RESPONSE']).toContain(error.code);
            kind = error.code;
          }
          kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
          for (const thing of [{}, [], () => {}] as object[]) expect('polluted' in thing).toBe(false);
        },
      ),
      { numRuns: 2000 },
    );
    // The damage neither spares everything nor breaks everything.
    for (const kind of ['draft', 'patch', 'AI_NO_WORKFLOW', 'AI_BAD_RESPONSE'])
      expect(kinds.get(kind)).toBeGreaterThan(20);
  }, 240_000);

  it('give a workflow that compiles and was tried, or a clear error: 10,000 of them', async () => {
    const ai = createWorkflowAi({ drafter, sandbox: memorySandbox() });
    const kinds = new Map<string, number>();
    const run = async (texts: readonly string[], which: number) => {
      // 13,000 requests of 30 kB each would be kept.
      server.seen.length = 0;
      server.answer(...texts.map((text) => ({ text })));
      try {
        const made =
          which === 3
            ? await ai.change({ prompt: 'Also store the name', existing: { steps: STEPS } })
            : await ai.generate({ prompt: 'Sign up users' });
        expect(compile(made).ok).toBe(true);
        expect(made.proof.trials.length + made.proof.findings.length).toBeGreaterThan(0);
        // What was not proved says why.
        if (!made.proof.ok) expect(made.diagnostics.length).toBeGreaterThan(0);
        expect(made.nodes.map(({ id }) => id)).toEqual(made.steps.map(({ id }) => id));
        return made.proof.ok ? 'proved' : 'not proved';
      } catch (error) {
        if (!(error instanceof OrchestrixError)) throw error;
        expect(error.status).toBe(AI_ERRORS[error.code as AiErrorCode]);
        expect([422, 502, 503]).toContain(error.status);
        expect(error.message).not.toBe('');
        return error.code;
      }
    };
    const beginnings = fc.constantFrom<string[]>(
      [],
      [json(PLAN)],
      [json(PLAN), json(CONFIGS).replace('absent', 'present')],
      [json(KEEP_NOTES)],
    );
    await fc.assert(
      fc.asyncProperty(
        beginnings,
        fc.array(damagedAnswer, { minLength: 1, maxLength: 3 }),
        fc.nat(3),
        async (good, texts, which) => {
          const kind = await run([...good, ...texts], which);
          kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
        },
      ),
      { numRuns: 10_000 },
    );
    console.info('10,000 damaged answers:', Object.fromEntries(kinds));
    for (const kind of ['proved', 'not proved', 'AI_NO_WORKFLOW'])
      expect(kinds.get(kind)).toBeGreaterThan(20);
  }, 400_000);

  function judgedDraft(outcome: DraftOutcome): string {
    if (outcome.kind === 'questions') expect(outcome.questions.length).toBeGreaterThan(0);
    if (outcome.kind === 'refusal') expect(outcome.reason).not.toBe('');
    if (outcome.kind === 'draft') judgeDefinition(outcome.definition);
    return outcome.kind;
  }

  function judgedRepair(
    outcome: PatchOperation[] | WorkflowDefinition | null,
    existing: WorkflowDefinition,
  ): string {
    if (outcome === null) return 'nothing';
    if (Array.isArray(outcome)) applyPatch(existing, outcome);
    else judgeDefinition(outcome);
    return Array.isArray(outcome) ? 'patch' : 'definition';
  }

  function judgedChange(
    outcome: Awaited<ReturnType<Drafter['change']>>,
    existing: WorkflowDefinition,
  ): string {
    if (outcome.kind === 'patch') applyPatch(existing, outcome.operations);
    return outcome.kind;
  }

  /** It may be wrong, but it is a definition, and bounded. */
  function judgeDefinition(definition: WorkflowDefinition): void {
    const { steps, edges = [], inputVariables = [] } = definition;
    expect(steps.length).toBeGreaterThan(0);
    expect(steps.length).toBeLessThanOrEqual(61);
    expect(inputVariables.length).toBeLessThanOrEqual(100);
    expect(new Set(ids(definition)).size).toBe(steps.length);
    for (const { source, target } of edges)
      expect(ids(definition)).toEqual(expect.arrayContaining([source, target]));
    const codes = compile(definition).diagnostics.map((one) => one.code);
    for (const never of [
      'DEFINITION_SHAPE',
      'STEP_SHAPE',
      'STEP_ID_DUPLICATE',
      'GRAPH_CYCLE',
      'EDGE_SHAPE',
      'EDGE_END_UNKNOWN',
      'OUTPUT_NAME_RESERVED',
    ])
      expect(codes).not.toContain(never);
    expect(
      keysIn(definition).filter((key) => ['__proto__', 'prototype', 'constructor'].includes(key)),
    ).toEqual([]);
  }
});

function keysIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const inner = Object.values(value).flatMap(keysIn);
  return Array.isArray(value) ? inner : [...Object.keys(value), ...inner];
}
