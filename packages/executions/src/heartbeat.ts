/** @module Says that this process is alive, and finds executions of processes that no longer are. */
import type { ExecutionStore, Logger } from './ports.ts';

/** What {@link Heartbeat} is built from. */
export interface HeartbeatParts {
  store: Pick<ExecutionStore, 'heartbeat' | 'markInterrupted'>;
  instanceId: string;
  /** The executions of this process that are stored as running. */
  runningIds(): string[];
  /** Called for each execution that was marked as interrupted. */
  onInterrupted(ownerId: string, executionId: string): Promise<void>;
  logger: Logger;
  /** How often, in milliseconds. Default: 10,000. */
  beatMs?: number;
  /** How long another process may be silent, in milliseconds. Default: 60,000. */
  silentMs?: number;
}

const BEAT_MS = 10_000;
const SILENT_MS = 60_000;

/** Begins at once; ends with {@link Heartbeat.stop}. */
export class Heartbeat {
  private readonly timer: ReturnType<typeof setInterval>;
  private readonly beatMs: number;
  /** Since when this process has beaten without a gap: one that was paused, or did not reach the store, knows nothing of others. */
  private beatingSince = performance.now();
  private lastBeat = this.beatingSince;
  private isBusy = false;

  constructor(private readonly parts: HeartbeatParts) {
    this.beatMs = parts.beatMs ?? BEAT_MS;
    this.timer = setInterval(() => void this.beat(), this.beatMs);
    this.timer.unref?.();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private async beat(): Promise<void> {
    if (this.isBusy) return;
    this.isBusy = true;
    const { store, instanceId, runningIds, logger } = this.parts;
    const now = performance.now();
    if (now - this.lastBeat > this.beatMs * 3) this.beatingSince = now;
    this.lastBeat = now;
    try {
      await store.heartbeat(instanceId, runningIds());
      // A beat that took long says no more than one that did not come.
      if (performance.now() - now > this.beatMs) this.beatingSince = performance.now();
      await this.markInterrupted();
    } catch (error) {
      this.beatingSince = performance.now();
      logger.warn('The heartbeat of running executions failed', { error });
    } finally {
      this.isBusy = false;
    }
  }

  private async markInterrupted(): Promise<void> {
    const { store, instanceId, onInterrupted, logger, silentMs = SILENT_MS } = this.parts;
    if (performance.now() - this.beatingSince < silentMs) return;
    const interrupted = await store.markInterrupted(instanceId, silentMs);
    for (const { ownerId, executionId } of interrupted) await onInterrupted(ownerId, executionId);
    if (interrupted.length > 0)
      logger.warn('Executions of a process that is no longer heard of were marked as interrupted', {
        executions: interrupted.length,
      });
  }
}
