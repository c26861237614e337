/** @module A node type: the one definition that validation, execution, catalogue and documentation are made from. */

import { z } from 'zod';
import type { StepDescription } from './describe/description.ts';
import type { Diagnostic } from './diagnostics.ts';
import type { NoteEvent } from './events.ts';
import type { Ports } from './ports.ts';
import type { LoopTurn } from './run/loop-turn.ts';
import type { Redactor } from './run/redact.ts';
import type { Runtime } from './runtime.ts';
import type { Variables } from './values/path.ts';
import type { Reference } from './values/reference.ts';
import { compileValue, type Template } from './values/template.ts';

/** What a node may do to the world; the catalogue says it, and a sandbox decides by it. */
export type SideEffect = 'none' | 'reads' | 'writes' | 'sends' | 'waits';

/** What a node hands to the steps after it. */
export interface NodeOutput {
  /** Name of the variable when the step names none. */
  name: string;
  /** One sentence: what the variable holds. */
  summary: string;
  /** The name cannot be changed by the step. */
  fixed?: true;
}

/** What `run` gets besides its configuration. */
export interface StepContext {
  readonly executionId: string;
  /** All variables so far. Read only: what a step changes is what it returns. */
  readonly variables: Variables;
  /** The caller's values as they came, before an `input` step filled gaps. */
  readonly received: Readonly<Record<string, unknown>>;
  /** Whether a caller of a published API started the run, and not its author who tries it. */
  readonly isPublished: boolean;
  /** What `input` is from the next step on, when a step has converted the caller's values. */
  nextInput?: Record<string, unknown>;
  /** Headers of the call that started the run, names in lower case. */
  readonly headers: Readonly<Record<string, unknown>>;
  /** Address of the caller that started the run, as far as it is known. */
  readonly caller: string | undefined;
  readonly ports: Ports;
  readonly runtime: Runtime;
  /** Aborted when the run is cancelled or out of time; hand it to every port. */
  readonly signal: AbortSignal | undefined;
  readonly redactor: Redactor;
  /** For a node that works long without waiting: `if (turn.isOver()) await turn.next()` lets other requests in. */
  readonly turn: LoopTurn;
  /** Counts recipients of mails. @throws TerminalError `LIMIT_RECIPIENTS` when the run may not have so many */
  countRecipients(count: number): void;
  /** The name under which the result will be stored. */
  readonly outputName: string | null;
  /** Tells people who watch what happens; absent when nobody does, so call it as `note?.(…)`. */
  readonly note?:
    | undefined
    | ((phase: NoteEvent['phase'], title: string, message: string, data?: unknown) => void);
  /** What the log shows as the step's input; set it before anything can fail. Nothing set: `{}`. */
  logInput: unknown;
  /** What the log shows as its output. Nothing set: `{}`. */
  logOutput: unknown;
}

/** A node type. `C` is what the configuration schema gives. */
export interface NodeType<C = unknown> {
  /** The name that stands in a step's `type`. */
  readonly type: string;
  readonly title: string;
  readonly category: 'input' | 'database' | 'identity' | 'messaging' | 'flow';
  /** One sentence for people and for models. */
  readonly summary: string;
  /**
   * `answer`: the run ends here and the returned value is its answer. `guard`: the same, but only when an answer is
   * returned; with `undefined` the run goes on. `condition`: the returned value, true or false, decides which edges are
   * taken.
   */
  readonly role?: 'answer' | 'guard' | 'condition';
  /** Canonical field → every accepted spelling, in order of precedence; dots reach into objects. */
  readonly aliases?: Readonly<Record<string, readonly string[]>>;
  /** What aliases cannot say: takes and returns a step in canonical spelling. */
  readonly normalize?: (step: Record<string, unknown>) => Record<string, unknown>;
  /** Parses the canonical step once, at compile time. Its messages are what a run fails with. */
  readonly config: z.ZodType<C>;
  /** `null` for a node that stores nothing. */
  readonly outputs: NodeOutput | null;
  /** A step of this type that works. */
  readonly example: Record<string, unknown>;
  readonly sideEffects: SideEffect;
  /** What the step says it is about to do, what it has done, and what it was about when it failed. */
  readonly narrate?: {
    start(config: C): string;
    done(config: C): string;
    subject?(config: C): Record<string, unknown>;
  };
  /** What a step does, in words for people, and what it touches. Without it people read the summary. */
  readonly describe?: (config: C) => StepDescription;
  /** References that stand in no template of the configuration, each with the field it stands in. */
  readonly refersTo?: (config: C) => { reference: Reference; field: string }[];
  /** Findings that the schema cannot express; paths are relative to the step. */
  readonly check?: (config: C, step: Record<string, unknown>) => NodeFinding[];
  /** Does the work; what it returns is stored under the output name. Returning synchronously costs a run nothing. */
  readonly run: (context: StepContext, config: C) => unknown;
}

