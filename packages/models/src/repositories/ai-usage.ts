/** @module How much of language models owners have used, day by day. */
import { duplicateKeyOf } from '../duplicate-key.ts';
import { requireOwner, requireText } from '../identity.ts';
import type { Models } from '../models.ts';
import type { AiUsageRow } from '../schemas/ai-usage.ts';

/** What can be added to a day. */
export interface AiUsageAmount {
  requests?: number | undefined;
  inputTokens?: number | undefined;
  outputTokens?: number | undefined;
}

/** What an owner has used on one day. */
export interface StoredAiUsage {
  /** `YYYY-MM-DD` in UTC. */
  day: string;
  requests: number;
  inputTokens: number;
  outputTokens: number;
  /** `null` when nothing has been used. */
  updatedAt: Date | null;
}

/** Use of language models, kept for 90 days. */
export interface AiUsages {
  /**
   * Adds to the day of `at` (now when absent), also when several processes do so at once.
   *
   * @returns the day's use afterwards
   * @throws RangeError for an amount that is no number from 0
   */
  add(ownerId: string, amount: AiUsageAmount, at?: Date): Promise<StoredAiUsage>;
  /** @param day `YYYY-MM-DD` in UTC */
  ofDay(ownerId: string, day: string): Promise<StoredAiUsage>;
}

const DAY_MS = 86_400_000;
const KEPT_DAYS = 90;

/** The repository of the use of language models. */
export function createAiUsages({ AiUsage }: Models): AiUsages {
  return {
    async add(ownerId, amount, at = new Date()) {
      const key = { ownerId: requireOwner(ownerId), day: at.toISOString().slice(0, 10) };
      const change = {
        $inc: {
          requests: amountOf(amount.requests),
          inputTokens: amountOf(amount.inputTokens),
          outputTokens: amountOf(amount.outputTokens),
        },
        $setOnInsert: { expiresAt: new Date(at.getTime() + KEPT_DAYS * DAY_MS) },
      };
      const write = () =>
        AiUsage.findOneAndUpdate(key, change, {
          upsert: true,
          returnDocument: 'after',
        }).lean<AiUsageRow>();
      // Of two first uses of a day at the same moment one finds the other's row, when it looks again.
      const row = await write().catch((error: unknown) => {
        if (duplicateKeyOf(error)) return write();
        throw error;
      });
      return toUsage(key.day, row);
    },

    async ofDay(ownerId, day) {
      const key = { ownerId: requireOwner(ownerId), day: requireText(day, 'day') };
      return toUsage(key.day, await AiUsage.findOne(key).lean<AiUsageRow>());
    },
  };
}

function amountOf(amount = 0): number {
  if (Number.isFinite(amount) && amount >= 0) return amount;
  throw new RangeError('An amount must be a number from 0');
}

const toUsage = (day: string, row: AiUsageRow | null): StoredAiUsage => ({
  day,
  requests: row?.requests ?? 0,
  inputTokens: row?.inputTokens ?? 0,
  outputTokens: row?.outputTokens ?? 0,
  updatedAt: row?.updatedAt ?? null,
});
