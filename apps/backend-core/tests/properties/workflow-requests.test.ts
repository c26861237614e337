/**
 * @module Property 1: random sequences of requests of two owners answer what a small model of the server says: create, read, list, change,
 * versions, run, publish, call, take back, delete.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../support/start-test-server.ts';
import { type Expected, pathOf, stepsOf, WorkflowModel } from '../support/workflow-model.ts';

let server: TestServer;
let tokens: string[];
/** Numbers the runs: each has ids of its own. */
let runs = 0;

beforeAll(async () => {
  server = await startTestServer({ EXECUTIONS_PER_MINUTE: '0' });
  tokens = [(await server.register()).token, (await server.register()).token];
});
afterAll(() => server.close());

interface World {
  model: WorkflowModel;
  /** Tells apart what different runs store. */
  prefix: string;
}

/** One request, and what the model says of it. */
type Request = (world: World) => Promise<void>;

// Few names, so that requests meet each other.
const owner = fc.constantFrom(0, 0, 0, 1);
const id = fc.constantFrom('a', 'a', 'b');
const apiName = fc.constantFrom('go', 'go', 'run-it');
const name = fc.constantFrom('First', 'Second', 'Third one');
const description = fc.constantFrom('', 'what it does');
const answer = fc.nat({ max: 3 });
const x = fc.integer({ min: 0, max: 99 });
const content = fc.record({ name, description, answer });
const changes = fc.record({ name, description, answer }, { requiredKeys: [] });

const send = async (by: number | null, route: string, body: unknown, { status, body: shape }: Expected) => {
  const answered = await server.request(route, {
    ...(by === null ? {} : { token: tokens[by]! }),
    ...(body === undefined ? {} : { body }),
  });
  expect({ status: answered.status, body: answered.body }, route).toMatchObject({ status, body: shape });
  return answered.body;
};

/** Publishes a change: callers get the former version before, and the new one at once after. */
const release = fc.tuple(owner, id, apiName, answer, x).map(([by, at, as, code, sent]) =>
  named(`release ${at} as ${as} by ${by}`, async ({ model, prefix }) => {
    const at0 = prefix + at;
    const call = () => send(null, `POST ${pathOf(at0, as)}`, { x: sent }, model.call(at0, as, sent));
    await call();
    await send(
      by,
      `PUT /workflows/${at0}`,
      { steps: stepsOf({ answer: code }) },
      model.change(by, at0, { answer: code }, undefined),
    );
    await call();
    await send(by, `POST /workflows/${at0}/publish`, { apiName: as }, model.publish(by, at0, as));
    await call();
  }),
);

