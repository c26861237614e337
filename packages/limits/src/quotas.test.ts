import { expect, it } from 'vitest';
import type { Usage } from './ports.ts';
import { type QuotaSettings, Quotas } from './quotas.ts';

function create(
  limits: Partial<QuotaSettings>,
  stored: { bytes: number; documents: number; executions: number },
) {
  let measured = 0;
  const usage: Usage = {
    documents: async () => {
      measured++;
      return { bytes: stored.bytes, documents: stored.documents };
    },
    records: async () => ({
      executions: stored.executions,
      executionBytes: stored.executions * 100,
      workflows: 0,
      versions: 0,
    }),
    executions: async () => stored.executions,
    trimExecutions: async (_ownerId, keep) => {
      const removed = Math.max(0, stored.executions - keep);
      stored.executions -= removed;
      return removed;
    },
  };
  const quotas = new Quotas({
    usage,
    limits: { storedBytes: 0, documents: 0, executions: 0, ...limits },
    logger: { debug: () => undefined, warn: () => undefined },
  });
  return { quotas, stored, measured: () => measured };
}

it('admits documents until bytes or documents are used up, and measures once a minute', async () => {
  const { quotas, measured } = create(
    { storedBytes: 1024 * 1024, documents: 12 },
    { bytes: 1000, documents: 10, executions: 0 },
  );
  await quotas.admitDocuments('anna', 100, 1);
  await quotas.admitDocuments('anna', 100, 1);
  const full = { code: 'QUOTA_EXCEEDED', status: 413 };
  await expect(quotas.admitDocuments('anna', 1, 1)).rejects.toMatchObject(full);
  await quotas.admitDocuments('anna', 1, 0);
  await expect(quotas.admitDocuments('anna', 2 * 1024 * 1024, 0)).rejects.toMatchObject(full);
  expect(measured()).toBe(1);
});

it('asks for nothing where no quota is set', async () => {
  const { quotas, measured } = create({}, { bytes: 1e12, documents: 1e9, executions: 0 });
  await quotas.admitDocuments('anna', 1e9, 1e6);
  expect(measured()).toBe(0);
});

it('removes the oldest executions beyond the quota', async () => {
  const { quotas, stored } = create({ executions: 20 }, { bytes: 0, documents: 0, executions: 50 });
  quotas.executionStored('anna', 100);
  await expect.poll(() => stored.executions).toBe(20);
});
