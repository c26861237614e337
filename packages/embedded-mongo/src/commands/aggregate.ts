/** @module The aggregate command. */
import { assembleCursorAnswer } from '../bson/assemble.ts';
import { CommandError } from '../command-error.ts';
import { DEFAULT_FIRST_BATCH, type ResultDocuments } from '../cursors.ts';
import { toBytes, toPlain } from '../language/documents.ts';
import { type Document, isDocument } from '../language/fields.ts';
import { compilePipeline } from '../language/pipeline.ts';
import { mapPaced, type Paced, type Task } from '../pace.ts';
import type { Collection } from '../storage/catalogue.ts';
import { isOn } from '../values.ts';
import { type AbsorbedPipeline, absorbStages } from './absorb-stages.ts';
import { type Command, type CommandAnswer, type CommandContext, targetCollection } from './command.ts';
import { countMatches } from './count-matches.ts';
import { describeQuery } from './describe-plan.ts';
import { collationOption, countOption, documentOption, hintOption, variablesOption } from './options.ts';
import { prepareQuery, type Query, runQuery } from './query.ts';

/** Fields that aggregate takes. */
export const AGGREGATE_FIELDS = [
  'allowDiskUse',
  'bypassDocumentValidation',
  'collation',
  'cursor',
  'explain',
  'hint',
  'let',
  'pipeline',
] as const;

/** aggregate */
export const aggregateCommand: Command = {
  fields: AGGREGATE_FIELDS,
  *run(context) {
    const { fields, server } = context;
    if (isOn(fields.explain)) return yield* explainAggregate(context, 'queryPlanner');
    const cursor = documentOption(fields, 'cursor');
    if (!cursor) {
      throw new CommandError(
        'FailedToParse',
        "The 'cursor' option is required, except for aggregate with the explain argument",
      );
    }
    const batchSize = countOption(cursor, 'batchSize') ?? DEFAULT_FIRST_BATCH;
    const namespace = namespaceOf(context);
    const source = aggregateResults(context);
    const { terms } = context;
    const batch = yield* server.cursors.open({ namespace, source, batchSize, rest: 'keep', terms });
    return assembleCursorAnswer({ batchName: 'firstBatch', namespace, ...batch });
  },
};

/** The plan of an aggregation, as explain gives it. */
export function* explainAggregate(context: CommandContext, verbosity: string): Task<CommandAnswer> {
  const { collection, absorbed, query } = prepare(context);
  if (!collection || !query)
    return { stages: [{ $cursor: { queryPlanner: { winningPlan: { stage: 'EOF' } } } }] };
  return { stages: [{ $cursor: yield* describeQuery(query, verbosity) }, ...absorbed.rest] };
}

interface Preparation {
  collection: Collection | undefined;
  absorbed: AbsorbedPipeline;
  query: Query | null;
  run: ReturnType<typeof compilePipeline>;
}

function prepare(context: CommandContext): Preparation {
  const { fields } = context;
  const pipeline = pipelineOf(fields);
  const collection = isDatabaseWide(fields) ? undefined : targetCollection(context);
  const hint = hintOption(fields, collection);
  const collation = collationOption(fields, collection);
  const variables = variablesOption(fields);
  const input = {
    collection: (name: string) => documentsOf(context, name),
    now: new Date(),
    collation: collation ?? undefined,
    variables,
  };
  // The whole pipeline is checked, also the stages that the query takes over.
  const whole = compilePipeline(pipeline, input);
  const absorbed = absorbStages(pipeline);
  if (!collection) return { collection, absorbed, query: null, run: whole };
  const { filter, sort, skip, limit } = absorbed;
  const query = prepareQuery(collection, { filter, sort, skip, limit, collation, variables, hint });
  return { collection, absorbed, query, run: compilePipeline(absorbed.rest, input) };
}

function aggregateResults(context: CommandContext): ResultDocuments {
  const { absorbed, query, run } = prepare(context);
  if (!query) return encoded(run([]));
  if (absorbed.countInto) return counted(query, absorbed.countInto);
  if (absorbed.rest.length === 0) return stored(query);
  return encoded(run(decoded(query)));
}

function stored(query: Query): ResultDocuments {
  return mapPaced(runQuery(query), ({ bytes }) => bytes);
}

function* counted({ collection, spec }: Query, result: (count: number) => Document): ResultDocuments {
  const count = yield* countMatches(collection, spec);
  if (count > 0) yield toBytes(result(count));
}

function decoded(query: Query): Iterable<Paced<Document>> {
  return mapPaced(runQuery(query), ({ bytes }) => toPlain(bytes));
}

function encoded(documents: Iterable<Paced<Document>>): ResultDocuments {
  return mapPaced(documents, toBytes);
}

/** Read anew each time it is iterated. */
function documentsOf({ server, database }: CommandContext, name: string): Iterable<Paced<Document>> {
  return {
    *[Symbol.iterator]() {
      const collection = server.catalogue.find(database, name);
      if (collection) yield* decoded(prepareQuery(collection, { filter: {}, natural: 1, collation: null }));
    },
  };
}

function pipelineOf(fields: Document): Document[] {
  const { pipeline } = fields;
  if (!Array.isArray(pipeline))
    throw new CommandError('TypeMismatch', "'pipeline' option must be specified as an array");
  for (const stage of pipeline) {
    if (!isDocument(stage))
      throw new CommandError('TypeMismatch', "Each element of the 'pipeline' array must be an object");
    if ('$documents' in stage && !isDatabaseWide(fields)) {
      throw new CommandError('InvalidNamespace', "'$documents' can only be run with {aggregate: 1}");
    }
    if ('$changeStream' in stage) {
      throw new CommandError('Location40573', 'The $changeStream stage is only supported on replica sets');
    }
  }
  return pipeline;
}

/** `aggregate: 1` reads no collection. */
const isDatabaseWide = ({ aggregate }: Document) => aggregate === 1 || aggregate === 1n;

function namespaceOf({ fields, database, request }: CommandContext): string {
  return `${database}.${isDatabaseWide(fields) ? '$cmd.aggregate' : request.collection}`;
}
