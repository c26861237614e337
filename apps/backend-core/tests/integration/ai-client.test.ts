/** @module `@orchestrix/client` and the AI routes: from words to a stored workflow, told as it goes. */
import { type AiProgress, createClient, type OrchestrixClient } from '@orchestrix/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestServer, type TestServer } from '../support/start-test-server.ts';

const SIGN_UP =
  'Create a sign-up API: users register with name, email and password. Reject duplicates by email, store them in the users collection.';

let server: TestServer;
let client: OrchestrixClient;
beforeAll(async () => {
  server = await startTestServer({ AI_PROVIDER: 'offline' });
  client = createClient({ baseUrl: server.base });
  await client.auth.register({ email: 'ann@example.org', password: 'correct horse', name: 'Ann' });
});
afterAll(() => server.close());

test('a workflow is drafted, stored, changed and explained', async () => {
  const told: AiProgress[] = [];
  const draft = await client.ai.generateWorkflow(SIGN_UP, { onProgress: (one) => told.push(one) });
  expect(draft.proof.ok).toBe(true);
  const stages = told.map(({ stage }) => stage);
  expect([stages[0], stages.at(-1)]).toEqual(['asked', 'answered']);
  expect(stages).toEqual(expect.arrayContaining(['context', 'compile', 'proof', 'trial']));

  const { title: name, steps, edges, inputVariables } = draft;
  const { workflow } = await client.workflows.create({ name, steps, edges, inputVariables });
  const prompt = 'Add a field "phone" that is required';
  const changed = await client.ai.changeWorkflow(prompt, workflow.workflowId);
  expect(changed.changes.length).toBeGreaterThan(0);
  expect(JSON.stringify(changed.steps)).toContain('phone');
  const same = await client.ai.changeWorkflow(prompt, { steps, edges, inputVariables });
  expect(same.steps).toEqual(changed.steps);

  const { explanation } = await client.ai.explainWorkflow(workflow.workflowId);
  expect(explanation).toContain('users');
  expect((await client.ai.intent(SIGN_UP)).intent).toBe('create');
  expect((await client.ai.usage()).requests).toBe(5);
  expect((await client.ai.providers()).default).toBe('offline');
});

test('errors are the same with and without somebody to tell', async () => {
  for (const options of [{}, { onProgress: () => {} }]) {
    await expect(client.ai.generateWorkflow(' ', options)).rejects.toMatchObject({
      status: 400,
      message: 'Prompt required',
    });
    await expect(client.ai.changeWorkflow('faster', { steps: [] }, options)).rejects.toMatchObject({
      status: 422,
      code: 'AI_WORKFLOW_INVALID',
    });
    await expect(client.ai.explainWorkflow('nothing', options)).rejects.toMatchObject({ status: 404 });
  }
});
