/** @module Workflows from plain words: drafting, changing, explaining, and what it costs. */
import type {
  AiUsage,
  AnalyzedIntent,
  Body,
  CallOptions,
  ChangedWorkflow,
  DraftedGraph,
  ExplainedWorkflow,
  GeneratedWorkflow,
  OfferedProviders,
} from './api-types.ts';
import {
  errorOfAnswer,
  errorOfArgument,
  errorOfNetwork,
  type OrchestrixClientError,
} from './client-error.ts';
import { readEventStream, type ServerSentEvent } from './follow/event-stream.ts';
import { type Http, readBody } from './http.ts';

/** How far it is. */
export interface AiProgress {
  /**
   * `asked` and `answered` come from the client itself. In between the server tells of `context`, `plan`, `steps`, `compile`,
   * `proof`, `repair`, `change`, `explain` and `done`, and of each `token`, `finding` and `trial`.
   */
  stage: 'asked' | 'answered' | (string & Record<never, never>);
  /** Milliseconds since the call. */
  elapsedMs: number;
  /** The server's event, such as `{ type: 'trial', name, passed }`. */
  data?: unknown;
}

/** What every method takes that asks a language model. */
export interface AiOptions extends CallOptions {
  onProgress?: ((progress: AiProgress) => void) | undefined;
}

/** What the methods take that are about workflows. */
export interface WorkflowAiOptions extends AiOptions {
  /** A configured provider, see `providers`. Default: the server's. */
  provider?: string | undefined;
  /** A new UUID, under which others of the same account can watch over Socket.IO. */
  generationId?: string | undefined;
}

/** A workflow itself, or the id of a stored one. */
export type WorkflowToRead =
  | string
  | {
      readonly steps: readonly unknown[];
      readonly edges?: readonly unknown[] | undefined;
      readonly inputVariables?: readonly unknown[] | undefined;
    };

/** Drafting, changing, explaining. Nothing of it is stored: that is up to `workflows.create` and `workflows.update`. */
export interface AiApi {
  /** A graph for the visual builder that does what the prompt describes. */
  generateGraph(prompt: string, options?: AiOptions): Promise<DraftedGraph>;
  /** A workflow that compiles, and what its trial runs showed (`proof`). */
  generateWorkflow(prompt: string, options?: WorkflowAiOptions): Promise<GeneratedWorkflow>;
  /** The workflow after a change, and what is different (`changes`). */
  changeWorkflow(
    prompt: string,
    workflow: WorkflowToRead,
    options?: WorkflowAiOptions,
  ): Promise<ChangedWorkflow>;
  /** What a workflow does, in words; works without a language model as well. */
  explainWorkflow(workflow: WorkflowToRead, options?: WorkflowAiOptions): Promise<ExplainedWorkflow>;
  /** What a text asks for, and what it leaves open. */
  intent(
    prompt: string,
    options?: WorkflowAiOptions & { workflow?: WorkflowToRead | undefined },
  ): Promise<AnalyzedIntent>;
  /** What was used today, and what is left. */
  usage(options?: CallOptions): Promise<AiUsage>;
  /** Which language models can be asked. */
  providers(options?: CallOptions): Promise<OfferedProviders>;
}

/** Builds {@link AiApi}. */
export function createAi(http: Http): AiApi {
  const work = <R extends WorkRoute>(route: R, body: Body<R>, options: WorkflowAiOptions) => {
    const { provider, generationId, signal } = options;
    const sent = { ...body, ...(provider && { provider }), ...(generationId && { generationId }) };
    return reported(options, (tell) => overEvents(http, route, sent, signal, tell));
  };
  return {
    generateGraph: (prompt, options = {}) =>
      reported(options, () =>
        http.request('POST /workflow/generate', { body: { prompt }, signal: options.signal }),
      ),
    generateWorkflow: (prompt, options = {}) =>
      work('POST /ai/generate-workflow', { prompt }, options) as Promise<GeneratedWorkflow>,
    changeWorkflow: async (prompt, workflow, options = {}) =>
      work('POST /ai/mutate-workflow', { prompt, ...named(workflow) }, options) as Promise<ChangedWorkflow>,
    explainWorkflow: async (workflow, options = {}) =>
      work('POST /ai/explain-workflow', named(workflow), options) as Promise<ExplainedWorkflow>,
    intent: async (prompt, { workflow, ...options } = {}) =>
      work(
        'POST /ai/intent',
        { prompt, ...(workflow !== undefined && named(workflow)) },
        options,
      ) as Promise<AnalyzedIntent>,
    usage: ({ signal } = {}) => http.request('GET /ai/usage', { signal }),
    providers: ({ signal } = {}) => http.request('GET /ai/providers', { signal }),
  };
}

