/** @module Shapes of what the AI routes take and answer. */
import { z } from 'zod';
import { DATE, DIAGNOSTIC } from './schemas.ts';

const OPTIONS = {
  provider: z
    .string()
    .max(50)
    .nullish()
    .describe('A configured provider, see GET /ai/providers; default: the one of the server'),
  ownerId: z.string().max(500).nullish().describe('Not needed with a login'),
  generationId: z
    .uuid()
    .nullish()
    .describe('A new UUID under which the progress can be watched over Socket.IO (join-generation)'),
};

/** Checked by hand, because clients show the exact message: absent and blank are the same. */
const PROMPT = z.string().nullish().describe('What is wanted, in plain words; at most 20,000 characters');

const WORKFLOW = z
  .looseObject({
    steps: z.array(z.unknown()).max(10_000),
    edges: z.array(z.unknown()).max(50_000).nullish(),
    inputVariables: z.array(z.unknown()).max(10_000).nullish(),
  })
  .meta({ id: 'Definition' })
  .nullish();

/** Ways in which clients say which workflow they mean. */
const WORKFLOW_FIELDS = {
  workflow: WORKFLOW.describe('The workflow itself; or workflowId, or its steps beside the prompt'),
  workflowId: z.string().min(1).max(200).nullish().describe('A stored workflow of yours'),
  existingWorkflow: WORKFLOW.describe('Another name for workflow'),
  definition: WORKFLOW.describe('Another name for workflow'),
  steps: z.array(z.unknown()).max(10_000).nullish(),
  edges: z.array(z.unknown()).max(50_000).nullish(),
  inputVariables: z.array(z.unknown()).max(10_000).nullish(),
};

/** Says in the documentation what the handler demands. */
const needsPrompt = { required: ['prompt'] };

/** Body of `POST /ai/generate-workflow`. */
export const GENERATE_BODY = z.looseObject({ prompt: PROMPT, ...OPTIONS }).meta(needsPrompt);

/** Body of `POST /ai/mutate-workflow` and of `POST /ai/intent`. */
export const CHANGE_BODY = z
  .looseObject({ prompt: PROMPT, ...WORKFLOW_FIELDS, ...OPTIONS })
  .meta({ ...needsPrompt, id: 'AiChange' });

/** Body of `POST /ai/explain-workflow`. */
export const EXPLAIN_BODY = z.looseObject({ ...WORKFLOW_FIELDS, ...OPTIONS });

/** Fields by which a request names a workflow. */
export type WorkflowFields = z.output<typeof EXPLAIN_BODY>;

const METADATA = z
  .looseObject({
    provider: z.string().describe('Who answered; "offline": the drafter without a model'),
    model: z.string(),
    inputTokens: z.number(),
    outputTokens: z.number(),
    attempts: z.number().describe('Requests sent to providers'),
    repairs: z.number().describe('How often findings went back to the model'),
    durationMs: z.number(),
    generatedAt: DATE,
    fallbacks: z.array(z.object({ provider: z.string(), code: z.string() })).optional(),
    note: z.string().optional(),
  })
  .meta({ id: 'AiMetadata' });

const TRIAL = z
  .looseObject({
    kind: z.string().describe('valid, missing, wrong-type, duplicate, no-token or unknown'),
    name: z.string(),
    input: z.unknown(),
    expected: z.enum(['success', 'refusal']),
    passed: z.boolean(),
    answer: z.looseObject({ status: z.number(), body: z.unknown() }),
    error: z.string().optional(),
    failedStep: z.string().optional(),
    documents: z.record(z.string(), z.array(z.record(z.string(), z.unknown()))),
    mails: z.array(z.looseObject({ to: z.string(), subject: z.string(), html: z.string() })),
  })
  .meta({ id: 'Trial' });

const STEP = z.looseObject({ id: z.string(), type: z.string() }).meta({ id: 'DraftedStep' });

const EDGE = z
  .looseObject({ id: z.string(), source: z.string(), target: z.string(), when: z.string().optional() })
  .meta({ id: 'DraftedEdge' });

const NODE = z
  .looseObject({
    id: z.string(),
    type: z.string(),
    position: z.object({ x: z.number(), y: z.number() }),
    data: z.looseObject({ label: z.string(), fields: z.record(z.string(), z.unknown()) }),
  })
  .meta({ id: 'DraftedNode' });

const PROOF = z
  .looseObject({
    ok: z.boolean().describe('Whether every trial run passed'),
    trials: z.array(TRIAL),
    findings: z.array(DIAGNOSTIC),
  })
  .meta({ id: 'Proof' });

const CHECKED = {
  steps: z.array(STEP),
  edges: z.array(EDGE),
  inputVariables: z.array(z.looseObject({ name: z.string() })),
  nodes: z.array(NODE),
  explanation: z.string(),
  diagnostics: z.array(DIAGNOSTIC),
  proof: PROOF,
  metadata: METADATA,
};

/** A workflow that was compiled and tried. */
export const GENERATED = z.looseObject({ title: z.string(), ...CHECKED });

/** A workflow after a change. */
export const CHANGED = z.looseObject({
  ...CHECKED,
  changes: z.array(
    z.looseObject({
      kind: z.string(),
      stepId: z.string().optional(),
      field: z.string().optional(),
      before: z.unknown().optional(),
      after: z.unknown().optional(),
      sentence: z.string(),
    }),
  ),
});

/** A workflow in words. */
export const EXPLAINED = z.looseObject({
  explanation: z.string(),
  description: z.unknown().describe('What the explanation is made from'),
  diagnostics: z.array(DIAGNOSTIC),
  metadata: METADATA,
});

/** What a text asks for. */
export const INTENT = z.looseObject({
  intent: z.enum(['create', 'change', 'explain', 'run', 'question', 'unclear']),
  confidence: z.number(),
  entities: z.looseObject({
    collections: z.array(z.string()),
    fields: z.array(z.string()),
    nodeTypes: z.array(z.string()),
  }),
  missing: z.array(z.string()).describe('Questions to ask before anything can be built'),
  diagnostics: z.array(DIAGNOSTIC),
  metadata: METADATA,
});

/** What was used today. */
export const USAGE = z.object({
  day: z.string().describe('YYYY-MM-DD in UTC'),
  requests: z.number(),
  inputTokens: z.number(),
  outputTokens: z.number(),
  limits: z.object({
    requestsPerMinute: z.number(),
    tokensPerDay: z.number().describe('0: no limit'),
  }),
  tokensLeft: z.number().nullable().describe('null without a limit'),
  resetsAt: DATE,
});

/** What can be asked. */
export const OFFERED = z.object({
  providers: z.array(z.object({ name: z.string(), model: z.string(), default: z.boolean() })),
  default: z.string().nullable().describe('Asked when a request names none; null: none is configured'),
  fallback: z.array(z.string()).describe('Asked when that one fails, in this order'),
});
