/** @module Fills in the timestamps that a client leaves to the server. */
import { BSON_TYPE, walkElements } from './walk.ts';

const NAME_OF_ID = [0x5f, 0x69, 0x64, 0];

let lastSecond = 0;
let counter = 0;

/**
 * Gives each empty timestamp at a new document's top level the present time and a counter, as MongoDB does. The bytes
 * come back as they are when there is none; `_id` is left alone.
 */
export function fillTimestamps(bytes: Uint8Array): Uint8Array {
  // Most documents have no such byte at all, and looking for one is far quicker than a walk.
  if (!bytes.includes(BSON_TYPE.timestamp)) return bytes;
  let filled: Uint8Array | undefined;
  walkElements(bytes, 0, ({ type, nameStart, valueStart, end }) => {
    if (type !== BSON_TYPE.timestamp || bytes.subarray(valueStart, end).some((byte) => byte !== 0))
      return undefined;
    if (NAME_OF_ID.every((byte, at) => bytes[nameStart + at] === byte)) return undefined;
    filled ??= bytes.slice();
    writeNow(new DataView(filled.buffer, filled.byteOffset), valueStart);
    return undefined;
  });
  return filled ?? bytes;
}

function writeNow(view: DataView, offset: number): void {
  const second = Math.floor(Date.now() / 1000);
  counter = second === lastSecond ? counter + 1 : 1;
  lastSecond = second;
  view.setUint32(offset, counter, true);
  view.setUint32(offset + 4, second, true);
}
