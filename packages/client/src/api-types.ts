/** @module The shapes of the server's API under names of their own; all of them come from `generated/api.ts`. */
import type { Operations } from './generated/api.ts';

/** A route: `GET /workflows`. */
export type Route = keyof Operations;

/** What a route answers when all goes well. */
export type Answer<R extends Route> = Operations[R]['answers'][keyof Operations[R]['answers']];

/** The JSON body that a route takes. */
export type Body<R extends Route> = NonNullable<Operations[R]['body']>;

/** The query parameters that a route takes. */
export type Query<R extends Route> = NonNullable<Operations[R]['query']>;

/** What every method takes. */
export interface CallOptions {
  /** Ends the call; it then rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
}

/** Everything that a route takes besides the login. */
export type RequestOptions<R extends Route> = CallOptions &
  Part<'params', Operations[R]['params']> &
  Part<'query', Operations[R]['query']> &
  Part<'body', Operations[R]['body']>;

/** What a route needs has to be given, what it can do without may be left out, what it does not take may not be there. */
type Part<Name extends string, Value> = [Value] extends [undefined]
  ? { [name in Name]?: never }
  : Record<never, never> extends Value
    ? { [name in Name]?: Value | undefined }
    : { [name in Name]: Value };

/** An account. */
export type Account = Answer<'GET /auth/me'>['user'];

/** A login: its token and whose it is. */
export type Login = Operations['POST /auth/login']['answers'][200];

/** A workflow as lists show it. */
export type WorkflowSummary = Answer<'GET /workflows'>['workflows'][number];

/** A workflow with its steps. */
export type Workflow = Answer<'GET /workflows/{workflowId}'>['workflow'];

/** A stored workflow and what the compiler warns about. */
export type StoredWorkflow = Answer<'POST /workflows'>;

/** A finding of the compiler. */
export type Diagnostic = StoredWorkflow['diagnostics'][number];

/** A former or the current version of a workflow, as lists show it. */
export type WorkflowVersionSummary = Answer<'GET /workflows/{workflowId}/versions'>['versions'][number];

/** A version with its steps. */
export type WorkflowVersion = Answer<'GET /workflows/{workflowId}/versions/{version}'>['workflow'];

/** An API that is published for a workflow. */
export type PublishedApi = Answer<'POST /workflows/{workflowId}/publish'>;

/** How a run ended; `ok` says whether it succeeded. */
export type RunResult = Operations['POST /workflows/run']['answers'][200];

/** A run that goes on in the background. */
export type StartedRun = Operations['POST /workflows/run']['answers'][202];

/** An execution as lists show it. */
export type ExecutionSummary = Answer<'GET /executions'>['executions'][number];

/** An execution with its input and result. */
export type Execution = Answer<'GET /executions/{executionId}'>['execution'];

/** One event of an execution; `execution_completed`, `execution_failed` or `execution_cancelled` is the last one, always. */
export type ExecutionEvent = Answer<'GET /executions/{executionId}/events'>[number];

/** One row of the log panel. */
export type LogRow = Answer<'GET /executions/{executionId}/logs'>[number];

/** A collection and its fields. */
export type Collection = Answer<'GET /collections/{id}'>['collection'];

/** A document of a collection. */
export type CollectionDocument = Answer<'GET /collections/{id}/data/{docId}'>['document'];

/** A drafted graph, as the visual builder draws it. */
export type DraftedGraph = Answer<'POST /workflow/generate'>;

/** A workflow from plain words, with its proof. */
export type GeneratedWorkflow = Answer<'POST /ai/generate-workflow'>;

/** A workflow after a change. */
export type ChangedWorkflow = Answer<'POST /ai/mutate-workflow'>;

/** A workflow in words. */
export type ExplainedWorkflow = Answer<'POST /ai/explain-workflow'>;

/** What a text asks for. */
export type AnalyzedIntent = Answer<'POST /ai/intent'>;

/** Use of language models today. */
export type AiUsage = Answer<'GET /ai/usage'>;

/** The language models that can be asked. */
export type OfferedProviders = Answer<'GET /ai/providers'>;
