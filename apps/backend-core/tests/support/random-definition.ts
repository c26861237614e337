/** @module Random workflows over a few fields, collections and values, so that steps meet each other's results. */
import fc from 'fast-check';
import type { Fields, NaiveEdge, NaiveStep } from './naive-interpreter.ts';

/** A workflow, what it is called with, and what lies in the database before. */
export interface RandomRun {
  steps: NaiveStep[];
  edges: NaiveEdge[];
  input: Fields;
  seed: Record<string, Fields[]>;
}

/** Collections of every random workflow. */
export const COLLECTIONS = ['left', 'right'] as const;

/** A record in which each of these may be absent as often as not; `requiredKeys` of fast-check leaves out one in six. */
const sparse = (given: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<Fields> =>
  fc
    .tuple(
      ...Object.entries(given).map(([name, one]) =>
        fc.oneof(
          fc.constant([]),
          one.map((value) => [[name, value]]),
        ),
      ),
    )
    .map((parts) => Object.fromEntries(parts.flat() as [string, unknown][]));

const number = fc.integer({ min: 0, max: 3 });
const word = fc.constantFrom('one', 'two', '<b>&"', "it's");
const inputName = fc.constantFrom('a', 'b', 's');
const field = fc.constantFrom('a', 'b');
const collection = fc.constantFrom(...COLLECTIONS);

/** A path to a number or text that may or may not be there: what the caller sent, or a field of an earlier result. */
const path = (outputs: readonly string[]) =>
  fc.oneof(
    { weight: 1 + outputs.length, arbitrary: inputName.map((name) => `input.${name}`) },
    ...outputs.map((name) => ({
      weight: 1,
      arbitrary: fc.constantFrom(`${name}.a`, `${name}.b`, `${name}.s`, `${name}.0.a`),
    })),
  );
const reference = (outputs: readonly string[]) => path(outputs).map((one) => `{{ ${one} }}`);
const mixed = (outputs: readonly string[]) =>
  fc.tuple(reference(outputs), reference(outputs)).map(([one, two]) => `${one} and ${two}!`);
const anyValue = (outputs: readonly string[]) =>
  fc.oneof(number, word, reference(outputs), reference(outputs), mixed(outputs));

const filter = (outputs: readonly string[], min = 0) =>
  fc
    .uniqueArray(
      fc.tuple(
        field,
        fc.oneof(
          number,
          reference(outputs),
          number.map(($gt) => ({ $gt })),
          reference(outputs).map(($gt) => ({ $gt })),
        ),
      ),
      { minLength: min, maxLength: 2, selector: ([name]) => name },
    )
    .map((pairs) => Object.fromEntries(pairs));
const document = (outputs: readonly string[]) =>
  sparse({
    a: anyValue(outputs),
    b: anyValue(outputs),
    s: anyValue(outputs),
    list: fc.array(anyValue(outputs), { maxLength: 2 }),
  });
/** Selects every document: what a step then does to them is seen for sure. */
const EVERY = { k: { $gt: -1 } };

type Draft = Record<string, unknown> & { type: string };

/** One step that may refer to these results. */
function step(outputs: readonly string[], key: number): fc.Arbitrary<Draft> {
  const one = (type: string, config: Record<string, fc.Arbitrary<unknown>>, optional: string[] = []) =>
    fc
      .tuple(
        fc.record(Object.fromEntries(Object.entries(config).filter(([name]) => !optional.includes(name)))),
        sparse(Object.fromEntries(Object.entries(config).filter(([name]) => optional.includes(name)))),
      )
      .map(([needed, more]) => ({ type, ...needed, ...more })) as fc.Arbitrary<Draft>;
  const someFilter = fc.oneof(
    { weight: 3, arbitrary: filter(outputs) },
    { weight: 1, arbitrary: fc.constant(EVERY) },
  );
  // A whole result: a document, a list, or nothing.
  const whole = outputs.map((name) => ({ weight: 2, arbitrary: fc.constant(`{{ ${name} }}`) }));
  const seen = fc.oneof({ weight: 1, arbitrary: reference(outputs) }, ...whole);
  return fc.oneof(
    {
      weight: 4,
      arbitrary: one('dbInsert', {
        collection,
        data: document(outputs).map((data) => (Object.keys(data).length === 0 ? data : { ...data, k: key })),
      }),
    },
    {
      weight: 4,
      arbitrary: one(
        'dbFind',
        {
          collection,
          filter: someFilter,
          findType: fc.constant('many'),
          sort: fc.constantFrom({ k: 1 }, { k: -1 }),
          skip: fc.integer({ min: 0, max: 2 }),
          limit: fc.integer({ min: 1, max: 3 }),
        },
        ['findType', 'sort', 'skip', 'limit'],
      ),
    },
    {
      weight: 3,
      arbitrary: one(
        'dbUpdate',
        { collection, filter: someFilter, data: document(outputs), updateType: fc.constant('updateMany') },
        ['updateType'],
      ),
    },
    {
      weight: 2,
      arbitrary: one(
        'dbDelete',
        { collection, filter: filter(outputs), deleteType: fc.constant('deleteMany') },
        ['deleteType'],
      ),
    },
    {
      weight: 2,
      arbitrary: one('guard', {
        value: seen,
        is: fc.constantFrom('present', 'present', 'absent', 'equal', 'different', 'greater', 'less'),
        to: number,
        statusCode: fc.constantFrom(400, 404, 409),
        message: fc.constantFrom('No', 'Taken'),
      }),
    },
    {
      weight: 3,
      arbitrary: one('emailSend', {
        to: fc.constantFrom('ann@example.org', 'bob@example.org'),
        subject: fc
          .tuple(fc.constantFrom('Hello', 'Order'), number)
          .map(([text, n]) => `${text} ${key} ${n} {{ input.n }}.`),
        body: reference(outputs).map((one) => `<p>Dear ${one}</p>`),
      }),
    },
    {
      weight: 1,
      arbitrary: one('inputValidation', {
        rules: fc.uniqueArray(
          fc.record({
            field: inputName.filter((name) => name !== 's').map((name) => `input.${name}`),
            required: fc.boolean(),
            type: fc.constant('number'),
            min: fc.integer({ min: 0, max: 2 }),
          }),
          { minLength: 1, maxLength: 2, selector: (rule) => rule.field },
        ),
      }),
    },
    { weight: 1, arbitrary: one('delay', { seconds: fc.constant(0) }) },
    {
      weight: 1,
      arbitrary: one('response', {
        statusCode: fc.constantFrom(200, 201, 418),
        body: document(outputs).map((body) => ({ ...body, k: key })),
      }),
    },
  );
}

const WITH_OUTPUT = new Set(['dbInsert', 'dbFind', 'dbUpdate', 'dbDelete', 'emailSend', 'inputValidation']);

/** Up to seven steps behind an optional `input` step, each drawn with knowledge of the results before it. */
function stepList(): fc.Arbitrary<NaiveStep[]> {
  const variables = fc.uniqueArray(
    fc.tuple(inputName, sparse({ default: number })).map(([name, more]) => ({ name, ...more })),
    { maxLength: 3, selector: ({ name }) => name },
  );
  const start = fc.option(variables, { freq: 4 });
  const grow = (steps: NaiveStep[], left: number): fc.Arbitrary<NaiveStep[]> => {
    if (left === 0) return fc.constant(steps);
    const outputs = steps.flatMap(({ type, output }) =>
      output !== undefined && type.startsWith('db') ? [output] : [],
    );
    const key = steps.length;
    return step(outputs, 100 + key).chain(({ type, ...config }) => {
      const output = WITH_OUTPUT.has(type) ? { output: `o${key}` } : {};
      return grow([...steps, { id: `s${key}`, type, ...config, ...output }], left - 1);
    });
  };
  return fc
    .tuple(start, fc.integer({ min: 1, max: 7 }))
    .chain(([declared, count]) =>
      grow(declared === null ? [] : [{ id: 's0', type: 'input', variables: declared }], count),
    );
}

/** List order, or a chain of edges over a shuffled list, perhaps with a step that runs only when another one has failed. */
function ordered(steps: NaiveStep[]): fc.Arbitrary<Pick<RandomRun, 'steps' | 'edges'>> {
  const chain: NaiveEdge[] = steps
    .slice(1)
    .map(({ id }, index) => ({ source: steps[index]!.id, target: id }));
  const rescue: NaiveStep = {
    id: 'rescue',
    type: 'dbInsert',
    collection: 'right',
    data: { a: '{{ input.a }}', k: 900 },
    output: 'rescued',
  };
  const shuffled = (list: NaiveStep[], edges: NaiveEdge[]) =>
    fc.shuffledSubarray(list, { minLength: list.length }).map((some) => ({ steps: some, edges }));
  return fc.oneof(
    fc.constant({ steps, edges: [] as NaiveEdge[] }),
    shuffled(steps, chain),
    fc
      .constantFrom(...steps)
      .chain(({ id }) =>
        shuffled([...steps, rescue], [...chain, { source: id, target: 'rescue', when: 'error' }]),
      ),
  );
}

const seed = fc.record(
  Object.fromEntries(
    COLLECTIONS.map((name) => [
      name,
      fc
        .array(fc.record({ a: number, b: number, s: word }, { requiredKeys: ['a'], noNullPrototype: true }), {
          maxLength: 4,
        })
        .map((rows) => rows.map((row, index) => ({ ...row, k: index }))),
    ]),
  ),
  { noNullPrototype: true },
) as fc.Arbitrary<RandomRun['seed']>;

/** Any such run. */
export const randomRun: fc.Arbitrary<RandomRun> = fc
  .tuple(
    stepList().chain(ordered),
    sparse({
      a: fc.oneof({ weight: 4, arbitrary: number }, { weight: 1, arbitrary: word }),
      b: number,
      s: word,
    }),
    seed,
  )
  .map(([definition, input, rows]) => ({ ...definition, input, seed: rows }));
