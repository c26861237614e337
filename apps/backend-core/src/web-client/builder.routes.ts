/** @module Routes of the existing web client: it sends them as they are, and reads the answers as they are. */
import { maskPrompt } from '@orchestrix/ai/service';
import { defineRoute, type Route } from '@orchestrix/routes';
import { z } from 'zod';
import { fieldsOf, isFields } from '../utils/fields.ts';
import type { BuilderService } from './builder.ts';
import type { GraphDrafter } from './graph-drafter.ts';
import { invalid, isMissing, LOOSE, textOf } from './loose-input.ts';
import { type BuilderOwners, createAiCaller } from './owners.ts';

/** What the routes are built from. */
export interface BuilderRoutesParts {
  builder: BuilderService;
  owners: BuilderOwners;
  drafter: GraphDrafter;
}

/** `/workflow/execute`, `/workflows/save`, `/workflow/generate`. */
export function builderRoutes({ builder, owners, drafter }: BuilderRoutesParts): Route[] {
  return [
    defineRoute({
      method: 'post',
      path: '/workflow/execute',
      tag: 'Web client',
      summary: 'Run drawn steps; the log tells how it goes',
      auth: 'optional',
      body: LOOSE.describe('{steps, edges?, vars?: {input}, input?, ownerId?}'),
      responses: { 200: z.object({ ok: z.literal(true), executionId: z.uuid() }) },
      handler: async ({ user, body, headers }) => {
        const { steps, edges, input, vars, ownerId: given } = fieldsOf(body);
        if (!Array.isArray(steps)) throw invalid('steps[] required');
        requireFewSteps(steps);
        const ownerId = await owners.ownerOf(user?.userId, textOf(given, 'ownerId'));
        const values = input ?? fieldsOf(vars).input ?? {};
        return {
          status: 200,
          body: {
            ok: true,
            executionId: builder.execute({
              ownerId,
              steps,
              edges: drawnEdges(edges),
              input: values,
              headers,
            }),
          },
        };
      },
    }),
    defineRoute({
      method: 'post',
      path: '/workflows/save',
      tag: 'Web client',
      summary: 'Save drawn steps and publish them under an address',
      auth: 'optional',
      body: LOOSE.describe(
        '{workflowId, ownerId (not needed with a login), steps, edges?, apiName, inputVariables?}',
      ),
      responses: {
        200: z.object({
          ok: z.literal(true),
          workflowId: z.string(),
          apiPath: z.string(),
          apiName: z.string(),
          inputVariables: z.array(z.unknown()),
        }),
      },
      handler: async ({ user, body }) => {
        const { workflowId, ownerId: given, steps, edges, apiName, inputVariables } = fieldsOf(body);
        const isOwnerKnown = user !== undefined || !isMissing(given);
        if (isMissing(workflowId) || !isOwnerKnown || !Array.isArray(steps) || isMissing(apiName)) {
          throw invalid('workflowId, ownerId, steps, apiName required');
        }
        const drawn = {
          workflowId: requiredId(workflowId, 'workflowId'),
          apiName: requiredText(apiName, 'apiName'),
          steps: drawnSteps(steps),
          edges: drawnEdges(edges),
          inputVariables: Array.isArray(inputVariables) ? inputVariables : [],
        };
        const ownerId = await owners.ownerOf(user?.userId, textOf(given, 'ownerId'));
        const apiPath = await builder.save({ ...drawn, ownerId });
        const { steps: _steps, edges: _edges, ...shown } = drawn;
        return { status: 200, body: { ok: true, apiPath, ...shown } };
      },
    }),
    defineRoute({
      method: 'post',
      path: '/workflow/generate',
      tag: 'Web client',
      summary: 'Draft a graph from a description',
      auth: 'optional',
      body: LOOSE.describe('{prompt, ownerId?}'),
      responses: {
        200: z.object({
          nodes: z.array(z.looseObject({ id: z.string(), type: z.string() })),
          edges: z.array(z.looseObject({ id: z.string(), source: z.string(), target: z.string() })),
          metadata: z.looseObject({ generatedAt: z.iso.datetime(), prompt: z.string() }),
        }),
      },
      handler: async ({ user, body, signal, address }) => {
        const { prompt, ownerId: given } = fieldsOf(body);
        if (typeof prompt !== 'string' || prompt.trim() === '') throw invalid('Prompt required');
        const ownerId = await owners.ownerOf(user?.userId, textOf(given, 'ownerId'));
        const { text } = maskPrompt(prompt);
        const graph = await drafter.draft(text, createAiCaller(ownerId, address), signal);
        return {
          status: 200,
          body: { ...graph, metadata: { generatedAt: new Date().toISOString(), prompt: text } },
        };
      },
    }),
  ];
}

function drawnSteps(steps: unknown[]): unknown[] {
  const isStep = (step: unknown) => {
    const { type } = fieldsOf(step);
    return typeof type === 'string' && type.trim() !== '';
  };
  requireFewSteps(steps);
  if (steps.every(isStep)) return steps;
  throw invalid('Invalid workflow step format');
}

/** Nothing where the client knows of no edges. */
function drawnEdges(edges: unknown): unknown[] | undefined {
  if (isMissing(edges)) return undefined;
  if (Array.isArray(edges) && edges.length <= MAX_EDGES && edges.every(isFields)) return edges;
  throw invalid(`edges must be a list of at most ${MAX_EDGES} edges {source, target}`);
}

const MAX_EDGES = 50_000;

/** As many as the other routes take; a body of one megabyte holds a third of a million. */
function requireFewSteps(steps: readonly unknown[]): void {
  if (steps.length > MAX_STEPS) throw invalid(`A workflow has at most ${MAX_STEPS} steps`);
}

const MAX_STEPS = 10_000;

function requiredText(value: unknown, name: string): string {
  const text = textOf(value, name);
  if (text !== undefined) return text;
  throw invalid(`${name} is required`);
}

/** Ids stand in paths. */
function requiredId(value: unknown, name: string): string {
  const text = requiredText(value, name);
  if (/^[\w.~@:-]+$/.test(text)) return text;
  throw invalid(`${name} may hold letters, digits and . _ ~ @ : - only`);
}
