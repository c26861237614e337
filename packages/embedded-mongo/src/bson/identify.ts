/** @module The `_id` of a document's bytes: found, or added, and moved to the front as MongoDB does. */
import { ObjectId } from 'bson';
import { CommandError } from '../command-error.ts';
import { BSON_TYPE, type BsonElement, elementName, findElement, walkElements } from './walk.ts';

/** Bytes whose first element is `_id`. */
export interface IdentifiedDocument {
  bytes: Uint8Array;
  /** The `_id` element in these bytes. */
  id: BsonElement;
}

/**
 * Returns the document with `_id` in front. Bytes that have it there already come back as they are.
 * @throws CommandError BadValue (2) when `_id` is an array, undefined or a regular expression, DollarPrefixedFieldName (52)
 *   when it is a document with a field that begins with `$`
 */
export function identifyDocument(bytes: Uint8Array): IdentifiedDocument {
  const id = findElement(bytes, '_id');
  if (!id) return withNewId(bytes);
  checkIdType(id.type);
  if (id.type === BSON_TYPE.document) checkIdFields(bytes, id);
  if (id.start === 4) return { bytes, id };
  const moved = new Uint8Array(bytes.length);
  const length = id.end - id.start;
  moved.set(bytes.subarray(0, 4));
  moved.set(bytes.subarray(id.start, id.end), 4);
  moved.set(bytes.subarray(4, id.start), 4 + length);
  moved.set(bytes.subarray(id.end), id.end);
  return { bytes: moved, id: shifted(id, 4 - id.start) };
}

/** The `_id` element alone as a document `{_id: …}`. */
export function idDocument({ bytes, id }: IdentifiedDocument): Uint8Array {
  const document = new Uint8Array(4 + (id.end - id.start) + 1);
  document.set(bytes.subarray(id.start, id.end), 4);
  new DataView(document.buffer).setInt32(0, document.length, true);
  return document;
}

const REFUSED_ID_TYPES: Record<number, string> = {
  [BSON_TYPE.array]: 'array',
  [BSON_TYPE.undefined]: 'undefined',
  [BSON_TYPE.regex]: 'regex',
};

/** @throws CommandError BadValue (2) for the types that an `_id` cannot have */
function checkIdType(type: number): void {
  const refused = REFUSED_ID_TYPES[type];
  if (!refused) return;
  throw new CommandError('BadValue', `can't use a value of type ${refused} for _id`);
}

const DOLLAR = 0x24;

function checkIdFields(bytes: Uint8Array, id: BsonElement): void {
  walkElements(bytes, id.valueStart, (element) => {
    if (bytes[element.nameStart] !== DOLLAR) return undefined;
    throw new CommandError(
      'DollarPrefixedFieldName',
      `_id fields may not contain '$'-prefixed fields: ${elementName(bytes, element)} is not valid for storage.`,
    );
  });
}

const ID_ELEMENT_LENGTH = 1 + 4 + 12;

function withNewId(bytes: Uint8Array): IdentifiedDocument {
  const identified = new Uint8Array(bytes.length + ID_ELEMENT_LENGTH);
  new DataView(identified.buffer).setInt32(0, identified.length, true);
  identified[4] = BSON_TYPE.objectId;
  identified.set([0x5f, 0x69, 0x64, 0], 5);
  identified.set(new ObjectId().id, 9);
  identified.set(bytes.subarray(4), 4 + ID_ELEMENT_LENGTH);
  const id = { type: BSON_TYPE.objectId, start: 4, nameStart: 5, nameEnd: 8, valueStart: 9, end: 21 };
  return { bytes: identified, id };
}

function shifted(element: BsonElement, by: number): BsonElement {
  return {
    type: element.type,
    start: element.start + by,
    nameStart: element.nameStart + by,
    nameEnd: element.nameEnd + by,
    valueStart: element.valueStart + by,
    end: element.end + by,
  };
}
