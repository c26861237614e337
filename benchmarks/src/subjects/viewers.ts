/** @module Viewers in a process of their own: connect, join, and say how long it takes from the third event until all have seen the last. */
import { io, type Socket } from 'socket.io-client';

const [url, count, join, message, trigger, token] = process.argv.slice(2) as string[];
const sockets = await Promise.all(
  Array.from(
    { length: Number(count) },
    () =>
      new Promise<Socket>((resolve, reject) => {
        const socket = io(url!, {
          transports: ['websocket'],
          forceNew: true,
          reconnection: false,
          auth: token ? { token } : {},
        });
        socket.once('connect', () => resolve(socket));
        socket.once('connect_error', reject);
      }),
  ),
);
/** Before this one the server waits for viewers. */
const FIRST = 3;
let received = 0;
let outOfOrder = 0;
let startedAt = 0;
const seen = sockets.map(
  (socket) =>
    new Promise<void>((resolve) => {
      let last = 0;
      socket.on('execution-log', ({ seq, type }: { seq: number; type: string }) => {
        if (seq === FIRST && startedAt === 0) startedAt = performance.now();
        received++;
        if (seq !== ++last) outOfOrder++;
        if (type === 'workflow_complete') resolve();
      });
    }),
);
await Promise.all(sockets.map((socket) => socket.emitWithAck(join!, JSON.parse(message!))));
if (trigger) await fetch(trigger);
await Promise.all(seen);
console.log(JSON.stringify({ ms: performance.now() - startedAt, received, outOfOrder }));
process.exit(0);
