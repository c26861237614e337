/** @module Routes from plain words to workflows: generate, change, explain, find out what is wanted. */
import type { AiAllowance, AiService, AiServiceRequest, OfferedProvider } from '@orchestrix/ai/service';
import { defineRoute, type Route, type RouteContext, wantsEvents } from '@orchestrix/routes';
import { z } from 'zod';
import { serverError } from '../errors.ts';
import type { WorkflowService } from '../services/workflows.ts';
import { type BuilderOwners, createAiCaller } from '../web-client/owners.ts';
import { answerWork, EVENTS } from './ai-events.ts';
import {
  CHANGE_BODY,
  CHANGED,
  EXPLAIN_BODY,
  EXPLAINED,
  GENERATE_BODY,
  GENERATED,
  INTENT,
  OFFERED,
  USAGE,
  type WorkflowFields,
} from './ai-schemas.ts';

/** What the routes are built from. */
export interface AiRoutesParts {
  ai: AiService;
  allowance: AiAllowance;
  owners: BuilderOwners;
  workflows: Pick<WorkflowService, 'get'>;
  /** What can be asked, and what is asked when the first fails. */
  providers(): Promise<OfferedProvider[]>;
  fallback: readonly string[];
  production: boolean;
}

/** Everything under `/ai`. */
export function aiRoutes(parts: AiRoutesParts): Route[] {
  const { ai, allowance, owners, workflows } = parts;

  const readOwner = ({ user }: Asked, given: string | null | undefined) =>
    owners.ownerOf(user?.userId, given || undefined);
  const readRequest = async (
    context: Asked & { body: Options },
  ): Promise<{ ownerId: string; request: AiServiceRequest }> => {
    const { body, address, signal } = context;
    const ownerId = await readOwner(context, body.ownerId);
    const request: AiServiceRequest = {
      caller: createAiCaller(ownerId, address),
      provider: body.provider || undefined,
      generationId: body.generationId ?? undefined,
      audience: wantsEvents(context) || body.generationId ? 'following' : 'none',
      signal,
    };
    return { ownerId, request };
  };
  /** @throws OrchestrixError `NOT_FOUND`, `VALIDATION_ERROR`, `PAYLOAD_TOO_LARGE` */
  const existingOf = async (body: WorkflowFields, ownerId: string) => {
    const existing = sentWorkflow(body) ?? (await storedWorkflow(body, ownerId));
    if (existing === undefined)
      throw serverError('VALIDATION_ERROR', { message: 'workflow or workflowId required' });
    if (JSON.stringify(existing).length > MAX_WORKFLOW_LENGTH) throw tooLarge();
    return existing;
  };
  const storedWorkflow = async ({ workflowId }: WorkflowFields, ownerId: string) => {
    if (!workflowId) return undefined;
    const { steps, edges, inputVariables } = await workflows.get(ownerId, workflowId);
    return { steps, edges, inputVariables };
  };

  return [
    defineRoute({
      method: 'post',
      path: '/ai/generate-workflow',
      tag: 'AI',
      summary: 'Draft a workflow from a description, and try it in a sandbox',
      description:
        'The answer is a workflow that compiles, with the proof: which inputs were tried, and what came of each. Nothing is stored.',
      auth: 'optional',
      body: GENERATE_BODY,
      responses: { 200: [GENERATED, EVENTS] },
      handler: async (context) => {
        const { request } = await readRequest(context);
        const prompt = requiredPrompt(context.body.prompt);
        return answerWork(await ai.generate({ ...request, prompt }), context, parts);
      },
    }),
    defineRoute({
      method: 'post',
      path: '/ai/mutate-workflow',
      tag: 'AI',
      summary: 'Change a workflow as described; what was not meant stays as it is',
      description: 'A stored workflow is only read: store the answer to keep the change.',
      auth: 'optional',
      body: CHANGE_BODY,
      responses: { 200: [CHANGED, EVENTS] },
      handler: async (context) => {
        const { ownerId, request } = await readRequest(context);
        const prompt = requiredPrompt(context.body.prompt);
        const existing = await existingOf(context.body, ownerId);
        return answerWork(await ai.change({ ...request, prompt, existing }), context, parts);
      },
    }),
    defineRoute({
      method: 'post',
      path: '/ai/explain-workflow',
      tag: 'AI',
      summary: 'Say in words what a workflow does',
      description: 'Works without a language model, too.',
      auth: 'optional',
      body: EXPLAIN_BODY,
      responses: { 200: [EXPLAINED, EVENTS] },
      handler: async (context) => {
        const { ownerId, request } = await readRequest(context);
        const existing = await existingOf(context.body, ownerId);
        return answerWork(await ai.explain({ ...request, existing }), context, parts);
      },
    }),
    defineRoute({
      method: 'post',
      path: '/ai/intent',
      tag: 'AI',
      summary: 'Find out what a text asks for, and what it leaves open',
      auth: 'optional',
      body: CHANGE_BODY,
      responses: { 200: [INTENT, EVENTS] },
      handler: async (context) => {
        const { request } = await readRequest(context);
        const prompt = requiredPrompt(context.body.prompt);
        const hasWorkflow = sentWorkflow(context.body) !== undefined || Boolean(context.body.workflowId);
        return answerWork(await ai.intent({ ...request, prompt, hasWorkflow }), context, parts);
      },
    }),
    defineRoute({
      method: 'get',
      path: '/ai/usage',
      tag: 'AI',
      summary: 'What you have used of language models today, and what is left',
      auth: 'optional',
      query: OWNER_QUERY,
      responses: { 200: USAGE },
      handler: async (context) => {
        const ownerId = await readOwner(context, context.query.ownerId);
        const report = await allowance.report(createAiCaller(ownerId, context.address));
        return { status: 200, body: report };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/ai/providers',
      tag: 'AI',
      summary: 'Which language models can be asked',
      auth: 'optional',
      query: OWNER_QUERY,
      responses: { 200: OFFERED },
      handler: async (context) => {
        await readOwner(context, context.query.ownerId);
        const providers = await parts.providers();
        const preferred = providers.find((provider) => provider.default)?.name ?? null;
        return { status: 200, body: { providers, default: preferred, fallback: parts.fallback } };
      },
    }),
  ];
}

type Asked = Pick<RouteContext, 'user' | 'address' | 'headers' | 'signal'>;

interface Options {
  provider?: string | null | undefined;
  ownerId?: string | null | undefined;
  generationId?: string | null | undefined;
}

const OWNER_QUERY = z.object({ ownerId: z.string().max(500).optional().describe('Not needed with a login') });

/** Everything that is sent along costs tokens. */
const MAX_WORKFLOW_LENGTH = 200_000;

/** In characters; as much as `@orchestrix/ai` takes, but told before anything is done. */
const MAX_PROMPT_LENGTH = 20_000;

/** @throws OrchestrixError `AI_PROMPT_REQUIRED` (400), `AI_PROMPT_TOO_LONG` (413) */
function requiredPrompt(prompt: string | null | undefined): string {
  if (typeof prompt !== 'string' || prompt.trim() === '') throw serverError('AI_PROMPT_REQUIRED');
  if (prompt.length > MAX_PROMPT_LENGTH) throw serverError('AI_PROMPT_TOO_LONG');
  return prompt;
}

/** The workflow in the body, under whichever name. */
function sentWorkflow(body: WorkflowFields) {
  const given = body.workflow ?? body.existingWorkflow ?? body.definition ?? body;
  const { steps, edges, inputVariables } = given;
  if (!steps) return undefined;
  return { steps, ...(edges && { edges }), ...(inputVariables && { inputVariables }) };
}

function tooLarge() {
  return serverError('PAYLOAD_TOO_LARGE', {
    message: `A workflow of at most ${MAX_WORKFLOW_LENGTH} characters can be changed or explained.`,
  });
}
