/** @module The memory that one stage of a query may hold: 100 MB, as in MongoDB. */
import { CommandError } from './command-error.ts';

/** Bytes that one stage may hold. */
export const STAGE_MEMORY_BYTES = 100 * 1024 * 1024;
/** What an object, its place in a list and its allocation take, beside its content. */
const OBJECT_BYTES = 64;

/** Counts what a stage holds. */
export class StageMemory {
  readonly #stage: string;
  #bytes = 0;

  /** @param stage its name for the message, such as `$group` */
  constructor(stage: string) {
    this.#stage = stage;
  }

  /** Counts something that is held from now on. @throws CommandError QueryExceededMemoryLimitNoDiskUseAllowed (292) */
  hold(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes <= STAGE_MEMORY_BYTES) return;
    throw new CommandError(
      'QueryExceededMemoryLimitNoDiskUseAllowed',
      `${this.#stage} exceeded the memory limit of ${STAGE_MEMORY_BYTES} bytes. This server does not use the disk for it, also with allowDiskUse: use an index, a limit, or a filter that leaves fewer documents.`,
    );
  }

  /** Counts a value that is held from now on. @throws CommandError as {@link StageMemory.hold} */
  holdValue(value: unknown): void {
    this.hold(memoryOf(value));
  }

  /** Counts something that is not held any more. */
  release(bytes: number): void {
    this.#bytes -= bytes;
  }
}

/** About the memory that a value takes. */
export function memoryOf(value: unknown): number {
  if (typeof value === 'string') return 24 + value.length;
  if (typeof value !== 'object' || value === null) return 8;
  let bytes = OBJECT_BYTES;
  if (Array.isArray(value)) {
    for (const item of value) bytes += memoryOf(item);
    return bytes;
  }
  if (ArrayBuffer.isView(value)) return bytes + value.byteLength;
  for (const key in value) bytes += 16 + memoryOf((value as Record<string, unknown>)[key]);
  return bytes;
}
