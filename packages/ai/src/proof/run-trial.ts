/** @module One trial: the draft runs once in the sandbox, and what a caller would have seen of it is kept. */
import {
  type Answer,
  type Document,
  execute,
  isSecretName,
  type MailMessage,
  type Plan,
  type Ports,
  REDACTED,
  Redactor,
} from '@orchestrix/engine';
import type { SandboxSession, Trial, TrialKind } from './proof.ts';

/** What is tried. */
export interface TrialRequest {
  kind: TrialKind;
  name: string;
  input: Record<string, unknown>;
  /** With its `Bearer`; absent: none is shown. */
  authorization?: string | undefined;
}

/** What came of it. */
export interface TrialOutcome {
  /** `refusal`: told so properly, by validation, a missing token or an answer of 4xx; `failure`: anything else that is no success. */
  outcome: 'success' | 'refusal' | 'failure';
  /** All that a proof shows, except whether it passed. */
  shown: Omit<Trial, 'expected' | 'passed'>;
  error: string | undefined;
  failedStep: string | undefined;
  status: number;
}

/** How long one trial may take in milliseconds; waiting steps take no time in a sandbox. */
const TIMEOUT_MS = 5_000;
const LIMITS = {
  timeoutMs: TIMEOUT_MS,
  maxSteps: 2_000,
  maxOutputBytes: 4_000_000,
  maxVariablesBytes: 8_000_000,
};
/** Failures by which a workflow says no to its caller. */
const REFUSALS: ReadonlySet<string | undefined> = new Set(['VALIDATION_FAILED', 'UNAUTHORIZED', 'FORBIDDEN']);

/**
 * Runs a plan once. Documents and mails of earlier runs in the session stay where they are.
 *
 * @param secrets texts that nothing shown may hold; those of this run are added
 */
export async function runTrial(
  plan: Plan,
  session: SandboxSession,
  { kind, name, input, authorization }: TrialRequest,
  signal: AbortSignal | undefined,
  secrets: Set<string>,
): Promise<TrialOutcome> {
  const before = await session.documents();
  const mailsBefore = session.mails().length;
  let answer: Answer | undefined;
  const redactor = new Redactor();
  for (const secret of secretsOf(input)) secrets.add(secret);
  const result = await execute(plan, {
    input: structuredClone(input),
    headers: authorization === undefined ? {} : { authorization },
    ports: rememberingSecrets(session.ports, secrets),
    limits: LIMITS,
    ...(signal && { signal }),
    onAnswer: (given) => {
      answer = given;
    },
  });
  signal?.throwIfAborted();
  const status = result.ok ? (answer?.statusCode ?? 200) : 422;
  const body = result.ok
    ? answer
      ? answer.body
      : { ok: true, output: result.output }
    : { ok: false, error: result.error, errorDetails: result.errorDetails };
  const failedStep = result.failedStep === undefined ? undefined : plan.steps[result.failedStep]?.id;
  redactor.protectFields(input);
  if (authorization !== undefined) secrets.add(authorization.replace(/^Bearer /, ''));
  const show = <T>(value: T): T => withoutSecrets(clip(redactor.record(value)), secrets) as T;
  const error = result.error === undefined ? undefined : show(result.error);
  const changed = difference(before, await session.documents());
  return {
    outcome: outcomeOf(result.ok, status, result.errorCode),
    shown: {
      kind,
      name,
      input: show(input),
      answer: { status, body: show(body) },
      ...(error !== undefined && { error }),
      ...(failedStep !== undefined && { failedStep }),
      // One by one: a collection may be called "credentials", and its documents are still a list.
      documents: Object.fromEntries(
        Object.entries(changed).map(([collection, documents]) => [collection, show(documents)]),
      ),
      mails: show(session.mails().slice(mailsBefore) as MailMessage[]),
    },
    error,
    failedStep,
    status,
  };
}

/** Ports that remember the tokens and hashes that they make, under whatever name a workflow shows them. */
function rememberingSecrets(ports: Ports, made: Set<string>): Ports {
  const keep = (secret: string) => {
    made.add(secret);
    return secret;
  };
  const { tokens, passwords } = ports;
  return {
    ...ports,
    ...(tokens && {
      tokens: {
        sign: async (...args: Parameters<typeof tokens.sign>) => keep(await tokens.sign(...args)),
        verify: (token: string) => tokens.verify(token),
      },
    }),
    ...(passwords && {
      passwords: {
        hash: async (...args: Parameters<typeof passwords.hash>) => keep(await passwords.hash(...args)),
        verify: (...args: Parameters<typeof passwords.verify>) => passwords.verify(...args),
      },
    }),
  };
}

/** Texts and numbers of the input under a secret name, also short ones such as a PIN. */
function secretsOf(value: unknown, isSecret: 'secret' | 'open' = 'open'): string[] {
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).flatMap(([name, inner]) =>
      secretsOf(inner, isSecret === 'secret' || isSecretName(name) ? 'secret' : 'open'),
    );
  }
  const text = typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  return isSecret === 'secret' && text.length >= MIN_SECRET ? [text] : [];
}

/** Shorter texts turn up by chance in what is no secret. */
const MIN_SECRET = 4;

function withoutSecrets(value: unknown, secrets: ReadonlySet<string>): unknown {
  if (typeof value === 'string') {
    let text = value;
    for (const secret of secrets) text = text.replaceAll(secret, REDACTED);
    return text;
  }
  if (typeof value === 'number') return secrets.has(String(value)) ? REDACTED : value;
  if (Array.isArray(value)) return value.map((item) => withoutSecrets(item, secrets));
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, withoutSecrets(inner, secrets)]),
  );
}

function outcomeOf(ok: boolean, status: number, code: string | undefined): TrialOutcome['outcome'] {
  if (!ok) return REFUSALS.has(code) ? 'refusal' : 'failure';
  if (status < 400) return 'success';
  return status < 500 ? 'refusal' : 'failure';
}

/** Documents that are new or not what they were. */
function difference(
  before: Record<string, Document[]>,
  after: Record<string, Document[]>,
): Record<string, Document[]> {
  const changed = Object.entries(after).map(([name, documents]) => {
    const known = new Set(
      (Object.hasOwn(before, name) ? before[name]! : []).map((document) => JSON.stringify(document)),
    );
    return [name, documents.filter((document) => !known.has(JSON.stringify(document)))] as const;
  });
  return Object.fromEntries(changed.filter(([, documents]) => documents.length > 0));
}

const MAX_TEXT = 2_000;
const MAX_ITEMS = 20;
const MAX_DEPTH = 12;

/** A proof is read by people: long texts and lists are shortened. */
function clip(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return value.length > MAX_TEXT ? `${value.slice(0, MAX_TEXT)}…` : value;
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  if (depth >= MAX_DEPTH) return '…';
  if (Array.isArray(value)) return value.slice(0, MAX_ITEMS).map((item) => clip(item, depth + 1));
  const { toHexString } = value as { toHexString?: unknown };
  if (typeof toHexString === 'function') return String(value);
  const entries = Object.entries(value).slice(0, 5 * MAX_ITEMS);
  return Object.fromEntries(entries.map(([key, item]) => [key, clip(item, depth + 1)]));
}
