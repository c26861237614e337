/** @module What a pipeline stage is. */
import type { Paced } from '../pace.ts';
import type { Collation } from './collation.ts';
import type { Document } from './fields.ts';

/** What the stages of a pipeline may ask for. */
export interface StageContext {
  /** The documents of another collection of the same database; empty when there is none of that name. */
  collection(name: string): Iterable<Paced<Document>>;
  /** `$$NOW`. */
  now: Date;
  collation?: Collation | undefined;
  /** Variables from outside, by name without `$$`. */
  variables?: Document | undefined;
  /** Compiles a pipeline inside of a stage; its variables may differ. */
  compile(pipeline: unknown, stage: string, variables?: Document): Stage;
}

/** Turns the documents before a stage into those after it; pauses go through it, and it may add its own. */
export type Stage = (input: Iterable<Paced<Document>>) => Iterable<Paced<Document>>;

/** Compiles a stage's specification. @throws CommandError when it is malformed */
export type StageCompiler = (spec: unknown, context: StageContext, name: string) => Stage;

/** Stages by name. */
export type StageTable = Readonly<Record<string, StageCompiler>>;
