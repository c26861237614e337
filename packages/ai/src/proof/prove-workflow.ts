/** @module Proves a draft: runs it in a sandbox as callers would, the good ones and the others, and says what it found. */
import type { Plan } from '@orchestrix/engine';
import { isObject } from '../builder/plain.ts';
import type { Finding } from '../finding.ts';
import type { OnProgress } from '../progress.ts';
import { type CallerValue, callerValues } from './caller-values.ts';
import { Findings } from './findings.ts';
import { referencePath, type WrittenStep, writtenSteps } from './plan-steps.ts';
import type { Proof, Sandbox, SandboxSession, Trial } from './proof.ts';
import { runTrial, type TrialOutcome, type TrialRequest } from './run-trial.ts';
import { makeSeeds, type Seeds } from './seeds.ts';
import { makeGoodInput, makeWrongInputs } from './trial-inputs.ts';

/** What a proof is made with. */
export interface ProofOptions {
  /** Has to be ok. */
  plan: Plan;
  sandbox: Sandbox;
  signal?: AbortSignal | undefined;
  onProgress?: OnProgress | undefined;
}

/**
 * Tries a plan with a good input, without each required value, with values of the wrong type, twice where doubles matter, without
 * a token where one is asked for, and for something that is not there.
 *
 * @throws Error for a plan that is not ok; the signal's reason; whatever opening the sandbox throws
 */
export async function proveWorkflow({ plan, sandbox, signal, onProgress }: ProofOptions): Promise<Proof> {
  if (!plan.ok) throw new Error('Only a plan that is ok can be proved');
  signal?.throwIfAborted();
  const steps = writtenSteps(plan);
  const values = callerValues(plan, steps);
  const { input, impossible } = makeGoodInput(values);
  const findings = new Findings(plan);
  for (const field of impossible) findings.impossible(field);
  if (steps.every(({ type }) => IDLE_TYPES.has(type))) findings.doesNothing();
  if (impossible.length > 0) return finished([], findings.list, onProgress);

  const session = await sandbox.open();
  try {
    const trials = new Trials({
      plan,
      steps,
      session,
      signal,
      onProgress,
      findings,
      seeds: makeSeeds(steps, input),
    });
    await trials.runAll(values, input);
    return finished(trials.done, findings.list, onProgress);
  } finally {
    await session.close();
  }
}

function finished(trials: Trial[], findings: readonly Finding[], onProgress: OnProgress | undefined): Proof {
  for (const finding of findings) onProgress?.({ type: 'finding', finding });
  const ok = trials.every(({ passed }) => passed) && findings.every(({ severity }) => severity !== 'error');
  return { ok: ok && trials.length > 0, trials, findings: [...findings] };
}

/** Steps that take, check or wait: a workflow of nothing else reads, stores, sends, makes and answers nothing. */
const IDLE_TYPES: ReadonlySet<string> = new Set([
  'input',
  'inputValidation',
  'authMiddleware',
  'guard',
  'delay',
]);

interface TrialsParts {
  plan: Plan;
  steps: readonly WrittenStep[];
  session: SandboxSession;
  signal: AbortSignal | undefined;
  onProgress: OnProgress | undefined;
  findings: Findings;
  seeds: Seeds;
}

/** The trials of one proof, one after the other in one session. */
class Trials {
  readonly done: Trial[] = [];
  /** Tokens, hashes and passwords of all trials: a later one may show what an earlier one stored. */
  private readonly secrets = new Set<string>();

  constructor(private readonly parts: TrialsParts) {}

