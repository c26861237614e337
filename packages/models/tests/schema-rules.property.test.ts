/** @module Property 7: each field of each model takes what it always took and refuses what it always refused. */
import fc from 'fast-check';
import type { Model } from 'mongoose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type FieldRule, type IndexRule, type ModelRule, STORED } from './support/stored-fields.ts';
import { openTestDatabase, type TestDatabase } from './support/test-database.ts';

type Row = Record<string, unknown>;

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

const anyText = fc
  .oneof(
    fc.string({ unit: 'grapheme', maxLength: 30 }),
    // What a well-meant rule of a schema would change: blanks around it, capital letters, great length.
    fc.constantFrom(' padded ', 'Mixed Case', 'a\n', '0012', 'x'.repeat(3_000)),
  )
  .filter((value) => !value.includes('\0'));
const someText = anyText.filter((value) => value !== '');
const name = fc.stringMatching(/^[a-z][a-z0-9]{0,7}$/).filter((key) => key !== 'constructor');
const scalar = fc.oneof(anyText, fc.integer(), fc.boolean(), fc.constant(null));
const json = fc.oneof(
  scalar,
  fc.array(scalar, { maxLength: 3 }),
  fc.dictionary(name, scalar, { maxKeys: 3, noNullPrototype: true }),
);
const object = fc.dictionary(name, scalar, { minKeys: 1, maxKeys: 3, noNullPrototype: true });
/** Words that other fields of the tree allow, and plausible ones that none does. */
const words = fc.constantFrom(
  ...Object.values(STORED).flatMap(({ fields }) => Object.values(fields).flatMap(({ oneOf = [] }) => oneOf)),
  ...[
    'paused',
    'queued',
    'waiting',
    'timeout',
    'scheduled',
    'webhook',
    'event',
    'cron',
    'full',
    'all',
    'none',
  ],
  ...['stream', 'manual ', 'SYNC', 'Running', '', 'undefined', 'null', 'true', 'GET'],
);

function validValue({ type, oneOf, matches, required }: FieldRule): fc.Arbitrary<unknown> {
  if (oneOf) return fc.constantFrom(...oneOf);
  if (matches) return fc.stringMatching(matches);
  switch (type) {
    case 'text':
      return required ? someText : anyText;
    case 'number':
      return fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }));
    case 'date':
      return fc.date({ noInvalidDate: true, min: new Date(0), max: new Date('2100-01-01') });
    case 'bytes':
      return fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes));
    case 'list':
      return fc.array(json, { maxLength: 3 });
    case 'texts':
      return fc.array(anyText, { maxLength: 3 });
    case 'text map':
      return fc.dictionary(name, anyText, { maxKeys: 3, noNullPrototype: true });
    case 'any':
      // "Required" means: neither absent nor null.
      return required ? json.filter((value) => value !== null) : json;
  }
}

/** What cannot be made into the field's type. mongoose makes texts of numbers and numbers of digits. */
function foreignTo({ type }: FieldRule): fc.Arbitrary<unknown> | undefined {
  const notADate = fc.constantFrom<unknown>('yesterday', 'not a date', true, new Date(Number.NaN));
  switch (type) {
    case 'text':
      return fc.oneof(object, fc.array(object, { minLength: 1, maxLength: 2 }));
    case 'number':
      return fc.oneof(object, fc.stringMatching(/^[a-z]{2,8}$/), fc.array(fc.integer(), { minLength: 2 }));
    case 'date':
      return fc.oneof(object, notADate);
    case 'bytes':
      return fc.oneof(object, fc.boolean());
    case 'texts':
      return fc.array(object, { minLength: 1, maxLength: 2 });
    case 'text map':
      return fc.oneof(fc.dictionary(name, object, { minKeys: 1, maxKeys: 2 }), someText);
    default:
      return undefined;
  }
}

/** A row with every required field and any of the others. */
function rowOf({ fields }: ModelRule): fc.Arbitrary<Row> {
  const requiredKeys = Object.keys(fields).filter(
    (key) => fields[key]!.required && fields[key]!.absent === undefined,
  );
  return fc.record(Object.fromEntries(Object.entries(fields).map(([key, rule]) => [key, validValue(rule)])), {
    requiredKeys,
    noNullPrototype: true,
  });
}

