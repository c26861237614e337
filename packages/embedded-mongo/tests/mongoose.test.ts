/** @module mongoose on the server: models, validation, populate, unique errors, aggregation. */
import mongoose, { type Connection, Schema } from 'mongoose';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type EmbeddedMongo, startEmbeddedMongo } from '../src/index.ts';
import { refusalOf } from './server.ts';

let server: EmbeddedMongo;
let connection: Connection;
beforeAll(async () => {
  server = await startEmbeddedMongo();
  connection = await mongoose.createConnection(server.uri, { dbName: 'app' }).asPromise();
});
afterAll(async () => {
  await connection.close();
  await server.stop();
});

it('plays the life of a few documents', async () => {
  const Author = connection.model(
    'Author',
    new Schema({ email: { type: String, unique: true }, name: String }),
  );
  const Book = connection.model(
    'Book',
    new Schema(
      {
        title: { type: String, required: true, index: true },
        price: Schema.Types.Decimal128,
        tags: [String],
        meta: { type: Map, of: Number },
        author: { type: Schema.Types.ObjectId, ref: 'Author' },
        parts: [{ name: String, pages: Number }],
      },
      { timestamps: true, optimisticConcurrency: true },
    ),
  );
  await Promise.all([Author.init(), Book.init()]);
  const ada = await Author.create({ email: 'ada@example.org', name: 'Ada' });
  expect(await refusalOf(Author.create({ email: 'ada@example.org' }))).toMatchObject({
    code: 11000,
    keyPattern: { email: 1 },
    keyValue: { email: 'ada@example.org' },
  });

  const book = await Book.create({
    title: 'Engines',
    price: '12.50',
    tags: ['a', 'b'],
    meta: { x: 1 },
    author: ada._id,
    parts: [
      { name: 'one', pages: 3 },
      { name: 'two', pages: 9 },
    ],
  });
  await Book.insertMany([{ title: 'Looms' }, { title: 'Notes', tags: ['b'] }]);

  const found = await Book.findById(book._id).populate<{ author: { name: string } }>('author').orFail();
  expect(found.author.name).toBe('Ada');
  expect(String(found.price)).toBe('12.50');
  expect(found.meta!.get('x')).toBe(1);

  found.tags.push('c');
  found.parts[0]!.pages = 4;
  await found.save();
  const reread = await Book.findById(book._id).lean().orFail();
  expect(reread).toMatchObject({ tags: ['a', 'b', 'c'], parts: [{ pages: 4 }, { pages: 9 }] });
  expect(reread.updatedAt.getTime()).toBeGreaterThanOrEqual(reread.createdAt.getTime());

  expect(await Book.countDocuments({ tags: 'b' })).toBe(2);
  expect(await Book.exists({ title: 'Looms' })).not.toBeNull();
  expect((await Book.find({ title: /^l/i }).lean()).map(({ title }) => title)).toEqual(['Looms']);
  expect(await Book.distinct('title')).toEqual(['Engines', 'Looms', 'Notes']);
  await Book.updateMany({ tags: 'b' }, { $addToSet: { tags: 'd' } });
  const changed = await Book.findOneAndUpdate(
    { 'parts.name': 'two' },
    { $set: { 'parts.$.pages': 10 } },
    { returnDocument: 'after' },
  );
  expect(changed!.parts[1]!.pages).toBe(10);
  const titles: string[] = [];
  for await (const { title } of Book.find().sort('-title').cursor({ batchSize: 1 })) titles.push(title);
  expect(titles).toEqual(['Notes', 'Looms', 'Engines']);
  const grouped = await Book.aggregate([
    { $unwind: '$tags' },
    { $group: { _id: '$tags', n: { $sum: 1 } } },
    { $sort: { _id: 1 } },
  ]);
  expect(grouped).toEqual([
    { _id: 'a', n: 1 },
    { _id: 'b', n: 2 },
    { _id: 'c', n: 1 },
    { _id: 'd', n: 2 },
  ]);
  const stale = await Book.findById(book._id).orFail();
  await Book.updateOne({ _id: book._id }, { $inc: { __v: 1 } });
  stale.title = 'Stale';
  expect(await refusalOf(stale.save())).toMatchObject({ name: 'VersionError' });
  await book.deleteOne();
  expect(await Book.countDocuments()).toBe(2);
});

it('keeps sessions apart from transactions, which it refuses', async () => {
  const Note = connection.model('Note', new Schema({ text: String }));
  const session = await connection.startSession();
  await Note.create([{ text: 'with a session' }], { session });
  session.startTransaction();
  const refused = await refusalOf(Note.create([{ text: 'in a transaction' }], { session }));
  // As against any standalone MongoDB, the driver wraps the server's refusal of a write.
  expect(refused.originalError).toMatchObject({ code: 20, codeName: 'IllegalOperation' });
  await session.abortTransaction().catch(() => undefined);
  await session.endSession();
  expect(await Note.countDocuments()).toBe(1);
});

it('syncs indexes with a schema that changed', async () => {
  const first = connection.model('Thing', new Schema({ a: { type: Number, index: true }, b: Number }));
  await first.init();
  connection.deleteModel('Thing');
  const second = connection.model('Thing', new Schema({ a: Number, b: { type: Number, index: true } }));
  await second.init();
  expect(await second.syncIndexes()).toEqual(['a_1']);
  expect((await second.listIndexes()).map(({ name }) => name)).toEqual(['_id_', 'b_1']);
});
