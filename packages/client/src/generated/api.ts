/** @module Every route of the server, generated from its zod schemas by `bun run generate`: do not edit. */

/** What a route takes (`undefined`: nothing) and what it answers, by status. */
type Operation<Parts> = Parts & Omit<{ params: undefined; query: undefined; body: undefined }, keyof Parts>;

/** Every route. */
export interface Operations {
  /** What this server is */
  'GET /': Operation<{ answers: { 200: { name: string; version: string; docs: string; openapi: string } } }>;
  /** Is the process alive? */
  'GET /health': Operation<{ answers: { 200: { ok: true; uptimeSeconds: number } } }>;
  /** Can it serve requests? Every dependency with its state and time */
  'GET /health/ready': Operation<{
    answers: {
      200: {
        ok: boolean;
        /** degraded: it serves, but something optional does not work, such as mail */
        status: 'ready' | 'degraded' | 'unavailable' | 'stopping';
        dependencies: {
          [name: string]: {
            ok: boolean;
            /** Duration of the check in milliseconds */
            ms: number;
            kind?: string;
            /** Why it does not work; left out in production */
            error?: string;
          };
        };
      };
    };
  }>;
  /** Counters of this process, in the text format of Prometheus */
  'GET /metrics': Operation<{ answers: { 200: undefined } }>;
  /** Create an account and log in */
  'POST /auth/register': Operation<{
    body: {
      name?: string;
      email: string;
      /** 8 to 72 bytes in UTF-8, no NUL */
      password: string;
    };
    answers: { 201: Login };
  }>;
  /** Log in */
  'POST /auth/login': Operation<{ body: { email: string; password: string }; answers: { 200: Login } }>;
  /** Log out: the token is worthless afterwards */
  'POST /auth/logout': Operation<{ answers: { 200: { ok: true } } }>;
  /** The account that is logged in */
  'GET /auth/me': Operation<{ answers: { 200: { user: Account } } }>;
  /** Run drawn steps; the log tells how it goes */
  'POST /workflow/execute': Operation<{ body: unknown; answers: { 200: { ok: true; executionId: string } } }>;
  /** Save drawn steps and publish them under an address */
  'POST /workflows/save': Operation<{
    body: unknown;
    answers: {
      200: { ok: true; workflowId: string; apiPath: string; apiName: string; inputVariables: unknown[] };
    };
  }>;
  /** Draft a graph from a description */
  'POST /workflow/generate': Operation<{
    body: unknown;
    answers: {
      200: {
        nodes: { id: string; type: string; [name: string]: unknown }[];
        edges: { id: string; source: string; target: string; [name: string]: unknown }[];
        metadata: { generatedAt: string; prompt: string; [name: string]: unknown };
      };
    };
  }>;
  /** Draft a workflow from a description, and try it in a sandbox */
  'POST /ai/generate-workflow': Operation<{
    body: {
      /** What is wanted, in plain words; at most 20,000 characters */
      prompt: string | null;
      /** A configured provider, see GET /ai/providers; default: the one of the server */
      provider?: string | null;
      /** Not needed with a login */
      ownerId?: string | null;
      /** A new UUID under which the progress can be watched over Socket.IO (join-generation) */
      generationId?: string | null;
      [name: string]: unknown;
    };
    answers: {
      200: {
        title: string;
        steps: DraftedStep[];
        edges: DraftedEdge[];
        inputVariables: { name: string; [name: string]: unknown }[];
        nodes: DraftedNode[];
        explanation: string;
        diagnostics: Diagnostic[];
        proof: Proof;
        metadata: AiMetadata;
        [name: string]: unknown;
      };
    };
  }>;
  /** Change a workflow as described; what was not meant stays as it is */
  'POST /ai/mutate-workflow': Operation<{
    body: AiChangeInput;
    answers: {
      200: {
        steps: DraftedStep[];
        edges: DraftedEdge[];
        inputVariables: { name: string; [name: string]: unknown }[];
        nodes: DraftedNode[];
        explanation: string;
        diagnostics: Diagnostic[];
        proof: Proof;
        metadata: AiMetadata;
        changes: {
          kind: string;
          stepId?: string;
          field?: string;
          before?: unknown;
          after?: unknown;
          sentence: string;
          [name: string]: unknown;
        }[];
        [name: string]: unknown;
      };
    };
  }>;
  /** Say in words what a workflow does */
  'POST /ai/explain-workflow': Operation<{
    body: {
      /** The workflow itself; or workflowId, or its steps beside the prompt */
      workflow?: DefinitionInput | null;
      /** A stored workflow of yours */
      workflowId?: string | null;
      /** Another name for workflow */
      existingWorkflow?: DefinitionInput | null;
      /** Another name for workflow */
      definition?: DefinitionInput | null;
      steps?: unknown[] | null;
      edges?: unknown[] | null;
      inputVariables?: unknown[] | null;
      /** A configured provider, see GET /ai/providers; default: the one of the server */
      provider?: string | null;
      /** Not needed with a login */
      ownerId?: string | null;
      /** A new UUID under which the progress can be watched over Socket.IO (join-generation) */
      generationId?: string | null;
      [name: string]: unknown;
    };
    answers: {
      200: {
        explanation: string;
        /** What the explanation is made from */
        description: unknown;
        diagnostics: Diagnostic[];
        metadata: AiMetadata;
        [name: string]: unknown;
      };
    };
  }>;
  /** Find out what a text asks for, and what it leaves open */
  'POST /ai/intent': Operation<{
    body: AiChangeInput;
    answers: {
      200: {
        intent: 'create' | 'change' | 'explain' | 'run' | 'question' | 'unclear';
        confidence: number;
        entities: { collections: string[]; fields: string[]; nodeTypes: string[]; [name: string]: unknown };
        /** Questions to ask before anything can be built */
        missing: string[];
        diagnostics: Diagnostic[];
        metadata: AiMetadata;
        [name: string]: unknown;
      };
    };
  }>;
  /** What you have used of language models today, and what is left */
  'GET /ai/usage': Operation<{
    query: {
      /** Not needed with a login */
      ownerId?: string;
    };
    answers: {
      200: {
        /** YYYY-MM-DD in UTC */
        day: string;
        requests: number;
        inputTokens: number;
        outputTokens: number;
        limits: {
          requestsPerMinute: number;
          /** 0: no limit */
          tokensPerDay: number;
        };
        /** null without a limit */
        tokensLeft: number | null;
        resetsAt: string;
      };
    };
  }>;
  /** Which language models can be asked */
  'GET /ai/providers': Operation<{
    query: {
      /** Not needed with a login */
      ownerId?: string;
    };
    answers: {
      200: {
        providers: { name: string; model: string; default: boolean }[];
        /** Asked when a request names none; null: none is configured */
        default: string | null;
        /** Asked when that one fails, in this order */
        fallback: string[];
      };
    };
  }>;
  /** Connect a database */
  'POST /user/db/connect': Operation<{
    body: unknown;
    answers: {
      200: {
        ok: true;
        label: string;
        /** The connection string without its secrets */
        uriMasked: string;
      };
    };
  }>;
  /** Forget the connected database */
  'POST /user/db/disconnect': Operation<{ body: unknown; answers: { 200: { ok: true } } }>;
  /** Which database is connected */
  'GET /user/db/status': Operation<{
    query: {
      /** Whose; needed without a login */
      ownerId?: unknown;
    };
    answers: {
      200:
        | {
            connected: false;
            /** Why what is stored cannot be used, and what to do */
            problem?: string;
          }
        | {
            connected: true;
            label: string;
            /** The connection string without its secrets */
            uriMasked: string;
            connectedAt: string | null;
            status: string;
          };
    };
  }>;
  /** Collections and fields of the connected database */
  'GET /user/db/schemas': Operation<{
    query: {
      /** Whose; needed without a login */
      ownerId?: unknown;
    };
    answers: {
      200: {
        ok: true;
        /** Names of fields by collection */
        schemas: { [name: string]: string[] };
      };
    };
  }>;
  /** Collections and fields that the owner has in the database of this server */
  'GET /db/schemas': Operation<{
    answers: {
      200: {
        ok: true;
        /** Names of fields by collection */
        schemas: { [name: string]: string[] };
      };
    };
  }>;
  /** Run steps without storing them */
  'POST /workflows/run': Operation<{
    query: {
      /** true: answer 202 at once */
      async?: '0' | '1' | 'true' | 'false';
    };
    body: {
      /** The caller's values */
      input?: { [name: string]: unknown };
      /** Headers the workflow shall see instead of those of this request */
      headers?: { [name: string]: string };
      steps: unknown[];
      edges?: unknown[];
    };
    answers: { 200: ExecutionResult; 202: { executionId: string } };
  }>;
  /** Run a stored workflow as it is now */
  'POST /workflows/{workflowId}/execute': Operation<{
    params: { workflowId: string };
    query: {
      /** true: answer 202 at once */
      async?: '0' | '1' | 'true' | 'false';
    };
    body:
      | {
          /** The caller's values */
          input?: { [name: string]: unknown };
          /** Headers the workflow shall see instead of those of this request */
          headers?: { [name: string]: string };
        }
      | undefined;
    answers: { 200: ExecutionResult; 202: { executionId: string } };
  }>;
  /** List your executions, newest first */
  'GET /executions': Operation<{
    query: {
      /** nextCursor of the page before */
      cursor?: string;
      /** Items of a page, 1 to 100; 20 when absent */
      limit?: number;
      workflowId?: string;
      status?: 'running' | 'success' | 'failed' | 'cancelled' | 'interrupted';
    };
    answers: {
      200: {
        executions: ExecutionSummary[];
        /** Continues the list; null on its last page */
        nextCursor: string | null;
      };
    };
  }>;
  /** Read an execution */
  'GET /executions/{executionId}': Operation<{
    params: { executionId: string };
    answers: { 200: { execution: Execution } };
  }>;
  /** Cancel a running execution */
  'POST /executions/{executionId}/cancel': Operation<{
    params: { executionId: string };
    answers: { 200: { execution: Execution } };
  }>;
  /** Read the events of an execution, or follow them live */
  'GET /executions/{executionId}/events': Operation<{
    params: { executionId: string };
    query: {
      /** Position of the last one that you have */
      after?: number;
    };
    answers: {
      200: (
        | {
            type: 'execution_started';
            executionId: string;
            /** From 1, without gaps */
            position: number;
            /** Milliseconds since 1970 */
            at: number;
            totalSteps: number;
          }
        | {
            type: 'execution_completed';
            executionId: string;
            /** From 1, without gaps */
            position: number;
            /** Milliseconds since 1970 */
            at: number;
            totalSteps: number;
            stepsExecuted: number;
            /** Milliseconds, fractions included */
            durationMs: number;
            output?: unknown;
          }
        | {
            type: 'execution_failed' | 'execution_cancelled';
            executionId: string;
            /** From 1, without gaps */
            position: number;
            /** Milliseconds since 1970 */
            at: number;
            totalSteps: number;
            stepsExecuted: number;
            /** Milliseconds, fractions included */
            durationMs: number;
            error: string;
            errorCode: string;
            /** -1 when it failed before its first step */
            failedStep: number;
            failedStepName: string;
            /** How it ended is not known; a true end replaces this one */
            interim?: true;
          }
        | {
            type: 'step_started';
            executionId: string;
            /** From 1, without gaps */
            position: number;
            /** Milliseconds since 1970 */
            at: number;
            /** Names the step in its plan */
            path: string;
            /** From 0, in the order of execution */
            stepIndex: number;
            stepType: string;
            stepName: string;
            /** 1 for the first attempt */
            attempt: number;
            message?: string;
          }
        | {
            type: 'step_completed';
            executionId: string;
            /** From 1, without gaps */
            position: number;
            /** Milliseconds since 1970 */
            at: number;
            /** Names the step in its plan */
            path: string;
            /** From 0, in the order of execution */
            stepIndex: number;
            stepType: string;
            stepName: string;
            /** 1 for the first attempt */
            attempt: number;
            message?: string;
            input: unknown;
            output: unknown;
            /** The beginning of what the step gave */
            value?: unknown;
            durationMs: number;
          }
        | {
            type: 'step_failed';
            executionId: string;
            /** From 1, without gaps */
            position: number;
            /** Milliseconds since 1970 */
            at: number;
            /** Names the step in its plan */
            path: string;
            /** From 0, in the order of execution */
            stepIndex: number;
            stepType: string;
            stepName: string;
            /** 1 for the first attempt */
            attempt: number;
            error: string;
            errorCode: string;
            errorDetails?: unknown;
            input: unknown;
            /** The beginning of what the step was about */
            value?: unknown;
            durationMs: number;
          }
        | {
            type: 'step_skipped';
            executionId: string;
            /** From 1, without gaps */
            position: number;
            /** Milliseconds since 1970 */
            at: number;
            /** Names the step in its plan */
            path: string;
            /** From 0, in the order of execution */
            stepIndex: number;
            stepType: string;
            stepName: string;
            /** 1 for the first attempt */
            attempt: number;
          }
        | {
            type: 'note';
            executionId: string;
            /** From 1, without gaps */
            position: number;
            /** Milliseconds since 1970 */
            at: number;
            /** Names the step in its plan */
            path: string;
            /** From 0, in the order of execution */
            stepIndex: number;
            stepType: string;
            stepName: string;
            /** 1 for the first attempt */
            attempt: number;
            phase: 'info' | 'data' | 'success';
            title: string;
            message: string;
            data?: unknown;
          }
      )[];
    };
  }>;
  /** Read the log of an execution as people read it, or follow it live */
  'GET /executions/{executionId}/logs': Operation<{
    params: { executionId: string };
    query: {
      /** Position of the last one that you have */
      after?: number;
    };
    answers: { 200: LogRow[] };
  }>;
  /** List your workflows, newest first */
  'GET /workflows': Operation<{
    query: {
      /** nextCursor of the page before */
      cursor?: string;
      /** Items of a page, 1 to 100; 20 when absent */
      limit?: number;
      /** Part of the name or the id */
      q?: string;
    };
    answers: {
      200: {
        workflows: WorkflowSummary[];
        /** Continues the list; null on its last page */
        nextCursor: string | null;
      };
    };
  }>;
  /** Store a new workflow */
  'POST /workflows': Operation<{
    body: {
      description?: string;
      /** Flat steps in the order in which they run */
      steps: unknown[];
      /** {source, target, when?}; without any, steps run in list order */
      edges?: unknown[];
      inputVariables?: { name: string; [name: string]: unknown }[];
      /** Made up when absent; letters, digits, "_", "-" and "." */
      workflowId?: string;
      name?: string;
    };
    answers: { 201: StoredWorkflow };
  }>;
  /** Read a workflow */
  'GET /workflows/{workflowId}': Operation<{
    params: { workflowId: string };
    answers: { 200: { workflow: Workflow; apis: PublishedApi[] } };
  }>;
  /** Change a workflow */
  'PUT /workflows/{workflowId}': Operation<{
    params: { workflowId: string };
    body: {
      /** The version you read */
      version?: number;
      name?: string;
      description?: string;
      /** Flat steps in the order in which they run */
      steps?: unknown[];
      /** {source, target, when?}; without any, steps run in list order */
      edges?: unknown[];
      inputVariables?: { name: string; [name: string]: unknown }[];
    };
    answers: { 200: StoredWorkflow };
  }>;
  /** Delete a workflow and its published APIs */
  'DELETE /workflows/{workflowId}': Operation<{
    params: { workflowId: string };
    answers: { 200: { ok: true } };
  }>;
  /** List the versions of a workflow, newest first */
  'GET /workflows/{workflowId}/versions': Operation<{
    params: { workflowId: string };
    answers: {
      200: {
        versions: {
          workflowId: string;
          name: string;
          description: string;
          version: number;
          createdAt: string | null;
        }[];
      };
    };
  }>;
  /** Read one version of a workflow */
  'GET /workflows/{workflowId}/versions/{version}': Operation<{
    params: { workflowId: string; version: number };
    answers: {
      200: {
        workflow: {
          workflowId: string;
          name: string;
          description: string;
          version: number;
          createdAt: string | null;
          steps: unknown[];
          edges: unknown[];
          inputVariables: unknown[];
        };
      };
    };
  }>;
  /** Publish the current version of a workflow as an HTTP endpoint */
  'POST /workflows/{workflowId}/publish': Operation<{
    params: { workflowId: string };
    body: {
      /** Becomes the last part of the path */
      apiName?: string;
      /** /customers/:id, with parameters as :name */
      path?: string;
      /** What your own paths begin with after /api/; chosen once. Default: from your address */
      ownerSlug?: string;
      method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
      /** async: callers get 202 at once and do not wait */
      mode?: 'sync' | 'async';
      /** full: failed calls are answered with the result of the run, its steps included */
      errors?: 'plain' | 'full';
      /** Which calls are kept with their logs */
      record?: 'all' | 'failures' | 'none';
      /** Origins whose pages may call; "*" for all. Default: those of FRONTEND_URL */
      cors?: ('*' | string)[];
    };
    answers: { 200: PublishedApi };
  }>;
  /** Take a published path back */
  'DELETE /workflows/{workflowId}/publish': Operation<{
    params: { workflowId: string };
    query: {
      /** Becomes the last part of the path */
      apiName?: string;
      /** /customers/:id, with parameters as :name */
      path?: string;
      method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
    };
    body:
      | {
          /** Becomes the last part of the path */
          apiName?: string;
          /** /customers/:id, with parameters as :name */
          path?: string;
          method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
        }
      | undefined;
    answers: { 200: PublishedApi };
  }>;
  /** Call a published API (GET) */
  'GET /api/{ownerSlug}/{path}': Operation<{
    params: {
      ownerSlug: string;
      /** Any path that was published */
      path: string;
    };
    answers: { 202: unknown };
  }>;
  /** Call a published API (POST) */
  'POST /api/{ownerSlug}/{path}': Operation<{
    params: {
      ownerSlug: string;
      /** Any path that was published */
      path: string;
    };
    body: unknown;
    answers: { 202: unknown };
  }>;
  /** Call a published API (PUT) */
  'PUT /api/{ownerSlug}/{path}': Operation<{
    params: {
      ownerSlug: string;
      /** Any path that was published */
      path: string;
    };
    body: unknown;
    answers: { 202: unknown };
  }>;
  /** Call a published API (PATCH) */
  'PATCH /api/{ownerSlug}/{path}': Operation<{
    params: {
      ownerSlug: string;
      /** Any path that was published */
      path: string;
    };
    body: unknown;
    answers: { 202: unknown };
  }>;
  /** Call a published API (DELETE) */
  'DELETE /api/{ownerSlug}/{path}': Operation<{
    params: {
      ownerSlug: string;
      /** Any path that was published */
      path: string;
    };
    body: unknown;
    answers: { 202: unknown };
  }>;
  /** What the account uses of its limits and quotas */
  'GET /usage': Operation<{
    answers: {
      200: {
        /** Bytes of documents */
        storedBytes: Quota;
        documents: Quota;
        /** Executions that are kept; older ones are removed */
        executions: Quota;
        /** Executions that run or wait in this process */
        liveExecutions: Quota;
        mailRecipientsToday: Quota;
        versionsPerWorkflow: { limit: number };
        executionsPerMinute: { limit: number };
      };
    };
  }>;
  /** All collections of the owner, by name */
  'GET /collections': Operation<{ answers: { 200: { collections: Collection[] } } }>;
  /** Define a collection */
  'POST /collections': Operation<{
    body: {
      name: string;
      description?: string;
      fields?: {
        name: string;
        type:
          | 'string'
          | 'number'
          | 'integer'
          | 'boolean'
          | 'date'
          | 'object'
          | 'array'
          | 'objectId'
          | 'email';
        required?: boolean;
        /** No two documents have the same value */
        unique?: boolean;
      }[];
    };
    answers: { 201: { collection: Collection } };
  }>;
  /** One collection, by its id or name */
  'GET /collections/{id}': Operation<{
    params: {
      /** Id of the definition, or name of the collection */
      id: string;
    };
    answers: { 200: { collection: Collection } };
  }>;
  /** Change a collection's description or fields */
  'PUT /collections/{id}': Operation<{
    params: {
      /** Id of the definition, or name of the collection */
      id: string;
    };
    body: {
      description?: string;
      fields?: {
        name: string;
        type:
          | 'string'
          | 'number'
          | 'integer'
          | 'boolean'
          | 'date'
          | 'object'
          | 'array'
          | 'objectId'
          | 'email';
        required?: boolean;
        /** No two documents have the same value */
        unique?: boolean;
      }[];
    };
    answers: { 200: { collection: Collection } };
  }>;
  /** Delete a collection */
  'DELETE /collections/{id}': Operation<{
    params: {
      /** Id of the definition, or name of the collection */
      id: string;
    };
    query: {
      /** true: delete its documents, too */
      force?: 'true' | 'false';
    };
    answers: { 200: { ok: true } };
  }>;
  /** Documents of a collection: filtered, sorted, in pages */
  'GET /collections/{id}/data': Operation<{
    params: {
      /** Id of the definition, or name of the collection */
      id: string;
    };
    query: {
      /** nextCursor of the page before */
      cursor?: string;
      /** Items of a page, 1 to 100; 20 when absent */
      limit?: number;
      /** Fields, the most important first, "-" before one or ":desc" behind it for descending: name,-age */
      sort?: string;
      /** A MongoDB filter as JSON text: {"age":{"$gte":18}} */
      filter?: string;
    };
    answers: {
      200: {
        documents: { [name: string]: unknown }[];
        /** Continues the list; null on its last page */
        nextCursor: string | null;
      };
    };
  }>;
  /** Store a document */
  'POST /collections/{id}/data': Operation<{
    params: {
      /** Id of the definition, or name of the collection */
      id: string;
    };
    body: { [name: string]: unknown };
    answers: { 201: { document: { [name: string]: unknown } } };
  }>;
  /** One document */
  'GET /collections/{id}/data/{docId}': Operation<{
    params: {
      /** Id of the definition, or name of the collection */
      id: string;
      docId: string;
    };
    answers: { 200: { document: { [name: string]: unknown } } };
  }>;
  /** Replace a document */
  'PUT /collections/{id}/data/{docId}': Operation<{
    params: {
      /** Id of the definition, or name of the collection */
      id: string;
      docId: string;
    };
    body: { [name: string]: unknown };
    answers: { 200: { document: { [name: string]: unknown } } };
  }>;
  /** Delete a document */
  'DELETE /collections/{id}/data/{docId}': Operation<{
    params: {
      /** Id of the definition, or name of the collection */
      id: string;
      docId: string;
    };
    answers: { 200: { ok: true } };
  }>;
}

