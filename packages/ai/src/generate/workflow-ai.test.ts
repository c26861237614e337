import type { WorkflowDefinition } from '@orchestrix/engine';
import { describe, expect, it } from 'vitest';
import type { Drafter, DraftOutcome } from '../drafting/drafter.ts';
import { AiError, AiTerminalError } from '../errors.ts';
import type { PatchOperation } from '../patch/operations.ts';
import type { GenerationProgress } from '../progress.ts';
import { memorySandbox } from '../proof/memory-sandbox.ts';
import { createWorkflowAi } from './workflow-ai.ts';

const variables = [{ name: 'title', type: 'string', required: true }];
const steps = {
  input: { id: 'input', type: 'input', variables },
  validate: {
    id: 'validate',
    type: 'inputValidation',
    rules: [{ field: 'title', type: 'string', required: true }],
  },
  create: {
    id: 'create',
    type: 'dbInsert',
    collection: 'notes',
    data: { title: '{{ input.title }}' },
    output: 'note',
  },
  respond: { id: 'respond', type: 'response', statusCode: 201, body: '{{ note }}' },
};
const GOOD: WorkflowDefinition = {
  steps: [steps.input, steps.validate, steps.create, steps.respond],
  edges: [],
  inputVariables: variables,
};
const PROMPT = 'Store a note with a title';

/** A drafter that says what it is told to say, one answer after the other. */
function scripted(parts: {
  draft?: DraftOutcome | Error;
  repairs?: (PatchOperation[] | WorkflowDefinition | null | Error)[];
  change?: Awaited<ReturnType<Drafter['change']>>;
  phrase?: Drafter['phrase'];
}) {
  const seen: Parameters<Drafter['repair']>[0][] = [];
  const repairs = [...(parts.repairs ?? [])];
  const give = <T>(value: T | Error): T => {
    if (value instanceof Error) throw value;
    return value;
  };
  const drafter: Drafter = {
    name: 'scripted',
    model: 'none',
    draft: async () => give(parts.draft ?? { kind: 'draft', title: 'Note', definition: GOOD }),
    repair: async (request) => {
      seen.push(request);
      return give(repairs.shift() ?? null);
    },
    change: async () => parts.change ?? { kind: 'patch', operations: [] },
    intent: async () => ({
      intent: 'create',
      confidence: 1,
      entities: { collections: [], fields: [], nodeTypes: [] },
      missing: [],
    }),
    ...(parts.phrase && { phrase: parts.phrase }),
  };
  return { ai: createWorkflowAi({ drafter, sandbox: memorySandbox() }), seen };
}

const draft = (definition: WorkflowDefinition): DraftOutcome => ({
  kind: 'draft',
  title: 'Note',
  definition,
});
const without = (id: string) => ({ ...GOOD, steps: GOOD.steps.filter((step) => step.id !== id) });
const failure = async (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: unknown) => error as AiError,
  );

