/** @module Compiles updates that are pipelines. */
import { CommandError } from '../command-error.ts';
import type { Collation } from './collation.ts';
import { type Document, isDocument, keysOf } from './fields.ts';
import { compilePipeline } from './pipeline.ts';

const ALLOWED = new Set(['$set', '$addFields', '$unset', '$project', '$replaceRoot', '$replaceWith']);

/** Makes the new document out of the old one. */
export type PipelineChange = (document: Document, now: Date) => Document;

/** Compiles an update pipeline. @throws CommandError InvalidOptions for a stage that updates may not have */
export function compileUpdatePipeline(
  pipeline: readonly Document[],
  options: { collation?: Collation | undefined; variables?: Document | undefined },
): PipelineChange {
  for (const stage of pipeline) {
    const name = isDocument(stage) ? keysOf(stage)[0] : undefined;
    if (name !== undefined && ALLOWED.has(name)) continue;
    throw new CommandError('InvalidOptions', `${name ?? 'This'} is not allowed to be used within an update`);
  }
  const at = (now: Date) => compilePipeline(pipeline, { ...options, now, collection: () => [] });
  let compiled = { now: new Date(0), run: at(new Date(0)) };
  return (document, now) => {
    if (compiled.now.getTime() !== now.getTime()) compiled = { now, run: at(now) };
    const [result] = compiled.run([document]);
    return result ?? document;
  };
}
