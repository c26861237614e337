/** @module mongoose on the embedded server, against the same documents through plain SQLite and BSON, side by side. */
import { Database } from 'bun:sqlite';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedMongo } from '@orchestrix/embedded-mongo';
import { deserialize, ObjectId, serialize } from 'bson';
import mongoose from 'mongoose';
import { median, report } from './support/report.ts';

const DOCUMENTS = 10_000;
const OPERATIONS = 1000;
const ROUNDS = 7;
const WRITERS = 20;

const folder = mkdtempSync(join(tmpdir(), 'bench-mongo-'));
const started = performance.now();
const server = await startEmbeddedMongo({ file: join(folder, 'server.sqlite') });
const startMs = performance.now() - started;
const connection = await mongoose.createConnection(server.uri).asPromise();
const schema = new mongoose.Schema({
  ownerId: { type: String, index: true },
  title: String,
  count: Number,
  active: Boolean,
  tags: [String],
  nested: { a: Number, b: String },
  createdAt: Date,
});
const Item = connection.model('Item', schema);
await Item.init();
const driver = connection.collection('items');

const sqlite = new Database(join(folder, 'raw.sqlite'));
sqlite.run('PRAGMA locking_mode = EXCLUSIVE');
sqlite.run('PRAGMA journal_mode = WAL');
sqlite.run('PRAGMA synchronous = FULL');
sqlite.run('CREATE TABLE items (row INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, document BLOB NOT NULL)');
sqlite.run('CREATE TABLE owners (owner TEXT, row INTEGER, PRIMARY KEY (owner, row)) WITHOUT ROWID');
const insertItem = sqlite.prepare('INSERT INTO items (id, document) VALUES (?, ?)');
const insertOwner = sqlite.prepare('INSERT INTO owners (owner, row) VALUES (?, ?)');
const selectById = sqlite.prepare<{ document: Uint8Array }, [Uint8Array]>(
  'SELECT document FROM items WHERE id = ?',
);
const selectByOwner = sqlite.prepare<{ document: Uint8Array }, [string]>(
  'SELECT document FROM owners JOIN items USING (row) WHERE owner = ?',
);
const selectAll = sqlite.prepare<{ document: Uint8Array }, []>('SELECT document FROM items');

const ids: ObjectId[] = [];

function makeItem(n: number, id = new ObjectId()) {
  return {
    _id: id,
    ownerId: `owner-${n % 1000}`,
    title: `A title of ordinary length, number ${n}`,
    count: n,
    active: n % 2 === 0,
    tags: ['red', 'green', 'blue'],
    nested: { a: n, b: 'some text' },
    createdAt: new Date(1_700_000_000_000 + n),
  };
}

function rawCreate(item: ReturnType<typeof makeItem>): void {
  const row = Number(insertItem.run(item._id.id, serialize(item)).lastInsertRowid);
  insertOwner.run(item.ownerId, row);
}

const rawCommitted = (item: ReturnType<typeof makeItem>) => {
  sqlite.run('BEGIN');
  rawCreate(item);
  sqlite.run('COMMIT');
};

sqlite.run('BEGIN');
for (let n = 0; n < DOCUMENTS; n++) {
  const item = makeItem(n);
  ids.push(item._id);
  rawCreate(item);
}
sqlite.run('COMMIT');
await driver.insertMany(ids.map((id, n) => makeItem(n, id)));

/** Removes what the measurement of writes added, so that every round meets the same documents. */
async function removeNew(): Promise<void> {
  await driver.deleteMany({ count: { $gte: DOCUMENTS } });
  sqlite.run(`DELETE FROM items WHERE row > ${DOCUMENTS}`);
  sqlite.run(`DELETE FROM owners WHERE row > ${DOCUMENTS}`);
}

const idAt = (n: number) => ids[(n * 7919) % DOCUMENTS]!;
const ownerAt = (n: number) => `owner-${(n * 7919) % 1000}`;

/** Microseconds an operation takes. */
async function timed(operations: number, run: (n: number) => unknown): Promise<number> {
  const start = performance.now();
  for (let n = 0; n < operations; n++) await run(n);
  return ((performance.now() - start) * 1000) / operations;
}

