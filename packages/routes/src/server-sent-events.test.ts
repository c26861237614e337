import { expect, test } from 'vitest';
import { serverSentEvents } from './server-sent-events.ts';

const event = (n: number) => ({ id: n, event: 'log', data: { n } });

test('every value is an event, and the end is told', async () => {
  async function* two() {
    yield 1;
    yield 2;
  }
  expect(await Array.fromAsync(serverSentEvents(two(), event))).toEqual([
    'retry: 2000\n\n',
    'id: 1\nevent: log\ndata: {"n":1}\n\n',
    'id: 2\nevent: log\ndata: {"n":2}\n\n',
    'event: end\ndata: {}\n\n',
  ]);
});

test('silence is filled with comments, and nothing is lost behind it', async () => {
  async function* slow() {
    await new Promise((resolve) => setTimeout(resolve, 60));
    yield 1;
  }
  const texts = await Array.fromAsync(serverSentEvents(slow(), event, 10));
  expect(texts.filter((text) => text === ': alive\n\n').length).toBeGreaterThan(0);
  expect(texts.slice(-2)).toEqual(['id: 1\nevent: log\ndata: {"n":1}\n\n', 'event: end\ndata: {}\n\n']);
});

test('a reader that goes away ends the source', async () => {
  let ended = false;
  async function* endless() {
    try {
      for (let n = 0; ; n++) yield n;
    } finally {
      ended = true;
    }
  }
  for await (const text of serverSentEvents(endless(), event)) if (text.startsWith('id: 3')) break;
  expect(ended).toBe(true);
});
