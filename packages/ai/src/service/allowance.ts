/** @module How much of language models an owner may use: requests a minute, tokens a day. */
import type { OrchestrixError } from '@orchestrix/engine';
import { limitReached } from './errors.ts';

/** Who asks. */
export interface AiCaller {
  /** Whose use is counted. */
  ownerId: string;
  /** Whose collections a draft may use. */
  dataOwnerId: string;
  /** By what requests a minute are counted: the owner, or the address of callers who share an owner. */
  limitKey: string;
}

/** How much of language models an owner may use. */
export interface AiLimits {
  requestsPerMinute: number;
  /** Tokens of questions and completions together; `0` for no limit. */
  tokensPerDay: number;
}

/** Where the use of owners is kept, day by day; `@orchestrix/models` has one. */
export interface AiUsageStore {
  add(
    ownerId: string,
    amount: { requests?: number; inputTokens?: number; outputTokens?: number },
    at: Date,
  ): Promise<unknown>;
  /** @param day `YYYY-MM-DD` in UTC */
  ofDay(
    ownerId: string,
    day: string,
  ): Promise<{ day: string; requests: number; inputTokens: number; outputTokens: number }>;
}

/** What an owner has used today, and may use. */
export interface AiUsageReport {
  /** `YYYY-MM-DD` in UTC. */
  day: string;
  requests: number;
  inputTokens: number;
  outputTokens: number;
  limits: AiLimits;
  /** `null` without a limit. */
  tokensLeft: number | null;
  /** When the day ends. */
  resetsAt: Date;
}

/** Lets requests through, and counts them. */
export interface AiAllowance {
  /**
   * Counts a request.
   *
   * @throws OrchestrixError `AI_TOO_MANY_REQUESTS`, `AI_BUDGET_EXHAUSTED` (429), with `details.retryAfterMs`
   */
  admit(caller: AiCaller): Promise<void>;
  /** Counts tokens. Never rejects: a completion is not lost because it could not be counted. */
  spend(caller: AiCaller, tokens: { inputTokens: number; outputTokens: number }): Promise<void>;
  report(caller: AiCaller): Promise<AiUsageReport>;
}

/** What {@link createAiAllowance} is built from. */
export interface AiAllowanceParts {
  usage: AiUsageStore;
  limits: AiLimits;
  logger: { error(message: string, fields: Record<string, unknown>): void };
  /** Milliseconds since 1970. Default: the system's clock. */
  now?: () => number;
}

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** Callers that are remembered; with more of them the oldest are forgotten. */
const MAX_CALLERS = 10_000;

/** Minutes are counted in this process, days are stored. */
export function createAiAllowance({ usage, limits, logger, now = Date.now }: AiAllowanceParts): AiAllowance {
  const minutes = new Map<string, number[]>();
  const { requestsPerMinute, tokensPerDay } = limits;

  const countRequest = (key: string) => {
    const time = now();
    const recent = (minutes.get(key) ?? []).filter((at) => at > time - MINUTE_MS);
    if (recent.length >= requestsPerMinute) throw tooMany(limits, recent[0]! + MINUTE_MS - time);
    recent.push(time);
    minutes.delete(key);
    minutes.set(key, recent);
    if (minutes.size > MAX_CALLERS) minutes.delete(minutes.keys().next().value!);
  };
  const today = (ownerId: string) => usage.ofDay(ownerId, new Date(now()).toISOString().slice(0, 10));

  return {
    admit: async (caller) => {
      const { ownerId, limitKey } = caller;
      countRequest(limitKey);
      if (tokensPerDay > 0) {
        const { inputTokens, outputTokens } = await today(ownerId);
        if (inputTokens + outputTokens >= tokensPerDay) throw exhausted(limits, untilMidnight(now()));
      }
      await usage.add(ownerId, { requests: 1 }, new Date(now()));
    },
    spend: async (caller, { inputTokens, outputTokens }) => {
      try {
        await usage.add(caller.ownerId, { inputTokens, outputTokens }, new Date(now()));
      } catch (error) {
        logger.error('The use of a language model could not be counted', { error });
      }
    },
    report: async (caller) => {
      const { day, requests, inputTokens, outputTokens } = await today(caller.ownerId);
      const left = Math.max(0, tokensPerDay - inputTokens - outputTokens);
      return {
        day,
        requests,
        inputTokens,
        outputTokens,
        limits,
        tokensLeft: tokensPerDay > 0 ? left : null,
        resetsAt: new Date(now() + untilMidnight(now())),
      };
    },
  };
}

function untilMidnight(time: number): number {
  return DAY_MS - (time % DAY_MS);
}

function tooMany({ requestsPerMinute }: AiLimits, retryAfterMs: number): OrchestrixError {
  return limitReached('AI_TOO_MANY_REQUESTS', { requestsPerMinute, retryAfterMs });
}

function exhausted({ tokensPerDay }: AiLimits, retryAfterMs: number): OrchestrixError {
  return limitReached('AI_BUDGET_EXHAUSTED', { tokensPerDay, retryAfterMs });
}
