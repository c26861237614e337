/** @module What a proof is: trial runs of a draft in a sandbox, and what came of them. */
import type { Document, MailMessage, Ports } from '@orchestrix/engine';
import type { Finding } from '../finding.ts';

/** What a trial tries. */
export type TrialKind = 'valid' | 'missing' | 'wrong-type' | 'duplicate' | 'no-token' | 'unknown';

/** One run of the draft with one input. Passwords and tokens in it are redacted. */
export interface Trial {
  kind: TrialKind;
  /** For people, such as `without "email"`. */
  name: string;
  input: unknown;
  /** Whether the run should succeed or be refused. */
  expected: 'success' | 'refusal';
  passed: boolean;
  /** What a caller of the published API would get. */
  answer: { status: number; body: unknown };
  /** Why the run failed, when it did. */
  error?: string;
  /** Id of the step at which it failed. */
  failedStep?: string;
  /** Documents that this run left new or changed, by collection. */
  documents: Record<string, Document[]>;
  mails: MailMessage[];
}

/** What the trials showed. */
export interface Proof {
  /** Whether every trial passed. */
  ok: boolean;
  trials: Trial[];
  findings: Finding[];
}

/** Where drafts are tried: a scratch database, captured mails, frozen time, no network. */
export interface Sandbox {
  /** A sandbox without any document. */
  open(): Promise<SandboxSession>;
}

/** One sandbox; runs in it see what earlier ones left. */
export interface SandboxSession {
  /** Everything but `http`. */
  readonly ports: Ports;
  /** Stores documents as they are, `_id` included (24 hexadecimal digits become an ObjectId where there are such). */
  seed(collection: string, documents: readonly Document[]): Promise<void>;
  /** All documents by collection, as plain values. */
  documents(): Promise<Record<string, Document[]>>;
  /** Mails so far. */
  mails(): readonly MailMessage[];
  /** Forgets all documents and mails. */
  reset(): Promise<void>;
  close(): Promise<void>;
}
