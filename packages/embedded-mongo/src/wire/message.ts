/** @module The messages of the wire protocol: OP_MSG, and OP_QUERY for a client's first hello. */
import { documentEnd } from '../bson/walk.ts';
import { crc32c } from './crc32c.ts';
import { ProtocolError } from './framing.ts';

/** A request as it came: a command's body, and the documents that came beside it. */
export interface WireRequest {
  requestId: number;
  /** Which kind of message asked, and so which kind must answer. */
  kind: 'msg' | 'query';
  /** The command; for OP_QUERY the query document. */
  body: Uint8Array;
  /** Document sequences by their field name. */
  sequences: Map<string, Uint8Array[]>;
  /** The database that OP_QUERY names in its namespace; OP_MSG carries `$db` in its body. */
  database?: string;
  /** The client does not want an answer. */
  unanswered: boolean;
}

const OP = { reply: 1, query: 2004, compressed: 2012, msg: 2013 } as const;
const FLAG = { checksumPresent: 1, moreToCome: 2 } as const;
/** Bits 0 to 15 are required: a server must refuse those it does not know. */
const UNKNOWN_REQUIRED_FLAGS = 0xffff & ~(FLAG.checksumPresent | FLAG.moreToCome);

/**
 * Reads one whole message.
 * @throws ProtocolError, CommandError when it is malformed or of a kind that is not spoken here
 */
export function parseMessage(message: Uint8Array): WireRequest {
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
  const requestId = view.getInt32(4, true);
  const opCode = view.getInt32(12, true);
  if (opCode === OP.msg) return parseMsg(message, view, requestId);
  if (opCode === OP.query) return parseQuery(message, requestId);
  if (opCode === OP.compressed) throw new ProtocolError('OP_COMPRESSED was not negotiated');
  throw new ProtocolError(`opcode ${opCode} is not supported`);
}

/** Frames an answer to a request. */
export function frameAnswer(request: WireRequest, responseId: number, body: Uint8Array): Uint8Array {
  const prefix = request.kind === 'msg' ? 5 : 20;
  const answer = new Uint8Array(16 + prefix + body.length);
  const view = new DataView(answer.buffer);
  view.setInt32(0, answer.length, true);
  view.setInt32(4, responseId, true);
  view.setInt32(8, request.requestId, true);
  view.setInt32(12, request.kind === 'msg' ? OP.msg : OP.reply, true);
  if (request.kind === 'query') {
    view.setInt32(16, AWAIT_CAPABLE, true);
    view.setInt32(32, 1, true);
  }
  answer.set(body, 16 + prefix);
  return answer;
}

/** Frames a command, as a client sends it. */
export function frameCommand(body: Uint8Array): Uint8Array {
  const message = new Uint8Array(21 + body.length);
  const view = new DataView(message.buffer);
  view.setInt32(0, message.length, true);
  view.setInt32(4, 1, true);
  view.setInt32(12, OP.msg, true);
  message.set(body, 21);
  return message;
}

const AWAIT_CAPABLE = 8;

function parseMsg(message: Uint8Array, view: DataView, requestId: number): WireRequest {
  if (message.length < 21) throw new ProtocolError('OP_MSG is cut off');
  const flags = view.getUint32(16, true);
  if (flags & UNKNOWN_REQUIRED_FLAGS) throw new ProtocolError('OP_MSG has unknown required flags');
  const end = flags & FLAG.checksumPresent ? checkedEnd(message, view) : message.length;
  const sections = message.subarray(0, end);
  let body: Uint8Array | undefined;
  const sequences = new Map<string, Uint8Array[]>();
  let at = 20;
  while (at < end) {
    const kind = sections[at++];
    if (kind === 0) {
      if (body) throw new ProtocolError('OP_MSG has two bodies');
      const bodyEnd = documentEnd(sections, at, end);
      body = sections.subarray(at, bodyEnd);
      at = bodyEnd;
    } else if (kind === 1) {
      at = parseSequence(sections, view, at, sequences);
    } else {
      throw new ProtocolError(`OP_MSG has a section of kind ${kind}`);
    }
  }
  if (!body) throw new ProtocolError('OP_MSG has no body');
  return { requestId, kind: 'msg', body, sequences, unanswered: (flags & FLAG.moreToCome) !== 0 };
}

function checkedEnd(message: Uint8Array, view: DataView): number {
  const end = message.length - 4;
  const matches = end >= 20 && crc32c(message.subarray(0, end)) === view.getUint32(end, true);
  if (!matches) throw new ProtocolError('the checksum of OP_MSG does not match');
  return end;
}

function parseSequence(
  bytes: Uint8Array,
  view: DataView,
  start: number,
  sequences: Map<string, Uint8Array[]>,
): number {
  if (start + 4 > bytes.length) throw new ProtocolError('a document sequence is cut off');
  const end = start + view.getInt32(start, true);
  if (end <= start + 4 || end > bytes.length) throw new ProtocolError('a document sequence has a wrong size');
  const nameEnd = bytes.indexOf(0, start + 4);
  if (nameEnd < 0 || nameEnd >= end) throw new ProtocolError('a document sequence has no name');
  const name = decoder.decode(bytes.subarray(start + 4, nameEnd));
  if (sequences.has(name)) throw new ProtocolError('OP_MSG repeats a document sequence');
  const documents: Uint8Array[] = [];
  for (let at = nameEnd + 1; at < end; ) {
    const next = documentEnd(bytes, at, end);
    documents.push(bytes.subarray(at, next));
    at = next;
  }
  sequences.set(name, documents);
  return end;
}

function parseQuery(message: Uint8Array, requestId: number): WireRequest {
  const nameEnd = message.indexOf(0, 20);
  if (nameEnd < 0) throw new ProtocolError('OP_QUERY has no namespace');
  const namespace = decoder.decode(message.subarray(20, nameEnd));
  if (!namespace.endsWith('.$cmd')) throw new ProtocolError('OP_QUERY may only carry a command');
  const start = nameEnd + 9;
  const body = message.subarray(start, documentEnd(message, start, message.length));
  const database = namespace.slice(0, -'.$cmd'.length);
  return { requestId, kind: 'query', body, sequences: new Map(), database, unanswered: false };
}

const decoder = new TextDecoder();
