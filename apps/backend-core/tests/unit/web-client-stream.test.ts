/** @module A connection to the log stream has one stored log read at a time, however much it asks for. */

import { ExecutionLogs } from '@orchestrix/executions';
import { expect, test } from 'vitest';
import { createLogger } from '../../src/utils/logger.ts';
import { StreamConnection } from '../../src/web-client/stream-connection.ts';

test('a hundred questions at once are answered one after the other, and none after the end', async () => {
  let open = 0;
  let most = 0;
  let reads = 0;
  const logger = createLogger({ level: 'silent', format: 'json' });
  const store = {
    append: async () => undefined,
    list: async () => {
      most = Math.max(most, ++open);
      reads++;
      await new Promise((resolve) => setTimeout(resolve, 1));
      open--;
      return [];
    },
  };
  const faults = { isFull: () => false };
  const logs = new ExecutionLogs({ store, faults, logger, statusOf: async () => 'success' });
  const sent: unknown[] = [];
  const connection = new StreamConnection({
    logs,
    owners: ['ann'],
    send: (message) => sent.push(message),
    logger,
  });
  const ask = (id: string) => {
    const data = { streamName: 'executionLog', groupId: 'an execution', subscriptionId: 's', id };
    connection.receive(JSON.stringify({ type: 'join', data }));
  };
  for (let i = 0; i < 100; i++) ask(`entry-${i}`);
  await expect.poll(() => sent.length).toBe(100);
  expect(most).toBe(1);

  for (let i = 0; i < 100; i++) ask(`entry-${i}`);
  connection.close();
  await expect.poll(() => sent.length).toBe(200);
  expect(reads).toBeLessThanOrEqual(101);
  await logs.close();
});
