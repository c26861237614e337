import { describe, expect, test } from 'vitest';
import { captureMailer, frozenClock, memoryDatabase } from './index.ts';

describe('memoryDatabase', () => {
  const seed = () =>
    memoryDatabase({
      c: [
        { n: 1, tags: ['a'], o: { x: 1 } },
        { n: 2, name: 'Bob' },
        { n: 3, name: null },
      ],
    });
  const ns = async (filter: Record<string, unknown>) =>
    (await seed().find('c', { filter })).map(({ n }) => n);

  test.each<[Record<string, unknown>, number[]]>([
    [{}, [1, 2, 3]],
    [{ n: 2 }, [2]],
    [{ name: null }, [1, 3]],
    [{ tags: 'a' }, [1]],
    [{ 'o.x': 1 }, [1]],
    [{ o: { x: 1 } }, [1]],
    [{ n: { $gt: 1, $lte: 3 } }, [2, 3]],
    [{ n: { $in: [1, 3] } }, [1, 3]],
    [{ n: { $nin: [1, 3] } }, [2]],
    [{ n: { $ne: 2 } }, [1, 3]],
    [{ $or: [{ n: 1 }, { name: 'Bob' }] }, [1, 2]],
    [{ $and: [{ n: 1 }, { n: 2 }] }, []],
    [{ $nor: [{ n: 1 }] }, [2, 3]],
    [{ name: { $exists: true } }, [2, 3]],
    [{ n: { $not: { $gt: 1 } } }, [1]],
    [{ tags: { $size: 1 } }, [1]],
    [{ name: { $regex: '^B' } }, [2]],
    [{ n: { $gte: '1' } }, []],
    [{ toString: 1 }, []],
    [{ 'n.constructor': 1 }, []],
    [{ n: { $lt: 2 } }, [1]],
    [{ n: { $eq: 3 } }, [3]],
  ])('finds by %j', async (filter, expected) => {
    expect(await ns(filter)).toEqual(expected);
  });

  test.each([[{ $where: '1' }], [{ n: { $near: 1 } }], [{ n: { toString: 1, $x: 1 } }]])(
    'refuses what it does not know: %j',
    async (filter) => {
      await expect(seed().find('c', { filter })).rejects.toThrow('does not know the operator');
    },
  );

  test('sorts, pages and projects', async () => {
    const query = {
      filter: {},
      sort: { n: -1 as const },
      skip: 1,
      limit: 1,
      projection: { n: 1 as const, _id: 0 as const },
    };
    expect(await seed().find('c', query)).toEqual([{ n: 2 }]);
    expect(await seed().findOne('c', { filter: { n: 2 }, projection: { _id: 0, n: 0 } })).toEqual({
      name: 'Bob',
    });
  });

  test('stores, changes and deletes', async () => {
    const database = memoryDatabase();
    const stored = await database.insertOne('c', { n: 1, gone: 1 });
    expect(stored).toMatchObject({
      _id: expect.stringMatching(/^[0-9a-f]{24}$/),
      n: 1,
      __v: 0,
      createdAt: expect.any(Date),
    });
    const change = { $set: { a: 1 }, $unset: { gone: '' }, $inc: { n: 2 }, $push: { list: 'x' } };
    expect(await database.updateOne('c', { n: 1 }, change)).toMatchObject({ n: 3, a: 1, list: ['x'] });
    expect(database.documents('c')[0]).not.toHaveProperty('gone');
    expect(await database.updateMany('c', {}, { $set: { b: 1 } })).toMatchObject({ matchedCount: 1 });
    expect(await database.updateOne('c', { n: 99 }, { $set: { b: 1 } })).toBeNull();
    expect(await database.deleteOne('c', { n: 99 })).toBeNull();
    expect(await database.deleteOne('c', {})).toMatchObject({ n: 3 });
    expect(await database.deleteMany('c', {})).toMatchObject({ deletedCount: 0 });
  });

  test('refuses changes that it would do wrongly', async () => {
    for (const change of [
      { $rename: { n: 'm' } },
      { $push: { a: { $each: [1] } } },
      { $set: { 'o.x': 2 } },
    ]) {
      await expect(seed().updateOne('c', { n: 1 }, change)).rejects.toThrow(
        'does not know the update operator',
      );
    }
  });

  test('what it hands out is not what it holds', async () => {
    const database = seed();
    const found = await database.findOne('c', { filter: { n: 1 } });
    (found!.o as { x: number }).x = 99;
    (found!.tags as string[]).push('b');
    expect(database.documents('c')[0]).toMatchObject({ o: { x: 1 }, tags: ['a'] });
    const inserted = await database.insertOne('c', { o: { x: 1 } });
    (inserted.o as { x: number }).x = 99;
    expect(database.documents('c').at(-1)).toMatchObject({ o: { x: 1 } });
  });

  test('refuses an identifier that is none, as a model does', async () => {
    await expect(seed().findOne('c', { filter: { _id: 'abc' } })).rejects.toThrow(
      'Cast to ObjectId failed for value "abc"',
    );
  });
});

test('captureMailer keeps what was sent and refuses what it is told to', async () => {
  const mailer = captureMailer(({ to }) => (to === 'bad' ? 'no' : undefined));
  expect(await mailer.send({ to: 'a', subject: 's', html: 'h' })).toEqual({ messageId: '<m1@test>' });
  await expect(mailer.send({ to: 'bad', subject: 's', html: 'h' })).rejects.toThrow('no');
  expect(mailer.sent).toEqual([{ to: 'a', subject: 's', html: 'h' }]);
});

test('frozenClock moves only when somebody waits', async () => {
  const clock = frozenClock(5);
  expect(clock.now()).toBe(5);
  await clock.sleep(1_000);
  expect([clock.now(), clock.waited]).toEqual([1_005, [1_000]]);
  await expect(clock.sleep(1, AbortSignal.abort(new Error('stop')))).rejects.toThrow('stop');
});
