/** @module Workflows from plain words, for owners: the generation loop with their collections, within their limits, watched by them. */

import type {
  AiMetadata,
  AiRequestOptions,
  AnalyzedIntent,
  ChangedWorkflow,
  ExplainedWorkflow,
  Finding,
  GeneratedWorkflow,
  Sandbox,
  WorkflowAi,
} from '@orchestrix/ai';
import type { OwnerDatabases } from '@orchestrix/owner-databases';
import type { AiSettings } from '../../config-ai.ts';
import { serverError, toErrorResponse } from '../../errors.ts';
import { dataOwnerOf, recordOwnerOf } from '../../web-client/owners.ts';
import type { AiDesk } from './ai-desk.ts';
import type { AiCaller } from './ai-limits.ts';
import type { Generation } from './generation.ts';
import type { Generations } from './generations.ts';
import { maskPrompt } from './mask-prompt.ts';

/** What every request carries. */
export interface AiRequest {
  caller: AiCaller;
  /** A configured provider; default: the server's. */
  provider?: string | undefined;
  /** Under which id the caller watches it from elsewhere. */
  generationId?: string | undefined;
  /** Whether somebody is told how far it is. For nobody a provider that fails half way can be asked again. */
  audience: 'watching' | 'nobody';
  /** Ends the work when the caller has left. */
  signal: AbortSignal;
}

/** Work that was let in and has not begun. */
export interface AiWork<Result> {
  /** What is told while it goes on. */
  generation: Generation;
  /** Does it; to be called once. Rejects with what the generation tells as its end. */
  run(): Promise<Result>;
}

/** An intent, and what was noticed about the request. */
export type NoticedIntent = AnalyzedIntent & { diagnostics: Finding[] };

/**
 * Every method lets the request in or throws: `AI_NOT_CONFIGURED`, `AI_PROVIDER_UNKNOWN`, `AI_TOO_MANY_REQUESTS`,
 * `AI_BUDGET_EXHAUSTED`, `CONFLICT`, `SHUTTING_DOWN`. What the work itself rejects with: see `WorkflowAi`.
 */
export interface AiService {
  generate(request: AiRequest & { prompt: string }): Promise<AiWork<GeneratedWorkflow>>;
  change(request: AiRequest & { prompt: string; existing: unknown }): Promise<AiWork<ChangedWorkflow>>;
  /** Needs no provider. */
  explain(request: AiRequest & { existing: unknown }): Promise<AiWork<ExplainedWorkflow>>;
  intent(request: AiRequest & { prompt: string; hasWorkflow: boolean }): Promise<AiWork<NoticedIntent>>;
  /** Takes no further requests and cancels those that go on. */
  close(): Promise<void>;
}

/** What {@link createAiService} is built from. */
export interface AiServiceParts {
  settings: AiSettings;
  sandbox: Sandbox;
  desk: AiDesk;
  generations: Generations;
  databases: Pick<OwnerDatabases, 'schemas'>;
  production: boolean;
}