export type Account = { id: string; name: string; email: string; role: string };

export type AiChangeInput = {
  /** What is wanted, in plain words; at most 20,000 characters */
  prompt: string | null;
  /** The workflow itself; or workflowId, or its steps beside the prompt */
  workflow?: DefinitionInput | null;
  /** A stored workflow of yours */
  workflowId?: string | null;
  /** Another name for workflow */
  existingWorkflow?: DefinitionInput | null;
  /** Another name for workflow */
  definition?: DefinitionInput | null;
  steps?: unknown[] | null;
  edges?: unknown[] | null;
  inputVariables?: unknown[] | null;
  /** A configured provider, see GET /ai/providers; default: the one of the server */
  provider?: string | null;
  /** Not needed with a login */
  ownerId?: string | null;
  /** A new UUID under which the progress can be watched over Socket.IO (join-generation) */
  generationId?: string | null;
  [name: string]: unknown;
};

export type AiMetadata = {
  /** Who answered; "offline": the drafter without a model */
  provider: string;
  model: string;
  inputTokens: number;
  outputTokens: number;
  /** Requests sent to providers */
  attempts: number;
  /** How often findings went back to the model */
  repairs: number;
  durationMs: number;
  generatedAt: string;
  fallbacks?: { provider: string; code: string }[];
  note?: string;
  [name: string]: unknown;
};