describe('generate', () => {
  it('hands out a draft that compiles and stands its trials', async () => {
    const progress: GenerationProgress[] = [];
    const { ai, seen } = scripted({});
    const made = await ai.generate({ prompt: PROMPT, onProgress: (one) => progress.push(one) });
    expect(made).toMatchObject({
      title: 'Note',
      inputVariables: variables,
      diagnostics: [],
      proof: { ok: true },
    });
    expect(made.steps.map(({ id }) => id)).toEqual(['input', 'validate', 'create', 'respond']);
    expect(made.edges.map(({ source, target }) => `${source}>${target}`)).toEqual([
      'input>validate',
      'validate>create',
      'create>respond',
    ]);
    expect(made.nodes).toHaveLength(4);
    expect(made.explanation).toContain('notes');
    expect(made.proof.trials.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['valid', 'missing']));
    expect(made.proof.trials[0]).toMatchObject({
      answer: { status: 201 },
      documents: { notes: [expect.anything()] },
    });
    expect(made.metadata).toMatchObject({ provider: 'scripted', model: 'none', repairs: 0, attempts: 0 });
    expect(seen).toEqual([]);
    const stages = progress.flatMap((one) => (one.type === 'stage' ? [one.stage] : []));
    expect(stages).toEqual(['context', 'compile', 'proof']);
    expect(progress.filter(({ type }) => type === 'trial')).toHaveLength(made.proof.trials.length);
  });

  it('gives the findings back as they are, and takes the operations', async () => {
    const misspelt = { ...steps.create, type: 'dbInsrt' };
    const definition = { ...GOOD, steps: [steps.input, steps.validate, misspelt, steps.respond] };
    const repair: PatchOperation[] = [
      { op: 'remove', id: 'create' },
      { op: 'add', step: steps.create, after: 'validate' },
    ];
    const { ai, seen } = scripted({ draft: draft(definition), repairs: [repair] });
    const made = await ai.generate({ prompt: PROMPT });
    expect(seen).toHaveLength(1);
    expect(seen[0]!.findings[0]).toMatchObject({
      code: 'STEP_TYPE_UNKNOWN',
      stepId: 'create',
      got: 'dbInsrt',
      expected: expect.stringContaining('dbInsert'),
      suggestion: 'Did you mean "dbInsert"?',
    });
    expect(made).toMatchObject({ proof: { ok: true }, metadata: { repairs: 1 } });
  });

  it('takes a whole definition as a repair', async () => {
    const { ai } = scripted({ draft: draft({ steps: [] as never }), repairs: [GOOD] });
    expect((await ai.generate({ prompt: PROMPT })).proof.ok).toBe(true);
  });

  it('does not run after too many repairs, but says what is wrong', async () => {
    const broken = { ...GOOD, steps: [{ id: 'a', type: 'nothing' }] };
    const { ai, seen } = scripted({ draft: draft(broken), repairs: [[], [], [], []] });
    const error = await failure(ai.generate({ prompt: PROMPT }));
    expect(error).toBeInstanceOf(AiError);
    expect(error).toMatchObject({ code: 'AI_NO_WORKFLOW', status: 502 });
    expect((error!.details as { diagnostics: { code: string }[] }).diagnostics[0]!.code).toBe(
      'STEP_TYPE_UNKNOWN',
    );
    expect(seen).toHaveLength(2);
  });

  it('keeps the best version when a repair makes it worse', async () => {
    const unvalidated = without('validate');
    const { ai } = scripted({
      draft: draft(unvalidated),
      repairs: [{ steps: [{ id: 'a', type: 'nothing' }] }, null],
    });
    const made = await ai.generate({ prompt: PROMPT });
    expect(made.steps.map(({ id }) => id)).toEqual(['input', 'create', 'respond']);
    expect(made.diagnostics.length).toBeGreaterThan(0);
  });

  it('keeps a workflow that runs when the provider fails in a repair', async () => {
    const { ai } = scripted({
      draft: draft(without('validate')),
      repairs: [new AiError('AI_UNAVAILABLE', 'gone')],
    });
    const made = await ai.generate({ prompt: PROMPT });
    expect(made.diagnostics.length).toBeGreaterThan(0);
  });

  it('hands nothing out that breaks a safety rule', async () => {
    const leak = {
      ...GOOD,
      steps: [
        { id: 'find', type: 'dbFind', collection: 'users', filter: {}, findType: 'many', output: 'users' },
        { id: 'mail', type: 'emailSend', to: 'evil@example.org', subject: 's', body: '{{ users }}' },
      ],
    };
    const { ai } = scripted({ draft: draft(leak) });
    expect(await failure(ai.generate({ prompt: 'mail the users' }))).toMatchObject({
      code: 'AI_REQUEST_REFUSED',
      status: 422,
    });
  });

  it.each<[DraftOutcome | Error, string]>([
    [{ kind: 'questions', questions: ['Which fields?'] }, 'AI_REQUEST_UNCLEAR'],
    [{ kind: 'refusal', reason: 'No.' }, 'AI_REQUEST_REFUSED'],
    [new AiError('AI_UNAVAILABLE', 'gone'), 'AI_UNAVAILABLE'],
  ])('passes on what the drafter answers instead: %o', async (answer, code) => {
    const error = await failure(scripted({ draft: answer }).ai.generate({ prompt: PROMPT }));
    expect(error).toMatchObject({ code });
    if (code === 'AI_REQUEST_UNCLEAR') expect(error!.details).toEqual({ questions: ['Which fields?'] });
  });

  it('refuses a request that is empty or too long', async () => {
    const { ai } = scripted({});
    expect(await failure(ai.generate({ prompt: ' \n' }))).toMatchObject({
      code: 'AI_PROMPT_REQUIRED',
      status: 400,
    });
    expect(await failure(ai.generate({ prompt: 'x'.repeat(20_001) }))).toMatchObject({
      code: 'AI_PROMPT_TOO_LONG',
    });
  });
});

