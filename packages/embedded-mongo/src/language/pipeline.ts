/** @module Runs aggregation pipelines over documents. */
import { CommandError } from '../command-error.ts';
import { type Paced, withoutPauses } from '../pace.ts';
import type { Collation } from './collation.ts';
import { plainValue } from './documents.ts';
import { type Document, isDocument, keysOf } from './fields.ts';
import type { Stage, StageCompiler, StageContext } from './stage.ts';
import { fieldStages } from './stages-fields.ts';
import { flowStages } from './stages-flow.ts';
import { groupStages } from './stages-group.ts';
import { joinStages } from './stages-join.ts';
import { windowStages } from './stages-window.ts';

/** Where a pipeline reads from. */
export interface PipelineInput {
  /** The documents that the first stage receives. */
  documents: Iterable<Document>;
  /** The documents of another collection of the same database; empty when there is none of that name. */
  collection(name: string): Iterable<Paced<Document>>;
  /** `$$NOW`. */
  now: Date;
  collation?: Collation | undefined;
  /** Variables of the command's `let`, by name without `$$`. */
  variables?: Document | undefined;
}

/**
 * Runs a pipeline. The whole pipeline is checked before the first document is read; documents are then made as they
 * are asked for. The input documents are not modified, though results may share values with them.
 *
 * @throws CommandError Location40324 for an unknown stage, CommandNotSupported for one that this server does not do,
 *   and what single stages refuse; iterating throws what expressions refuse
 */
export function runPipeline(pipeline: readonly Document[], input: PipelineInput): Iterable<Document> {
  const { documents, ...context } = input;
  return withoutPauses(compilePipeline(pipeline, context)(documents));
}

/** Checks and compiles a pipeline without running it. @throws CommandError as {@link runPipeline} */
export function compilePipeline(
  pipeline: readonly Document[],
  input: Omit<PipelineInput, 'documents'>,
): Stage {
  const context: StageContext = {
    ...input,
    compile: (inner, stage, variables) => {
      if (!Array.isArray(inner))
        throw new CommandError('TypeMismatch', `${stage} requires its pipeline to be an array`);
      return compilePipeline(inner as Document[], { ...input, variables: variables ?? input.variables });
    },
  };
  const stages = pipeline.map((stage, at) => compileStage(plainValue(stage), at, context));
  return (documents) => stages.reduce<Iterable<Paced<Document>>>((input, stage) => stage(input), documents);
}

/** A pipeline cut after its leading `$match` stages. */
export interface SplitPipeline {
  /** The filter that all documents must pass first; empty when there is none. */
  filter: Document;
  /** The stages after it. */
  rest: Document[];
}

/** Takes the leading `$match` stages off a pipeline, so that an index can serve them. */
export function splitLeadingMatch(pipeline: readonly Document[]): SplitPipeline {
  const filters: Document[] = [];
  for (const stage of pipeline) {
    const filter = isDocument(stage) && keysOf(stage).length === 1 ? stage.$match : undefined;
    if (!isDocument(filter)) break;
    filters.push(filter);
  }
  const rest = pipeline.slice(filters.length);
  const [only] = filters;
  const filter = filters.length > 1 ? { $and: filters } : (only ?? {});
  return { filter, rest };
}

const STAGES: ReadonlyMap<string, StageCompiler> = new Map(
  Object.entries({ ...fieldStages, ...flowStages, ...groupStages, ...joinStages, ...windowStages }),
);

const REFUSED = new Set(
  '$out $merge $changeStream $changeStreamSplitLargeEvent $search $searchMeta $vectorSearch $geoNear $collStats $indexStats $currentOp $listLocalSessions $listSessions $listSampledQueries $listSearchIndexes $planCacheStats $queryStats $shardedDataDistribution $rankFusion'.split(
    ' ',
  ),
);

function compileStage(stage: unknown, at: number, context: StageContext): Stage {
  if (!isDocument(stage))
    throw new CommandError('TypeMismatch', "Each element of the 'pipeline' array must be an object");
  const [name, another] = keysOf(stage);
  if (name === undefined || another !== undefined) {
    throw new CommandError(
      'Location40323',
      'A pipeline stage specification object must contain exactly one field.',
    );
  }
  const compile = STAGES.get(name);
  if (compile === undefined) throw refusal(name);
  if (name === '$documents' && at > 0) {
    throw new CommandError('Location40602', `${name} is only valid as the first stage in a pipeline`);
  }
  return compile(stage[name], context, name);
}

function refusal(name: string): CommandError {
  if (REFUSED.has(name))
    return new CommandError('CommandNotSupported', `The stage ${name} is not supported by this server`);
  return new CommandError('Location40324', `Unrecognized pipeline stage name: '${name}'`);
}
