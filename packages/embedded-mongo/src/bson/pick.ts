/** @module Reads a few fields of a document, leaving the others undecoded. */
import { toPlain } from '../language/documents.ts';
import type { Document } from '../language/fields.ts';
import { type BsonElement, walkElements } from './walk.ts';

/** Reads some top-level fields of a document's bytes. */
export type PickFields = (bytes: Uint8Array) => Document;

/** Prepares the reading of these top-level fields; all others are as if they were not there. */
export function pickFields(names: Iterable<string>): PickFields {
  const wanted = Array.from(names, (name) => encoder.encode(name));
  return (bytes) => {
    const found: BsonElement[] = [];
    let length = 5;
    walkElements(bytes, 0, (element) => {
      if (!wanted.some((name) => isNamed(bytes, element, name))) return undefined;
      found.push(element);
      length += element.end - element.start;
      return undefined;
    });
    if (found.length === 0) return {};
    const picked = new Uint8Array(length);
    picked[0] = length & 255;
    picked[1] = (length >> 8) & 255;
    picked[2] = (length >> 16) & 255;
    picked[3] = length >> 24;
    let at = 4;
    for (const { start, end } of found) {
      picked.set(bytes.subarray(start, end), at);
      at += end - start;
    }
    return toPlain(picked);
  };
}

function isNamed(bytes: Uint8Array, { nameStart, nameEnd }: BsonElement, name: Uint8Array): boolean {
  if (nameEnd - nameStart !== name.length) return false;
  for (let at = 0; at < name.length; at++) if (bytes[nameStart + at] !== name[at]) return false;
  return true;
}

const encoder = new TextEncoder();