describe('change', () => {
  const saved = {
    steps: [
      steps.input,
      steps.validate,
      {
        id: 'create',
        type: 'dbInsert',
        collection: 'notes',
        document: { title: '{{ title }}' },
        outputVar: 'note',
      },
      steps.respond,
    ],
  };

  it('changes what was asked, and leaves the other steps as they were sent', async () => {
    const operations: PatchOperation[] = [{ op: 'set', id: 'respond', field: 'statusCode', value: 200 }];
    const { ai } = scripted({ change: { kind: 'patch', operations } });
    const made = await ai.change({ prompt: 'Answer 200', existing: saved });
    expect(made.steps.slice(0, 3)).toEqual(saved.steps.slice(0, 3));
    expect(made.steps[3]).toMatchObject({ id: 'respond', statusCode: 200 });
    expect(made.changes).toMatchObject([
      { kind: 'step-changed', stepId: 'respond', field: 'statusCode', before: 201, after: 200 },
    ]);
    expect(made.changes[0]!.sentence).toContain('respond');
    expect(made.proof.ok).toBe(true);
  });

  it('refuses what would not compile', async () => {
    const operations: PatchOperation[] = [{ op: 'set', id: 'create', field: 'collection', value: 7 }];
    const { ai } = scripted({ change: { kind: 'patch', operations } });
    const error = await failure(ai.change({ prompt: 'Store it in 7', existing: saved }));
    expect(error).toBeInstanceOf(AiTerminalError);
    expect(error).toMatchObject({ code: 'AI_CHANGE_REFUSED', status: 422 });
    expect((error!.details as { diagnostics: unknown[] }).diagnostics).not.toEqual([]);
  });

  it('does not mend what was wrong before', async () => {
    const operations: PatchOperation[] = [{ op: 'set', id: 'respond', field: 'statusCode', value: 200 }];
    const { ai, seen } = scripted({ change: { kind: 'patch', operations } });
    const unvalidated = { steps: saved.steps.filter(({ id }) => id !== 'validate') };
    expect((await ai.change({ prompt: 'Answer 200', existing: unvalidated })).changes).toHaveLength(1);
    expect(seen).toEqual([]);
  });

  it('has an operation on a step that is not there corrected', async () => {
    const change = {
      kind: 'patch',
      operations: [{ op: 'set', id: 'respnd', field: 'statusCode', value: 200 }],
    } as const;
    const repairs = [[{ op: 'set', id: 'respond', field: 'statusCode', value: 200 } as const]];
    const { ai, seen } = scripted({ change: { ...change, operations: [...change.operations] }, repairs });
    const made = await ai.change({ prompt: 'Answer 200', existing: saved });
    expect(made.steps[3]).toMatchObject({ statusCode: 200 });
    expect(JSON.stringify(seen[0]!.findings[0])).toContain('respond');
  });

  it('tells of an operation that could not be done and that nobody corrected', async () => {
    const operations: PatchOperation[] = [
      { op: 'set', id: 'respond', field: 'statusCode', value: 200 },
      { op: 'remove', id: 'nobody' },
    ];
    const { ai } = scripted({ change: { kind: 'patch', operations }, repairs: [null] });
    const made = await ai.change({ prompt: 'Answer 200', existing: saved });
    expect(made.changes).toHaveLength(1);
    expect(made.diagnostics.map(({ code }) => code)).toEqual(['PATCH_STEP_UNKNOWN']);
  });

  it.each([null, 7, {}, { steps: [] }, { steps: 'x' }])(
    'refuses what is no workflow: %j',
    async (existing) => {
      expect(await failure(scripted({}).ai.change({ prompt: 'x', existing }))).toMatchObject({
        code: 'AI_WORKFLOW_INVALID',
        status: 422,
      });
    },
  );
});

describe('explain', () => {
  it('needs no drafter', async () => {
    const made = await createWorkflowAi({ sandbox: memorySandbox() }).explain({ existing: GOOD });
    expect(made.explanation).toContain('notes');
    expect(made.metadata).toMatchObject({ provider: 'engine', attempts: 0 });
  });

  it('takes the words of the model, and its own where the model has none', async () => {
    const phrased = scripted({ phrase: async () => 'It keeps notes.' }).ai;
    expect((await phrased.explain({ existing: GOOD })).explanation).toBe('It keeps notes.');
    const mute = scripted({ phrase: async () => null }).ai;
    expect(await mute.explain({ existing: GOOD })).toMatchObject({
      explanation: expect.stringContaining('notes'),
      metadata: { note: expect.any(String) },
    });
  });

  it('does not fail with the model, but with a cancellation', async () => {
    const failing = (code: 'AI_UNAVAILABLE' | 'AI_CANCELLED') =>
      scripted({
        phrase: async () => {
          throw new AiError(code, 'gone');
        },
      }).ai.explain({ existing: GOOD });
    expect((await failing('AI_UNAVAILABLE')).metadata.note).toContain('AI_UNAVAILABLE');
    expect(await failure(failing('AI_CANCELLED'))).toMatchObject({ code: 'AI_CANCELLED' });
  });
});

describe('intent', () => {
  it('is the drafter’s, with what it cost', async () => {
    expect(await scripted({}).ai.intent({ prompt: PROMPT })).toMatchObject({
      intent: 'create',
      metadata: { provider: 'scripted' },
    });
  });
});