const requests: fc.Arbitrary<{ title: string; send: Request }> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc
      .tuple(owner, id, content)
      .map(([by, at, { answer: code, ...rest }]) =>
        named(`create ${at} by ${by}`, ({ model, prefix }) =>
          send(
            by,
            'POST /workflows',
            { workflowId: prefix + at, ...rest, steps: stepsOf({ answer: code }) },
            model.create(by, prefix + at, { ...rest, answer: code }),
          ),
        ),
      ),
  },
  { weight: 3, arbitrary: release },
  {
    weight: 3,
    arbitrary: fc.tuple(owner, id).map(([by, at]) =>
      named(`read ${at} by ${by}`, async ({ model, prefix }) => {
        const expected = model.read(by, prefix + at);
        const { apis, ...shape } = expected.body as { apis?: { apiName: string }[] };
        const body = await send(by, `/workflows/${prefix}${at}`, undefined, { ...expected, body: shape });
        if (apis) expect(byName(body.apis as { apiName: string }[])).toMatchObject(byName(apis));
      }),
    ),
  },
  {
    weight: 2,
    arbitrary: owner.map((by) =>
      named(`list by ${by}`, async ({ model, prefix }) => {
        const { body } = await server.request<{ workflows: { workflowId: string }[] }>(
          `/workflows?limit=100&q=${prefix}`,
          { token: tokens[by]! },
        );
        expect(body.workflows.map(({ workflowId }) => workflowId)).toEqual(model.list(by).ids);
      }),
    ),
  },
  {
    weight: 5,
    arbitrary: fc
      .tuple(owner, id, changes, fc.option(fc.integer({ min: 1, max: 4 }), { freq: 2 }))
      .map(([by, at, changed, version]) =>
        named(`change ${at} by ${by}`, ({ model, prefix }) => {
          const { answer: code, ...rest } = changed;
          const body = {
            ...rest,
            ...(code === undefined ? {} : { steps: stepsOf({ answer: code }) }),
            ...(version === null ? {} : { version }),
          };
          return send(
            by,
            `PUT /workflows/${prefix}${at}`,
            body,
            model.change(by, prefix + at, changed, version ?? undefined),
          );
        }),
      ),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(owner, id)
      .map(([by, at]) =>
        named(`versions of ${at} by ${by}`, ({ model, prefix }) =>
          send(by, `/workflows/${prefix}${at}/versions`, undefined, model.versions(by, prefix + at)),
        ),
      ),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(owner, id, fc.integer({ min: 1, max: 4 }))
      .map(([by, at, version]) =>
        named(`version ${version} of ${at} by ${by}`, ({ model, prefix }) =>
          send(
            by,
            `/workflows/${prefix}${at}/versions/${version}`,
            undefined,
            model.version(by, prefix + at, version),
          ),
        ),
      ),
  },
  {
    weight: 3,
    arbitrary: fc
      .tuple(owner, id, x)
      .map(([by, at, sent]) =>
        named(`run ${at} by ${by}`, ({ model, prefix }) =>
          send(
            by,
            `POST /workflows/${prefix}${at}/execute`,
            { input: { x: sent } },
            model.run(by, prefix + at, sent),
          ),
        ),
      ),
  },
  {
    weight: 4,
    arbitrary: fc
      .tuple(owner, id, apiName)
      .map(([by, at, as]) =>
        named(`publish ${at} as ${as} by ${by}`, ({ model, prefix }) =>
          send(
            by,
            `POST /workflows/${prefix}${at}/publish`,
            { apiName: as },
            model.publish(by, prefix + at, as),
          ),
        ),
      ),
  },
  {
    weight: 4,
    arbitrary: fc
      .tuple(id, apiName, x)
      .map(([at, as, sent]) =>
        named(`call ${at} ${as}`, ({ model, prefix }) =>
          send(null, `POST ${pathOf(prefix + at, as)}`, { x: sent }, model.call(prefix + at, as, sent)),
        ),
      ),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(owner, id, apiName)
      .map(([by, at, as]) =>
        named(`take ${at} ${as} back by ${by}`, ({ model, prefix }) =>
          send(
            by,
            `DELETE /workflows/${prefix}${at}/publish`,
            { apiName: as },
            model.unpublish(by, prefix + at, as),
          ),
        ),
      ),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(owner, id).map(([by, at]) =>
      named(`delete ${at} by ${by}, with a call before and after`, async ({ model, prefix }) => {
        const call = () =>
          send(null, `POST ${pathOf(prefix + at, 'go')}`, { x: 1 }, model.call(prefix + at, 'go', 1));
        await call();
        await send(by, `DELETE /workflows/${prefix}${at}`, undefined, model.delete(by, prefix + at));
        await call();
      }),
    ),
  },
);

/** A request that a failed property can show. */
function named(title: string, request: (world: World) => Promise<unknown>): { title: string; send: Request } {
  return { title, send: async (world) => void (await request(world)) };
}

const byName = <T extends { apiName: string }>(apis: readonly T[]): T[] =>
  [...apis].sort((a, b) => a.apiName.localeCompare(b.apiName));

describe('Property 1: any sequence of requests', () => {
  it('answers what the model answers', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(requests, { minLength: 5, maxLength: 16, size: 'max' }), async (sequence) => {
        const world = { model: new WorkflowModel(), prefix: `r${runs++}-` };
        for (const { send: sendOne } of sequence) await sendOne(world);
      }),
      { numRuns: 100 },
    );
  }, 120_000);
});
