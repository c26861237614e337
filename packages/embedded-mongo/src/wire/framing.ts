/** @module Cuts a TCP stream into messages of the wire protocol. */

/** The largest message that is read, header included, in bytes: MongoDB's own limit of 48,000,000. */
export const MAX_MESSAGE_BYTES = 48_000_000;

const HEADER_BYTES = 16;

/** Thrown when bytes cannot be a message; the connection they came over is closed. */
export class ProtocolError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ProtocolError';
  }
}

/** Collects chunks as they arrive and hands out whole messages. */
export class MessageFramer {
  #chunks: Uint8Array[] = [];
  #length = 0;

  /** Adds what arrived; the bytes are kept by reference until they are handed out. */
  push(chunk: Uint8Array): void {
    if (chunk.length === 0) return;
    this.#chunks.push(chunk);
    this.#length += chunk.length;
  }

  /**
   * The next whole message with its header, or undefined while one is still arriving.
   * @throws ProtocolError when the announced length is impossible
   */
  next(): Uint8Array | undefined {
    if (this.#length < 4) return undefined;
    const length = this.#announcedLength();
    if (length < HEADER_BYTES) throw new ProtocolError(`a message announced ${length} bytes`);
    if (length > MAX_MESSAGE_BYTES) {
      throw new ProtocolError(`a message of ${length} bytes is larger than ${MAX_MESSAGE_BYTES}`);
    }
    if (this.#length < length) return undefined;
    return this.#take(length);
  }

  #announcedLength(): number {
    const first = this.#chunks[0]!;
    const head = first.length >= 4 ? first : this.#joinHead();
    return head[0]! | (head[1]! << 8) | (head[2]! << 16) | (head[3]! << 24);
  }

  /** Joins the first chunks until four bytes lie together. */
  #joinHead(): Uint8Array {
    while (this.#chunks[0]!.length < 4) {
      const [first, second] = this.#chunks.splice(0, 2) as [Uint8Array, Uint8Array];
      this.#chunks.unshift(concat([first, second], first.length + second.length));
    }
    return this.#chunks[0]!;
  }

  #take(length: number): Uint8Array {
    this.#length -= length;
    const first = this.#chunks[0]!;
    if (first.length === length) return this.#chunks.shift()!;
    if (first.length > length) {
      this.#chunks[0] = first.subarray(length);
      return first.subarray(0, length);
    }
    return this.#gather(length);
  }

  #gather(length: number): Uint8Array {
    const message = new Uint8Array(length);
    let filled = 0;
    let used = 0;
    while (filled < length) {
      const chunk = this.#chunks[used]!;
      const part = chunk.subarray(0, length - filled);
      message.set(part, filled);
      filled += part.length;
      if (part.length === chunk.length) used++;
      else this.#chunks[used] = chunk.subarray(part.length);
    }
    this.#chunks.splice(0, used);
    return message;
  }
}

function concat(parts: readonly Uint8Array[], length: number): Uint8Array {
  const joined = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}