/** The service; the package behind it is loaded with the first request. */
export function createAiService(parts: AiServiceParts): AiService {
  const { settings, sandbox, desk, generations, databases, production } = parts;
  const running = new Map<AbortController, Promise<unknown>>();
  let closing = false;

  const admit = async <Result extends { metadata: AiMetadata }>(
    kind: 'generate' | 'change' | 'explain' | 'intent',
    request: AiRequest,
    work: (ai: WorkflowAi, options: AiRequestOptions) => Promise<Result>,
  ): Promise<AiWork<Result>> => {
    if (closing) throw serverError('SHUTTING_DOWN');
    const { caller, generationId } = request;
    const drafter = await drafterOf(settings, request, kind === 'explain' ? 'if-configured' : 'needed');
    const { createWorkflowAi } = await import('@orchestrix/ai');
    const ai = createWorkflowAi({ drafter, sandbox, maxRepairs: settings.maxRepairs });
    const expected = { provider: drafter?.name ?? 'none', model: drafter?.model ?? 'none' };
    const ticket = await desk.admit(kind, caller, expected);
    const generation = generations.begin(recordOwnerOf(caller.ownerId), generationId);

    const perform = async (signal: AbortSignal): Promise<Result> => {
      try {
        // Knowing the collections helps; a database that does not answer is no reason to draft nothing.
        const collections = await databases.schemas(dataOwnerOf(caller.ownerId)).catch(() => undefined);
        const result = await work(ai, {
          collections,
          signal,
          ...(request.audience === 'watching' && {
            onProgress: (progress) => generation.progress(progress),
          }),
          onUsage: (use) => ticket.use(use),
        });
        await ticket.succeeded(result.metadata);
        generation.end({ type: 'result' });
        return result;
      } catch (thrown) {
        // Cancelled, says the work; why, says the signal.
        const error = closing && !request.signal.aborted ? serverError('SHUTTING_DOWN') : thrown;
        await ticket.failed(error);
        const { status, body } = toErrorResponse(error, { requestId: '', production });
        generation.end({ type: 'error', error: body.error, code: body.code, status });
        throw error;
      }
    };
    return {
      generation,
      run: async () => {
        const controller = new AbortController();
        const leave = () => controller.abort(request.signal.reason);
        if (request.signal.aborted) leave();
        request.signal.addEventListener('abort', leave, { once: true });
        if (closing) controller.abort(serverError('SHUTTING_DOWN'));
        const done = perform(controller.signal);
        running.set(controller, done);
        try {
          return await done;
        } finally {
          running.delete(controller);
          request.signal.removeEventListener('abort', leave);
        }
      },
    };
  };

  return {
    generate: (request) => {
      const { text, noted } = masked(request.prompt);
      return admit('generate', request, async (ai, options) =>
        noted(await ai.generate({ prompt: text, ...options })),
      );
    },
    change: (request) => {
      const { text: prompt, noted } = masked(request.prompt);
      const { existing } = request;
      return admit('change', request, async (ai, options) =>
        noted(await ai.change({ prompt, existing, ...options })),
      );
    },
    explain: (request) =>
      admit('explain', request, (ai, options) => ai.explain({ existing: request.existing, ...options })),
    intent: (request) => {
      const { text: prompt, noted } = masked(request.prompt);
      const { hasWorkflow } = request;
      return admit('intent', request, async (ai, options) => {
        const intent = await ai.intent({ prompt, hasWorkflow, ...options });
        return noted({ ...intent, diagnostics: [] as Finding[] });
      });
    },
    close: async () => {
      closing = true;
      for (const controller of running.keys()) controller.abort(serverError('SHUTTING_DOWN'));
      await Promise.allSettled(running.values());
      generations.close();
    },
  };
}

/**
 * Whoever drafts for a request; `undefined` only where none is needed and none is configured.
 *
 * @throws AiTerminalError `AI_NOT_CONFIGURED`, `AI_PROVIDER_UNKNOWN`
 */
async function drafterOf(settings: AiSettings, { provider }: AiRequest, need: 'needed' | 'if-configured') {
  const { AiTerminalError, createDrafter } = await import('@orchestrix/ai');
  try {
    return createDrafter(settings, {
      timeoutMs: settings.timeoutMs,
      ...(provider !== undefined && { provider }),
    });
  } catch (error) {
    const isMissing = error instanceof AiTerminalError && error.code === 'AI_NOT_CONFIGURED';
    if (isMissing && need === 'if-configured' && provider === undefined) return undefined;
    throw error;
  }
}

/** A request without its secrets, and what says in the answer that there were some. */
function masked(prompt: string) {
  const { text, removed } = maskPrompt(prompt);
  const noted = <Result extends { diagnostics: unknown[] }>(result: Result): Result =>
    removed === 0 ? result : { ...result, diagnostics: [secretRemoved(removed), ...result.diagnostics] };
  return { text, noted };
}

function secretRemoved(removed: number): Finding {
  const what =
    removed === 1 ? 'What looked like a secret was' : `${removed} texts that looked like secrets were`;
  return {
    code: 'AI_SECRET_REMOVED',
    severity: 'warning',
    stepId: null,
    path: '',
    message: `${what} replaced by "***" before the request went anywhere. Keep secrets out of requests: what the workflow needs to know comes as its input.`,
  };
}