/** A node type whatever its configuration is: what a registry takes. */
export type AnyNodeType = Omit<NodeType, 'config' | 'describe' | 'refersTo' | 'check' | 'run'> & {
  readonly config: z.ZodType;
  readonly describe?: (config: never) => StepDescription;
  readonly refersTo?: (config: never) => { reference: Reference; field: string }[];
  readonly check?: (config: never, step: Record<string, unknown>) => NodeFinding[];
  readonly run: (context: StepContext, config: never) => unknown;
};

/** A finding of {@link NodeType.check}. */
export type NodeFinding = Pick<Diagnostic, 'code' | 'severity' | 'path' | 'message'> &
  Partial<Pick<Diagnostic, 'got' | 'expected' | 'suggestion'>>;

/**
 * Defines a node type.
 *
 * @example
 * const shout = defineNode({
 *   type: 'shout', title: 'Shout', category: 'flow', summary: 'Makes a text loud.',
 *   config: z.object({ text: template() }),
 *   outputs: { name: 'shouted', summary: 'The text in capitals.' },
 *   example: { type: 'shout', text: '{{ input.text }}' },
 *   sideEffects: 'none',
 *   run: (context, config) => String(config.text.resolve(context.variables)).toUpperCase(),
 * });
 */
export function defineNode<C>(node: NodeType<C>): NodeType<C> {
  return node;
}

/** What a field with references usually holds: a map of names to values, a text, a number, or any value. */
export type TemplateShape = 'fields' | 'text' | 'number' | 'value';

/**
 * Schema of a field that may hold references anywhere in it; parsed into a {@link Template}. May be left out.
 *
 * @param about what the catalogue says of it; a reference in braces may stand for the whole, whatever the shape
 */
export function template(about: { description?: string; shape?: TemplateShape } = {}): z.ZodType<Template> {
  return withMeta({
    ...(about.description === undefined ? {} : { description: about.description }),
    ...(about.shape === undefined ? {} : { [SHAPE]: about.shape }),
  });
}

/**
 * Like {@link template}, for a field that a working step has: the catalogue lists it as required. That it is there is
 * checked by the node, with its own message.
 */
export function requiredTemplate(description: string, shape?: TemplateShape): z.ZodType<Template> {
  return withMeta({ description, [REQUIRED]: true, ...(shape === undefined ? {} : { [SHAPE]: shape }) });
}

/** Marks a field as required in a schema that accepts its absence. */
export const REQUIRED = 'x-required';
/** Says in the catalogue's JSON Schema what a field with references usually holds; see {@link TemplateShape}. */
const SHAPE = 'x-shape';

function withMeta(meta: Record<string, unknown>): z.ZodType<Template> {
  const schema = z
    .unknown()
    .optional()
    .transform((value) => compileValue(value)) as unknown as z.ZodType<Template>;
  return Object.keys(meta).length === 0 ? schema : schema.meta(meta);
}