export type Collection = {
  /** Id of the definition; the name where there is none. Both are accepted in paths */
  id: string;
  name: string;
  description: string | null;
  fields: { name: string; type: string; required?: boolean; unique?: boolean; [name: string]: unknown }[];
  /** false for a collection that exists only by its documents */
  defined: boolean;
  createdAt: string | null;
  updatedAt: string | null;
};

export type DefinitionInput = {
  steps: unknown[];
  edges?: unknown[] | null;
  inputVariables?: unknown[] | null;
  [name: string]: unknown;
};

export type Diagnostic = {
  code: string;
  severity: 'error' | 'warning';
  stepId: string | null;
  path: string;
  message: string;
  [name: string]: unknown;
};

export type DraftedEdge = {
  id: string;
  source: string;
  target: string;
  when?: string;
  [name: string]: unknown;
};

export type DraftedNode = {
  id: string;
  type: string;
  position: { x: number; y: number };
  data: { label: string; fields: { [name: string]: unknown }; [name: string]: unknown };
  [name: string]: unknown;
};

export type DraftedStep = { id: string; type: string; [name: string]: unknown };

export type Execution = {
  executionId: string;
  workflowId: string | null;
  version: number | null;
  status: 'running' | 'success' | 'failed' | 'cancelled' | 'interrupted';
  trigger: 'manual' | 'run' | 'published';
  apiPath: string | null;
  error: string | null;
  startedAt: string;
  finishedAt: string | null;
  durationMs: number | null;
  input: unknown;
  result: unknown;
};

