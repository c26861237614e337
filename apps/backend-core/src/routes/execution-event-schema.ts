/** @module Events of executions, as the API documents them. */
import { z } from 'zod';

const EVENT = {
  executionId: z.string(),
  position: z.int().describe('From 1, without gaps'),
  at: z.number().describe('Milliseconds since 1970'),
};

const STEP = {
  ...EVENT,
  path: z.string().describe('Names the step in its plan'),
  stepIndex: z.int().describe('From 0, in the order of execution'),
  stepType: z.string(),
  stepName: z.string(),
  attempt: z.int().describe('1 for the first attempt'),
};

const END = {
  ...EVENT,
  totalSteps: z.int(),
  stepsExecuted: z.int(),
  durationMs: z.number().describe('Milliseconds, fractions included'),
};

/** One event; secrets in it are redacted. */
export const EXECUTION_EVENT = z.discriminatedUnion('type', [
  z.object({ type: z.literal('execution_started'), ...EVENT, totalSteps: z.int() }),
  z.object({ type: z.literal('execution_completed'), ...END, output: z.unknown().optional() }),
  z.object({
    type: z.enum(['execution_failed', 'execution_cancelled']),
    ...END,
    error: z.string(),
    errorCode: z.string(),
    failedStep: z.int().describe('-1 when it failed before its first step'),
    failedStepName: z.string(),
    interim: z.literal(true).optional().describe('How it ended is not known; a true end replaces this one'),
  }),
  z.object({ type: z.literal('step_started'), ...STEP, message: z.string().optional() }),
  z.object({
    type: z.literal('step_completed'),
    ...STEP,
    message: z.string().optional(),
    input: z.unknown(),
    output: z.unknown(),
    value: z.unknown().optional().describe('The beginning of what the step gave'),
    durationMs: z.number(),
  }),
  z.object({
    type: z.literal('step_failed'),
    ...STEP,
    error: z.string(),
    errorCode: z.string(),
    errorDetails: z.unknown().optional(),
    input: z.unknown(),
    value: z.unknown().optional().describe('The beginning of what the step was about'),
    durationMs: z.number(),
  }),
  z.object({ type: z.literal('step_skipped'), ...STEP }),
  z.object({
    type: z.literal('note'),
    ...STEP,
    phase: z.enum(['info', 'data', 'success']),
    title: z.string(),
    message: z.string(),
    data: z.unknown().optional(),
  }),
]);
