/** @module A query's plan in the words of explain. */
import type { Document } from '../language/fields.ts';
import { PAUSE, type Task } from '../pace.ts';
import type { IndexPlan, Plan } from '../planner/choose-plan.ts';
import type { Examined } from '../planner/run-plan.ts';
import type { IndexSpec } from '../storage/index-spec.ts';
import { isEmpty, type Query, runQuery } from './query.ts';

/**
 * `queryPlanner`, and `executionStats` unless only the plan is wanted: then the query is run for its figures.
 * @param verbosity `queryPlanner`, `executionStats` or `allPlansExecution`
 */
export function* describeQuery(query: Query, verbosity: string): Task<Document> {
  const queryPlanner = {
    namespace: query.collection.namespace,
    parsedQuery: query.spec.filter,
    indexFilterSet: false,
    winningPlan: winningPlan(query),
    rejectedPlans: [],
  };
  if (verbosity === 'queryPlanner') return { queryPlanner };
  const examined: Examined = { keys: 0, documents: 0 };
  const started = performance.now();
  let returned = 0;
  for (const match of runQuery(query, examined)) {
    if (match === PAUSE) yield PAUSE;
    else returned++;
  }
  const executionStats = {
    executionSuccess: true,
    nReturned: returned,
    executionTimeMillis: Math.round(performance.now() - started),
    totalKeysExamined: examined.keys,
    totalDocsExamined: examined.documents,
    executionStages: { ...winningPlan(query), nReturned: returned, docsExamined: examined.documents },
  };
  return { queryPlanner, executionStats };
}

function winningPlan({ plan, spec, sortFields, collection, scanOrder }: Query): Document {
  let stage = accessStage(plan, spec.filter, collection.store.idIndex, scanOrder);
  if (sortFields.length > 0) stage = { stage: 'SORT', sortPattern: spec.sort, inputStage: stage };
  if (spec.skip) stage = { stage: 'SKIP', skipAmount: spec.skip, inputStage: stage };
  if (spec.limit) stage = { stage: 'LIMIT', limitAmount: spec.limit, inputStage: stage };
  return stage;
}

function accessStage(plan: Plan, filter: Document, idIndex: IndexSpec, scanOrder: string): Document {
  const shown = isEmpty(filter) ? {} : { filter };
  switch (plan.kind) {
    case 'nothing':
      return { stage: 'EOF' };
    case 'scan':
      return { stage: 'COLLSCAN', ...shown, direction: scanOrder === 'descending' ? 'backward' : 'forward' };
    case 'id':
      if (plan.exact) return { stage: 'IDHACK', keyPattern: { _id: 1 }, indexName: '_id_' };
      return {
        stage: 'FETCH',
        ...shown,
        inputStage: { stage: 'IXSCAN', ...indexOf(idIndex), direction: 'forward' },
      };
    case 'index':
      return { stage: 'FETCH', ...shown, inputStage: indexStage(plan) };
  }
}

function indexStage({ spec, index, order, binding }: IndexPlan): Document {
  const bound = binding.points.length + (binding.range ? 1 : 0);
  return {
    stage: 'IXSCAN',
    ...indexOf(spec),
    isMultiKey: index?.multikey ?? false,
    isUnique: spec.unique,
    isSparse: spec.sparse,
    isPartial: spec.partialFilter !== null,
    direction: order === 'ascending' ? 'forward' : 'backward',
    boundFields: spec.fields.slice(0, bound).map(({ path }) => path),
  };
}

const indexOf = (spec: IndexSpec) => ({ keyPattern: spec.document.key, indexName: spec.name });