/** Routes that can tell how far they are. */
type WorkRoute =
  | 'POST /ai/generate-workflow'
  | 'POST /ai/mutate-workflow'
  | 'POST /ai/explain-workflow'
  | 'POST /ai/intent';

type Tell = (stage: AiProgress['stage'], data?: unknown) => void;

function named(workflow: WorkflowToRead): { workflowId: string } | { workflow: { steps: unknown[] } } {
  if (typeof workflow !== 'string') {
    const { steps, edges, inputVariables } = workflow;
    return {
      workflow: {
        steps: [...steps],
        ...(edges && { edges: [...edges] }),
        ...(inputVariables && { inputVariables: [...inputVariables] }),
      },
    };
  }
  if (workflow === '') throw errorOfArgument('workflow must be a workflow or the id of one');
  return { workflowId: workflow };
}

/** Asks, and tells how far it is. */
async function reported<Result>(
  { onProgress }: AiOptions,
  ask: (tell: Tell | undefined) => Promise<Result>,
): Promise<Result> {
  const begun = Date.now();
  const tell: Tell = (stage, data) =>
    onProgress?.({ stage, elapsedMs: Date.now() - begun, ...(data !== undefined && { data }) });
  tell('asked');
  const result = await ask(onProgress && tell);
  tell('answered');
  return result;
}

/**
 * The result at the end of an event stream, or of a plain answer where nobody wants to know how far it is.
 *
 * @throws OrchestrixClientError what the server says, also within the stream; `NETWORK_ERROR` when the stream breaks off
 */
async function overEvents(
  http: Http,
  route: WorkRoute,
  body: unknown,
  signal: AbortSignal | undefined,
  tell: Tell | undefined,
): Promise<unknown> {
  const path = route.slice('POST '.length);
  const accept = tell ? 'text/event-stream' : 'application/json';
  const { origin } = new URL(http.baseUrl);
  const response = await http.send({ method: 'POST', path, body, signal, headers: { accept } });
  if (!/^text\/event-stream/i.test(response.headers.get('content-type') ?? '') || !response.body) {
    return readBody(response, origin, signal);
  }
  for await (const { event, data } of eventsOf(response.body, origin, signal)) {
    const value: unknown = JSON.parse(data);
    if (event === 'result') return value;
    if (event === 'error') throw errorOfEvent(value);
    if (event !== 'end') tell?.(stageOf(event, value), value);
  }
  throw errorOfNetwork(new Error('the answer broke off'), origin);
}

/** The events of an answer; reading that fails is the network's fault, whatever else is thrown is not. */
async function* eventsOf(
  body: ReadableStream<Uint8Array>,
  origin: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<ServerSentEvent, void> {
  try {
    yield* readEventStream(body);
  } catch (error) {
    signal?.throwIfAborted();
    throw errorOfNetwork(error, origin);
  }
}

function stageOf(event: string, value: unknown): string {
  const { stage } = (value ?? {}) as { stage?: unknown };
  return event === 'stage' && typeof stage === 'string' ? stage : event;
}

function errorOfEvent(value: unknown): OrchestrixClientError {
  const { status } = (value ?? {}) as { status?: unknown };
  return errorOfAnswer(typeof status === 'number' ? status : 500, value, null);
}
