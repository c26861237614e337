/** @module Bare Socket.IO: viewers join a room, and every event of a run of the same shape is emitted to it. */
import { createServer } from 'node:http';
import { Server } from 'socket.io';

const http = createServer((request, response) => {
  const events = Number(new URL(request.url ?? '/', 'http://x').searchParams.get('events'));
  response.end('ok');
  if (!events) return;
  let seq = 0;
  const emit = () => {
    // As many in a turn as a step of a workflow has.
    for (let n = 0; n < 2 && seq < events; n++)
      io.to('run').emit('execution-log', {
        executionId: 'run',
        type: ++seq === events ? 'workflow_complete' : 'step_start',
        stepIndex: seq >> 1,
        stepType: 'input',
        data: { values: { n: seq } },
        seq,
        timestamp: new Date().toISOString(),
      });
    if (seq < events) setImmediate(emit);
  };
  emit();
});
const io = new Server(http, { serveClient: false });
io.on('connection', (socket) => {
  socket.on('join', (_message: unknown, reply: () => void) => {
    void socket.join('run');
    reply();
  });
});
http.listen(Number(process.env.PORT), '127.0.0.1');