/** The same with several at a time. */
async function timedTogether(operations: number, run: (n: number) => Promise<unknown>): Promise<number> {
  const start = performance.now();
  let next = 0;
  const worker = async () => {
    while (next < operations) await run(next++);
  };
  await Promise.all(Array.from({ length: WRITERS }, worker));
  return ((performance.now() - start) * 1000) / operations;
}

const subjects: Record<string, { raw: () => Promise<number>; server: () => Promise<number> }> = {
  'mongoose create': {
    raw: () => timed(OPERATIONS, (n) => rawCommitted(makeItem(DOCUMENTS + n))),
    server: () => timed(OPERATIONS, (n) => Item.create(makeItem(DOCUMENTS + n))),
  },
  [`mongoose create, ${WRITERS} at a time`]: {
    raw: () => timed(OPERATIONS, (n) => rawCommitted(makeItem(DOCUMENTS + n))),
    server: () => timedTogether(OPERATIONS, (n) => Item.create(makeItem(DOCUMENTS + n))),
  },
  // What any request costs on its way through the driver and the socket: no read over the wire can be quicker.
  'driver ping': {
    raw: () => timed(OPERATIONS, (n) => deserialize(selectById.get(idAt(n).id)!.document)),
    server: () => timed(OPERATIONS, () => connection.db!.command({ ping: 1 })),
  },
  'mongoose findById': {
    raw: () => timed(OPERATIONS, (n) => deserialize(selectById.get(idAt(n).id)!.document)),
    server: () => timed(OPERATIONS, (n) => Item.findById(idAt(n))),
  },
  'driver findOne by _id': {
    raw: () => timed(OPERATIONS, (n) => deserialize(selectById.get(idAt(n).id)!.document)),
    server: () => timed(OPERATIONS, (n) => driver.findOne({ _id: idAt(n) })),
  },
  'mongoose find, indexed, 10 documents': {
    raw: () =>
      timed(OPERATIONS, (n) => selectByOwner.all(ownerAt(n)).map(({ document }) => deserialize(document))),
    server: () => timed(OPERATIONS, (n) => Item.find({ ownerId: ownerAt(n) }).lean()),
  },
  'mongoose scan of 10,000, lean': {
    raw: () => timed(1, () => selectAll.all().map(({ document }) => deserialize(document))),
    server: () => timed(1, () => Item.find().lean()),
  },
  'mongoose scan of 10,000, hydrated': {
    raw: () => timed(1, () => selectAll.all().map(({ document }) => deserialize(document))),
    server: () => timed(1, () => Item.find()),
  },
  'driver scan of 10,000 with a filter': {
    raw: () =>
      timed(1, () =>
        selectAll
          .all()
          .map(({ document }) => deserialize(document))
          .filter(({ active }) => active),
      ),
    server: () => timed(1, () => driver.find({ active: true }).toArray()),
  },
};

const rows = [];
for (const [name, { raw, server: overWire }] of Object.entries(subjects)) {
  const figures: { raw: number; server: number }[] = [];
  // The first round warms both sides up and is not counted.
  for (let round = 0; round <= ROUNDS; round++) {
    const measured = { raw: await raw(), server: await overWire() };
    if (round > 0) figures.push(measured);
    if (name.includes('create')) await removeNew();
  }
  const rawTime = median(figures.map((figure) => figure.raw));
  const serverTime = median(figures.map((figure) => figure.server));
  rows.push({
    operation: name,
    'raw µs': Math.round(rawTime * 10) / 10,
    'server µs': Math.round(serverTime * 10) / 10,
    ratio: Math.round((median(figures.map((figure) => figure.server / figure.raw)) || 0) * 100) / 100,
  });
}
rows.push({
  operation: 'start of the server',
  'raw µs': 0,
  'server µs': Math.round(startMs * 1000),
  ratio: 0,
});
report('embedded-mongo', rows);

await connection.close();
await server.stop();
sqlite.close();
rmSync(folder, { recursive: true, force: true });
