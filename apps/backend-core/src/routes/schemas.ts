/** @module Shapes that several domains' routes share. */
import { z } from 'zod';

/** `?cursor=…&limit=…` of every list. */
export const PAGE_QUERY = {
  cursor: z.string().max(200).optional().describe('nextCursor of the page before'),
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(100)
    .optional()
    .describe('Items of a page, 1 to 100; 20 when absent'),
};

/** Continues a list. */
export const NEXT_CURSOR = z.string().nullable().describe('Continues the list; null on its last page');

/** A workflow's or an execution's id in a path. */
export const ID = z.string().min(1).max(200);

/** A collection's id, or its name, in a path. */
export const COLLECTION_ID = z
  .string()
  .min(1)
  .max(200)
  .describe('Id of the definition, or name of the collection');

/** A finding of the compiler. */
export const DIAGNOSTIC = z
  .looseObject({
    code: z.string(),
    severity: z.enum(['error', 'warning']),
    stepId: z.string().nullable(),
    path: z.string(),
    message: z.string(),
  })
  .meta({ id: 'Diagnostic' });

/** How a run ended. */
export const RESULT = z.looseObject({
  ok: z.boolean(),
  stepsExecuted: z.number(),
  steps: z.array(
    z.looseObject({
      stepIndex: z.number(),
      stepType: z.string(),
      stepName: z.string(),
      status: z.enum(['success', 'failed', 'skipped']),
      durationMs: z.number(),
      startedAt: z.number(),
    }),
  ),
  output: z.unknown().optional().describe('All variables at the end'),
  response: z.unknown().optional().describe('The answer of a response step'),
  error: z.string().optional(),
  errorDetails: z.unknown().optional(),
  errorCode: z.string().optional(),
  failedStep: z.number().optional(),
  failedStepName: z.string().optional(),
  totalDurationMs: z.number(),
});

/** A run that was started and is not waited for. */
export const STARTED = z.object({ executionId: z.string() });

/** A date in an answer. */
export const DATE = z.iso.datetime();
