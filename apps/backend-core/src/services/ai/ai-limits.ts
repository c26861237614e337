/** @module How much of language models an owner may use: requests a minute, tokens a day. */
import type { OrchestrixError } from '@orchestrix/engine';
import type { AiUsages } from '@orchestrix/models';
import type { AiLimits } from '../../config-ai.ts';
import { serverError } from '../../errors.ts';
import type { Logger } from '../../utils/logger.ts';
import { ANONYMOUS_OWNER } from '../../web-client/anonymous-owner.ts';
import { recordOwnerOf } from '../../web-client/owners.ts';

/** Who asks. */
export interface AiCaller {
  ownerId: string;
  /** Address of the caller; those without a login have nothing else to tell them apart. */
  address: string;
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
  /** Counts tokens. Never rejects: what a model has answered is not lost because it could not be counted. */
  spend(caller: AiCaller, tokens: { inputTokens: number; outputTokens: number }): Promise<void>;
  report(caller: AiCaller): Promise<AiUsageReport>;
}

/** What {@link createAiAllowance} is built from. */
export interface AiAllowanceParts {
  usage: AiUsages;
  limits: AiLimits;
  logger: Logger;
  /** Milliseconds since 1970. Default: the system's clock. */
  now?: () => number;
}

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** Callers that are remembered; each makes at least one request a minute, or is forgotten. */
const MAX_CALLERS = 10_000;

/**
 * Limits an account by its id. Callers without a login are limited a minute by their address, so that one of them cannot keep out
 * the rest, and share the tokens of the anonymous owner. Minutes are this process's own, days are stored.
 */
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
      const ownerId = recordOwnerOf(caller.ownerId);
      countRequest(ownerId === ANONYMOUS_OWNER ? `address ${caller.address}` : ownerId);
      if (tokensPerDay > 0) {
        const { inputTokens, outputTokens } = await today(ownerId);
        if (inputTokens + outputTokens >= tokensPerDay) throw exhausted(limits, untilMidnight(now()));
      }
      await usage.add(ownerId, { requests: 1 }, new Date(now()));
    },
    spend: async (caller, { inputTokens, outputTokens }) => {
      try {
        await usage.add(recordOwnerOf(caller.ownerId), { inputTokens, outputTokens }, new Date(now()));
      } catch (error) {
        logger.error('The use of a language model could not be counted', { error });
      }
    },
    report: async (caller) => {
      const { day, requests, inputTokens, outputTokens } = await today(recordOwnerOf(caller.ownerId));
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
  return serverError('AI_TOO_MANY_REQUESTS', { details: { requestsPerMinute, retryAfterMs } });
}

function exhausted({ tokensPerDay }: AiLimits, retryAfterMs: number): OrchestrixError {
  return serverError('AI_BUDGET_EXHAUSTED', { details: { tokensPerDay, retryAfterMs } });
}