/** One field made wrong, and whether the type or the rule of the field refuses it. */
function faultOf({ fields }: ModelRule): fc.Arbitrary<{ key: string; value: unknown; kind: string }> {
  const faults = Object.entries(fields).flatMap(([key, rule]) => {
    const one = (kind: string, values: fc.Arbitrary<unknown>) =>
      values.map((value) => ({ key, value, kind }));
    const foreign = foreignTo(rule);
    const { oneOf, matches, required, absent, type } = rule;
    return [
      ...(foreign ? [one('foreign type', foreign)] : []),
      ...(required ? [one('null', fc.constant(null))] : []),
      ...(required && absent === undefined ? [one('absent', fc.constant(undefined))] : []),
      ...(required && type === 'text' && !oneOf && !matches ? [one('empty', fc.constant(''))] : []),
      ...(oneOf
        ? [
            one(
              'not in the list',
              fc
                .oneof(words, someText)
                .filter((word) => !oneOf.includes(word) && (word !== '' || required === true)),
            ),
          ]
        : []),
      ...(matches ? [one('another form', nearly(matches))] : []),
    ];
  });
  return fc.oneof(...faults);
}

/** Texts that miss a form, most of them by one character. */
function nearly(form: RegExp): fc.Arbitrary<string> {
  const right = fc.stringMatching(form);
  const near = fc.oneof(
    right.map((value) => `${value}0`),
    right.map((value) => ` ${value}`),
    right.map((value) => value.slice(1)),
    right.map((value) => value.slice(0, -1)),
  );
  return fc.oneof(near, someText).filter((value) => !form.test(value));
}

const MODELS = Object.entries(STORED) as [keyof typeof STORED, ModelRule][];
const modelOf = (key: keyof typeof STORED) => database.models[key] as unknown as Model<Row>;
/** Empty where nothing is to be read back: texts of schemas without a default stay absent. */
const defaultsOf = ({ fields }: ModelRule, given: Row): Row =>
  Object.fromEntries(
    Object.entries(fields)
      .filter(([key, { absent }]) => absent !== undefined && !(key in given))
      .map(([key, { absent }]) => [key, absent]),
  );