export type ExecutionResult = {
  ok: boolean;
  stepsExecuted: number;
  steps: {
    stepIndex: number;
    stepType: string;
    stepName: string;
    status: 'success' | 'failed' | 'skipped';
    durationMs: number;
    startedAt: number;
    [name: string]: unknown;
  }[];
  /** All variables at the end */
  output?: unknown;
  /** The answer of a response step */
  response?: unknown;
  error?: string;
  errorDetails?: unknown;
  errorCode?: string;
  failedStep?: number;
  failedStepName?: string;
  totalDurationMs: number;
  executionId: string;
  [name: string]: unknown;
};

export type ExecutionSummary = {
  executionId: string;
  workflowId: string | null;
  version: number | null;
  status: 'running' | 'success' | 'failed' | 'cancelled' | 'interrupted';
  trigger: 'manual' | 'run' | 'published';
  apiPath: string | null;
  error: string | null;
  startedAt: string;
  finishedAt: string | null;
  durationMs: number | null;
};

export type LogRow = {
  id: string;
  executionId: string;
  position: number;
  status: string;
  phase: string;
  title: string;
  message: string;
  /** Milliseconds since 1970 */
  timestamp: number;
  [name: string]: unknown;
};

export type Login = {
  /** For the header "Authorization: Bearer <token>" */
  token: string;
  user: Account;
};

