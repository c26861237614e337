/** @module Writes answers that carry stored documents, without decoding them. */
/** An answer to a cursor command: `{cursor: {firstBatch | nextBatch: […], id, ns}, ok: 1}`. */
export interface CursorAnswer {
  batchName: 'firstBatch' | 'nextBatch';
  documents: readonly Uint8Array[];
  /** 0 when nothing is left. */
  cursorId: bigint;
  namespace: string;
}

/** The bytes of a cursor command's answer. */
export function assembleCursorAnswer({
  batchName,
  documents,
  cursorId,
  namespace,
}: CursorAnswer): Uint8Array {
  const batch = arrayOf(documents);
  const name = encoder.encode(batchName);
  const ns = encoder.encode(namespace);
  const batchElement = 1 + name.length + 1 + batch.length;
  const cursorLength = 4 + batchElement + (1 + 3 + 8) + (1 + 3 + 4 + ns.length + 1) + 1;
  const length = 4 + (1 + 7 + cursorLength) + (1 + 3 + 8) + 1;
  const answer = new Uint8Array(length);
  const view = new DataView(answer.buffer);
  view.setInt32(0, length, true);
  let at = 4;
  answer[at++] = 0x03;
  at = putName(answer, at, CURSOR);
  view.setInt32(at, cursorLength, true);
  at += 4;
  answer[at++] = 0x04;
  at = putName(answer, at, name);
  batch.writeTo(answer, at);
  at += batch.length;
  answer[at++] = 0x12;
  at = putName(answer, at, ID);
  view.setBigInt64(at, cursorId, true);
  at += 8;
  answer[at++] = 0x02;
  at = putName(answer, at, NS);
  view.setInt32(at, ns.length + 1, true);
  at = putName(answer, at + 4, ns);
  answer[at++] = 0;
  answer[at++] = 0x01;
  at = putName(answer, at, OK);
  view.setFloat64(at, 1, true);
  return answer;
}

/** The bytes of a document that has the fields of `head`, one whose value is a stored document, and those of `tail`. */
export function assembleWithDocument(
  head: Uint8Array,
  name: string,
  document: Uint8Array,
  tail: Uint8Array,
): Uint8Array {
  const nameBytes = encoder.encode(name);
  const length = head.length - 1 + (1 + nameBytes.length + 1 + document.length) + (tail.length - 4);
  const answer = new Uint8Array(length);
  answer.set(head.subarray(0, head.length - 1));
  new DataView(answer.buffer).setInt32(0, length, true);
  let at = head.length - 1;
  answer[at++] = 0x03;
  at = putName(answer, at, nameBytes);
  answer.set(document, at);
  answer.set(tail.subarray(4), at + document.length);
  return answer;
}

function arrayOf(documents: readonly Uint8Array[]) {
  let length = 5;
  let digits = 1;
  let next = 10;
  for (let i = 0; i < documents.length; i++) {
    if (i === next) {
      digits++;
      next *= 10;
    }
    length += 2 + digits + documents[i]!.length;
  }
  const writeTo = (target: Uint8Array, offset: number) => {
    new DataView(target.buffer).setInt32(offset, length, true);
    let at = offset + 4;
    for (let i = 0; i < documents.length; i++) {
      target[at++] = 0x03;
      at = putIndex(target, at, i);
      target.set(documents[i]!, at);
      at += documents[i]!.length;
    }
  };
  return { length, writeTo };
}

function putIndex(target: Uint8Array, at: number, index: number): number {
  let digits = 1;
  for (let limit = 10; index >= limit; limit *= 10) digits++;
  for (let i = at + digits - 1, rest = index; i >= at; i--) {
    target[i] = 48 + (rest % 10);
    rest = Math.floor(rest / 10);
  }
  return at + digits + 1;
}

function putName(target: Uint8Array, at: number, name: Uint8Array): number {
  target.set(name, at);
  return at + name.length + 1;
}

const encoder = new TextEncoder();
const CURSOR = encoder.encode('cursor');
const ID = encoder.encode('id');
const NS = encoder.encode('ns');
const OK = encoder.encode('ok');
