/** @module The worker thread's entry: runs the server and speaks with the thread that started it. */
import { parentPort, workerData } from 'node:worker_threads';
import { DatabaseFileError } from './database-file-error.ts';
import { DatabaseInUseError } from './database-in-use-error.ts';
import { runServer, type ServerOptions } from './run-server.ts';
import type { WorkerReport } from './worker-report.ts';

if (!parentPort) throw new Error('worker.ts is the entry of a worker thread');
const port = parentPort;
const report = (message: WorkerReport) => port.postMessage(message);

try {
  const server = await runServer(workerData as ServerOptions);
  port.on('message', async () => {
    try {
      await server.stop();
      report({ kind: 'stopped' });
    } catch (error) {
      report(failureReport(error));
    }
    port.close();
  });
  report({ kind: 'listening', port: server.port });
} catch (error) {
  report(failureReport(error));
  port.close();
}

function failureReport(error: unknown): WorkerReport {
  if (error instanceof DatabaseInUseError) return { kind: 'in-use', file: error.file, pid: error.pid };
  if (error instanceof DatabaseFileError)
    return { kind: 'file', file: error.file, code: error.code, message: error.message };
  const { message, code } = error as Error & { code?: unknown };
  return { kind: 'failed', message: String(message), code: typeof code === 'string' ? code : null };
}