export type Proof = {
  /** Whether every trial run passed */
  ok: boolean;
  trials: Trial[];
  findings: Diagnostic[];
  [name: string]: unknown;
};

export type PublishedApi = {
  /** Call it with the method below; no login needed */
  apiPath: string;
  apiName: string;
  slug: string;
  method: string;
  mode: 'sync' | 'async';
  errors: 'plain' | 'full';
  record: 'all' | 'failures' | 'none';
  /** null: as the server is configured */
  cors: string[] | null;
  workflowId: string;
  /** null: runs whatever the workflow is */
  version: number | null;
};

export type Quota = { used: number; limit: number };

export type StoredWorkflow = {
  workflow: Workflow;
  /** Warnings of the compiler */
  diagnostics: Diagnostic[];
};

export type Trial = {
  /** valid, missing, wrong-type, duplicate, no-token or unknown */
  kind: string;
  name: string;
  input: unknown;
  expected: 'success' | 'refusal';
  passed: boolean;
  answer: { status: number; body: unknown; [name: string]: unknown };
  error?: string;
  failedStep?: string;
  documents: { [name: string]: { [name: string]: unknown }[] };
  mails: { to: string; subject: string; html: string; [name: string]: unknown }[];
  [name: string]: unknown;
};

export type Workflow = {
  workflowId: string;
  name: string;
  description: string;
  version: number;
  createdAt: string | null;
  updatedAt: string | null;
  steps: unknown[];
  edges: unknown[];
  inputVariables: unknown[];
};

export type WorkflowSummary = {
  workflowId: string;
  name: string;
  description: string;
  version: number;
  createdAt: string | null;
  updatedAt: string | null;
};
