/** @module One fresh account of a server: its documents, its mails, its published workflow. */
import type { Document, MailMessage } from '@orchestrix/engine';
import { plainDocument } from '@orchestrix/models';
import type { CaseContext } from './case.ts';
import { fitInput, hasFields, inputNames } from './names.ts';
import type { EvaluationServer } from './own-server.ts';

/** Documents by collection. */
export type Given = Readonly<Record<string, readonly Document[]>>;

/** A workflow as the AI routes answer it. */
export interface Workflow {
  steps: ({ id: string; type: string } & Document)[];
  edges: Document[];
  inputVariables: ({ name: string } & Document)[];
}

/** An account with nothing in it. */
export interface Account {
  readonly token: string;
  readonly context: CaseContext;
  /** Stores a version of the workflow and publishes it. @throws Error with the server's answer when it does not take it */
  publish(workflow: Workflow): Promise<void>;
  /** Forgets all documents and mails and stores what is given. */
  reset(given: Given): Promise<void>;
}

/** Registers an account. */
export async function openAccount(server: EvaluationServer): Promise<Account> {
  const { token, userId } = await server.register();
  const { databaseOf, ownSchemas } = server.services.ownerDatabases;
  const database = databaseOf(userId);
  const tokens = server.tokensOf(userId);
  let firstMail = server.mails.length;
  let published: { path: string; workflowId: string; inputs: string[] } | undefined;

  const collections = async () => Object.keys(await ownSchemas(userId));
  const documents = async (collection: string) =>
    (await database.find(collection, { filter: {}, sort: { createdAt: 1, _id: 1 } })).map(plainDocument);
  const stored = async (match: Document = {}) => {
    const lists = await Promise.all((await collections()).map(documents));
    return lists.flat().filter((document) => hasFields(document, match));
  };
  const seed = async (collection: string, list: readonly Document[]) => {
    const made: Document[] = [];
    for (const document of list) {
      // Times of storing tell documents apart where the newest one comes first.
      if (made.length > 0) await Bun.sleep(2);
      made.push(plainDocument(await database.insertOne(collection, await withHash(server, document))));
    }
    return made;
  };
  const mails = (): readonly MailMessage[] => server.mails.slice(firstMail);

  const context: CaseContext = {
    documents,
    stored,
    seed,
    mails,
    call: async (input = {}, options = {}) => {
      if (!published) throw new Error('Nothing is published');
      const { status, body } = await server.request<unknown>(`POST ${published.path}`, {
        body: fitInput(input, published.inputs),
        ...options,
      });
      return { status, body };
    },
    token: async (claims = {}) =>
      tokens.sign(
        { userId: 'user-1', email: 'caller@example.org', role: 'user', ...claims },
        { expiresIn: '1h' },
      ),
    claimsOf: async (text) => tokens.verify(text),
  };

  return {
    token,
    context,
    publish: async (workflow) => {
      const { steps, edges, inputVariables } = workflow;
      const content = { steps, edges, inputVariables };
      const answer = published
        ? await server.request(`PUT /workflows/${published.workflowId}`, { token, body: content })
        : await server.request('POST /workflows', { token, body: { name: 'Evaluated', ...content } });
      if (answer.status >= 300) throw new Error(`The workflow is not taken: ${JSON.stringify(answer.body)}`);
      const { workflowId } = answer.body.workflow as { workflowId: string };
      const api = await server.request<{ apiPath: string }>(`POST /workflows/${workflowId}/publish`, {
        token,
        body: { apiName: 'api' },
      });
      if (api.status !== 200) throw new Error(`The workflow is not published: ${JSON.stringify(api.body)}`);
      published = { path: api.body.apiPath, workflowId, inputs: inputNames(workflow) };
    },
    reset: async (given) => {
      for (const name of await collections()) await database.deleteMany(name, {});
      for (const [name, list] of Object.entries(given)) await seed(name, list);
      firstMail = server.mails.length;
    },
  };
}

/** Hashing takes long on purpose; the same few passwords are given again and again. */
const hashes = new Map<string, string>();

async function withHash(server: EvaluationServer, document: Document): Promise<Document> {
  const { password } = document;
  if (typeof password !== 'string') return document;
  const hash = hashes.get(password) ?? (await server.services.passwords.hash(password));
  hashes.set(password, hash);
  return { ...document, password: hash };
}
