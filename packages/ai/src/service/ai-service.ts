/** @module Drafts workflows for owners: with their collections, within their limits, with progress that they can follow. */

import type { Finding } from '../finding.ts';
import type {
  AiMetadata,
  AiRequestOptions,
  AnalyzedIntent,
  ChangedWorkflow,
  ExplainedWorkflow,
  GeneratedWorkflow,
  WorkflowAi,
} from '../generate/results.ts';
import type { Sandbox } from '../proof/proof.ts';
import type { AiConfig } from '../select.ts';
import type { AiAdmission } from './admission.ts';
import type { AiCaller } from './allowance.ts';
import { shuttingDown } from './errors.ts';
import type { Generation } from './generation.ts';
import type { Generations } from './generations.ts';
import { maskPrompt } from './mask-prompt.ts';

/** What every request carries. */
export interface AiServiceRequest {
  caller: AiCaller;
  /** A configured provider; default: the server's. */
  provider?: string | undefined;
  /** Under which id the caller follows it from another connection. */
  generationId?: string | undefined;
  /** Whether progress is followed. Without followers a provider that fails half way can be asked again. */
  audience: 'following' | 'none';
  /** Ends the work when the caller has left. */
  signal: AbortSignal;
}

/** Work that was admitted and has not begun. */
export interface AiWork<Result> {
  /** Its progress. */
  generation: Generation;
  /** Runs the request. Call once. Rejects with the error that ends the generation. */
  run(): Promise<Result>;
}

/** An intent, with findings about the request. */
export type NoticedIntent = AnalyzedIntent & { diagnostics: Finding[] };

/**
 * Every method admits the request or throws: `AI_NOT_CONFIGURED`, `AI_PROVIDER_UNKNOWN`, `AI_TOO_MANY_REQUESTS`,
 * `AI_BUDGET_EXHAUSTED`, `CONFLICT`, `SHUTTING_DOWN`. What the work itself rejects with: see `WorkflowAi`.
 */
export interface AiService {
  generate(request: AiServiceRequest & { prompt: string }): Promise<AiWork<GeneratedWorkflow>>;
  change(request: AiServiceRequest & { prompt: string; existing: unknown }): Promise<AiWork<ChangedWorkflow>>;
  /** Needs no provider. */
  explain(request: AiServiceRequest & { existing: unknown }): Promise<AiWork<ExplainedWorkflow>>;
  intent(
    request: AiServiceRequest & { prompt: string; hasWorkflow: boolean },
  ): Promise<AiWork<NoticedIntent>>;
  /** Takes no further requests and cancels those that go on. */
  close(): Promise<void>;
}

/** What {@link createAiService} is built from. */
export interface AiServiceParts {
  settings: AiServiceSettings;
  sandbox: Sandbox;
  admission: AiAdmission;
  generations: Generations;
  /** An owner's collections, each with the names of its fields. */
  collectionsOf(dataOwnerId: string): Promise<Record<string, string[]>>;
  /** What followers are told of an error. */
  describeError(error: unknown): { error: string; code: string; status: number };
}

/** Which models, and how they are asked. */
export type AiServiceSettings = AiConfig & {
  /** How often findings go back to the model. */
  maxRepairs: number;
  /** How long one request to a provider may take, in milliseconds. */
  timeoutMs: number;
};

/** The service; models and drafters are loaded with the first request. */
export function createAiService(parts: AiServiceParts): AiService {
  const { settings, sandbox, admission, generations, collectionsOf, describeError } = parts;
  const running = new Map<AbortController, Promise<unknown>>();
  let closing = false;

  const admit = async <Result extends { metadata: AiMetadata }>(
    kind: 'generate' | 'change' | 'explain' | 'intent',
    request: AiServiceRequest,
    work: (ai: WorkflowAi, options: AiRequestOptions) => Promise<Result>,
  ): Promise<AiWork<Result>> => {
    if (closing) throw shuttingDown();
    const { caller, generationId } = request;
    const drafter = await drafterOf(settings, request, kind === 'explain' ? 'if-configured' : 'needed');
    const { createWorkflowAi } = await import('../index.ts');
    const ai = createWorkflowAi({ drafter, sandbox, maxRepairs: settings.maxRepairs });
    const expected = { provider: drafter?.name ?? 'none', model: drafter?.model ?? 'none' };
    const admitted = await admission.admit(kind, caller, expected);
    const generation = generations.begin(caller.ownerId, generationId);

    const perform = async (signal: AbortSignal): Promise<Result> => {
      try {
        // Collections improve a draft; a database that does not respond must not prevent it.
        const collections = await collectionsOf(caller.dataOwnerId).catch(() => undefined);
        const result = await work(ai, {
          collections,
          signal,
          ...(request.audience === 'following' && {
            onProgress: (progress) => generation.progress(progress),
          }),
          onUsage: (use) => admitted.recordUse(use),
        });
        await admitted.succeed(result.metadata);
        generation.end({ type: 'result' });
        return result;
      } catch (thrown) {
        // The work rejects as cancelled; the signal has the reason.
        const error = closing && !request.signal.aborted ? shuttingDown() : thrown;
        await admitted.fail(error);
        generation.end({ type: 'error', ...describeError(error) });
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
        if (closing) controller.abort(shuttingDown());
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
      for (const controller of running.keys()) controller.abort(shuttingDown());
      await Promise.allSettled(running.values());
      generations.close();
    },
  };
}

/**
 * The drafter of a request; `undefined` only where none is needed and none is configured.
 *
 * @throws AiTerminalError `AI_NOT_CONFIGURED`, `AI_PROVIDER_UNKNOWN`
 */
async function drafterOf(
  settings: AiServiceSettings,
  { provider }: AiServiceRequest,
  need: 'needed' | 'if-configured',
) {
  const { AiTerminalError, createDrafter } = await import('../index.ts');
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

/** A request without its secrets, and a finding that says so. */
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
