/** @module A command as it was asked: its name, its fields, and the documents that came with it. */
import { arrayDocuments, BSON_TYPE, type BsonElement, elementName, walkElements } from '../bson/walk.ts';
import { CommandError } from '../command-error.ts';
import { toPlain } from '../language/documents.ts';
import { type Document, isDocument, keysOf } from '../language/fields.ts';
import { ProtocolError } from '../wire/framing.ts';
import type { WireRequest } from '../wire/message.ts';

/** Documents to be stored are kept as the bytes they came as. */
const RAW_ARRAY = 'documents';

/** One command, decoded but for the documents it wants stored. */
export class CommandRequest {
  readonly name: string;
  readonly database: string;
  /** Everything in the body but `documents`. */
  readonly fields: Document;
  readonly #documents: Uint8Array[] | null;
  readonly #sequences: Map<string, Uint8Array[]>;

  private constructor(parts: {
    fields: Document;
    database: string;
    documents: Uint8Array[] | null;
    sequences: Map<string, Uint8Array[]>;
  }) {
    const [name] = keysOf(parts.fields);
    if (name === undefined) throw new ProtocolError('a message carries no command');
    this.name = name;
    this.fields = parts.fields;
    this.database = typeof parts.fields.$db === 'string' ? parts.fields.$db : parts.database;
    this.#documents = parts.documents;
    this.#sequences = parts.sequences;
  }

  /** The command of a message. @throws ProtocolError, CommandError, BSONError when its body is no command */
  static from(wire: WireRequest): CommandRequest {
    const { body, documents } = splitDocuments(wire.body);
    const fields = unwrapQuery(toPlain(body), wire.kind);
    return new CommandRequest({
      fields,
      database: wire.database ?? '',
      documents,
      sequences: wire.sequences,
    });
  }

  /** A command inside of another one, such as that of explain. */
  static of(fields: Document, database: string): CommandRequest {
    return new CommandRequest({ fields, database, documents: null, sequences: new Map() });
  }

  /** Names of the document sequences that came beside the body. */
  get sequenceNames(): string[] {
    return [...this.#sequences.keys(), ...(this.#documents ? [RAW_ARRAY] : [])];
  }

  /** The collection the command names. @throws CommandError InvalidNamespace (73) */
  get collection(): string {
    const name = this.fields[this.name];
    if (typeof name !== 'string') {
      throw new CommandError(
        'InvalidNamespace',
        `collection name has invalid type ${name === null ? 'null' : typeof name}`,
      );
    }
    if (name === '' || name.includes('\0')) {
      throw new CommandError('InvalidNamespace', `Invalid namespace specified '${this.database}.${name}'`);
    }
    return name;
  }

  /** The documents to be stored, as bytes. */
  rawDocuments(): Uint8Array[] {
    return this.#sequences.get(RAW_ARRAY) ?? this.#documents ?? [];
  }

  /** The statements of a write command, from its body or from beside it. */
  statements(name: string): Document[] {
    const sequence = this.#sequences.get(name);
    if (sequence) return sequence.map(toPlain);
    const value = this.fields[name];
    if (!Array.isArray(value))
      throw new CommandError(
        'FailedToParse',
        `BSON field '${this.name}.${name}' is missing but a required field`,
      );
    return value.map((item) => {
      if (isDocument(item)) return item;
      throw new CommandError('TypeMismatch', `BSON field '${this.name}.${name}' must hold objects`);
    });
  }
}

/** Cuts the array of documents out of a body, so that it is not decoded. */
function splitDocuments(bytes: Uint8Array): { body: Uint8Array; documents: Uint8Array[] | null } {
  let found: BsonElement | undefined;
  let first = true;
  let isInsert = false;
  walkElements(bytes, 0, (element) => {
    if (first) isInsert = elementName(bytes, element) === 'insert';
    first = false;
    if (!isInsert) return 'stop';
    if (element.type === BSON_TYPE.array && elementName(bytes, element) === RAW_ARRAY) found = element;
    return undefined;
  });
  if (!found) return { body: bytes, documents: null };
  const body = new Uint8Array(bytes.length - (found.end - found.start));
  body.set(bytes.subarray(0, found.start));
  body.set(bytes.subarray(found.end), found.start);
  new DataView(body.buffer).setInt32(0, body.length, true);
  return { body, documents: arrayDocuments(bytes, found) };
}

/** Old clients may wrap the command of an OP_QUERY. */
function unwrapQuery(fields: Document, kind: WireRequest['kind']): Document {
  return kind === 'query' && isDocument(fields.$query) ? fields.$query : fields;
}
