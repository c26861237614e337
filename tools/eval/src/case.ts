/** @module What an evaluation asks: a request in plain words, and a check that calls what came of it. */
import type { Document, MailMessage } from '@orchestrix/engine';

/** The common kinds of backends that every drafter should know. */
export const FAMILIES = [
  'sign-up',
  'log-in',
  'create',
  'read',
  'list',
  'update',
  'delete',
  'contact',
  'protected',
  'approval',
  'webhook',
] as const;

/** A kind of request; `other` for what goes beyond the common ones. */
export type Family = (typeof FAMILIES)[number] | 'other';

/** What a caller of the published API got. */
export interface Reply {
  status: number;
  body: unknown;
}

/** The owner's account as a check sees it. */
export interface CaseContext {
  /**
   * Calls the published workflow. Inputs go under the names that the workflow declares: `phone` also as `phoneNumber`.
   *
   * @param options `token`: sent as a bearer
   */
  call(input?: Document, options?: { token?: string }): Promise<Reply>;
  /** Documents of one collection, oldest first, as plain values; passwords as they are stored. */
  documents(collection: string): Promise<Document[]>;
  /** Documents of all collections that have these values, whatever the collection is called. */
  stored(match?: Document): Promise<Document[]>;
  /** Stores documents, one after the other; a `password` is hashed. */
  seed(collection: string, documents: readonly Document[]): Promise<Document[]>;
  /** Mails since the last reset. */
  mails(): readonly MailMessage[];
  /** A token as the owner's workflows make them. Claims besides `userId`, `email` and `role` (`user`) may be given. */
  token(claims?: Document): Promise<string>;
  /**
   * What a token says that a workflow has made.
   *
   * @throws Error when none of the owner's workflows would take it
   */
  claimsOf(token: string): Promise<Document>;
}

/** Resolves when the workflow does what was asked; rejects saying what is wrong. */
export type Check = (context: CaseContext) => Promise<void>;

/** A change that is asked for afterwards. */
export interface Round {
  change: string;
  check: Check;
}

/** A request and what has to come of it. */
export interface EvaluationCase {
  name: string;
  family: Family;
  request: string;
  /** Documents by collection that the owner has already; there again before every check. */
  given?: Readonly<Record<string, readonly Document[]>>;
  /** Steps of the shortest correct workflow. */
  shortest: number;
  check: Check;
  rounds?: readonly [Round, Round];
}

/** A request with bad intentions, or none that can be made out. */
export interface HostileCase {
  name: string;
  request: string;
  given?: Readonly<Record<string, readonly Document[]>>;
  /** What must be in no answer, stored document or mail. */
  secrets?: readonly string[];
  /** Who must get no mail. */
  attackers?: readonly string[];
  /** Whether a workflow that does no harm is as good as a refusal. */
  accept: 'refusal' | 'refusal or harmless';
}
