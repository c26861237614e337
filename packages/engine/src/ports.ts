/** @module The interfaces through which a running workflow reaches the world; implementations live outside the engine. */

/** A stored document as it comes from a {@link Database}: plain, with `_id` and whatever fields it has. */
export type Document = Record<string, unknown>;

/** What every port call gets besides its arguments. */
export interface PortOptions {
  /** Aborted when the run is cancelled or its time is over; a port stops its work and rejects with the signal's reason. */
  signal?: AbortSignal;
}

/** What an insert may demand. */
export interface InsertOptions extends PortOptions {
  /**
   * Fields of which no two documents of the collection may share a value, also when they are stored at the same time; a document
   * without a value (absent, null, an empty text) shares none. Rejects with a TerminalError `DUPLICATE_VALUE` that names the fields.
   */
  unique?: readonly string[];
}

/** Which documents, in which order, and how much of them. */
export interface FindQuery {
  /** A MongoDB filter; operators in it were checked against the engine's allow-list. */
  filter: Document;
  /** Field → `1` ascending or `-1` descending. */
  sort?: Record<string, 1 | -1>;
  /** Most documents to return. */
  limit?: number;
  /** Documents to pass over first. */
  skip?: number;
  /** Field → `1` include or `0` exclude. */
  projection?: Record<string, 0 | 1>;
}

/**
 * Documents of one owner. Collections need no definition; `createdAt`, `updatedAt` and `__v` are kept by the implementation.
 *
 * Every method rejects with an `Error` whose message can be shown to the owner of the workflow: it never carries credentials.
 */
export interface Database {
  /** All matching documents; `[]` when there is none. */
  find(collection: string, query: FindQuery, options?: PortOptions): Promise<Document[]>;
  /** The first matching document or `null`. */
  findOne(collection: string, query: FindQuery, options?: PortOptions): Promise<Document | null>;
  /** Stores one document and returns it as stored. */
  insertOne(collection: string, document: Document, options?: InsertOptions): Promise<Document>;
  /** Applies `update` (update operators only, at least `$set`) to the first match, without upsert; the document afterwards or `null`. */
  updateOne(
    collection: string,
    filter: Document,
    update: Document,
    options?: PortOptions,
  ): Promise<Document | null>;
  /** Applies `update` to all matches, without upsert. */
  updateMany(
    collection: string,
    filter: Document,
    update: Document,
    options?: PortOptions,
  ): Promise<{ acknowledged: boolean; matchedCount: number; modifiedCount: number }>;
  /** Deletes the first match and returns it as it was, or `null`. */
  deleteOne(collection: string, filter: Document, options?: PortOptions): Promise<Document | null>;
  /** Deletes all matches. */
  deleteMany(
    collection: string,
    filter: Document,
    options?: PortOptions,
  ): Promise<{ acknowledged: boolean; deletedCount: number }>;
}

/** One mail. `html` is safe to send: values in it were escaped by the engine. The text part is derived from it by the port. */
export interface MailMessage {
  /** As the header shows it: addresses, or names in quotes with addresses in angle brackets, separated by commas. */
  to: string;
  subject: string;
  html: string;
  /** Every address the mail goes to, `cc` and `bcc` included; without it, those that the headers name. */
  recipients?: readonly string[];
  cc?: string;
  bcc?: string;
  replyTo?: string;
  /** Name of the sender; the address is the port's. */
  fromName?: string;
  attachments?: readonly MailAttachment[];
}

/** A file that goes with a mail. */
export interface MailAttachment {
  filename: string;
  content: string;
  /** How `content` is written. */
  encoding: 'text' | 'base64';
  /** Media type; by the name of the file when absent. */
  contentType?: string;
}

/** Sends mails. */
export interface Mailer {
  /** Resolves once the server took the mail; rejects with the server's text when it did not. */
  send(message: MailMessage, options?: PortOptions): Promise<{ messageId: string }>;
}

/** Signs and verifies tokens (JWT, HS256). */
export interface Tokens {
  /**
   * @param payload claims
   * @param options `expiresIn` in the notation of the field: `"7d"`, `"15m"`, or seconds
   */
  sign(payload: Record<string, unknown>, options: { expiresIn: string | number }): string | Promise<string>;
  /**
   * The claims of a valid token.
   *
   * @throws Error with the verifier's text: `invalid token`, `jwt malformed`, `invalid signature`, `jwt expired`, or `JWT_SECRET is not configured`
   */
  verify(token: string): Record<string, unknown> | Promise<Record<string, unknown>>;
}

/** Hashes and checks passwords (bcrypt). */
export interface Passwords {
  /** A bcrypt hash of `plain`. */
  hash(plain: string, options?: PortOptions): Promise<string>;
  /** Whether `plain` belongs to `hash`; `false`, never a rejection, for a text that is no hash. */
  verify(plain: string, hash: string, options?: PortOptions): Promise<boolean>;
}

/** Slows down who guesses passwords through a workflow. */
export interface LoginAttempts {
  /**
   * Runs a check of a password, unless the account or the caller has failed too often.
   *
   * @param attempt the caller's address and the account that is tried
   * @throws OrchestrixError that says how long to wait
   */
  check(
    attempt: { caller: string | undefined; account: string },
    verify: () => Promise<boolean>,
  ): Promise<boolean>;
}

/** Outgoing HTTP. Implementations decide which hosts may be reached. */
export interface Http {
  fetch(url: string, init: RequestInit): Promise<Response>;
}

/** Time and randomness, so that a run can be repeated exactly. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Resolves after `ms` milliseconds; rejects with the signal's reason when that is aborted first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** What a run may reach. A step that needs a port which is missing fails with a message that names it. */
export interface Ports {
  database?: Database;
  mailer?: Mailer;
  tokens?: Tokens;
  passwords?: Passwords;
  loginAttempts?: LoginAttempts;
  http?: Http;
  clock?: Clock;
}
