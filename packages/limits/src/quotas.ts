/** @module Quotas of owners: how much is kept of each, and where an owner stands. */
import { quotaExceeded } from './errors.ts';
import type { DocumentUsage, Usage } from './ports.ts';

/** How much is kept of one owner; 0 switches a quota off. */
export interface QuotaSettings {
  storedBytes: number;
  documents: number;
  executions: number;
}

/** A quota with what is used of it; `limit` 0 means no limit. */
export interface QuotaReport {
  used: number;
  limit: number;
}

/** Where log lines go. */
export interface QuotasLogger {
  debug(message: string, fields: Record<string, unknown>): void;
  warn(message: string, fields: Record<string, unknown>): void;
}

/** What {@link Quotas} is built from. */
export interface QuotasParts {
  usage: Usage;
  limits: QuotaSettings;
  logger: QuotasLogger;
  /** How long a measurement counts, in milliseconds. Default: one minute; writes of this process are added to it meanwhile. */
  measureMs?: number;
}

interface OwnerState extends DocumentUsage {
  measuredAt: number;
  measuring: Promise<void> | undefined;
}

interface OwnerRecords {
  /** Executions that were stored since they were counted last; they are counted when there are `mostUncounted`. */
  uncounted: number;
  mostUncounted: number;
  /** Executions that are there, and their bytes, about. */
  executions: number;
  bytes: number;
  working: Promise<void> | undefined;
}

/** Owners that are remembered. */
const MAX_OWNERS = 10_000;
/** Records and logs may take this part of the stored bytes besides the documents. */
const RECORD_SHARE = 0.5;

/** Keeps owners within their quotas. Measurements are shared by all writes of a minute, so that a write costs no look-up of its own. */
export class Quotas {
  readonly #owners = new Map<string, OwnerState>();
  readonly #records = new Map<string, OwnerRecords>();

  constructor(private readonly parts: QuotasParts) {}

  /**
   * Asks for room for documents.
   *
   * @throws TerminalError `QUOTA_EXCEEDED` (413)
   */
  async admitDocuments(ownerId: string, bytes: number, documents: number): Promise<void> {
    const { limits } = this.parts;
    if (limits.storedBytes === 0 && limits.documents === 0) return;
    const state = await this.#measured(ownerId);
    if (limits.storedBytes > 0 && state.bytes + bytes > limits.storedBytes)
      throw quotaExceeded(
        `An account may store ${Math.floor(limits.storedBytes / 1024 / 1024)} MB of documents.`,
      );
    if (documents > 0 && limits.documents > 0 && state.documents + documents > limits.documents)
      throw quotaExceeded(`An account may store ${limits.documents} documents.`);
    state.bytes += bytes;
    state.documents += documents;
  }

  /** Counts a stored execution, and removes old ones in the background when there are too many. Never throws. */
  executionStored(ownerId: string, bytes: number): void {
    const { limits } = this.parts;
    if (limits.executions === 0 && limits.storedBytes === 0) return;
    const records = this.#recordsOf(ownerId);
    records.uncounted++;
    records.executions++;
    records.bytes += bytes;
    const isOver = limits.storedBytes > 0 && records.bytes > limits.storedBytes * RECORD_SHARE;
    if (records.working || !(isOver || records.uncounted >= records.mostUncounted)) return;
    records.working = this.#trim(ownerId, records)
      .catch((error: unknown) =>
        this.parts.logger.warn('Old executions could not be removed', { ownerId, error }),
      )
      .finally(() => {
        records.working = undefined;
      });
  }

  /** Where an owner stands. */
  async report(ownerId: string): Promise<Record<'storedBytes' | 'documents' | 'executions', QuotaReport>> {
    const { usage, limits } = this.parts;
    const [documents, records] = await Promise.all([usage.documents(ownerId), usage.records(ownerId)]);
    return {
      storedBytes: { used: documents.bytes, limit: limits.storedBytes },
      documents: { used: documents.documents, limit: limits.documents },
      executions: { used: records.executions, limit: limits.executions },
    };
  }

  async #measured(ownerId: string): Promise<OwnerState> {
    let state = this.#owners.get(ownerId);
    if (!state) {
      state = { documents: 0, bytes: 0, measuredAt: 0, measuring: undefined };
      remember(this.#owners, ownerId, state);
    }
    if (Date.now() - state.measuredAt > (this.parts.measureMs ?? 60_000))
      state.measuring ??= this.#measure(ownerId, state);
    // Only the first write of an owner waits; later ones go by the last measurement.
    if (state.measuredAt === 0) await state.measuring;
    return state;
  }

  async #measure(ownerId: string, state: OwnerState): Promise<void> {
    try {
      const found = await this.parts.usage.documents(ownerId);
      Object.assign(state, found);
    } catch (error) {
      // A write is not refused because the database could not be measured.
      this.parts.logger.debug('The documents of an owner could not be measured', { ownerId, error });
    } finally {
      state.measuredAt = Date.now();
      state.measuring = undefined;
    }
  }

  async #trim(ownerId: string, records: OwnerRecords): Promise<void> {
    const { usage, limits } = this.parts;
    const isFirst = records.executions === records.uncounted;
    records.uncounted = 0;
    // Summing the bytes of all of them is expensive, so it is done once; later ones are added.
    const counted = isFirst
      ? await usage.records(ownerId)
      : { executions: await usage.executions(ownerId), executionBytes: 0 };
    const { executions } = counted;
    const each = isFirst
      ? counted.executionBytes / Math.max(1, executions)
      : records.bytes / Math.max(1, records.executions);
    const most = limits.storedBytes * RECORD_SHARE;
    const byBytes =
      limits.storedBytes > 0 && each * executions > most ? Math.floor((most * 0.8) / each) : Infinity;
    const keep = Math.min(limits.executions > 0 ? limits.executions : Infinity, byBytes);
    if (executions > keep) await usage.trimExecutions(ownerId, keep);
    records.executions = Math.min(executions, keep);
    records.bytes = records.executions * each;
    // Other processes store, too: the quota is passed by a tenth at most.
    records.mostUncounted =
      limits.executions > 0 ? Math.max(1, Math.floor(limits.executions / 10)) : Infinity;
  }

  #recordsOf(ownerId: string): OwnerRecords {
    let records = this.#records.get(ownerId);
    if (!records) {
      // The first look is early: what is there is not known yet.
      const mostUncounted = Math.max(1, Math.min(1_000, Math.floor(this.parts.limits.executions / 20)));
      records = { uncounted: 0, mostUncounted, executions: 0, bytes: 0, working: undefined };
      remember(this.#records, ownerId, records);
    }
    return records;
  }
}

function remember<T>(map: Map<string, T>, key: string, value: T): void {
  if (map.size >= MAX_OWNERS) map.delete(map.keys().next().value!);
  map.set(key, value);
}