describe('Property 7: each field of each model takes and refuses what it always did', () => {
  it('has a rule for every model that there is', () => {
    const { connection: _, ...models } = database.models;
    expect(Object.keys(STORED).sort()).toEqual(Object.keys(models).sort());
  });

  describe.each(MODELS)('%s', (key, rule) => {
    beforeEach(() => modelOf(key).collection.deleteMany({}));

    it('takes every valid row, stores it as given, and adds what is absent', async () => {
      let stored: Row[] = [];
      await fc.assert(
        fc.asyncProperty(rowOf(rule), async (row) => {
          const model = modelOf(key);
          const document = new model(row);
          await document.validate();
          const { _id, ...shown } = document.toObject({ flattenMaps: true }) as Row;
          const expected = { ...row, ...defaultsOf(rule, row) };
          expect(withoutBuffers({ ...shown, ...('_id' in rule.fields && { _id }) })).toEqual(
            withoutBuffers(expected),
          );
          stored.push(row);
        }),
        { numRuns: 100 },
      );
      // A few of them through the database: what it keeps is what was given, besides times and a version key.
      stored = stored.slice(-5);
      for (const row of stored) {
        const model = modelOf(key);
        await model.collection.deleteMany({});
        const given = 'password' in row ? { ...row, password: HASH } : row;
        await model.create([given]);
        const { _id, __v, ...raw } = (await model.collection.findOne({})) as Row;
        for (const time of rule.times) expect(raw[time]).toBeInstanceOf(Date);
        for (const time of ['createdAt', 'updatedAt']) delete raw[time];
        const expected = { ...given, ...defaultsOf(rule, given) };
        expect(withoutBuffers({ ...raw, ...('_id' in rule.fields && { _id }) })).toEqual(
          withoutBuffers(expected),
        );
        const read = (await model.findOne({}).lean()) as Row;
        for (const [field, { hidden }] of Object.entries(rule.fields))
          expect(field in read, field).toBe(hidden ? false : field in expected);
      }
    });

    it('refuses a row with one wrong field, and names the field', async () => {
      await fc.assert(
        fc.asyncProperty(rowOf(rule), faultOf(rule), async (row, { key: field, value, kind }) => {
          const wrong: Row = { ...row, [field]: value };
          if (kind === 'absent') delete wrong[field];
          const error = await refusalOf(modelOf(key), wrong);
          expect(error, `${field}: ${kind} ${JSON.stringify(value)}`).toBeDefined();
          const named = Object.keys(error!);
          expect(named.map((path) => path.split('.', 1)[0])).toContain(field);
          expect(new Set(named.map((path) => path.split('.', 1)[0])).size).toBe(1);
        }),
        { numRuns: 200 },
      );
    });

    it('has these fields and no other, and drops what it does not know', async () => {
      const { schema } = modelOf(key);
      const own = Object.keys(schema.paths).filter((path) => !/^(?:__v|.*\.\$\*)$/.test(path));
      const expected = [...new Set(['_id', ...Object.keys(rule.fields), ...rule.times])];
      expect(own.sort()).toEqual(expected.sort());
      const [row] = fc.sample(rowOf(rule), 1);
      const shown = new (modelOf(key))({ ...row, surplus: 1 }).toObject() as Row;
      expect(shown).not.toHaveProperty('surplus');
    });

    it('keeps these rules on its fields and no other', () => {
      // A list of allowed words that grew by one word is found by no generated word.
      for (const [field, { oneOf, matches, required }] of Object.entries(rule.fields)) {
        const path = modelOf(key).schema.path(field) as unknown as {
          enumValues?: string[];
          validators: { type: string }[];
        };
        expect([...(path.enumValues ?? [])].sort(), field).toEqual([...(oneOf ?? [])].sort());
        const expected = [
          ...(required ? ['required'] : []),
          ...(oneOf ? ['enum'] : []),
          ...(matches ? ['regexp'] : []),
        ];
        expect(path.validators.map(({ type }) => type).sort(), field).toEqual(expected.sort());
      }
    });

    it('lies in its collection under its indexes', async () => {
      const { collection } = modelOf(key);
      expect(collection.collectionName).toBe(rule.collection);
      const found = (await collection.indexes()).filter(({ name: index }) => index !== '_id_');
      const bare = found.map(({ v: _v, name: _name, background: _b, ...index }) => index);
      expect(bare.map(canonical).sort()).toEqual(rule.indexes.map(canonical).sort());
    });

    it('refuses what a unique index refuses, and nothing else', async () => {
      for (const index of rule.indexes) {
        const { collection } = modelOf(key);
        await collection.deleteMany({});
        const keys = Object.keys(index.key).filter((field) => field !== '_id');
        const row = { ...filler(rule, 1), ...Object.fromEntries(keys.map((field) => [field, 'same'])) };
        const other = { ...filler(rule, 2), ...Object.fromEntries(keys.map((field) => [field, 'same'])) };
        await collection.insertOne(row as never);
        const again = collection.insertOne(other as never);
        if (index.unique) await expect(again).rejects.toMatchObject({ code: 11000 });
        else await again;
      }
    });
  });
});

/** A raw row whose every field differs from that of another number. */
function filler({ fields }: ModelRule, number: number): Row {
  return Object.fromEntries(Object.keys(fields).map((field) => [field, `${field} ${number}`]));
}

/** Which fields the model refuses; `undefined` when it takes the row. */
async function refusalOf(model: Model<Row>, row: Row): Promise<Record<string, unknown> | undefined> {
  try {
    await new model(row).validate();
    return undefined;
  } catch (error) {
    return (error as { errors?: Record<string, unknown> }).errors;
  }
}

/** A password that is a hash already is stored as it is; the tests of accounts look at the others. */
const HASH = `$2b$04$${'a'.repeat(53)}`;

/** BSON binaries and buffers of the same bytes as one text. */
function withoutBuffers(row: Row): Row {
  const plain = (value: unknown): unknown => {
    const bytes = (value as { _bsontype?: string; buffer?: Uint8Array } | null)?._bsontype === 'Binary';
    if (bytes) return `bytes ${Buffer.from((value as { buffer: Uint8Array }).buffer).toString('hex')}`;
    return value instanceof Uint8Array ? `bytes ${Buffer.from(value).toString('hex')}` : value;
  };
  return Object.fromEntries(Object.entries(row).map(([key, value]) => [key, plain(value)]));
}

/** Order of keys counts in an index, order of its options does not. */
function canonical(index: object): string {
  const { key, ...options } = index as IndexRule;
  return JSON.stringify([Object.entries(key), Object.entries(options).sort()]);
}
