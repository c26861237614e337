/** @module Server-sent events read off a stream, however it was cut into pieces. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readEventStream, type ServerSentEvent } from './event-stream.ts';

const streamOf = (bytes: Uint8Array, sizes: readonly number[]): ReadableStream<Uint8Array> =>
  new ReadableStream({
    start(controller) {
      let at = 0;
      for (const size of sizes) {
        controller.enqueue(bytes.slice(at, at + size));
        at += size;
      }
      controller.enqueue(bytes.slice(at));
      controller.close();
    },
  });

const eventsOf = async (text: string, sizes: readonly number[] = []): Promise<ServerSentEvent[]> => {
  const events: ServerSentEvent[] = [];
  for await (const event of readEventStream(streamOf(new TextEncoder().encode(text), sizes)))
    events.push(event);
  return events;
};

test('comments, retry times and ids are no events; lines of data belong together; what breaks off is dropped', async () => {
  const text =
    ': hello\n\nretry: 2000\n\nid: 7\nevent: log\ndata: {"a":1}\n\ndata:one\ndata: two\n\ndata\n\nevent: end\ndata: {}';
  expect(await eventsOf(text)).toEqual([
    { event: 'log', data: '{"a":1}' },
    { event: 'message', data: 'one\ntwo' },
    { event: 'message', data: '' },
  ]);
});

test('any events arrive as they were sent, with any line ends, cut anywhere', async () => {
  const line = fc.string({ unit: 'grapheme', maxLength: 12 }).filter((text) => !/[\r\n]/.test(text));
  const event = fc.record({
    event: fc.constantFrom('log', 'end', 'message'),
    data: fc.array(line, { minLength: 1, maxLength: 3 }),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(event, { maxLength: 6 }),
      fc.constantFrom('\n', '\r\n', '\r'),
      fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 30 }),
      async (events, end, sizes) => {
        const text = events
          .map(({ event, data }) =>
            [`event: ${event}`, ...data.map((one) => `data: ${one}`), '', ''].join(end),
          )
          .join('');
        const expected = events.map(({ event, data }) => ({ event, data: data.join('\n') }));
        // A stream that ends in a lone carriage return may go on with a line feed: a comment shows that it does not.
        expect(await eventsOf(`${text}:`, sizes)).toEqual(expected);
      },
    ),
    { numRuns: 300 },
  );
});
