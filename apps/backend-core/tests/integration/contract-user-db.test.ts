/** @module Replays the contract's cases about owners' databases over real HTTP, with a second server as the owner's database. */
import { readFileSync } from 'node:fs';
import { type EmbeddedMongo, startEmbeddedMongo } from '@orchestrix/embedded-mongo';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { differences } from '../../../../contract/match.ts';
import { startTestServer, type TestServer } from '../support/start-test-server.ts';

interface Case {
  id: string;
  kind: string;
  name: string;
  parity: string;
  precondition?: string;
  request: { method: string; path: string; body?: Record<string, unknown> };
  expectResponse: { status: number; body?: unknown; bodySubset?: object };
  better?: { status?: number };
}

const { cases } = JSON.parse(
  readFileSync(new URL('../../../../contract/cases.json', import.meta.url), 'utf8'),
) as { cases: Case[] };
// A server that really takes credentials is not to be had here; masking has cases of its own.
const replayed = cases.filter(
  ({ id, kind, request }) => kind === 'http' && request.path.startsWith('/user/db') && id !== 'http-049',
);

let server: TestServer;
let owned: EmbeddedMongo;
beforeAll(async () => {
  [server, owned] = await Promise.all([startTestServer(), startEmbeddedMongo()]);
});
afterAll(async () => {
  await server.close();
  await owned.stop();
});

const addressOf = (database: string) => `mongodb://127.0.0.1:${owned.port}/${database}?directConnection=true`;
const connect = (database: string) =>
  server.request('POST /user/db/connect', {
    body: { ownerId: 'default-owner', uri: addressOf(database), label: '' },
  });

describe('http cases about owners’ databases', () => {
  test.each(replayed.map((one) => [one.id, one.name, one] as const))('%s %s', async (_id, _name, one) => {
    if (/connect/.test(one.precondition ?? '')) expect((await connect('shop')).status).toBe(200);
    const { method, path, body } = one.request;
    // The one server that can be reached here stands for the default port of the case.
    const sent = body && {
      ...body,
      uri: body.uri === 'mongodb://127.0.0.1:27017/other' ? addressOf('other') : body.uri,
    };
    const answer = await server.request(`${method} ${path}`, sent ? { body: sent } : {});
    expect(answer.status).toBe(one.parity === 'match' ? one.expectResponse.status : one.better?.status);
    if (one.parity !== 'match') return;
    if (one.expectResponse.body) {
      const wanted = JSON.parse(
        JSON.stringify(one.expectResponse.body).replace(/"<(?:driver message|masked uri)>"/g, '"<string>"'),
      );
      expect(differences(answer.body, wanted)).toEqual([]);
    }
    if (one.expectResponse.bodySubset) expect(answer.body).toMatchObject(one.expectResponse.bodySubset);
  });

  test('http-050: after connecting to another database, schemas and runs use that one', async () => {
    const insert = async (collection: string) => {
      const steps = [{ type: 'dbInsert', collection, data: { a: 1 } }];
      const { body } = await server.request('POST /workflow/execute', { body: { steps } });
      await expect
        .poll(
          async () =>
            (await server.request<{ phase: string }[]>(`/executions/${body.executionId}/logs`)).body.at(-1)
              ?.phase,
        )
        .toBe('execution_finished');
    };
    const schemas = async () => (await server.request('/user/db/schemas?ownerId=default-owner')).body;
    await connect('first');
    await insert('one');
    expect(await schemas()).toMatchObject({ ok: true, schemas: { one: expect.arrayContaining(['a']) } });
    await connect('second');
    expect(await schemas()).toEqual({ ok: true, schemas: {} });
    await insert('two');
    expect(Object.keys((await schemas()).schemas as object)).toEqual(['two']);
  });
});
