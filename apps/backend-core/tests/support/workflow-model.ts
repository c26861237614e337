/**
 * @module A small model of the server's workflows: what a client may expect of every request, kept in a few maps. It knows no database, no
 * engine and no HTTP.
 */

/** What a generated workflow answers: a constant, and what the caller sent as `x`. */
export interface ModelContent {
  name: string;
  description: string;
  answer: number;
}

/** What the model says that a request answers: the status, and what the body has at least. */
export interface Expected {
  status: number;
  body: Record<string, unknown>;
}

interface StoredVersion extends ModelContent {
  version: number;
}

interface ModelWorkflow {
  versions: StoredVersion[];
  /** By name of the API: the version that it runs. */
  apis: Map<string, StoredVersion>;
}

/** The steps that answer like this. */
export const stepsOf = ({ answer }: Pick<ModelContent, 'answer'>) => [
  { type: 'response', statusCode: 200 + answer, body: { answer, echo: '{{ input.x }}' } },
];

const NOT_FOUND: Expected = { status: 404, body: { code: 'NOT_FOUND' } };

/** The server as two owners see it. */
export class WorkflowModel {
  private readonly owners: Map<string, ModelWorkflow>[] = [new Map(), new Map()];
  /** Whose a published path is, for good. */
  private readonly paths = new Map<string, number>();

  create(owner: number, id: string, content: ModelContent): Expected {
    if (this.owners[owner]!.has(id)) return { status: 409, body: { code: 'WORKFLOW_EXISTS' } };
    const versions = [{ ...content, version: 1 }];
    this.owners[owner]!.set(id, { versions, apis: new Map() });
    return { status: 201, body: { workflow: whole(id, versions[0]!) } };
  }

  read(owner: number, id: string): Expected {
    const workflow = this.find(owner, id);
    if (!workflow) return NOT_FOUND;
    const apis = [...workflow.apis].map(([apiName, { version }]) => ({ apiName, version }));
    return { status: 200, body: { workflow: whole(id, last(workflow)), apis } };
  }

  list(owner: number): { ids: string[] } {
    return { ids: [...this.owners[owner]!.keys()].reverse() };
  }

  change(owner: number, id: string, changes: Partial<ModelContent>, version: number | undefined): Expected {
    const workflow = this.find(owner, id);
    if (!workflow) return NOT_FOUND;
    const before = last(workflow);
    if (version !== undefined && version !== before.version)
      return { status: 409, body: { code: 'VERSION_CONFLICT' } };
    const after = { ...before, ...changes, version: before.version + 1 };
    workflow.versions.push(after);
    return { status: 200, body: { workflow: whole(id, after) } };
  }

  versions(owner: number, id: string): Expected {
    const workflow = this.find(owner, id);
    if (!workflow) return NOT_FOUND;
    const newestFirst = workflow.versions
      .map(({ version, name }) => ({ version, name, workflowId: id }))
      .reverse();
    return { status: 200, body: { versions: newestFirst } };
  }

  version(owner: number, id: string, version: number): Expected {
    const found = this.find(owner, id)?.versions.find((one) => one.version === version);
    return found ? { status: 200, body: { workflow: whole(id, found) } } : NOT_FOUND;
  }

  run(owner: number, id: string, x: number): Expected {
    const workflow = this.find(owner, id);
    if (!workflow) return NOT_FOUND;
    const { answer } = last(workflow);
    return {
      status: 200,
      body: { ok: true, stepsExecuted: 1, response: { statusCode: 200 + answer, body: { answer, echo: x } } },
    };
  }

  publish(owner: number, id: string, apiName: string): Expected {
    const workflow = this.find(owner, id);
    if (!workflow) return NOT_FOUND;
    const apiPath = pathOf(id, apiName);
    const holder = this.paths.get(apiPath);
    if (holder !== undefined && holder !== owner) return { status: 409, body: {} };
    this.paths.set(apiPath, owner);
    const current = last(workflow);
    workflow.apis.delete(apiName);
    workflow.apis.set(apiName, current);
    return {
      status: 200,
      body: { apiPath, apiName, version: current.version, workflowId: id, method: 'POST' },
    };
  }

  unpublish(owner: number, id: string, apiName: string): Expected {
    const workflow = this.find(owner, id);
    const published = workflow?.apis.get(apiName);
    if (!workflow || !published) return NOT_FOUND;
    workflow.apis.delete(apiName);
    return { status: 200, body: { apiName, version: published.version } };
  }

  call(id: string, apiName: string, x: number): Expected {
    const holder = this.paths.get(pathOf(id, apiName));
    const published = holder === undefined ? undefined : this.find(holder, id)?.apis.get(apiName);
    if (!published) return NOT_FOUND;
    return { status: 200 + published.answer, body: { answer: published.answer, echo: x } };
  }

  delete(owner: number, id: string): Expected {
    return this.owners[owner]!.delete(id) ? { status: 200, body: { ok: true } } : NOT_FOUND;
  }

  private find(owner: number, id: string): ModelWorkflow | undefined {
    return this.owners[owner]!.get(id);
  }
}

/** Where a published workflow is called. */
export const pathOf = (id: string, apiName: string): string => `/workflow/run/${id}/${apiName}`;

const last = ({ versions }: ModelWorkflow): StoredVersion => versions.at(-1)!;

const whole = (workflowId: string, { answer, ...rest }: StoredVersion) => ({
  workflowId,
  ...rest,
  steps: stepsOf({ answer }),
});