  async runAll(values: readonly CallerValue[], input: Record<string, unknown>): Promise<void> {
    const { findings, seeds, steps } = this.parts;
    const valid = { kind: 'valid', name: 'a good request', input } as const;
    const first = await this.run(valid, 'success', 'seeded');
    if (first.error?.startsWith(UNSUPPORTED)) return findings.unsupported(first);
    if (first.outcome !== 'success') findings.goodRefused(first);
    if (first.outcome === 'success' && guardsAgainstDoubles(steps)) {
      const second = await this.run(
        { kind: 'duplicate', name: 'the same again', input },
        'refusal',
        'as-it-is',
      );
      if (second.outcome !== 'refusal') findings.duplicate(second);
    }
    for (const { field, ...wrong } of makeWrongInputs(values, input)) {
      const trial = await this.run(wrong, 'refusal', 'seeded');
      if (trial.outcome === 'refusal') continue;
      findings.wrongInput(wrong.kind, field, trial, this.isWritten(field) ? 'written' : 'only-read');
    }
    if (seeds.claims) {
      const bare = await this.run(
        { kind: 'no-token', name: 'without a token', input },
        'refusal',
        'seeded',
        'no-token',
      );
      const { documents, mails } = bare.shown;
      const hasActed = Object.keys(documents).length > 0 || mails.length > 0;
      if (bare.outcome !== 'refusal' || hasActed) findings.tokenIgnored(bare);
    }
    if (first.outcome === 'success' && seeds.findsOne) {
      const request = { kind: 'unknown', name: 'for something that is not there', input } as const;
      const lost = await this.run(request, 'refusal', 'empty');
      if (lost.outcome === 'failure') findings.unknownFailed(lost);
    }
  }

  private async run(
    request: Omit<TrialRequest, 'authorization'>,
    expected: Trial['expected'],
    start: 'seeded' | 'empty' | 'as-it-is',
    token: 'token' | 'no-token' = 'token',
  ): Promise<TrialOutcome> {
    const { plan, session, signal, onProgress, seeds } = this.parts;
    signal?.throwIfAborted();
    if (start !== 'as-it-is') await session.reset();
    if (start === 'seeded') await seed(session, seeds, this.secrets);
    const authorization = token === 'token' ? await bearer(session, seeds) : undefined;
    const trial = await runTrial(plan, session, { ...request, authorization }, signal, this.secrets);
    // Answering "nothing there" with a success is a decision; a failure is not.
    const passed = trial.outcome === expected || (request.kind === 'unknown' && trial.outcome === 'success');
    this.done.push({ ...trial.shown, expected, passed });
    onProgress?.({ type: 'trial', name: request.name, passed });
    return trial;
  }

  /** Whether a value of the caller gets into a document or a mail. */
  private isWritten(field: string): boolean {
    const name = field.split('.')[0];
    return this.parts.steps.some(
      ({ type, references }) =>
        WRITERS.has(type) &&
        references.some(({ segments: [root, second], braced }) =>
          root === 'input' ? second === name : braced && root === name,
        ),
    );
  }
}

/** How the database of `memorySandbox` refuses what it cannot do; no fault of the workflow. */
const UNSUPPORTED = 'The database in memory does not know';

const WRITERS = new Set(['dbInsert', 'dbUpdate', 'emailSend']);

async function seed(
  session: SandboxSession,
  { documents, passwords }: Seeds,
  secrets: Set<string>,
): Promise<void> {
  for (const [collection, list] of documents) {
    const ready = await Promise.all(
      list.map(async (document) => {
        const plain = passwords.get(document);
        const hash = plain === undefined ? undefined : await session.ports.passwords?.hash(plain);
        if (hash !== undefined) secrets.add(hash);
        return { ...document, ...(hash !== undefined && { password: hash }) };
      }),
    );
    await session.seed(collection, ready);
  }
}

async function bearer({ ports }: SandboxSession, { claims }: Seeds): Promise<string | undefined> {
  const token = claims && (await ports.tokens?.sign(claims, { expiresIn: '1h' }));
  return token === undefined ? undefined : `Bearer ${token}`;
}

/** Sign-ups, and whatever looks for a double before it stores something. */
function guardsAgainstDoubles(steps: readonly WrittenStep[]): boolean {
  return steps.some(({ type, fields }, index) => {
    if (type !== 'dbInsert') return false;
    const { data } = fields;
    if (isObject(data) && Object.hasOwn(data, 'password') && Object.hasOwn(data, 'email')) return true;
    const before = steps.slice(0, index);
    return before.some(
      (find) =>
        find.type === 'dbFind' &&
        find.fields.collection === fields.collection &&
        before.some(
          (guard) =>
            guard.type === 'guard' &&
            guard.fields.is === 'absent' &&
            referencePath(guard.fields.value)?.join('.') === find.output,
        ),
    );
  });
}
